"""Copies with parts left out, as a share holds them in the place of a whole record.

What was left out is in no bundle. So a gap must never read as an answer: wherever a document would
say that there is nothing, it says instead that the part was left out.
"""

from __future__ import annotations

from typing import TypeVar

from diary.domain.base import Record
from diary.domain.sharing import Redacted
from diary.errors import DamagedError
from diary.text import N_, Say
from diary.vault.records import Opened

Body = TypeVar("Body", bound=Record)
LEFT_OUT = N_("left out of this copy")
NOT_HERE = N_("not in this copy")
MADE = N_("This copy was made (the server)")
SHORT = N_("DERIVED from version %(version)s, parts left out")
WHOLE = N_("DERIVED from version %(version)s of record %(record)s, parts left out.")
WHICH = N_("Left out, whether anything was written there or not: %(parts)s.")
# The groups of `services.redaction`, as a reader is told of them.
GROUPS = {
    "when": N_("when it happened"), "place": N_("where it happened"),
    "home": N_("where, if it was at a home"), "what": N_("what happened"),
    "words": N_("the exact words"), "terms": N_("which part of an order"),
    "who": N_("who was there, and who saw it"), "how": N_("what it was, and how it came"),
    "harm": N_("what was hurt or broken"), "feelings": N_("how it was for the writer"),
    "told": N_("who was told"), "map": N_("the place on a map"),
    "rest": N_("what is noted beside it"), "zones": N_("areas named in the order"),
    "order_notes": N_("notes on the order, and whom it protects"),
}  # fmt: skip


def copied(opened: Opened) -> Redacted | None:
    """Return the copy that a record is, if it is one."""
    return opened.body if isinstance(opened.body, Redacted) else None


def origin(opened: Opened) -> str:
    """Return the id under which other records know it: that of its original."""
    copy = copied(opened)
    return opened.record_id if copy is None else copy.of


def kind_of(opened: Opened) -> str:
    """Return the kind of record that it is, or is a copy of."""
    copy = copied(opened)
    return opened.kind if copy is None else copy.of_kind


def body_as(opened: Opened, model: type[Body]) -> Body:
    """Return a body of this kind, or what stayed of it; DamagedError for any other."""
    copy = copied(opened)
    body = opened.body if copy is None else copy.whole()
    if not isinstance(body, model):
        raise DamagedError
    return body


def lacks(opened: Opened, group: str) -> bool:
    """Tell whether a group of fields was left out."""
    copy = copied(opened)
    return copy is not None and group in copy.left_out


def mark(opened: Opened, say: Say) -> str:
    """Say in a few words that it is a copy, or nothing of a whole record."""
    copy = copied(opened)
    return "" if copy is None else say(SHORT, version=copy.of_version)


def told(opened: Opened, say: Say) -> str:
    """Say of what it is a copy and which parts were left out, or nothing of a whole record."""
    copy = copied(opened)
    if copy is None:
        return ""
    parts = "; ".join(say(GROUPS[one]) if one in GROUPS else one for one in copy.left_out)
    said = say(WHOLE, version=copy.of_version, record=copy.of)
    return f"{said} {say(WHICH, parts=parts)}" if parts else said
