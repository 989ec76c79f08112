"""Taking something of a case away, where she allowed it: one entry on one page, or a bundle.

Each leaves its trace before a byte of it leaves, with its SHA-256: that of a page is known by then,
that of a bundle follows once its last byte has left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from diary.bundle import names
from diary.bundle.breach_report import TEMPLATE, alone, breach_report
from diary.bundle.breach_rows import Breach
from diary.bundle.build import build
from diary.bundle.contents import Contents, EntryItem, as_entry
from diary.bundle.documents import Typesetting
from diary.bundle.profile import PROFILES
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.file import Derived, File
from diary.domain.order import Order
from diary.domain.plan import PlanLook
from diary.domain.report import Report
from diary.errors import DamagedError, NotFoundError
from diary.services import cases, opening
from diary.services.along_orders import as_order, orders_of
from diary.services.case_reading import Open
from diary.services.cases import Look
from diary.services.exhibit_refs import file_of, usable
from diary.services.export import SOFTWARE, Parcel, counted, sequence
from diary.services.gathering import About, MediaReader, Selection, chosen_entries
from diary.services.gathering import gather as collect
from diary.services.house import House
from diary.services.one_page import Made
from diary.text import Say
from diary.vault.case import leave_for_owner
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

NONE = frozenset[str]()


def one_page(house: House, me: Vault, case_id: str, entry_id: str, say: Say) -> Made:
    """Make the page of one entry, and leave the trace of exactly this page."""
    at = house.now()
    with house.store.read() as conn:
        breach = cases.read_in(conn, house, me, case_id, lambda found: gather(found, entry_id))
    pdf = Typesetting(TEMPLATE, breach_report(breach, alone(at, say), say)).finish()
    digest = sha256(pdf.data).hexdigest()
    look = Look("page", entry_id, action="downloaded", sha256=digest)
    with house.store.write() as conn:  # asks once more: who may not take it now does not get it
        cases.trace(conn, house, me, case_id, look)
    return Made(pdf.data, f"page-{at:%Y%m%d-%H%M}.pdf")


def gather(found: Open, entry_id: str) -> Breach:
    """Open what the page tells of, as far as it is shared: whole, or what stayed in a copy."""
    cases.require_download(found)
    head = found.find(Entry, entry_id)
    if head is None:
        raise NotFoundError
    looks = found.below(PlanLook, [entry_id])[entry_id]
    refs = (usable(one.file.exhibit_ref) for one in found.files(entry_id))
    versions = tuple(found.case.versions(found.conn, head.record.hex()))
    away = opening.not_shared(found.conn, found.case, versions[-1])
    return Breach(
        item=EntryItem(versions, tuple(filter(None, refs)), away),
        orders=tuple(order.body for order in found.every(Order)),
        reports=tuple(
            report.body for report in found.every(Report) if entry_id in report.body.entries
        ),
        look=looks[-1].body if looks else None,
        shared=True,
    )


@dataclass(frozen=True, slots=True)
class FileChoice:
    """A shared file that can go along as a copy without metadata, and what it belongs to."""

    id: str
    body: File
    of: Entry | Order


@dataclass(frozen=True, slots=True)
class Ready:
    """What a copy of the case would hold, and what can be ticked besides.

    `in_part`: entries that are copies with parts left out. `others`: files that have no copy.
    """

    entries: int
    in_part: int
    files: tuple[FileChoice, ...] = ()
    others: int = 0


def ready(found: Open) -> Ready:
    """Count it; only where she allowed downloads."""
    cases.require_download(found)
    every, whole = found.listed(Entry.kind), found.heads.listed(Entry.kind)
    files = _files(found)
    others = len(found.heads.listed(File.kind)) - len(files)
    return Ready(len(every), len(every) - len(whole), tuple(files), others)


def _files(found: Open) -> list[FileChoice]:
    """Return the files of what goes that have a copy: originals, with what is in them, stay."""
    copies = found.heads.section(Derived.kind)
    if not len(copies):
        return []
    conn, case, lost = found.conn, found.case, Unopened()
    entries = chosen_entries(conn, case, Selection(), lost)
    orders = orders_of(conn, case, map(as_entry, entries))
    of = [(one, as_entry(one)) for one in entries] + [(one, as_order(one)) for one in orders]
    below = opening.files_of(conn, case, [one for one, _ in of], lost)
    return [
        FileChoice(file.record_id, file_of(file), body)
        for (_, body), files in zip(of, below.values(), strict=True)
        for file in files
        if copies.children(bytes.fromhex(file.record_id))
    ]


def bundle(
    house: House, me: Vault, case_id: str, *, files: frozenset[str] = NONE, say: Say
) -> Parcel:
    """Make a bundle of the entries that are shared, whole or in part, and of the ticked files.

    That it was made is in her diary before its first byte leaves, with the entries that it holds,
    and so is each file that goes; its SHA-256 once the last has.
    """
    at = house.now()
    sequence(house, at)
    about = About(
        PROFILES["practitioner"], at, house.settings.name, SOFTWARE, house.secrets.log, say
    )
    with house.store.read() as conn:
        contents, diary_id = cases.read_in(
            conn, house, me, case_id,
            lambda found: (_contents(found, about, files), found.case.diary_id),
        )  # fmt: skip
    newest_first = sorted(contents.entries, key=_moment, reverse=True)
    held = tuple(one.id for one in newest_first)
    looks = [Look("bundle", action="downloaded", shown=held)]
    looks += [Look("bundle file", one, action="downloaded") for one in sorted(files)]
    with house.store.write() as conn:
        for look in looks:
            cases.trace(conn, house, me, case_id, look)

    def done(sha256: str) -> None:
        event = Event(
            action="downloaded", actor="practitioner", subject=case_id, note="bundle", sha256=sha256
        )
        # It has left: also where she ended the share meanwhile.
        with house.store.write() as conn:
            leave_for_owner(conn, diary_id, event, at=house.now(), parent=case_id)

    chunks = counted(build(contents, MediaReader(house.store.blobs)), done)
    file_name = names.folder(contents.reference, at) + ".zip"
    return Parcel(file_name, contents.reference, chunks)


def _moment(item: EntryItem) -> datetime:
    return item.latest.body.moment() or item.latest.written_at


def _contents(found: Open, about: About, files: frozenset[str]) -> Contents:
    cases.require_download(found)
    if not found.listed(Entry.kind):
        raise NotFoundError
    # What is not offered is refused, and not dropped: she may have taken it out meanwhile.
    if files and not files <= {one.id for one in _files(found)}:
        raise NotFoundError
    chosen = Selection(files=files)
    contents = collect(found.conn, found.case, chosen, about, consent_id=found.case.grant.id)
    if not contents.entries:  # none of them opens: said on a page, and not by half a file
        raise DamagedError
    return contents
