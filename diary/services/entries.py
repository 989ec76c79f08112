"""Writing, changing and reading entries.

An entry is never updated: a change is a new version, and the earlier wording stays readable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from diary.domain.entry import Entry
from diary.domain.file import Derived, File
from diary.domain.report import ReportLink
from diary.errors import (
    ConflictError,
    DamagedError,
    NotFoundError,
    StoreFullError,
    StoreUnavailableError,
)
from diary.services import extending, files
from diary.services.files import Received
from diary.services.house import House
from diary.services.paging import PER_PAGE, find_page
from diary.vault.reader import Page
from diary.vault.records import Opened
from diary.vault.vault import MERGE_EVERY, Vault

LEFT_UNMERGED = 2 * MERGE_EVERY
LIVE = 1  # the mark of a link to a report that holds


@dataclass(frozen=True, slots=True)
class Saved:
    """Where an entry was saved, and when; `again` if it had been saved before."""

    record_id: str
    version: int
    at: datetime
    again: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of an entry, with the clocks that are known for it."""

    number: int
    entry: Entry
    written_at: datetime
    received_at: datetime
    device_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of an entry, and what was made from it."""

    id: str
    file: File
    received_at: datetime
    derived: tuple[Derived, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One entry with everything that belongs to it; versions oldest first."""

    id: str
    versions: tuple[Version, ...]
    files: tuple[Attached, ...]
    damaged: bool = False  # a file of it does not open; nothing is shown as if it were whole

    @property
    def newest(self) -> Version:
        """The wording in force."""
        return self.versions[-1]

    def version(self, number: int) -> Version:
        """Return one wording by its number, or the newest if there is none with it."""
        return next((one for one in self.versions if one.number == number), self.newest)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the timeline; `files` counts by shape, `reports` how often it was reported."""

    id: str
    version: int
    entry: Entry
    written_at: datetime
    files: Counter[int]
    reports: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of the diary, newest first."""

    items: tuple[Item, ...]
    total: int
    page: int
    pages: int
    damaged: int = 0


def record(
    house: House,
    vault: Vault,
    entry: Entry,
    *,
    record_id: str,
    device_at: datetime | None = None,
    received: Sequence[Received] = (),
) -> Saved:
    """Save a new entry with the files that came with it: all of it, or nothing.

    The id is made with the form, so that sending it twice saves it once.
    """
    at = house.now()
    try:
        with house.store.write() as conn:
            vault.keep(conn, entry, at=at, record_id=record_id, device_at=device_at)
            for one in received:
                files.keep(conn, vault, one, at=at, parent=record_id)
            extending.new_entry(conn, house, vault, record_id)
    except ConflictError:
        saved = _saved_before(house, vault, record_id)
        for one in received:
            files.add(house, vault, one, parent=record_id)
        return saved
    return Saved(record_id, 1, at)


def _saved_before(house: House, vault: Vault, record_id: str) -> Saved:
    with house.store.read() as conn:
        first = _listed(conn, vault, record_id)[0]
    return Saved(record_id, first.number, first.received_at, again=True)


def amend(
    house: House,
    vault: Vault,
    record_id: str,
    entry: Entry,
    *,
    base_version: int,
    device_at: datetime | None = None,
) -> Saved:
    """Save a change as a new version after `base_version`.

    ConflictError when somebody saved another change in between, unless it is this very one.
    """
    at = house.now()
    try:
        with house.store.write() as conn:
            kept = vault.keep(
                conn,
                entry,
                at=at,
                record_id=record_id,
                base_version=base_version,
                device_at=device_at,
            )
            # After keep, which waits for the diary's other writers: a removal is seen for sure.
            _listed(conn, vault, record_id)
            extending.changed_entry(conn, house, vault, record_id)
    except ConflictError:
        newest = read(house, vault, record_id).newest
        if newest.entry != entry:
            raise
        return Saved(record_id, newest.number, newest.received_at, again=True)
    return Saved(record_id, kept.version, at)


def read(house: House, vault: Vault, record_id: str) -> Story:
    """Read one entry with its earlier wordings and its files."""
    with house.store.read() as conn:
        versions = _listed(conn, vault, record_id)
        try:
            return Story(record_id, tuple(versions), _files(conn, vault, record_id))
        except DamagedError:
            return Story(record_id, tuple(versions), (), damaged=True)


def files_below(house: House, vault: Vault, record_id: str) -> tuple[tuple[Attached, ...], bool]:
    """Return the files of an entry or an order, and whether one of them does not open."""
    with house.store.read() as conn:
        try:
            return _files(conn, vault, record_id), False
        except DamagedError:
            return (), True


def _files(conn: Connection, vault: Vault, record_id: str) -> tuple[Attached, ...]:
    found = vault.children(conn, record_id, File.kind)
    derived = vault.children_of(conn, [file.record_id for file in found], Derived.kind)
    return tuple(_attached(file, derived[file.record_id]) for file in found)


def timeline(house: House, vault: Vault, *, page: int = 1, query: str = "") -> Timeline:
    """Return one page of the diary, or of what is found in its words."""
    with house.store.read() as conn:
        heads = vault.heads(conn)

        def find(offset: int) -> Page:
            if query.strip():
                return vault.search(conn, Entry.kind, query, offset=offset, limit=PER_PAGE)
            return vault.page(conn, Entry.kind, offset=offset, limit=PER_PAGE, heads=heads)

        found, there = find_page(page, find)
        ids = [opened.record_id for opened in found.items]
        counts = vault.count_children(conn, ids, File.kind, heads=heads)
        told = vault.count_children(conn, ids, ReportLink.kind, heads=heads)
    if heads.merged > LEFT_UNMERGED:
        # What others left for her while she was away (each look of theirs) is merged once for all.
        with suppress(StoreFullError, StoreUnavailableError), house.store.write() as conn:
            vault.refresh_heads(conn)
    items = tuple(_item(one, counts[one.record_id], told[one.record_id]) for one in found.items)
    return Timeline(items, found.total, there.page, there.pages, found.damaged)


def _listed(conn: Connection, vault: Vault, record_id: str) -> list[Version]:
    """Return the versions of an entry that is there to be seen, or raise NotFoundError."""
    versions = vault.versions(conn, record_id)
    if versions[0].kind != Entry.kind or not vault.is_listed(conn, record_id):
        raise NotFoundError
    return [_version(opened) for opened in versions]


def _version(opened: Opened) -> Version:
    return Version(
        number=opened.version,
        entry=_entry(opened),
        written_at=opened.written_at,
        received_at=opened.received_at,
        device_at=opened.device_at,
    )


def _entry(opened: Opened) -> Entry:
    if not isinstance(opened.body, Entry):
        raise DamagedError
    return opened.body


def _attached(opened: Opened, derived: list[Opened]) -> Attached:
    if not isinstance(opened.body, File):
        raise DamagedError
    made = tuple(copy.body for copy in derived if isinstance(copy.body, Derived))
    return Attached(opened.record_id, opened.body, opened.received_at, made)


def _item(opened: Opened, files: Counter[int], told: Counter[int]) -> Item:
    entry, reports = _entry(opened), told[LIVE]
    return Item(opened.record_id, opened.version, entry, opened.written_at, files, reports)
