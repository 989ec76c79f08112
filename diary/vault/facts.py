"""What a diary's records say in short (`Record.facts`), without opening each of them.

A sealed cache holds the facts of every version by its row number. A row never changes, so a cached
fact never grows old: what the index of heads lists and the cache lacks is opened, the rest is
taken from the cache, and what the index no longer lists is left out. A cache that is missing, does
not open or is an older one only costs time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic_core import from_json
from sqlalchemy import Connection

from diary.crypto import envelope
from diary.crypto.errors import OpenError
from diary.domain.base import Facts
from diary.vault.heads import Head, Heads
from diary.vault.reader import Reader
from diary.vault.unopened import Unopened

_Cache = dict[int, Facts]
Kept = Mapping[str, Sequence[tuple[int, Facts]]]  # what the cache holds, by kind


@dataclass(frozen=True, slots=True)
class Counted:
    """The facts of one kind's listed records, newest first, by record id.

    `damaged` records could not be opened; `fresh` were not in the cache.
    """

    facts: list[tuple[bytes, Facts]]
    damaged: int
    fresh: int


def facts_of(
    conn: Connection,
    vault: Reader,
    kind: str,
    *,
    heads: Heads,
    listed: Sequence[Head] | None = None,
    kept: Kept | None = None,
) -> Counted:
    """Return what the listed records of a kind say in short.

    `listed` and `kept` where they are known: the cache holds every kind, and is read but once.
    """
    listed = heads.listed(kind) if listed is None else listed
    known = dict((kept_facts(conn, vault) if kept is None else kept).get(kind, ()))
    missing = [head for head in listed if head.n not in known]
    lost = _open(conn, vault, heads, missing, known)
    found = [(head.record, known[head.n]) for head in listed if head.n in known]
    return Counted(found, lost.number + heads.lost, len(missing) - lost.number)


def store_facts(conn: Connection, vault: Reader, *kinds: str) -> None:
    """Bring the cache of these kinds up to date; for a write transaction."""
    heads = vault.heads(conn)
    kept = {kind: _kept(conn, vault, kind, heads) for kind in kinds}
    packed = envelope.pad(json.dumps(kept, separators=(",", ":")).encode())
    vault.keep_facts(conn, envelope.seal(vault.keys.diary_key, packed, aad=_aad(vault)))


def _kept(conn: Connection, vault: Reader, kind: str, heads: Heads) -> list[tuple[int, Facts]]:
    listed = heads.listed(kind)
    known = dict(kept_facts(conn, vault).get(kind, ()))
    _open(conn, vault, heads, [head for head in listed if head.n not in known], known)
    return [(head.n, known[head.n]) for head in listed if head.n in known]


def _open(
    conn: Connection, vault: Reader, heads: Heads, missing: list[Head], into: _Cache
) -> Unopened:
    lost = Unopened()
    for opened in vault.open_heads(conn, heads, missing, lost):
        if (said := opened.body.facts()) is not None:
            into[opened.n] = said
    return lost


def kept_facts(conn: Connection, vault: Reader) -> Kept:
    """Open the cache; it is empty where there is none that opens."""
    sealed = vault.facts_kept(conn)
    if sealed is None:
        return {}
    try:
        packed = envelope.open_(vault.keys.diary_key, sealed, aad=_aad(vault))
    except OpenError:
        return {}
    found: Kept = from_json(envelope.unpad(packed), cache_strings="keys")
    return found


def _aad(vault: Reader) -> bytes:
    return f"facts 1 diary/v1 {vault.named}".encode()
