"""What a row of the chronology says of orders and reports: nothing more than was written down.

Several reports stand in each cell in the same order, so that they can be read across the row.
"""

from __future__ import annotations

from collections.abc import Iterator

from diary.bundle import derived, wording
from diary.bundle.breach_rows import (
    NOT_HERE,
    NOT_SHARED,
    NOTE,
    OUTCOMES,
    TOLD_FIRST,
    in_force_note,
    names_order,
    to_whom,
)
from diary.bundle.contents import Contents, EntryItem
from diary.domain.entry import Entry
from diary.domain.report import Report, is_early
from diary.text import N_, Say

NONE = N_("none written down")
TERMS = N_("%(terms)s [%(note)s]")
EARLY = N_("%(time)s (%(note)s)")


def order_terms(body: Entry) -> str:
    """Name the terms that she thinks were broken, and the order where no term of it is named."""
    order = body.order_ref
    bare = order and not any(term.startswith(f"{order}.") for term in body.terms_alleged)
    return "; ".join([order, *body.terms_alleged] if bare else body.terms_alleged)


def terms_cell(item: EntryItem, contents: Contents) -> str:
    """Return the same with what the days of these orders leave open."""
    terms = order_terms(item.body)
    notes = " ".join(order_notes(item, contents))
    return contents.say(TERMS, terms=terms, note=notes) if notes else terms


def order_notes(item: EntryItem, contents: Contents) -> Iterator[str]:
    """Say what is open about each order that an entry names having been in force then."""
    say, body = contents.say, item.body
    no_day = derived.lacks(item.latest, "when")  # what was left out leaves nothing open
    found = False
    for one in contents.orders:
        order = one.body
        found = found or order.reference == body.order_ref
        if no_day or not names_order(body, order):
            continue
        if note := in_force_note(order, one.later, body.when, say):
            yield say(NOTE, reference=order.reference, note=note)
    if body.order_ref and not found:
        yield say(NOT_SHARED if contents.shared else NOT_HERE, reference=body.order_ref)


def reported_to(reports: list[Report], say: Say) -> str:
    """Say who was told."""
    return _across((_comma(to_whom(one, say), one.agency) for one in reports), say)


def references(reports: list[Report], say: Say) -> str:
    """Return both kinds of number that were given."""
    return _across((_comma(one.incident_ref, one.crime_ref) for one in reports), say)


def reported_on(reports: list[Report], body: Entry, say: Say) -> str:
    """Say when it was told: another time than when it happened."""
    return _across((_when(one, body, say) for one in reports), say)


def outcomes(reports: list[Report], body: Entry, say: Say) -> str:
    """Say what came of each report, and then what she wrote of it herself."""
    found = [say(OUTCOMES[one.outcome]) if one.outcome in OUTCOMES else "" for one in reports]
    return "; ".join(filter(None, (_across(iter(found), say), body.outcome)))


def in_short(report: Report, body: Entry, say: Say) -> str:
    """Say one report in a line."""
    parts = (
        _comma(to_whom(report, say), report.agency, report.name_rank), _when(report, body, say),
        report.incident_ref, report.crime_ref,
        say(OUTCOMES[report.outcome]) if report.outcome in OUTCOMES else "",
    )  # fmt: skip
    return "; ".join(filter(None, parts))


def _when(report: Report, body: Entry, say: Say) -> str:
    told = report.reported
    time = " ".join(filter(None, (wording.iso_day(told, say), wording.time_text(told, say))))
    if told.precision in {"exact", "date_only"}:
        said = time
    else:
        said = say(
            N_("%(when)s (%(certainty)s)"), when=time, certainty=wording.certainty(told, say)
        )
    early = is_early(told, body.when)
    return say(EARLY, time=said, note=say(TOLD_FIRST)) if early else said


def _across(parts: Iterator[str], say: Say) -> str:
    found = list(parts)
    if not any(found):
        return ""
    return "; ".join(part or say(NONE) for part in found)


def _comma(*parts: str) -> str:
    return ", ".join(filter(None, parts))
