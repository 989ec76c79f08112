"""What of a record of something passed on stands in her diary, and how it gets there.

It stands there under an id that the server alone can make from its own, so whether she was told is
seen in her diary, is said nowhere else, and can be feigned by nobody who chooses an id. What was
told is never taken back.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from diary.canonical import utc_text
from diary.domain.event import Event
from diary.domain.practice import Override, PracticeRecord
from diary.errors import NotFoundError
from diary.services.house import House
from diary.services.practitioners import Card
from diary.store import grants as grant_rows
from diary.store import records
from diary.store.overrides import OverrideRow
from diary.vault.case import leave_for_owner


def is_told(conn: Connection, house: House, row: OverrideRow) -> bool:
    """Tell whether she can read it."""
    return bool(records.versions(conn, row.diary_id, _hers(house, row)))


def can_be_told(conn: Connection, house: House, row: OverrideRow) -> bool:
    """Tell whether she cannot read it yet, and her diary is there."""
    is_there = grant_rows.public_key_of_diary(conn, row.diary_id) is not None
    return is_there and not is_told(conn, house, row)


def tell(conn: Connection, house: House, row: OverrideRow, body: PracticeRecord) -> None:
    """Leave it in her diary, sealed to her, if it is not there."""
    if can_be_told(conn, house, row):
        _leave(conn, house, row, body, note="override", record_id=_hers(house, row))


def add_decision(
    conn: Connection, house: House, row: OverrideRow, body: PracticeRecord, decided: Override
) -> None:
    """Leave what a second person decided beside what she was told: a record of its own."""
    if is_told(conn, house, row):
        changed = {"corrects": _hers(house, row), "override": decided}
        more = body.model_copy(update=changed)
        _leave(conn, house, row, more, note="override decided")


def decided(said: Override, card: Card, at: datetime, *, agrees: bool) -> Override:
    """Return what was passed on, with who decided about it and how."""
    signed = {
        "approved_by": card.name,
        "approver_role": card.role,
        "approved_at": utc_text(at),
        "decision": "agreed" if agrees else "not agreed",
    }
    return said.model_copy(update=signed)


def override_of(body: PracticeRecord) -> Override:
    """Return what was passed on; NotFoundError for another sort of record."""
    if body.override is None:
        raise NotFoundError
    return body.override


def _leave(
    conn: Connection,
    house: House,
    row: OverrideRow,
    body: PracticeRecord,
    *,
    note: str,
    record_id: str | None = None,
) -> None:
    case_id, at = body.about, house.now()
    leave_for_owner(conn, row.diary_id, body, at=at, parent=case_id, record_id=record_id)
    event = Event(action="practice_added", actor="practitioner", subject=case_id, note=note)
    leave_for_owner(conn, row.diary_id, event, at=at, parent=case_id)


def _hers(house: House, row: OverrideRow) -> str:
    return house.secrets.tried("told", row.id)[:16].hex()
