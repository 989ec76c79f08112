"""A record as somebody else will read it: every field that it holds, with a label, none unseen.

The preview of a share and what is shared now are both shown from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from flask_babel import gettext as _
from pydantic import BaseModel

from diary.content import agency, behaviour
from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.order import Order
from diary.domain.people import Contact, Person
from diary.domain.plan import Plan
from diary.domain.practice import PracticeRecord
from diary.domain.report import Report
from diary.domain.when import When
from diary.text import N_
from diary.web import entry_words, order_words
from diary.web.called import order_called
from diary.web.files import said_size
from diary.web.texts import iso_day, when
from diary.web.visible import visible


class Row(NamedTuple):
    """One line: our label, and a value that is ours to translate or somebody's own words."""

    label: str
    text: str
    own: bool = True


_ENTRY = {
    "what_happened": N_("What happened"),
    "when": N_("Happened"),
    "until": N_("Until"),
    "place": N_("Where"),
    "place_type": N_("What sort of place"),
    "inside_zone": N_("In an area they must stay out of"),
    "coords": N_("Place on the map"),
    "exact_words": N_("Word for word"),
    "how_it_was": N_("How it was"),
    "changed_daily_life": N_("What it changed in your days"),
    "fear_level": N_("How afraid you were"),
    "who_was_there": N_("Who was there"),
    "children_present": N_("Children who were there"),
    "witnesses": N_("Saw or heard it"),
    "behaviours": N_("What they did"),
    "direct_or_indirect": N_("How it reached you"),
    "via_whom": N_("Through whom"),
    "person_responsible": N_("Who did it"),
    "how_i_know": N_("How you know"),
    "who_started_contact": N_("Who made contact first"),
    "injuries": N_("What was hurt"),
    "damage": N_("What was broken or lost"),
    "medical_attention": N_("Who looked at it"),
    "order_ref": N_("Which order"),
    "terms_alleged": N_("Which part, as you see it"),
    "how_breached": N_("How, in your words"),
    "thread_context": N_("Messages that are kept"),
    "linked": N_("Goes with"),
    "report_status": N_("Reported?"),
    "reports": N_("Reports"),
    "outcome": N_("What came of it"),
    "withdrawn": N_("Taken back"),
    "not_sure": N_("Answered “not sure”"),
    "change_reason": N_("Why it was changed"),
    "claimed": N_("What the file it came from says"),
}
_ORDER = {
    "type": N_("Sort of order"),
    "reference": N_("Its number here"),
    "court_name": N_("Court"),
    "case_number": N_("Case number"),
    "made_on": N_("Made on"),
    "served_on": N_("Given to them on"),
    "served_how": N_("How it was given to them"),
    "respondent_aware": N_("Do they know of it?"),
    "without_notice": N_("Made without them there"),
    "ends": N_("How it ends"),
    "expires_on": N_("Ends on"),
    "return_hearing_on": N_("Next time in court"),
    "protected_people": N_("Who it keeps safe"),
    "respondent_name": N_("Who it binds"),
    "respondent_dob": N_("Their date of birth"),
    "power_of_arrest": N_("Can they be arrested under it?"),
    "terms": N_("What it says"),
    "exceptions": N_("What is still allowed"),
    "zones": N_("Areas to stay out of"),
    "status": N_("How it stands"),
    "supersedes": N_("It took the place of"),
    "notes": N_("Your notes on it"),
    "claimed": N_("What the file it came from says"),
}
_REPORT = {
    "reference": N_("Its number here"),
    "to": N_("Told to"),
    "reported": N_("Told when"),
    "happened": N_("It happened"),
    "name_rank": N_("Name"),
    "agency": N_("Where they work"),
    "incident_ref": N_("Number for it"),
    "crime_ref": N_("Crime number"),
    "what_said": N_("What you told"),
    "their_action": N_("What they did about it"),
    "outcome": N_("What came of it"),
    "next_contact": N_("Next contact"),
    "follow_ups": N_("What came later"),
    "claimed": N_("What the file it came from says"),
}
_FILE = {
    "description": N_("What it is"),
    "original_name": N_("Its name"),
    "exhibit_ref": N_("Its number here"),
    "mime": N_("Sort of file"),
    "size": N_("Size"),
    "last_modified": N_("Last changed, said your phone"),
    "time_in_file": N_("Time in the file"),
    "place_in_file": N_("Place in the file"),
    "seconds": N_("Length in seconds"),
    "user_agent": N_("Browser it was sent with"),
    "how_obtained": N_("How you got it"),
    "obtained_on": N_("When you got it"),
    "source_device": N_("From which device"),
    "claimed_event_time": N_("When it was, you say"),
    "still_on_original_device": N_("Is it still on that device?"),
    "is_extract": N_("Part of something longer"),
    "edited_before_upload": N_("Changed before it was sent"),
    "other_person_knew": N_("Did they know of it?"),
    "child_recorded": N_("A child is in it"),
    "transcript_of": N_("Written down from"),
    "sensitive": N_("To be careful with"),
    "claimed_received": N_("Received, says the file it came from"),
    "claimed_source": N_("Where from, says the file it came from"),
}
_PLAN = {
    "agreed_with": N_("Made with"),
    "items": N_("Steps"),
    "reviews": N_("Looked at again"),
    "agreements": N_("Written agreements"),
    "claimed": N_("What the file it came from says"),
}
_PERSON = {
    "name": N_("Name"),
    "relation": N_("Who they are"),
    "claimed": N_("What the file it came from says"),
}
_CONTACT = {
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "address": N_("Address"),
    "may_be_contacted": N_("May somebody get in touch with them?"),
    "how_to_contact_safely": N_("How to do that safely"),
    "text": N_("What else is known"),
}
_PRACTICE = {
    "reported_to_me_at": N_("Told to them"),
    "happened_at": N_("It happened"),
    "detail": N_("What they wrote"),
    "order_in_place": N_("An order in place?"),
    "order_type": N_("Sort of order"),
    "brief_details": N_("In short"),
    "end_date": N_("Ends on"),
    "copy_seen": N_("They have seen a copy"),
    "copy_held": N_("They hold a copy"),
    "who_else_there": N_("Who else was there"),
    "other_witnesses": N_("Who else saw or heard it"),
    "part_of_order_and_how": N_("Which part of the order, and how"),
    "action_taken": N_("What they did about it"),
    "refs": N_("Numbers"),
    "who_else_informed": N_("Who else was told"),
    "safety_plan_reviewed": N_("Safety plan looked at"),
    "written_agreement_reviewed": N_("Written agreement looked at"),
    "increased_risk_noted": N_("They see more danger"),
    "is_pattern": N_("Part of something that goes on?"),
    "locks_home_security": N_("Locks and safety at home"),
    "override": N_("Told to others without asking you"),
    "claimed": N_("What the file it came from says"),
}
LABELS: dict[str, dict[str, str]] = {
    Entry.kind: _ENTRY,
    Order.kind: _ORDER,
    Report.kind: _REPORT,
    Plan.kind: _PLAN,
    Person.kind: _PERSON,
    Contact.kind: _CONTACT,
    File.kind: _FILE,
    PracticeRecord.kind: _PRACTICE,
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Fields that hold no words: ids, counters, the language of other fields.
SILENT = {
    "lang", "exact_words_lang", "jurisdiction", "terms_given", "items_given", "entries",
    "blob", "sha256", "sha256_from_phone", "time_in_file_kind", "width", "height",
    "capture_method", "app_version",
    "author_name", "author_role", "author_organisation", "linked_entries", "about", "corrects",
}  # fmt: skip
_CODES: dict[str, Mapping[str, str]] = {
    "served_how": order_words.SERVED_HOW,
    "power_of_arrest": order_words.ARREST,
    "status": order_words.STATUS,
    "place_type": entry_words.PLACES,
    "direct_or_indirect": entry_words.CHANNELS,
    "who_started_contact": entry_words.STARTED,
    "report_status": entry_words.REPORTED,
    "thread_context": entry_words.THREADS,
}


def rows(body: Record) -> list[Row]:
    """Return every line of a record."""
    labels = LABELS.get(body.kind, {})
    return [row for name, label in labels.items() if (row := _row(body, name, label)).text]


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


def _fear(level: object) -> str:
    if level == "skip":
        return str(_(entry_words.NOT_SAID))
    return str(_("%(level)s out of 10", level=level))


def _questions(names: tuple[str, ...]) -> str:
    return ", ".join(str(_(_ENTRY[name])) for name in names)


def _ends(code: str) -> str:
    return str(_(order_words.ENDS[code]))


def _order_type(code: str) -> str:
    return order_called(Order(reference="-", type=code))


_SPECIAL: dict[tuple[str, str], Callable[..., str]] = {
    (Entry.kind, "behaviours"): _behaviours,
    (Entry.kind, "fear_level"): _fear,
    (Entry.kind, "not_sure"): _questions,
    (Order.kind, "type"): _order_type,
    (Order.kind, "ends"): _ends,
    (File.kind, "size"): said_size,
    (PracticeRecord.kind, "order_type"): _order_type,
    (Report.kind, "to"): _agency,
}
