"""What whoever runs this has to know of the content: what is not confirmed, and what is old.

A text is to be looked at again each quarter. After half a year a release must not carry it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from diary.content.agencies import agencies, knows_kinds
from diary.content.behaviours import behaviour_groups, behaviours
from diary.content.clauses import clauses
from diary.content.consent import consent_text
from diary.content.guidance import all_guidance
from diary.content.helplines import helplines
from diary.content.order_types import order_types
from diary.content.reading import FILES, raw, reviewed
from diary.content.right_now import steps

SOON, LATE = 90, 180


class Unconfirmed(NamedTuple):
    """One statement that is kept and not shown."""

    file: str
    where: str
    text: str
    source: str


def unconfirmed() -> tuple[Unconfirmed, ...]:
    """Return every statement in the files that nobody has confirmed."""
    return tuple(one for file in FILES for one in _within(file, "", raw(file)))


def _within(file: str, where: str, value: object) -> Iterator[Unconfirmed]:
    if isinstance(value, list):
        for one in value:
            yield from _within(file, where, one)
    elif isinstance(value, dict):
        if value.get("confirmed") is False:
            yield Unconfirmed(file, where, str(value["text"]), str(value["source"]))
        name = next((str(value[key]) for key in ("code", "key", "id") if key in value), where)
        for key, one in value.items():
            what = key.removesuffix("_confirmed")
            if one is False and what != key and value[what]:
                text, source = str(value[what]), "; ".join(value["sources"])
                yield Unconfirmed(file, f"{name}.{what}", text, source)
            yield from _within(file, f"{name}.{key}", one)


def unsigned() -> tuple[str, ...]:
    """Return the files that nobody with a practising certificate has signed."""
    return tuple(name for name in FILES if raw(name).get("reviewed_by") == "")


def older_than(days: int, *, on: date) -> tuple[str, ...]:
    """Return what was looked at longer ago than so many days: files, and kinds of orders."""
    dated = {name: reviewed(name).on for name in FILES}
    dated |= {f"order_types.{one.code}": one.reviewed_on for one in order_types()}
    return tuple(name for name, day in dated.items() if (on - day).days > days)


def texts() -> Iterator[str]:
    """Return every text that a page shows and so may translate; a catalogue takes them in."""
    for order in order_types():
        yield from order.texts()
    yield from (one.text for one in clauses())
    yield from (one.label for one in behaviours())
    yield from (one.label for one in behaviour_groups())
    yield from (one.label for one in knows_kinds())
    for agency in agencies():
        yield from filter(None, (agency.label, agency.hint))
    for told in all_guidance().values():
        yield from (told.title, *told.lines)
    for step in steps():
        yield from (step.title, *step.outside, *step.inside)
    yield from consent_text().texts()
    lines = helplines()
    for line in (lines.emergency, *lines.others):
        yield from filter(None, (line.who, line.hours, line.note))
