"""Taking something of a case away, where she allowed it: one entry on one page, or a bundle."""

from __future__ import annotations

from dataclasses import dataclass

from diary.bundle import names
from diary.bundle.breach_report import TEMPLATE, alone, breach_report
from diary.bundle.breach_rows import Breach
from diary.bundle.build import build
from diary.bundle.contents import Contents, EntryItem
from diary.bundle.documents import Typesetting
from diary.bundle.profile import PROFILES
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.order import Order
from diary.domain.plan import PlanLook
from diary.domain.report import Report
from diary.errors import NotFoundError
from diary.services import cases
from diary.services.case_reading import Open
from diary.services.cases import Look
from diary.services.exhibit_refs import usable
from diary.services.export import SOFTWARE, Parcel, counted, sequence
from diary.services.gathering import About, MediaReader, Selection
from diary.services.gathering import gather as collect
from diary.services.house import House
from diary.services.one_page import Made
from diary.text import Say
from diary.vault.case import leave_for_owner
from diary.vault.vault import Vault


def one_page(house: House, me: Vault, case_id: str, entry_id: str, say: Say) -> Made:
    """Make the page of one entry; the trace is left before it is made."""
    at = house.now()
    look = Look("page", entry_id, action="downloaded")
    breach = cases.read(house, me, case_id, look, lambda found: gather(found, entry_id))
    pdf = Typesetting(TEMPLATE, breach_report(breach, alone(at, say), say)).finish()
    return Made(pdf.data, f"page-{at:%Y%m%d-%H%M}.pdf")


@dataclass(frozen=True, slots=True)
class Ready:
    """How much a copy of the case would hold, and how much is shared only in part."""

    entries: int
    in_part: int


def ready(found: Open) -> Ready:
    """Count it; only where she allowed downloads."""
    cases.require_download(found)
    whole = len(found.heads.listed(Entry.kind))
    return Ready(whole, len(found.listed(Entry.kind)) - whole)


def bundle(house: House, me: Vault, case_id: str, *, say: Say) -> Parcel:
    """Make a bundle of the entries that are shared whole, in words only.

    That it was made is in her diary before its first byte leaves; its SHA-256 once the last has.
    """
    at = house.now()
    sequence(house, at)
    look = Look("bundle", action="downloaded")
    about = About(
        PROFILES["practitioner"], at, house.settings.name, SOFTWARE, house.secrets.log, say
    )
    contents, diary_id = cases.read(
        house, me, case_id, look, lambda found: (_contents(found, about), found.case.diary_id)
    )

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


def _contents(found: Open, about: About) -> Contents:
    cases.require_download(found)
    if not found.heads.section(Entry.kind):
        raise NotFoundError
    words_only = Selection(files=frozenset())
    return collect(found.conn, found.case, words_only, about, consent_id=found.case.grant.id)


def gather(found: Open, entry_id: str) -> Breach:
    """Open what the page tells of, as far as it is shared. A copy has no page of its own."""
    cases.require_download(found)
    one = found.one(Entry, entry_id)
    if one.is_copy:
        raise NotFoundError
    looks = found.below(PlanLook, [entry_id])[entry_id]
    refs = (usable(one.file.exhibit_ref) for one in found.files(entry_id))
    versions = tuple(found.case.versions(found.conn, entry_id))
    return Breach(
        item=EntryItem(versions, tuple(filter(None, refs))),
        orders=tuple(order.body for order in found.every(Order)),
        reports=tuple(
            report.body for report in found.every(Report) if entry_id in report.body.entries
        ),
        look=looks[-1].body if looks else None,
    )
