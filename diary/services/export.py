"""Handing over: what can be chosen, and a bundle of what was chosen.

Entries, their files and the copies of orders can be chosen; what belongs to them goes along. Making
a bundle is an event in the log: before its first byte leaves, and again with its SHA-256 when the
last one has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as installed

from diary.bundle import names
from diary.bundle.build import build
from diary.bundle.contents import Contents, as_entry
from diary.bundle.profile import PROFILES, Profile
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.file import File
from diary.domain.ids import new_id
from diary.errors import BadInputError, StoreFullError, StoreUnavailableError
from diary.services import exhibit_refs
from diary.services.along_orders import as_order, orders_of
from diary.services.exhibit_refs import file_of
from diary.services.gathering import (
    About,
    MediaReader,
    Selection,
    chosen_entries,
    gather,
    open_chosen,
)
from diary.services.house import House
from diary.text import ENGLISH, N_, Say
from diary.vault import ledger
from diary.vault.records import Opened
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

NOTHING = N_("There is nothing to hand over in what was chosen.")
SENT = 128 * 1024  # bytes of a bundle that leave at once
SOFTWARE = f"diary {installed('diary')}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry that can be chosen, and its files."""

    id: str
    entry: Entry
    files: tuple[tuple[str, File], ...]


@dataclass(frozen=True, slots=True)
class GoesAlong:
    """How much goes along with chosen entries; `unopened` records do not open and stay behind."""

    orders: int
    reports: int
    witnesses: int
    unopened: int


@dataclass(frozen=True, slots=True)
class Given:
    """One bundle that was made: when, for what, and its SHA-256 once its last byte had left."""

    at: datetime
    reference: str
    profile: Profile | None
    entries: int
    files: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A bundle on its way: its neutral file name, its reference, and its bytes (read them once)."""

    file_name: str
    reference: str
    chunks: Iterator[bytes]


def profile_named(code: str) -> Profile:
    """Return a profile, or raise BadInputError."""
    if code not in PROFILES:
        raise BadInputError(
            fields={"purpose": BadInputError(N_("Choose who this is for."), fields=None)}
        )
    return PROFILES[code]


def choices(house: House, vault: Vault, selection: Selection) -> list[Choice]:
    """Return what could be handed over, newest first."""
    with house.store.read() as conn:
        unopened = Unopened()
        entries = chosen_entries(conn, vault, selection, unopened)
        ids = [opened.record_id for opened in entries]
        files = vault.children_of(conn, ids, File.kind, unopened=unopened)
    return [
        Choice(
            opened.record_id,
            as_entry(opened),
            tuple((file.record_id, file_of(file)) for file in files[opened.record_id]),
        )
        for opened in entries
    ]


def goes_along(house: House, vault: Vault, selection: Selection, profile: Profile) -> GoesAlong:
    """Return what would go along with the chosen entries, and what would stay behind damaged."""
    with house.store.read() as conn:
        found = open_chosen(conn, vault, selection, profile)
    return GoesAlong(
        orders=len(found.along.orders),
        reports=len(found.along.reports),
        witnesses=len(found.along.witnesses),
        unopened=found.unopened.number,
    )


def copies_of_orders(
    house: House, vault: Vault, selection: Selection
) -> list[tuple[str, str, File]]:
    """Return the copies of orders that could go: the order's reference, the file's id, the file."""
    with house.store.read() as conn:
        chosen = chosen_entries(conn, vault, selection, Unopened())
        orders = orders_of(conn, vault, map(as_entry, chosen))
        ids = [order.record_id for order in orders]
        files = vault.children_of(conn, ids, File.kind, unopened=Unopened())
    return [
        (as_order(order).reference, file.record_id, file_of(file))
        for order in orders
        for file in files[order.record_id]
    ]


def given(house: House, vault: Vault) -> list[Given]:
    """Return what was handed over, newest first."""
    with house.store.read() as conn:
        events = list(vault.scan(conn, Event.kind))
    return [
        _given(event.received_at, event.body)
        for event in events
        if isinstance(event.body, Event) and _is_hers(event.body)
    ]


def _is_hers(event: Event) -> bool:
    """Tell whether she handed this over herself; what others took is told where she shares."""
    return event.action == "exported" and event.actor == "owner"


def _given(at: datetime, event: Event) -> Given:
    code, entries, files = event.note.split(" ")
    return Given(at, event.subject, PROFILES.get(code), int(entries), int(files), event.sha256)


def export(
    house: House,
    vault: Vault,
    *,
    selection: Selection,
    profile: Profile,
    at: datetime,
    say: Say = ENGLISH,
) -> Parcel:
    """Make a bundle. Its event is kept before this returns; the bytes follow as they are read."""
    event_id = new_id()
    about = About(profile, at, house.settings.name, SOFTWARE, house.secrets.log, say)
    contents = _with_references(house, vault, selection, about, event_id)
    files = sum(exhibit.enclosed is not None for exhibit in contents.exhibits)
    event = Event(
        action="exported",
        subject=contents.reference,
        note=f"{profile.code} {len(contents.entries)} {files}",
        software=SOFTWARE,
    )
    with house.store.write() as conn:
        vault.keep(conn, event, at=at, record_id=event_id)

    def done(sha256: str) -> None:
        whole = event.model_copy(update={"sha256": sha256})
        with house.store.write() as conn:
            vault.keep(conn, whole, at=house.now(), record_id=event_id, base_version=1)

    chunks = counted(build(contents, MediaReader(house.store.blobs)), done)
    file_name = names.folder(contents.reference, at) + ".zip"
    return Parcel(file_name, contents.reference, chunks)


def _with_references(
    house: House, vault: Vault, selection: Selection, about: About, event_id: str
) -> Contents:
    """Gather what was chosen; once more, where a file had to be given its reference first."""
    contents, bare = _gathered(house, vault, selection, about, event_id)
    if not contents.entries:
        raise BadInputError(NOTHING)
    if bare:
        with house.store.write() as conn:
            exhibit_refs.give(conn, vault, bare, at=about.made_at)
        contents, _ = _gathered(house, vault, selection, about, event_id)
    return contents


def _gathered(
    house: House, vault: Vault, selection: Selection, about: About, event_id: str
) -> tuple[Contents, list[Opened]]:
    """Return what goes, and the files in it that have no reference of their own yet."""
    sequence(house, about.made_at)
    with house.store.read() as conn:
        contents = gather(conn, vault, selection, about, consent_id=event_id)
        files = [exhibit.record for exhibit in contents.exhibits if not exhibit.order]
        return contents, exhibit_refs.bare(conn, vault, files)


def counted(chunks: Iterable[bytes], done: Callable[[str], None]) -> Iterator[bytes]:
    """Pass the bytes on; when the last one has left, say the SHA-256 of all."""
    digest = hashlib.sha256()
    # Hashing runs beside the sending: it is half of the work, and lets other threads run.
    with ThreadPoolExecutor(max_workers=1) as hasher:
        hashed = hasher.submit(digest.update, b"")
        for chunk in chunks:
            hashed.result()
            hashed = hasher.submit(digest.update, chunk)
            # In pieces small enough that the next copy of them, on their way out, is quick.
            yield from (chunk[at : at + SENT] for at in range(0, len(chunk), SENT))
    done(digest.hexdigest())


def sequence(house: House, at: datetime) -> None:
    """Give waiting leaves their place in the log, so that what goes has its proof."""
    # Where it fails, the export goes on and says of each record that it has no proof yet.
    with suppress(StoreUnavailableError, StoreFullError):
        ledger.sequence(house.store, house.secrets.log, at)
