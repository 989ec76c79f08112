"""Removing something of one's own, bringing it back, and what happens when the wait is over.

A removal waits: what is removed is out of sight at once with all that belongs to it, can be brought
back for some days with the recovery code, and is gone for good after that, when its keys are
destroyed. Nothing but the code shows that something waits.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from diary.domain.base import Record
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.kept import PrivateNote, Removal
from diary.domain.order import Order
from diary.domain.people import Person, Told
from diary.domain.plan import Lead
from diary.domain.report import Report
from diary.errors import NotFoundError, NotSignedInError, StoreUnavailableError
from diary.services import own, reports
from diary.services.house import House
from diary.store import accounts, files, grants, records
from diary.vault import keyring
from diary.vault.records import Opened
from diary.vault.vault import Vault

CAN_GO = frozenset(model.kind for model in (Entry, Order, Report, Person, Told, Lead, PrivateNote))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is about to be removed, and what it belongs to."""

    id: str
    body: Record
    parent: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something removed that can still be brought back."""

    removal_id: str
    body: Record
    removed_at: datetime
    due_at: datetime


def told_in(house: House, vault: Vault, record_id: str) -> int:
    """Count the reports that tell of an entry: they stay, and go on being shared, without it."""
    return sum(record_id in one.body.entries for one in own.every(house, vault, Report).items)


def look(house: House, vault: Vault, record_id: str) -> Asked:
    """Return what a removal would take away, or NotFoundError."""
    with house.store.read() as conn:
        return _look(conn, vault, record_id)


def remove(house: House, vault: Vault, record_id: str) -> datetime:
    """Take it out of sight with all that belongs to it; return when it is gone for good."""
    now = house.now()
    due = now + timedelta(days=house.settings.delete_wait_days)
    with house.store.write() as conn:
        body = _look(conn, vault, record_id).body
        vault.keep(conn, Removal(target=record_id, due_at=due), at=now, parent=record_id)
        if isinstance(body, Report):
            reports.link(conn, house, vault, record_id, dict.fromkeys(body.entries, False))
        # After keep, which waits for the diary's other writers: what they added is seen.
        family = _family(conn, house, vault, record_id)
        records.set_destroy(conn, vault.diary_id, family, to_ms(due))
    return due


def _look(conn: Connection, vault: Vault, record_id: str) -> Asked:
    opened = vault.get(conn, record_id)
    if opened.kind not in CAN_GO or not vault.is_listed(conn, record_id):
        raise NotFoundError
    return Asked(record_id, opened.body, opened.parent)


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
        return [_waiting(conn, vault, removal) for removal in _free_removals(conn, vault, house)]


def bring_back(house: House, vault: Vault, removal_ids: Collection[str]) -> int:
    """Undo removals that still wait; return how many. The caller has checked the code."""
    with house.store.write() as conn:
        chosen = [
            removal
            for removal in _free_removals(conn, vault, house)
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
    family = _family(conn, house, vault, body.target)
    records.set_destroy(conn, vault.diary_id, family, None)
    back = vault.get(conn, body.target).body
    if isinstance(back, Report):
        reports.link(conn, house, vault, body.target, dict.fromkeys(back.entries, True))
    if isinstance(back, Entry):
        reports.link_again(conn, house, vault, body.target)


def _family(conn: Connection, house: House, vault: Vault, record_id: str) -> list[str]:
    """Return it and all that belongs to it, but for what was removed alone: that waits alone."""
    alone = {
        one
        for removal in _open_removals(conn, vault, house)
        if (target := _removal(removal).target) != record_id
        for one in vault.family(conn, target)
    }
    return [one for one in vault.family(conn, record_id) if one not in alone]


def _open_removals(conn: Connection, vault: Vault, house: House) -> list[Opened]:
    now = house.now()
    return [
        opened
        for opened in vault.scan(conn, Removal.kind)
        if _removal(opened).hides_parent() and _removal(opened).due_at > now
    ]


def _free_removals(conn: Connection, vault: Vault, house: House) -> list[Opened]:
    """Leave out what belongs to something that is itself removed: that has to come back first."""
    return [
        removal
        for removal in _open_removals(conn, vault, house)
        if _is_free(conn, vault, _removal(removal).target)
    ]


def _is_free(conn: Connection, vault: Vault, target: str) -> bool:
    parent = vault.get(conn, target).parent
    return parent is None or vault.is_listed(conn, parent)


def _waiting(conn: Connection, vault: Vault, removal: Opened) -> Waiting:
    body = _removal(removal)
    target = vault.get(conn, body.target)
    return Waiting(removal.record_id, target.body, removal.written_at, body.due_at)


def _removal(opened: Opened) -> Removal:
    if not isinstance(opened.body, Removal):
        raise NotFoundError
    return opened.body


def finish(house: House) -> int:
    """Destroy the keys of every removal whose wait is over; return how many records are gone."""
    with house.store.write() as conn:
        gone = records.destroy_due(conn, to_ms(house.now()))
        files.drop_of_records(conn, gone)
        grants.empty_wraps(conn, gone)
    return len(gone)


def unlink_dropped(house: House) -> int:
    """Remove the files of blobs that no row names any more; return how many.

    Done after the transaction that dropped them: a crash in between leaves the note, not a loss.
    """
    with house.store.read() as conn:
        blobs = files.dropped(conn)
    gone = []
    for blob_id in blobs:
        with suppress(StoreUnavailableError):  # one that will not go now keeps no other here
            house.store.blobs.remove(blob_id)
            gone.append(blob_id)
    with house.store.write() as conn:
        files.forget_dropped(conn, gone)
    return len(gone)
