"""Removing an entry, bringing it back, and what happens when the wait is over.

A removal waits: the entry is out of sight at once, can be brought back for some days with the
recovery code, and is gone for good after that, when its keys are destroyed. Nothing but the code
shows that something waits.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.kept import Removal
from diary.errors import NotFoundError, NotSignedInError
from diary.services.house import House
from diary.store import accounts, files, records
from diary.vault import keyring
from diary.vault.records import Opened
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Waiting:
    """One removed entry that can still be brought back."""

    removal_id: str
    entry: Entry
    removed_at: datetime
    due_at: datetime


def remove(house: House, vault: Vault, record_id: str) -> datetime:
    """Take an entry out of sight with all that belongs to it; return when it is gone for good."""
    now = house.now()
    due = now + timedelta(days=house.settings.delete_wait_days)
    with house.store.write() as conn:
        if vault.get(conn, record_id).kind != Entry.kind or not vault.is_listed(conn, record_id):
            raise NotFoundError
        vault.keep(conn, Removal(target=record_id, due_at=due), at=now, parent=record_id)
        # After keep, which waits for the diary's other writers: what they added is seen.
        family = vault.family(conn, record_id)
        records.set_destroy(conn, vault.diary_id, family, to_ms(due))
    return due


def check_code(house: House, vault: Vault, typed: str) -> None:
    """Check the recovery code of who is signed in, or raise WrongSecretError.

    It is 128 random bits, so tries need no slowing down.
    """
    with house.store.read() as conn:
        row = accounts.by_id(conn, vault.account_id)
        ways = accounts.read_slots(conn, vault.account_id)
    if row is None:
        raise NotSignedInError
    keyring.unlock_with_code(row, ways, typed)


def waiting(house: House, vault: Vault) -> list[Waiting]:
    """Return what can be brought back, last removed first. To be shown only after the code."""
    with house.store.read() as conn:
        return [_waiting(conn, vault, removal) for removal in _open_removals(conn, vault, house)]


def bring_back(house: House, vault: Vault, removal_ids: Collection[str]) -> int:
    """Undo removals that still wait; return how many. The caller has checked the code."""
    with house.store.write() as conn:
        chosen = [
            removal
            for removal in _open_removals(conn, vault, house)
            if removal.record_id in removal_ids
        ]
        for removal in chosen:
            _bring_back(conn, house, vault, removal)
    return len(chosen)


def _bring_back(conn: Connection, house: House, vault: Vault, removal: Opened) -> None:
    body = _removal(removal)
    vault.keep(
        conn,
        body.model_copy(update={"state": "brought_back"}),
        at=house.now(),
        record_id=removal.record_id,
        base_version=removal.version,
        parent=body.target,
    )
    family = vault.family(conn, body.target)
    records.set_destroy(conn, vault.diary_id, family, None)


def _open_removals(conn: Connection, vault: Vault, house: House) -> list[Opened]:
    now = house.now()
    return [
        opened
        for opened in vault.scan(conn, Removal.kind)
        if _removal(opened).hides_parent() and _removal(opened).due_at > now
    ]


def _waiting(conn: Connection, vault: Vault, removal: Opened) -> Waiting:
    body = _removal(removal)
    entry = vault.get(conn, body.target).body
    if not isinstance(entry, Entry):
        raise NotFoundError
    return Waiting(removal.record_id, entry, removal.written_at, body.due_at)


def _removal(opened: Opened) -> Removal:
    if not isinstance(opened.body, Removal):
        raise NotFoundError
    return opened.body


def finish(house: House) -> int:
    """Destroy the keys of every removal whose wait is over; return how many records are gone."""
    with house.store.write() as conn:
        gone = records.destroy_due(conn, to_ms(house.now()))
        files.drop_of_records(conn, gone)
    return len(gone)


def unlink_dropped(house: House) -> int:
    """Remove the files of blobs that no row names any more; return how many.

    Done after the transaction that dropped them: a crash in between leaves the note, not a loss.
    """
    with house.store.read() as conn:
        blobs = files.dropped(conn)
    for blob_id in blobs:
        house.store.blobs.remove(blob_id)
    with house.store.write() as conn:
        files.forget_dropped(conn, blobs)
    return len(blobs)
