"""Taking something of a case away, where she allowed it: one entry on one page."""

from __future__ import annotations

from diary.bundle.breach_report import TEMPLATE, alone, breach_report
from diary.bundle.breach_rows import Breach
from diary.bundle.contents import EntryItem
from diary.bundle.documents import Typesetting
from diary.domain.entry import Entry
from diary.domain.order import Order
from diary.domain.plan import PlanLook
from diary.domain.report import Report
from diary.errors import NotFoundError
from diary.services import cases
from diary.services.case_reading import Open
from diary.services.cases import Look
from diary.services.exhibit_refs import usable
from diary.services.house import House
from diary.services.one_page import Made
from diary.text import Say
from diary.vault.vault import Vault


def one_page(house: House, me: Vault, case_id: str, entry_id: str, say: Say) -> Made:
    """Make the page of one entry; the trace is left before it is made."""
    at = house.now()
    look = Look("page", entry_id, action="downloaded")
    breach = cases.read(house, me, case_id, look, lambda found: gather(found, entry_id))
    pdf = Typesetting(TEMPLATE, breach_report(breach, alone(at, say), say)).finish()
    return Made(pdf.data, f"page-{at:%Y%m%d-%H%M}.pdf")


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
