"""The boxes of a report: filled from one, and read back. Told and happened are two questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from diary.content import agencies
from diary.domain.entry import Entry
from diary.domain.ids import is_id
from diary.domain.report import FollowUp, Report
from diary.domain.when import When
from diary.errors import BadInputError
from diary.services.own import Own
from diary.text import N_
from diary.web.boxes import Boxes
from diary.web.fields import Fields
from diary.web.visible import visible

TOLD, HAPPENED = "told_", "happened_"
AT_FIRST, MOST = 20, 500
OUTCOMES = {
    "none_yet": N_("Nothing yet"),
    "logged": N_("They wrote it down"),
    "crime_recorded": N_("They recorded a crime"),
    "arrest": N_("They arrested the other person"),
    "charged": N_("They charged the other person"),
    "NFA": N_("They will do nothing further"),
    "referral_MARAC": N_("They passed it on to a meeting about safety (MARAC)"),
    "other": N_("Something else"),
}
_LINES = ("name_rank", "agency", "incident_ref", "crime_ref")
_WORDS = ("what_said", "their_action")


def shown(report: Report) -> Boxes:
    """Fill the boxes with a report."""
    names = ("to", "outcome", "next_contact", *_LINES, *_WORDS)
    boxes = Boxes([(name, visible(getattr(report, name))) for name in names])
    for entry in report.entries:
        boxes.add("entries", entry)
    boxes[TOLD + "when"] = boxes[HAPPENED + "when"] = "same"
    return boxes


def entry_ids(boxes: Boxes) -> tuple[str, ...]:
    """Return the entries that are ticked."""
    return tuple(dict.fromkeys(one for one in boxes.getlist("entries") if is_id(one)))


def how_many(boxes: Boxes) -> int:
    """Return how many of the newest entries stand in the list; a button asks for more."""
    text = boxes["more"] or boxes["listed"]
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else AT_FIRST
    return min(max(asked, AT_FIRST), MOST)


def read(boxes: Boxes, old: Report, listed: Sequence[Own[Entry]], now: datetime) -> dict[str, Any]:
    """Return what the form says, or raise BadInputError at the boxes that need another look."""
    form = Fields(boxes.to_dict())
    said = _read(form, boxes, old, listed, now)
    if not (said["to"] or said["agency"].strip() or said["name_rank"].strip() or form.errors):
        form.errors["to"] = BadInputError(N_("Choose who was told, or write a name below."))
    form.refuse()
    return said


def changes(
    boxes: Boxes, old: Report, listed: Sequence[Own[Entry]], now: datetime
) -> dict[str, Any]:
    """Return what the form changes. An untouched box changes nothing, whatever is in it."""
    said = read(boxes, old, listed, now)
    filled = shown(old)
    untouched = _read(Fields(filled.to_dict()), filled, old, listed, now)
    return {name: value for name, value in said.items() if untouched[name] != value}


def _read(
    form: Fields, boxes: Boxes, old: Report, listed: Sequence[Own[Entry]], now: datetime
) -> dict[str, Any]:
    there = {one.id for one in listed}
    # What the list cannot show (an entry that was removed) stays named, to come back with it.
    hidden = tuple(one for one in old.entries if one not in there)
    entries = hidden + tuple(one for one in entry_ids(boxes) if one not in hidden)
    happened = [one.body.when for one in listed if one.id in entries]
    return {
        "to": form.choice("to", {one.code for one in agencies()}),
        "entries": entries,
        "reported": _when(form, TOLD, old.reported, When.now(now)),
        "happened": _when(form, HAPPENED, old.happened, earliest(happened)),
        **{name: form.line(name) for name in _LINES},
        **{name: form.words(name) for name in _WORDS},
        "outcome": form.choice("outcome", OUTCOMES),
        "next_contact": form.day("next_contact"),
    }


def _when(form: Fields, prefix: str, old: When, now_is: When) -> When:
    return old if form.form.get(prefix + "when") == "same" else form.when(now_is, prefix=prefix)


def earliest(times: Iterable[When]) -> When:
    """Return the earliest of some times, as exactly as it is known; not sure where none is."""
    known = [(moment, when) for when in times if (moment := when.sort_moment())]
    return min(known, key=itemgetter(0), default=(None, When()))[1]


def read_later(boxes: Boxes, old: Report, today: str) -> tuple[FollowUp | None, dict[str, Any]]:
    """Return what came later, and what it changes about how it stands."""
    form = Fields(boxes.to_dict())
    note, on = form.words("note"), form.day("on") or today
    standing = {"next_contact": form.day("next_contact")}
    if outcome := form.choice("outcome", OUTCOMES):
        standing["outcome"] = outcome
    changed = {name: value for name, value in standing.items() if getattr(old, name) != value}
    if not (note.strip() or changed or form.errors):
        form.errors["note"] = BadInputError(N_("Write what came, or change how it stands."))
    form.refuse()
    return FollowUp(on=on, note=note) if note.strip() else None, changed
