"""What is being typed, sealed under the diary key and bound to the form it was typed into.

A draft is no record: no version, no leaf in the log, nothing that a bundle shows. Its row says
neither which form it is of nor how long it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection

from diary.crypto import envelope
from diary.crypto.errors import OpenError
from diary.store import drafts as store
from diary.vault import keyring
from diary.vault.vault import Vault

Pairs = Sequence[tuple[str, str]]


def keep(conn: Connection, vault: Vault, path: str, fields: Pairs, *, at_ms: int) -> None:
    """Seal what stands in the form at this path, in the place of what stood there before."""
    packed = envelope.pad(json.dumps([path, *fields]).encode())
    draft_id = _id(vault, path)
    sealed = envelope.seal(vault.keys.diary_key, packed, aad=_aad(vault, draft_id))
    store.write(conn, vault.diary_id, draft_id, sealed, at_ms)


def read(conn: Connection, vault: Vault, path: str) -> list[tuple[str, str]] | None:
    """Return what was typed into the form at this path; what does not open is none."""
    draft_id = _id(vault, path)
    sealed = store.read(conn, vault.diary_id, draft_id)
    opened = _open(vault, draft_id, sealed) if sealed is not None else None
    return None if opened is None else opened[1]


def drop(conn: Connection, vault: Vault, path: str) -> None:
    """Forget what was typed into a form."""
    store.drop(conn, vault.diary_id, [_id(vault, path)])


def drop_about(conn: Connection, vault: Vault, word: str) -> None:
    """Forget what was typed into every form whose path holds this word."""
    about = [
        draft_id
        for draft_id, sealed in store.every(conn, vault.diary_id)
        if (opened := _open(vault, draft_id, sealed)) and word in opened[0].split("/")
    ]
    store.drop(conn, vault.diary_id, about)


def _open(vault: Vault, draft_id: str, sealed: bytes) -> tuple[str, list[tuple[str, str]]] | None:
    try:
        opened = envelope.open_(vault.keys.diary_key, sealed, aad=_aad(vault, draft_id))
        path, *fields = json.loads(envelope.unpad(opened))
    except OpenError:
        return None
    return path, [(name, value) for name, value in fields]


def _id(vault: Vault, path: str) -> str:
    return keyring.named_id(vault.unlocked, f"draft {path}")


def _aad(vault: Vault, draft_id: str) -> bytes:
    return f"draft 1 diary/v1 {vault.diary_id} {draft_id}".encode()
