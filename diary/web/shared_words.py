"""A record as somebody else will read it: every field that it holds, with a label, none unseen.

The preview of a share and what is shared now are both shown from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from flask_babel import gettext as _
from pydantic import BaseModel

from diary.canonical import parse_utc
from diary.content import agency, behaviour, knows_kind
from diary.domain.base import Record
from diary.domain.entry import Entry, Withdrawn
from diary.domain.file import File
from diary.domain.order import Order
from diary.domain.people import Told
from diary.domain.practice import Override, PracticeRecord
from diary.domain.report import Report
from diary.domain.when import When
from diary.web import entry_words, order_words
from diary.web.called import order_called
from diary.web.files import said_size
from diary.web.practice_words import said_moment
from diary.web.shared_labels import DECIDED, LABELS, PASSED_ON
from diary.web.texts import iso_day, moment, when
from diary.web.visible import visible


class Row(NamedTuple):
    """One line: our label, and a value that is ours to translate or somebody's own words."""

    label: str
    text: str
    own: bool = True


_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CODES: dict[str, Mapping[str, str]] = {
    "served_how": order_words.SERVED_HOW,
    "power_of_arrest": order_words.ARREST,
    "status": order_words.STATUS,
    "place_type": entry_words.PLACES,
    "direct_or_indirect": entry_words.CHANNELS,
    "who_started_contact": entry_words.STARTED,
    "report_status": entry_words.REPORTED,
    "thread_context": entry_words.THREADS,
    "state": entry_words.LEAD_STATES,
}


def rows(body: Record) -> list[Row]:
    """Return every line of a record."""
    labels = LABELS.get(body.kind, {})
    found = [row for name, label in labels.items() if (row := _row(body, name, label)).text]
    if isinstance(body, PracticeRecord) and body.override is not None:
        found += _passed_on(body.override)
    return found


def _passed_on(said: Override) -> Iterator[Row]:
    """Yield what was passed on without asking her, line by line, and what was decided about it."""
    for name, label in PASSED_ON.items():
        value = getattr(said, name)
        if name == "decision":
            yield Row(str(_(label)), str(_(DECIDED.get(value, DECIDED[""]))), own=False)
        elif name == "unsafe_to_notify" and value:
            yield Row(str(_(label)), _known(name, value), own=False)
        elif value and isinstance(value, str):
            yield _passed(label, name, value)


def _row(body: Record, name: str, label: str) -> Row:
    value = getattr(body, name)
    if value in (None, "", ()):
        return Row("", "")
    if special := _SPECIAL.get((body.kind, name)):
        return Row(str(_(label)), special(value), own=False)
    if isinstance(value, When):
        return Row(str(_(label)), when(value), own=False)
    if known := _known(name, value):
        return Row(str(_(label)), known, own=False)
    return Row(str(_(label)), visible("\n".join(_lines(value))))


def _passed(label: str, name: str, value: str) -> Row:
    """Say one part of it: a moment in our words, everything else in their own."""
    if name == "told_at":
        return Row(str(_(label)), said_moment(value), own=False)
    if name in {"written_at", "approved_at"}:
        with suppress(ValueError):  # what an imported file says instead stands as it is
            return Row(str(_(label)), moment(parse_utc(value)), own=False)
    return Row(str(_(label)), visible(value))


def _known(name: str, value: object) -> str:
    """Say a code, an answer or a day in our words; nothing for what has words of its own."""
    if isinstance(value, bool):
        return str(_(entry_words.YES_NO["yes" if value else "no"]))
    if not isinstance(value, str):
        return ""
    words = (_CODES.get(name) or entry_words.YES_NO).get(value)
    return str(_(words)) if words else _day(value)


def _day(text: str) -> str:
    try:
        return iso_day(text) if _DAY.fullmatch(text) else ""
    except ValueError:
        return ""


def _lines(value: object) -> Iterator[str]:
    """Yield every word of a value, whatever it is made of."""
    if isinstance(value, BaseModel):
        parts = (" ".join(_lines(getattr(value, name))) for name in type(value).model_fields)
        yield " · ".join(filter(None, parts))
    elif isinstance(value, tuple):
        for one in value:
            yield from _lines(one)
    elif value is not None and value != "":
        yield str(value)


def _behaviours(codes: tuple[str, ...]) -> str:
    known = ((code, behaviour(code)) for code in codes)
    return "\n".join(str(_(one.label)) if one else visible(code) for code, one in known)


def _agency(code: str) -> str:
    known = agency(code)
    return visible(code) if known is None else str(_(known.label))


def _knows(code: str) -> str:
    known = knows_kind(code)
    return visible(code) if known is None else str(_(known.label))


def _fear(level: object) -> str:
    if level == "skip":
        return str(_(entry_words.NOT_SAID))
    return str(_("%(level)s out of 10", level=level))


def _moment(text: str) -> str:
    """Say a moment that is kept in UTC, or a day where that is all that was said."""
    try:
        return moment(parse_utc(text))
    except ValueError:
        return _day(text) or visible(text)


def _questions(names: tuple[str, ...]) -> str:
    return ", ".join(str(_(LABELS[Entry.kind][name])) for name in names)


def _ends(code: str) -> str:
    return str(_(order_words.ENDS[code]))


def _yes(_value: object) -> str:
    return str(_(entry_words.YES_NO["yes"]))


def _order_type(code: str) -> str:
    return order_called(Order(reference="-", type=code))


def _taken_back(back: Withdrawn) -> str:
    """Say that it was taken back, also where why is left out."""
    said = " · ".join(filter(None, (back.said_on, back.reason)))
    return "\n".join(filter(None, (str(_(entry_words.YES_NO["yes"])), visible(said))))


_SPECIAL: dict[tuple[str, str], Callable[..., str]] = {
    (Entry.kind, "behaviours"): _behaviours,
    (Entry.kind, "fear_level"): _fear,
    (Entry.kind, "not_sure"): _questions,
    (Entry.kind, "withdrawn"): _taken_back,
    (Order.kind, "type"): _order_type,
    (Order.kind, "ends"): _ends,
    (File.kind, "size"): said_size,
    (PracticeRecord.kind, "order_type"): _order_type,
    (PracticeRecord.kind, "reported_to_me_at"): _moment,
    (PracticeRecord.kind, "override"): _yes,
    (Report.kind, "to"): _agency,
    (Told.kind, "agency"): _knows,
}
