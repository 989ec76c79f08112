"""Opening a case: what one grant lets a practitioner see, and the trace that each look leaves.

No look goes unrecorded: the event is in her diary before a byte leaves, in the same request, or
nothing leaves. Every look asks again whether the grant lives and whether he may still practise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from sqlalchemy import Connection

from diary.domain.clock import from_ms, to_ms
from diary.domain.event import Event
from diary.errors import DamagedError, NotFoundError
from diary.services import case_new, practitioners
from diary.services.case_reading import Open
from diary.services.house import House
from diary.store import grants as rows
from diary.store import tries
from diary.store.grants import GrantRow
from diary.text import N_
from diary.vault import grants, looked
from diary.vault.case import Case, leave
from diary.vault.grants import Grant
from diary.vault.vault import Vault

Found = TypeVar("Found")
# The ranges of one sound or video that are asked for one after the other are one look.
ONE_LOOK = timedelta(minutes=5)
# What the event of a look says was looked at, in words for her; `Event.note` holds the key.
WHAT = {
    "list": N_("Saw your name, and what it is for, in the list of cases"),
    "case": N_("Opened the case"),
    "entries": N_("Looked through the list of entries"),
    "search": N_("Searched the entries"),
    "entry": N_("Read an entry, with the list beside it"),
    "entry found": N_("Read an entry, with what a search found beside it"),
    "order": N_("Read an order"),
    "reports": N_("Read what was reported"),
    "plan": N_("Read the safety plan"),
    "people": N_("Read who the people are"),
    "pattern": N_("Looked at the pattern"),
    "media": N_("Looked through the list of files"),
    "file": N_("Looked at a file"),
    "about file": N_("Read what is known of a file"),
    "original": N_("Took a copy of a file"),
    "page": N_("Took a copy of an entry on one page"),
    "before copy": N_("Read what a copy of the case would hold"),
    "bundle": N_("Took a copy of the case"),
    "bundle file": N_("Took a picture with a copy of the case"),
    "records": N_("Looked at the records of practitioners"),
    "record": N_("Read a record of a practitioner"),
    "writing": N_("Opened the case to write a record"),
    "practice": N_("Wrote a record"),
    "override": N_("Wrote down what was passed on without asking"),
    "override decided": N_("A second person decided about what was passed on"),
}


class NotSharedError(NotFoundError):
    """One answer for what was never shared, is shared no more, or never was."""

    default = N_("This is not shared with you, or not any more.")


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: `subject` is its id, the case itself where it is empty."""

    what: str
    subject: str = ""
    action: Literal["looked", "downloaded", "practice_added", "exported"] = "looked"
    in_parts: bool = False  # one of many that follow each other: ranges of a file, the list
    sha256: str = ""
    shown: tuple[str, ...] = ()  # the entries whose words stood on the page, or in the copy


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the list: from whom, for what, until when, and how much is new."""

    id: str
    name: str
    purpose: str
    starts: datetime
    ends: datetime
    can_download: bool
    new: int
    looked_at: datetime | None
    damaged: bool = False


def mine(house: House, me: Vault) -> list[Line]:
    """Return what is shared now, what ends first at the top. That a name was read leaves a trace.

    Nothing is read where nothing is shared, and then nothing is written either.
    """
    with house.store.read() as conn:
        require_active(conn, me)
        given = [row for row in rows.to_grantee(conn, me.account_id) if _is_live(house, row)]
        lines = [_line(conn, house, me, row) for row in given]
    if lines:
        with house.store.write() as conn:
            lines = [line for line in lines if _is_traced(conn, house, me, line)]
    return sorted(lines, key=lambda line: line.ends)


def _is_traced(conn: Connection, house: House, me: Vault, line: Line) -> bool:
    """Leave the trace of a line; tell whether it may still be shown. A damaged one says nothing."""
    try:
        if not line.damaged:
            trace(conn, house, me, line.id, Look("list", in_parts=True))
    except NotSharedError:  # it ended meanwhile
        return False
    return True


def _line(conn: Connection, house: House, me: Vault, row: GrantRow) -> Line:
    try:
        return _opened_line(conn, house, me, row)
    except DamagedError:  # one case that does not open hides no other, and is not hidden itself
        starts, ends = from_ms(row.starts_ms), from_ms(row.ends_ms)
        return Line(row.id, "", "", starts, ends, False, 0, None, damaged=True)


def _opened_line(conn: Connection, house: House, me: Vault, row: GrantRow) -> Line:
    found = opened(conn, grants.as_reader(row, me.unlocked, house.now()))
    consent = found.consent()
    last = looked.read(found.case.grant)
    return Line(
        id=row.id,
        name=consent.from_name if consent else "",
        purpose=consent.purpose if consent else "",
        starts=from_ms(row.starts_ms),
        ends=from_ms(row.ends_ms),
        can_download=consent is not None and consent.permission == "download",
        new=len(last.new(case_new.counted(found))),
        looked_at=last.at,
    )


def read(
    house: House, me: Vault, case_id: str, look: Look, reading: Callable[[Open], Found]
) -> Found:
    """Read something of a case and leave the trace of it; what cannot be traced is not read.

    NotSharedError where the grant is not his, not now, or the thing is not in it.
    """
    with house.store.read() as conn:
        answer, found = _read(conn, house, me, case_id, reading)
    shown = tuple(dict.fromkeys(found.shown))
    with house.store.write() as conn:
        trace(conn, house, me, case_id, replace(look, shown=shown, sha256="".join(found.sums)))
    return answer


def read_in(
    conn: Connection, house: House, me: Vault, case_id: str, reading: Callable[[Open], Found]
) -> Found:
    """Read something of a case. Whoever calls this leaves the trace before anything is shown."""
    return _read(conn, house, me, case_id, reading)[0]


def _read(
    conn: Connection, house: House, me: Vault, case_id: str, reading: Callable[[Open], Found]
) -> tuple[Found, Open]:
    """Read it; return with it the case, which knows what of it went onto the page."""
    try:
        found = opened(conn, live(conn, house, me, case_id))
        return reading(found), found
    except NotFoundError as error:
        raise NotSharedError from error


def trace(conn: Connection, house: House, me: Vault, case_id: str, look: Look) -> Grant:
    """Leave the event of a look in her diary; asks once more whether he may look."""
    grant = live(conn, house, me, case_id)
    if not (look.in_parts and _seen_just_now(conn, house, case_id, look)):
        event = Event(
            action=look.action,
            actor="practitioner",
            subject=look.subject or case_id,
            note=look.what,
            sha256=look.sha256,
            shown=look.shown,
        )
        leave(conn, grant, event, at=house.now())
    return grant


def _seen_just_now(conn: Connection, house: House, case_id: str, look: Look) -> bool:
    """Tell whether this is another part of a look that was traced already, and count it.

    Kept as a keyed hash among what is counted, so every process knows and no row says what it is.
    """
    key = house.secrets.tried("look", case_id, look.action, look.subject)
    window = int(ONE_LOOK.total_seconds() * 1000)
    count, _ = tries.count(conn, key, now_ms=to_ms(house.now()), window_ms=window)
    return count > 1


def live(conn: Connection, house: House, me: Vault, case_id: str) -> Grant:
    """Take up a grant that lives, as a practitioner who may practise; else NotSharedError."""
    require_active(conn, me)
    row = rows.by_id(conn, case_id)
    try:
        if row is None:
            raise NotFoundError
        return grants.as_reader(row, me.unlocked, house.now())
    except NotFoundError as error:
        raise NotSharedError from error


def opened(conn: Connection, grant: Grant) -> Open:
    """Open a case for one request."""
    case = Case(grant)
    return Open(conn, case, case.heads(conn))


def require_download(found: Open) -> None:
    """Refuse to let anything be taken away where she allowed looking only."""
    consent = found.consent()
    if consent is None or consent.permission != "download":
        raise NotSharedError


def _is_live(house: House, row: GrantRow) -> bool:
    return row.grantee_key is not None and row.is_live(to_ms(house.now()))


def require_active(conn: Connection, me: Vault) -> None:
    """Refuse whoever is not, or no more, a practitioner."""
    if not practitioners.is_active(conn, me.account_id):
        raise NotSharedError
