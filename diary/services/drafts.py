"""Keeping what is typed until it is saved, so that leaving in a hurry loses nothing."""

from __future__ import annotations

from datetime import timedelta

from diary.domain.clock import to_ms
from diary.services.house import House
from diary.store import drafts as rows
from diary.vault import drafts
from diary.vault.drafts import Pairs
from diary.vault.vault import Vault

MOST = 200
KEPT = timedelta(days=30)


def keep(house: House, vault: Vault, path: str, fields: Pairs) -> None:
    """Keep what stands in a form; the oldest go where there are too many."""
    with house.store.write() as conn:
        drafts.keep(conn, vault, path, fields, at_ms=to_ms(house.now()))
        rows.keep_newest(conn, vault.diary_id, MOST)


def read(house: House, vault: Vault, path: str) -> list[tuple[str, str]] | None:
    """Return what was typed into a form and not saved, if anything."""
    with house.store.read() as conn:
        return drafts.read(conn, vault, path)


def drop(house: House, vault: Vault, path: str) -> None:
    """Forget what was typed into a form: it is saved now, or not wanted."""
    with house.store.write() as conn:
        drafts.drop(conn, vault, path)


def drop_about(house: House, vault: Vault, record_id: str) -> None:
    """Forget what was typed about a record into whichever form."""
    with house.store.write() as conn:
        drafts.drop_about(conn, vault, record_id)


def sweep(house: House) -> int:
    """Forget what nobody has gone on with for a long time; return how many."""
    with house.store.write() as conn:
        return rows.drop_older(conn, to_ms(house.now() - KEPT))
