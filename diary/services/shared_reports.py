"""Reports within a share: which tell of a record, and what says beside an entry that it was told.

What is taken out of a share takes these with it, so that nothing in it still tells of what is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection

from diary.domain.base import Record
from diary.domain.report import Report, ReportLink
from diary.domain.sharing import MARKS, Redacted
from diary.vault.case import Case
from diary.vault.unopened import Unopened


def about(conn: Connection, case: Case, record_id: str) -> set[str]:
    """Return the reports that name an entry, by their own ids."""
    return {own for own, body in _reports(conn, case) if record_id in body.entries}


def links(conn: Connection, case: Case, reports: Collection[str]) -> set[str]:
    """Return the records below entries which say that one of these reports is about them."""
    shared = case.heads(conn)
    found = case.open_heads(conn, shared, list(shared.section(ReportLink.kind)), Unopened())
    return {
        one.record_id
        for one in found
        if isinstance(one.body, ReportLink) and one.body.report in reports
    }


def _reports(conn: Connection, case: Case) -> Iterator[tuple[str, Report]]:
    """Yield each shared report under its own id; one that does not open, opens to nobody."""
    shared = case.heads(conn)
    copies = [one for one in shared.listed(Redacted.kind) if one.mark == MARKS[Report.kind]]
    wanted = [*shared.listed(Report.kind), *copies]
    for opened in case.open_heads(conn, shared, wanted, Unopened()):
        body: Record | None = opened.body
        own = opened.record_id
        if isinstance(body, Redacted):
            own, body = body.of, body.whole()
        if isinstance(body, Report):
            yield own, body
