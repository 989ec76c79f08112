"""One wording of an entry in a file becomes an `Entry`; times stay as they were written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue, ValidationError

from diary.domain.claimed import Claimed
from diary.domain.entry import Entry
from diary.domain.when import When
from diary.services.loading.parts import Fields, Part, no_fit, no_fits

LONDON = ZoneInfo("Europe/London")
STRAIGHT = {
    "what_happened": "what_happened",
    "place_text": "place",
    "place_type": "place_type",
    "coords": "coords",
    "inside_zone": "inside_zone",
    "exact_words": "exact_words",
    "lang": "lang",
    "exact_words_lang": "exact_words_lang",
    "impact": "how_it_was",
    "changed_daily_life": "changed_daily_life",
    "fear_level": "fear_level",
    "who_else_was_there": "who_was_there",
    "children_present": "children_present",
    "behaviour_types": "behaviours",
    "direct_or_indirect": "direct_or_indirect",
    "via_whom": "via_whom",
    "person_responsible": "person_responsible",
    "how_i_know_it_was_them": "how_i_know",
    "who_started_contact": "who_started_contact",
    "injuries": "injuries",
    "damage": "damage",
    "medical_attention": "medical_attention",
    "order_id": "order_ref",
    "terms_alleged": "terms_alleged",
    "how_breached": "how_breached",
    "thread_context": "thread_context",
    "report_status": "report_status",
    "reports": "reports",
    "outcome": "outcome",
}


def entry_of(
    part: Part,
    claimed: Claimed,
    *,
    reason: str,
    records: Mapping[str, str],
    person: Callable[[Part], JsonValue],
) -> Entry:
    """Translate one wording; `records` and `person` give the ids of what it refers to."""
    precision, words = part.text("time_precision"), part.text("when_words")
    until = part.text("event_end")
    fields: Fields = part.fields_as(STRAIGHT) | {
        "linked": [records.get(text, text) for text in part.texts("linked_entries")],
        "witnesses": [witness(one, person) for one in part.parts("other_witnesses")],
        "change_reason": reason,
    }
    times = {
        "when": when(part, precision, part.text("event_start"), words),
        "until": when(part, precision, until, "") if until else None,
    }
    try:
        return Entry.model_validate(fields | times | {"claimed": claimed})
    except ValidationError as error:
        raise no_fits(part.where, error) from error


def said(fields: Fields) -> Fields:
    """Leave out what is null: here nothing said is an empty field."""
    return {key: value for key, value in fields.items() if value is not None}


def witness(part: Part, person: Callable[[Part], JsonValue]) -> JsonValue:
    """A witness without the contact details, which are a record of their own."""
    fields = said(part.fields)
    fields.pop("contact_private", None)
    return fields | {"person": person(part)}


def when(part: Part, precision: str, text: str, words: str) -> When:
    """Read a time as surely as the file says it, and no more surely."""
    try:
        return as_sure(precision, text, words)
    except ValueError as error:
        raise no_fit(part.where, "event_start") from error


def as_sure(precision: str, text: str, words: str = "") -> When:
    """Make a time of a text; ValueError where it is none."""
    if precision in {"exact", "about"}:
        return _clock_time(precision, text, words)
    local = "" if precision == "not_sure" else text
    return When.model_validate({"precision": precision, "local": local, "words": words})


def _clock_time(precision: str, text: str, words: str) -> When:
    """With an offset there is one moment; without, the clock may leave it open, and so do we."""
    moment = datetime.fromisoformat(text)
    fields = {"precision": precision, "words": words}
    if moment.tzinfo is None:
        local = When.model_validate(fields | {"local": f"{moment:%Y-%m-%dT%H:%M}"})
        return When.at(local.precision, local.local, words=words)
    here = moment.astimezone(LONDON)
    offset = f"{here:%z}"[:3] + ":00"
    return When.model_validate(fields | {"local": f"{here:%Y-%m-%dT%H:%M}", "offset": offset})
