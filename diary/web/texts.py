"""What people read: the language, times as people say them, and errors as plain sentences.

Times are shown in local time (Europe/London, IANA tz database). Exact values with their zone are
the style "exact". Everything is translated here, at the top floor, and nowhere below.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates
from flask import Flask, request
from flask_babel import Babel, get_locale, get_translations
from flask_babel import gettext as _

from diary.domain.when import When
from diary.errors import DiaryError
from diary.text import Say

ZONE = ZoneInfo("Europe/London")
LANGUAGES = ("en",)

_STYLES = {
    "long": "EEEE d MMMM yyyy, HH:mm",
    "short": "d MMM HH:mm",
    "clock": "HH:mm",
    "exact": "d MMMM yyyy, HH:mm:ss",
}


def set_up(app: Flask, *, languages: tuple[str, ...] = LANGUAGES) -> None:
    """Give the application its languages and the filters say, moment and when."""

    def wanted() -> str | None:
        return request.accept_languages.best_match(languages, default=languages[0])

    Babel(app, locale_selector=wanted, default_timezone="Europe/London")
    app.jinja_env.filters.update(say=say, moment=moment, day=day, month=month, when=when)
    app.jinja_env.filters.update(iso_day=iso_day, as_moment=as_moment)


def direction() -> str:
    """Return the writing direction of the page's language: ltr or rtl."""
    locale = get_locale()
    return str(locale.text_direction) if locale else "ltr"


def language() -> str:
    """Return the page's language as a BCP 47 tag."""
    return str(get_locale() or LANGUAGES[0]).replace("_", "-")


def readers_language() -> Say:
    """Return what says messages in this page's language, also once the page is answered."""
    return Say(get_translations().gettext, language())


def say(error: DiaryError | str) -> str:
    """Return the sentence for a person, in her language."""
    if isinstance(error, DiaryError):
        return str(_(error.message, **error.values))
    return error


def moment(at: datetime, style: str = "long") -> str:
    """Say an aware moment in local time; `exact` adds seconds and the difference to UTC."""
    if style == "day":
        return day(at.astimezone(ZONE).date())
    local = at.astimezone(ZONE)
    text = str(_said(local, _STYLES[style]))
    if style != "exact":
        return text
    return str(_("%(time)s (UTC%(offset)s)", time=text, offset=_offset(local)))


def as_moment(text: str) -> str:
    """Say a time that a file claims of itself as `moment` says ours, to lay one beside the other.

    Without a zone it is said as it stands there: which moment it was, nobody knows. What is no
    day or time (ISO 8601) is answered with nothing.
    """
    try:
        if len(text) == len("2026-03-03"):
            return _said(datetime.combine(date.fromisoformat(text), time()), "d MMMM yyyy")
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return moment(at, "exact")
    except (ValueError, OverflowError):
        return ""
    return str(_("%(time)s (the file names no time zone)", time=_said(at, _STYLES["exact"])))


def day(value: date) -> str:
    """Say a day: Tuesday 3 March 2026."""
    return _said(datetime.combine(value, time()), "EEEE d MMMM yyyy")


def short_days() -> Callable[[date], str]:
    """Return what says days in short, 3 Mar 2026, for as long as this page is made."""
    tag = language()
    return lambda value: _formatted(tag, datetime.combine(value, time()), "d MMM yyyy")


def iso_day(text: str) -> str:
    """Say a day that is kept as ISO 8601; nothing for nothing."""
    return day(date.fromisoformat(text)) if text else ""


def month(value: date) -> str:
    """Say a month: March 2026."""
    return _said(datetime.combine(value, time()), "LLLL yyyy")


def when(value: When) -> str:
    """Say when something happened as exactly as it is known, and no more exactly."""
    text = _CERTAINTY[value.precision](value)
    if value.words:
        return str(_("%(time)s (“%(words)s”)", time=text, words=value.words))
    return text


def _said(local: datetime, pattern: str) -> str:
    return _formatted(language(), local.replace(tzinfo=None), pattern)


@lru_cache(maxsize=4096)
def _formatted(tag: str, local: datetime, pattern: str) -> str:
    """Format a local time. A list says the same few times on every visit: they are remembered."""
    return str(dates.format_datetime(local, pattern, locale=Locale.parse(tag, sep="-")))


def _exact(value: When) -> str:
    text = str(_said(value.naive(), _STYLES["long"]))
    return text if value.offset else _unsettled(text)


def _about(value: When) -> str:
    local = value.naive()
    clock = _said(local, _STYLES["clock"])
    text = str(_("%(day)s, about %(clock)s", day=day(local.date()), clock=clock))
    return text if value.offset else _unsettled(text)


def _unsettled(text: str) -> str:
    return str(_("%(time)s (the clocks changed that night)", time=text))


def _date_only(value: When) -> str:
    return str(_("%(day)s, time not known", day=day(value.naive().date())))


def _month(value: When) -> str:
    return str(_("Some time in %(month)s", month=month(value.naive().date())))


def _not_sure(_value: When) -> str:
    return str(_("Not sure when"))


def _offset(local: datetime) -> str:
    text = local.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


_CERTAINTY: dict[str, Callable[[When], str]] = {
    "exact": _exact,
    "about": _about,
    "date_only": _date_only,
    "month": _month,
    "not_sure": _not_sure,
}
