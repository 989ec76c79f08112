"""Whether an order was in force on a day: yes, no, or not known, with the reason in words.

Only what the order itself says is counted. The day on which something began or ended is "not
known", as a paper seldom says the hour. An order whose dates cannot both be right claims nothing.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from diary.domain.order import Order
from diary.domain.when import When
from diary.text import N_

State = Literal["yes", "no", "not_known"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer, a sentence to be translated, and the day (2026-03-03) that it speaks of."""

    state: State
    reason: str
    day: str = ""


YES = Standing("yes", N_("It was in force."))
ENDS_FIRST = Standing("not_known", N_("It says that it ends before it was made."))
NO_DAY = Standing("not_known", N_("The day is not known."))
PART = Standing(
    "not_known", N_("The exact day is not known, and this was not the same throughout.")
)
NOT_MADE = N_("It was made later, on %(day)s.")
MADE_UNKNOWN = Standing("not_known", N_("It is not known here when it was made."))
MADE_THAT_DAY = N_("It was made on that very day, %(day)s.")
ENDED = N_("It ended on %(day)s.")
ENDED_THAT_DAY = N_("It ended on that very day, %(day)s.")
END_UNKNOWN = Standing("not_known", N_("It is not known here when it ends."))
TWO_ENDS = N_("It names %(day)s, and also says until further order.")
ENDED_BY_COURT = Standing("not_known", N_("The court ended it. The day is not written here."))
HAS_ENDED = Standing("not_known", N_("It has ended. The day is not written here."))
WAS_VARIED = Standing("not_known", N_("The court changed it. The day is not written here."))
REPLACED = N_("A newer version took its place on %(day)s.")
REPLACED_THAT_DAY = N_("A newer version took its place on that very day, %(day)s.")
REPLACED_SOME_DAY = Standing(
    "not_known", N_("A newer version took its place. The day is not written here.")
)
UNTIL_COURT = N_("It was only until the next time in court, on %(day)s.")
REPLACED_FIRST = Standing(
    "not_known", N_("The newer version is dated before this one. One of the days may be wrong.")
)
NOT_SERVED = Standing(
    "not_known",
    N_("It was made without telling them first. It is not known here when they were given it."),
)
SERVED_LATER = N_("They were given it later, on %(day)s. They may not have known before.")
SERVED_THAT_DAY = N_("They were given it on that very day, %(day)s.")
NOT_AWARE = Standing("not_known", N_("They may not have known of it."))
_BY_STATUS = {"discharged": ENDED_BY_COURT, "expired": HAS_ENDED, "varied": WAS_VARIED}


def ends_before_made(order: Order) -> bool:
    """Tell whether the order says that it ends before it was made."""
    return bool(order.made_on and order.expires_on and order.expires_on < order.made_on)


def standing(order: Order, when: When, later: Sequence[Order] = ()) -> Standing:
    """Say whether the order was in force then. `later` are those that took its place."""
    days = span(when)
    if days is None:
        return NO_DAY
    found = [on_day(order, day, later) for day in _days(*days)]
    if len({one.state for one in found}) == 1:
        return found[0]
    return PART


def span(when: When) -> tuple[date, date] | None:
    """Return the first and the last day that may be meant, or None where none is known."""
    if when.precision == "not_sure":
        return None
    first = when.naive().date()
    if when.precision != "month":
        return first, first
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def on_day(order: Order, day: date, later: Sequence[Order] = ()) -> Standing:
    """Say whether the order was in force on a day.

    A clear "no" stands first; then whatever keeps a "yes" from being sure.
    """
    if ends_before_made(order):
        return ENDS_FIRST
    checks = (_made(order, day), _ended(order, day), _replaced(order, day, later))
    found = [one for one in checks if one] + _doubts(order, day, later)
    sure = next((one for one in found if one.state == "no"), None)
    return sure or next(iter(found), YES)


def _made(order: Order, day: date) -> Standing | None:
    if not order.made_on:
        return MADE_UNKNOWN
    if day.isoformat() < order.made_on:
        return Standing("no", NOT_MADE, order.made_on)
    if day.isoformat() == order.made_on:
        return Standing("not_known", MADE_THAT_DAY, order.made_on)
    return None


def _ended(order: Order, day: date) -> Standing | None:
    end, text = order.expires_on, day.isoformat()
    if not end:
        return None if order.ends == "until_further_order" else END_UNKNOWN
    if text < end:
        return None
    if order.ends == "until_further_order":
        return Standing("not_known", TWO_ENDS, end)
    if order.ends == "not_sure":
        return END_UNKNOWN
    return Standing("not_known", ENDED_THAT_DAY, end) if text == end else Standing("no", ENDED, end)


def _replaced(order: Order, day: date, later: Sequence[Order]) -> Standing | None:
    if not later:
        return None
    known = [one.made_on for one in later if one.made_on]
    if not known:
        return REPLACED_SOME_DAY
    first, text = min(known), day.isoformat()
    if first < order.made_on:
        return REPLACED_FIRST
    if text > first:
        return Standing("no", REPLACED, first)
    if text == first:
        return Standing("not_known", REPLACED_THAT_DAY, first)
    return None if len(known) == len(later) else REPLACED_SOME_DAY


def _doubts(order: Order, day: date, later: Sequence[Order]) -> list[Standing]:
    found = [] if later else [_BY_STATUS.get(order.status), _until_court(order, day)]
    return [one for one in (*found, _known_to_them(order, day)) if one]


def _until_court(order: Order, day: date) -> Standing | None:
    """Say of an order that was for the time being that the day in court has come."""
    heard = order.return_hearing_on
    if order.status != "interim" or not heard or day.isoformat() < heard:
        return None
    return Standing("not_known", UNTIL_COURT, heard)


def _known_to_them(order: Order, day: date) -> Standing | None:
    """Say what keeps it open whether they could have known of the order."""
    if order.without_notice == "no":
        return None
    if order.served_on and day.isoformat() < order.served_on:
        return Standing("not_known", SERVED_LATER, order.served_on)
    if order.without_notice != "yes":
        return NOT_AWARE if order.respondent_aware == "no" else None
    if not order.served_on:
        return NOT_SERVED
    if day.isoformat() == order.served_on:
        return Standing("not_known", SERVED_THAT_DAY, order.served_on)
    return NOT_AWARE if order.respondent_aware == "no" else None
