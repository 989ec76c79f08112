"""Times on the pages: read from a form as exactly as they were said; ends by their last day."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flask import Flask
from flask_babel import gettext as _

from diary.domain.when import EARLIEST, LATEST, When
from diary.errors import BadInputError
from diary.text import N_
from diary.web.texts import ZONE, moment

_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.]\d{2}(?:\.\d+)?)?", re.ASCII)
_DAY = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})", re.ASCII)
_MONTH = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})(?P<d>)", re.ASCII)
_MONTH_FIRST = re.compile(r"(?P<m>\d{1,2})[/.](?P<y>\d{4})(?P<d>)", re.ASCII)


class Moment(NamedTuple):
    """The boxes about time, as typed. `choice`: now, earlier or not_sure, which nothing is too."""

    choice: str
    day: str
    time: str
    month: str
    about: bool


def set_up(app: Flask) -> None:
    """Give the pages the filter last_day."""
    app.jinja_env.filters["last_day"] = last_day


def last_day(end: datetime) -> str:
    """Say an end by the day that counts whole before it: the end of Tuesday 22 December 2026.

    "23 December, 00:00" would be read as the 23rd. An end within a day is said as it is.
    """
    local = end.astimezone(ZONE)
    if local.time() != time():
        return moment(end)
    return str(_("the end of %(day)s", day=moment(local - timedelta(days=1), "day")))


def read_when(said: Moment, now: datetime | None) -> When:
    """Return when it happened, or raise BadInputError with the box that needs another look.

    Without `now`, nothing stands for "now": it is not sure.
    """
    if said.choice == "earlier":
        return _earlier(said)
    if said.choice not in {"now", "not_sure", ""}:
        raise _wrong("when", N_("Please choose one of these answers. “Not sure” is an answer too."))
    if said.day.strip() or said.month.strip():
        raise _wrong("when", N_("A day is written below too. Choose Earlier, or empty the day."))
    return When.now(now) if now and said.choice == "now" else When()


def read_day(name: str, text: str) -> str:
    """Return a day as ISO 8601, nothing for nothing, or raise BadInputError at that box."""
    if not text.strip():
        return ""
    hint = N_("Write the day like 3/3/2026.")
    return _in_reach(name, text.strip(), (_DAY, _DAY_FIRST), hint).isoformat()


def _earlier(said: Moment) -> When:
    day, month = said.day.strip(), said.month.strip()
    if day:
        return _on_a_day(_date(day), said, month)
    if said.time.strip():
        raise _wrong("day", N_("Write the day too, or leave the time empty."))
    if not month:
        raise _wrong("day", N_("Write the day or the month, or choose Not sure."))
    return When.at("month", _month(month))


def _on_a_day(day: date, said: Moment, month: str) -> When:
    if month and _month(month) != day.isoformat()[:7]:
        raise _wrong("month", N_("The day and the month differ. Keep the one that is right."))
    if not said.time.strip():
        return When.at("date_only", day.isoformat())
    # On the nights when clocks change the time is kept as written: When chooses nothing.
    return When.at("about" if said.about else "exact", f"{day.isoformat()}T{_time(said.time)}")


def _date(text: str) -> date:
    return _in_reach("day", text, (_DAY, _DAY_FIRST), N_("Write the day like 3/3/2026."))


def _month(text: str) -> str:
    hint, none = N_("Write the month like 3/2026."), N_("There is no such month. Please check it.")
    first = _in_reach("month", text, (_MONTH, _MONTH_FIRST), hint, none)
    return first.isoformat()[:7]


def _in_reach(
    name: str,
    text: str,
    shapes: tuple[re.Pattern[str], ...],
    hint: str,
    none: str = N_("There is no such day. Please check it."),
) -> date:
    found = next((match for shape in shapes if (match := shape.fullmatch(text))), None)
    if found is None:
        raise _wrong(name, hint)
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"] or 1))
    except ValueError:
        raise _wrong(name, none) from None
    if not EARLIEST <= day.year <= LATEST:
        raise _wrong(
            name,
            N_("That year is too far away. It can be from %(first)s to %(last)s."),
            first=EARLIEST,
            last=LATEST,
        )
    return day


def _time(text: str) -> str:
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise _wrong("time", N_("Write the time like 21:14."))
    return f"{int(found[1]):02}:{found[2]}"


def _wrong(name: str, message: str, **values: int) -> BadInputError:
    return BadInputError(fields={name: BadInputError(message, fields=None, **values)})
