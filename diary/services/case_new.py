"""What is new in a case since its reader last looked: one rule for the list and for every page."""

from __future__ import annotations

from datetime import datetime

from diary.domain.entry import Entry
from diary.domain.order import Order
from diary.domain.practice import PracticeRecord
from diary.domain.report import Report
from diary.services.case_reading import Open
from diary.store import grants as rows
from diary.vault import looked

# What somebody reads. A file or a link goes with an entry, and a consent is not counted at all.
COUNTED = (Entry.kind, Order.kind, Report.kind)


def counted(found: Open) -> set[int]:
    """Return the numbers of all that can be new: what she shared, and what others wrote."""
    shared = {head.n for kind in COUNTED for head in found.listed(kind)}
    return shared | _of_others(found)


def new(found: Open, at: datetime) -> frozenset[int]:
    """Return what is new for somebody who looks now; a look within one visit takes nothing away."""
    ns = counted(found)
    return frozenset(looked.read(found.case.grant).visit(at, ns).new_now(ns))


def _of_others(found: Open) -> set[int]:
    """Return the records of other practitioners: what he wrote himself is no news to him."""
    if not (records := found.listed(PracticeRecord.kind)):
        return set()
    given = rows.to_grantee(found.conn, found.case.grant.row.grantee)
    mine = {bytes.fromhex(row.id) for row in given}
    return {head.n for head in records if head.parent not in mine}
