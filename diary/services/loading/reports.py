"""A report of a file: when it was told and when it happened are two times, kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC

from pydantic import JsonValue

from diary.domain.report import Report
from diary.domain.when import When
from diary.services.loading.parts import Part, no_fit
from diary.services.loading.source import Beside, Source, body_of, items
from diary.services.loading.wording import as_sure

STRAIGHT = {
    "report_id": "reference",
    "to": "to",
    "name_rank": "name_rank",
    "force_or_agency": "agency",
    "incident_ref": "incident_ref",
    "crime_ref": "crime_ref",
    "what_said": "what_said",
    "their_action": "their_action",
    "outcome": "outcome",
    "next_contact": "next_contact",
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


def report(part: Part, source: Source) -> Iterator[Beside]:
    """Translate one report; an entry that the file does not hold is kept by its name."""
    reference = part.text("report_id")
    named = part.texts("entries")
    known = source.known(named)
    claims = source.claims(reference, event_start=part.text("breach_happened_at"))
    fields = part.fields_as(STRAIGHT) | {
        "entries": known,
        "follow_ups": items(part, "follow_ups", {"on": "on", "note": "note"}),
        "reported": _time(part, "reported_utc"),
        "happened": _time(part, "breach_happened_at"),
        "claimed": claims.model_dump(),
    }
    record_id = source.id_of(f"report {reference}")
    yield Beside(record_id, body_of(part, Report, fields))
    if len(known) != len(named):
        part.leave("entries")
    yield from source.left(part, "reports", reference, record_id)


def moment_text(when: When) -> str:
    """Return a moment as such files write it."""
    known = when.instant()
    return f"{known.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if known else when.local


def _time(part: Part, key: str) -> dict[str, JsonValue]:
    """Read a day, a month or a moment; what was said more exactly is kept whole too."""
    text = part.text(key)
    try:
        when = _as_said(text)
    except ValueError as error:
        raise no_fit(part.where, key) from error
    if moment_text(when) != text:
        part.leave(key)
    return when.model_dump()


def _as_said(text: str) -> When:
    if not text:
        return When()
    if _DAY.fullmatch(text):
        return as_sure("date_only", text)
    return as_sure("month" if _MONTH.fullmatch(text) else "exact", text)
