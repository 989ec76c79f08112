"""One entry as a PDF of one page, with the order that it names and the reports about it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from diary.bundle.breach_report import TEMPLATE, alone, breach_report
from diary.bundle.breach_rows import Breach
from diary.bundle.contents import EntryItem
from diary.bundle.documents import Typesetting
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.order import Order
from diary.domain.plan import PlanLook
from diary.services import own, reporting
from diary.services.exhibit_refs import file_of, usable
from diary.services.house import House
from diary.text import Say
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Made:
    """The finished page, and the neutral name of its file."""

    data: bytes
    file_name: str


def make(house: House, vault: Vault, entry_id: str, say: Say) -> Made:
    """Make the page, or raise NotFoundError."""
    at = house.now()
    with house.store.read() as conn:
        breach = gather(conn, vault, entry_id)
    pdf = Typesetting(TEMPLATE, breach_report(breach, alone(at, say), say)).finish()
    return Made(pdf.data, f"page-{at:%Y%m%d-%H%M}.pdf")


def gather(conn: Connection, vault: Vault, entry_id: str) -> Breach:
    """Open everything that the page tells of. What is private is never asked for."""
    own.one_in(conn, vault, Entry, entry_id)
    looks = own.below(conn, vault, PlanLook, entry_id)
    files = vault.children(conn, entry_id, File.kind)
    refs = (usable(file_of(one).exhibit_ref) for one in files)
    return Breach(
        item=EntryItem(tuple(vault.versions(conn, entry_id)), tuple(filter(None, refs))),
        orders=tuple(one.body for one in own.every_in(conn, vault, Order).items),
        reports=tuple(one.body for one in reporting.of_entry_in(conn, vault, entry_id)),
        look=looks[-1].body if looks else None,
    )
