"""Questions about what happened: when, where, what was done and said, how, by whom."""

from __future__ import annotations

from typing import get_args

from diary.content import behaviours
from diary.domain.entry import Entry, PlaceType
from diary.domain.when import When
from diary.errors import BadInputError
from diary.text import N_
from diary.web.entry_words import CHANNELS, STARTED, YES_NO
from diary.web.guided.step import Changes, Pairs, Reading

_BEFORE = N_("This is before it began. Please look at both, or leave this one empty.")


def show_when(entry: Entry) -> Pairs:
    """Fill the boxes of the time; the time itself stays as it is until another is chosen."""
    until = entry.until
    if until is None or until.precision not in {"exact", "about", "date_only"}:
        return [("when", "same")]
    day, _, clock = until.local.partition("T")
    about = [("until_sure", "about")] if until.precision == "about" else []
    return [("when", "same"), ("until_day", day), ("until_time", clock[:5]), *about]


def read_when(reading: Reading) -> Changes:
    """Read when it began and, if it went on, until when."""
    form, old = reading.form, reading.old
    kept = form.choice("when", {"same"})
    began = old.when if kept else form.when(When())
    return {"when": began, "until": _until(reading, began)}


def _until(reading: Reading, began: When) -> When | None:
    form = reading.form
    day, time = (form.form.get(name, "").strip() for name in ("until_day", "until_time"))
    if not (day or time):
        old = reading.old.until
        return old if old is not None and old.precision in {"month", "not_sure"} else None
    same_day = began.day()
    form.form |= {
        "until_when": "earlier",
        "until_day": day or (same_day.isoformat() if same_day else ""),
    }
    until = form.when(When(), prefix="until_")
    if _is_before(until, began):
        form.errors.setdefault("until_day", BadInputError(_BEFORE))
    return until


def _is_before(until: When, began: When) -> bool:
    """Tell whether it ended before it began, where both are known so exactly."""
    last, first = until.day(), began.day()
    if last is None or first is None:
        return False
    if last != first or "no_time" in {until.state, began.state}:
        return last < first
    # On the night when an hour comes twice, a later moment can have an earlier time.
    return until.naive() < began.naive() and "twice" not in {until.state, began.state}


def show_where(entry: Entry) -> Pairs:
    """Fill the boxes of the place."""
    return [
        ("place", entry.place),
        ("place_type", entry.place_type),
        ("inside_zone", entry.inside_zone),
    ]


def read_where(reading: Reading) -> Changes:
    """Read where it was."""
    form = reading.form
    return {
        "place": form.line("place"),
        "place_type": form.choice("place_type", get_args(PlaceType)),
        "inside_zone": form.choice("inside_zone", YES_NO),
    }


def show_what(entry: Entry) -> Pairs:
    """Tick what was done."""
    return [("behaviours", code) for code in entry.behaviours]


def read_what(reading: Reading) -> Changes:
    """Read what was done, in the order of the list."""
    chosen = reading.some("behaviours", (one.code for one in behaviours()))
    return {"behaviours": tuple(one.code for one in behaviours() if one.code in chosen)}


def show_words(entry: Entry) -> Pairs:
    """Fill in what was said."""
    return [("exact_words", entry.exact_words)]


def read_words(reading: Reading) -> Changes:
    """Read what was said or written, to the letter."""
    return {"exact_words": reading.form.words("exact_words")}


def show_through(entry: Entry) -> Pairs:
    """Fill in how it reached her."""
    return [("direct_or_indirect", entry.direct_or_indirect), ("via_whom", entry.via_whom)]


def read_through(reading: Reading) -> Changes:
    """Read whether it came straight, or through whom."""
    form = reading.form
    return {
        "direct_or_indirect": form.choice("direct_or_indirect", CHANNELS),
        "via_whom": form.line("via_whom"),
    }


def show_who_did(entry: Entry) -> Pairs:
    """Fill in who did it."""
    return [("person_responsible", entry.person_responsible), ("how_i_know", entry.how_i_know)]


def read_who_did(reading: Reading) -> Changes:
    """Read who did it, and how she knows."""
    form = reading.form
    return {
        "person_responsible": form.line("person_responsible"),
        "how_i_know": form.words("how_i_know"),
    }


def show_first(entry: Entry) -> Pairs:
    """Fill in how contact began."""
    return [("who_started_contact", entry.who_started_contact)]


def read_first(reading: Reading) -> Changes:
    """Read who made contact first."""
    return {"who_started_contact": reading.form.choice("who_started_contact", STARTED)}
