"""Gathering what one bundle holds: opened in one view of the store, before its first byte leaves.

Private notes and words to keep secret are never asked for, so they cannot come along.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import count

from sqlalchemy import Connection

from diary.bundle import derived, names
from diary.bundle.contents import (
    Contents,
    EntryItem,
    Exhibit,
    OrderItem,
    as_entry,
    media_facts,
)
from diary.bundle.profile import Profile
from diary.domain.entry import Entry
from diary.domain.file import Derived
from diary.domain.when import When
from diary.services import opening
from diary.services.along import Along, open_along
from diary.services.along_orders import AlongOrder
from diary.services.exhibit_refs import file_of, usable
from diary.store import log
from diary.store.blob_store import BlobStore
from diary.text import ENGLISH, Say
from diary.vault import ledger
from diary.vault.case import Case
from diary.vault.ledger import LogKey, Proof
from diary.vault.media import Reader
from diary.vault.reader import Reader as Records
from diary.vault.records import Opened
from diary.vault.unopened import Unopened

NO_REFERENCE = "FILE-"  # and a number: of a file that was given no reference yet


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen. None means all; a date leaves out what has no date, unless it is named."""

    entries: frozenset[str] | None = None
    files: frozenset[str] | None = None
    start: date | None = None
    end: date | None = None

    def has(self, opened: Opened) -> bool:
        """Tell whether an entry was chosen."""
        if self.entries is not None and derived.origin(opened) not in self.entries:
            return False
        if self.start is None and self.end is None:
            return True
        when = as_entry(opened).when
        if when.precision == "not_sure":
            return self.entries is not None
        first, last = _span(when)
        return (self.end is None or first <= self.end) and (
            self.start is None or last >= self.start
        )


@dataclass(frozen=True, slots=True)
class About:
    """What a bundle says of itself."""

    profile: Profile
    made_at: datetime
    service: str
    software: str
    log: LogKey
    say: Say = ENGLISH


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen: each entry's versions with its files' versions, and copies by file."""

    entries: list[tuple[tuple[Opened, ...], list[tuple[Opened, ...]]]]
    copies: dict[str, list[Opened]]
    along: Along
    unopened: Unopened


@dataclass(frozen=True, slots=True)
class MediaReader:
    """Opens the sealed bytes that a record names, a part at a time."""

    blobs: BlobStore

    def __call__(self, opened: Opened) -> Iterator[bytes]:
        """Yield the bytes; DamagedError where they do not open."""
        facts = media_facts(opened)
        return Reader(self.blobs, facts.blob, opened.secret, facts.size).chunks()


def chosen_entries(
    conn: Connection, vault: Records, selection: Selection, unopened: Unopened
) -> list[Opened]:
    """Return the chosen entries in their newest version.

    Whether one that does not open would have been chosen, nobody can say: each is counted.
    """
    unopened.join(vault.lost(conn))
    every = opening.every(conn, vault, Entry.kind, unopened)
    return [opened for opened in every if selection.has(opened)]


def chosen_files(
    conn: Connection,
    vault: Records,
    entries: Iterable[Opened],
    selection: Selection,
    unopened: Unopened,
) -> dict[str, list[Opened]]:
    """Return the chosen files of chosen entries, by entry."""
    found = opening.files_of(conn, vault, list(entries), unopened)
    if selection.files is None:
        return found
    return {
        entry: [file for file in files if file.record_id in selection.files]
        for entry, files in found.items()
    }


def gather(
    conn: Connection, vault: Records, selection: Selection, about: About, *, consent_id: str
) -> Contents:
    """Open everything that was chosen, in all its versions, with the log's proofs."""
    opens = open_chosen(conn, vault, selection, about.profile)
    exhibits: list[Exhibit] = []
    entries: list[EntryItem] = []
    away = partial(opening.not_shared, conn, vault)
    bare = (f"{NO_REFERENCE}{number}" for number in count(1))
    for versions, files in opens.entries:
        own = [_exhibit(file, opens.copies[file[-1].record_id], about.profile) for file in files]
        own = [replace(one, ref=one.ref or next(bare), not_shared=away(one.record)) for one in own]
        exhibits += own
        refs = tuple(exhibit.ref for exhibit in own)
        entries.append(EntryItem(versions, refs, away(versions[-1])))
    found = [_order(along, opens.copies, about.profile) for along in opens.along.orders]
    orders = [replace(one, not_shared=away(one.latest)) for one in found]
    exhibits += [copy for order in orders for copy in order.copies]
    checkpoint = log.newest_checkpoint(conn)
    contents = Contents(
        profile=about.profile,
        reference=names.reference(
            [item.latest.commitment.hex() for item in entries], about.made_at
        ),
        consent_id=consent_id,
        made_at=about.made_at,
        service=about.service,
        software=about.software,
        log_key=about.log.public_line,
        sign=about.log.sign_note,
        checkpoint="" if checkpoint is None else checkpoint.note.decode(),
        entries=tuple(entries),
        exhibits=tuple(sorted(exhibits, key=lambda exhibit: (exhibit.order, exhibit.ref))),
        proofs={},
        unopened=opens.unopened,
        say=about.say,
        orders=tuple(orders),
        reports=opens.along.reports,
        beside=opens.along.beside,
        witnesses=opens.along.witnesses,
        shared=isinstance(vault, Case),
    )
    size = 0 if checkpoint is None else checkpoint.size
    return replace(contents, proofs=_proofs(conn, contents.versions(), size))


def open_chosen(conn: Connection, vault: Records, selection: Selection, profile: Profile) -> Chosen:
    """Open everything that was chosen, in all its versions; count what does not open."""
    unopened = Unopened()
    chosen = chosen_entries(conn, vault, selection, unopened)
    # A file whose entry does not open has no place here: it stays behind, and is counted too.
    for stranded in opening.below_lost(conn, vault, unopened).values():
        for file in stranded:
            unopened.add(file.record_id, file.version)
    files = chosen_files(conn, vault, chosen, selection, unopened)
    entries = [
        (
            opening.versions(conn, vault, opened, unopened),
            [
                opening.versions(conn, vault, file, unopened)
                for file in files[derived.origin(opened)]
            ],
        )
        for opened in chosen
    ]
    versions = [found for found, _ in entries]
    along = open_along(
        conn, vault, versions, files=selection.files, profile=profile, unopened=unopened
    )
    all_files = [file for _, own in entries for file in own]
    all_files += [file for order in along.orders for file in order.files]
    ids = [file[-1].record_id for file in all_files]
    copies = vault.children_of(conn, ids, Derived.kind, unopened=unopened)
    return Chosen(entries, copies, along, unopened)


def _order(along: AlongOrder, copies: dict[str, list[Opened]], profile: Profile) -> OrderItem:
    found = []
    for number, file in enumerate(along.files, start=1):
        name = along.stem if number == 1 else f"{along.stem}-{number}"
        exhibit = _exhibit(file, copies[file[-1].record_id], profile)
        found.append(replace(exhibit, ref=exhibit.ref or name, order=name))
    return OrderItem(along.versions, along.stem, along.later, tuple(found))


def _exhibit(versions: tuple[Opened, ...], copies: list[Opened], profile: Profile) -> Exhibit:
    """Originals with a copy for viewing; or the best copy alone, which has no metadata."""
    newest = versions[-1]
    best = sorted(copies, key=lambda copy: media_facts(copy).size)[-1:]
    ref = usable(file_of(newest).exhibit_ref)
    if profile.originals:
        return Exhibit(ref, versions, newest, tuple(best))
    return Exhibit(ref, versions, best[0] if best else None)


def _proofs(conn: Connection, versions: Iterable[Opened], size: int) -> dict[str, Proof]:
    found = ledger.prove_all(conn, [version.commitment for version in versions], size)
    return {commitment.hex(): proof for commitment, proof in found.items()}


def _span(when: When) -> tuple[date, date]:
    """Return the first and the last day on which it may have happened."""
    day = when.naive().date()
    if when.precision != "month":
        return day, day
    return day, day.replace(day=monthrange(day.year, day.month)[1])
