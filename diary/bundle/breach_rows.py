"""What stands on the one page about one entry, in the order in which an officer asks for it.

Three times stay apart on it: when it happened, when it was written, when it was received. So do
the two kinds of number that somebody who was told may give.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from babel import Locale, dates

from diary.bundle import choices, derived, wording
from diary.bundle.contents import EntryItem
from diary.content import agency, order_type
from diary.domain.entry import Entry
from diary.domain.order import Order
from diary.domain.plan import PlanLook
from diary.domain.report import Report, is_early
from diary.domain.when import When
from diary.insights import order_versions
from diary.insights.in_force import standing
from diary.text import N_, Say

SERVED = {
    "personal": N_("given to them in person"), "court_present": N_("they were in court"),
    "post": N_("by post"), "police": N_("by the police"), "not_sure": N_("how is not sure"),
}  # fmt: skip
ENDS = {"until_further_order": N_("until further order"), "not_sure": N_("not sure")}
OUTCOMES = {
    "none_yet": N_("no answer yet"), "logged": N_("written down by them"),
    "crime_recorded": N_("recorded as a crime"), "arrest": N_("arrest"), "charged": N_("charged"),
    "NFA": N_("no further action"), "referral_MARAC": N_("referred to a MARAC"),
    "other": N_("other"),
}  # fmt: skip
PART = N_("The part of the order that I think this is about")
NOTE = N_("%(reference)s: %(note)s")
NO_ORDER = N_("This entry names no order.")
NOT_HERE = N_("%(reference)s (no order with this reference is in the diary now)")
TERM_NOT_HERE = N_("%(term)s (its words are not in the diary now)")
NOT_SHARED = N_("%(reference)s (no order with this reference was shared)")
TERM_NOT_SHARED = N_("%(term)s (its words were not shared)")
STANDING = N_("As written here: %(reason)s")
TOLD_FIRST = N_("As written here, it was told before it happened. Both times are kept.")
TAKEN_BACK = N_("The writer has taken this entry back. %(why)s")
INCIDENT, CRIME = N_("Incident (CAD) number"), N_("Crime reference")
NOT_TOLD = N_("Nothing is written here about telling anybody.")
NO_REPORT_SHARED = N_("Nothing that was shared says so.")


@dataclass(frozen=True, slots=True)
class Breach:
    """One entry with what belongs to it, already opened.

    `orders` may be every order of the diary: the entry names its own by reference. `reports` are
    those about this entry. `shared`: all of it is what was shared with its reader, so what is not
    there may be in the diary all the same.
    """

    item: EntryItem
    orders: tuple[Order, ...] = ()
    reports: tuple[Report, ...] = ()
    look: PlanLook | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """Some lines under a heading."""

    heading: str
    rows: tuple[Row, ...]


def sections(breach: Breach, say: Say) -> list[Section]:
    """Return the whole page; a line about which nothing was written is left out."""
    body = breach.item.body
    parts = (
        (N_("The order"), _order(breach, body, say)),
        (N_("What happened"), _happened(breach.item, say)),
        (N_("What there is to show"), [(N_("Exhibits"), ", ".join(breach.item.exhibits))]),
        (N_("Who was told"), _told(breach, say)),
        (N_("The writing of this record"), _clocks(breach.item, say)),
    )
    return [
        Section(say(heading), found)
        for heading, rows in parts
        if (found := tuple(Row(say(label), text) for label, text in rows if text.strip()))
    ]


Rows = Iterable[tuple[str, str]]


def _order(breach: Breach, body: Entry, say: Say) -> Rows:
    named = sorted(
        (one for one in breach.orders if names_order(body, one)),
        key=lambda one: (one.reference != body.order_ref, one.reference),
    )
    if derived.lacks(breach.item.latest, "terms"):
        yield N_("Order"), say(derived.LEFT_OUT)
    elif body.order_ref and not any(one.reference == body.order_ref for one in named):
        absent = NOT_SHARED if breach.shared else NOT_HERE
        yield N_("Order"), say(absent, reference=body.order_ref)
    elif named:
        yield from known(named[0], say)
    else:
        yield N_("Order"), say(NO_ORDER)
    no_day = derived.lacks(breach.item.latest, "when")
    for order in (
        () if no_day else named
    ):  # a part of another order than the entry's own has its days noted too
        later = order_versions.later(order, breach.orders)
        note = in_force_note(order, later, body.when, say)
        own = len(named) == 1 or not note
        yield N_("To note"), note if own else say(NOTE, reference=order.reference, note=note)
    words = {
        term.term_id: term.text_from_order
        for one in breach.orders
        for term in (*one.terms, *one.exceptions)
    }
    yield (
        PART,
        "\n".join(_term(one, words, say, shared=breach.shared) for one in body.terms_alleged),
    )
    yield N_("How, as I see it"), body.how_breached


def names_order(body: Entry, order: Order) -> bool:
    """Tell whether an entry names an order, or a term or an exception of it."""
    terms = {term.term_id for term in (*order.terms, *order.exceptions)}
    return order.reference == body.order_ref or bool(terms.intersection(body.terms_alleged))


def known(order: Order, say: Say) -> Rows:
    """Say what is known of an order, but its terms."""
    listed = order_type(order.type)
    kind = say(listed.label_legal) if listed else order.type
    yield N_("Kind of order"), f"{kind} ({order.reference})"
    yield N_("Court"), order.court_name
    yield N_("Case number"), order.case_number
    yield N_("Made on"), _made(order, say)
    yield N_("Served"), _comma(day(order.served_on, say), _of(SERVED, order.served_how, say))
    yield N_("The other person knows of it"), choices.said(order.respondent_aware, say)
    end = day(order.expires_on, say) if order.ends in {"on", ""} else _of(ENDS, order.ends, say)
    yield N_("Ends"), end


def _made(order: Order, say: Say) -> str:
    alone = say(N_("without the other person being told first"))
    return _comma(day(order.made_on, say), alone if order.without_notice == "yes" else "")


def in_force_note(order: Order, later: Sequence[Order], when: When, say: Say) -> str:
    """Say what its days leave open about an order having been in force then; nothing if all fits.

    It is about days and no more: whether anything was forbidden then is for others to say.
    """
    found = standing(order, when, later)
    if found.state == "yes":
        return ""
    reason = say(found.reason, day=day(found.day, say)) if found.day else say(found.reason)
    return say(STANDING, reason=reason)


def _term(term_id: str, words: dict[str, str], say: Say, *, shared: bool) -> str:
    if term_id not in words:
        return say(TERM_NOT_SHARED if shared else TERM_NOT_HERE, term=term_id)
    return f"{term_id}: {words[term_id]}" if words[term_id] else term_id


def _happened(item: EntryItem, say: Say) -> Rows:
    body, no_words = item.body, derived.lacks(item.latest, "what")
    if body.withdrawn is not None:
        yield N_("To note"), say(TAKEN_BACK, why=body.withdrawn.reason)
    yield N_("What happened"), say(derived.LEFT_OUT) if no_words else body.what_happened
    yield N_("When"), wording.happened_in(item.latest, say)
    yield N_("Where"), _comma(body.place, choices.said(body.place_type, say))
    yield N_("Inside the area of the order"), choices.said(body.inside_zone, say)
    how = (body.direct_or_indirect, *body.behaviours)
    yield N_("How"), _comma(*(choices.said(one, say) for one in how))
    yield N_("Through whom"), body.via_whom
    yield N_("Who did it"), body.person_responsible
    yield N_("How I know"), body.how_i_know
    yield N_("Their words, as said or written"), body.exact_words
    yield N_("Who else was there"), _comma(*body.who_was_there)
    # Names only: what they saw is theirs to tell, and how to reach them never leaves from here.
    yield N_("Other witnesses"), _comma(*(one.name_or_description for one in body.witnesses))
    yield N_("Children there"), _comma(*body.children_present)
    yield N_("Injuries"), _comma(body.injuries, body.medical_attention)
    yield N_("Damage"), body.damage
    effect = (body.how_it_was, body.changed_daily_life)
    yield N_("How it was for me"), "\n".join(filter(None, effect))


def _told(breach: Breach, say: Say) -> Rows:
    body = breach.item.body
    newest_first = sorted(breach.reports, key=_told_at, reverse=True)
    for newest in newest_first[:1]:
        yield from _report(newest, body.when, say)
    yield N_("Told before that"), "\n".join(_in_short(one, say) for one in newest_first[1:])
    if not newest_first:
        nothing = say(NO_REPORT_SHARED if breach.shared else NOT_TOLD)
        yield N_("Told to anybody"), choices.said(body.report_status, say) or nothing
    yield N_("What came of it"), body.outcome
    yield N_("Safety plan"), _look(breach.look, say)


def _told_at(report: Report) -> tuple[datetime, str]:
    return report.reported.sort_moment() or datetime.min.replace(tzinfo=UTC), report.reference


def _report(report: Report, happened: When, say: Say) -> Rows:
    yield N_("Told"), _comma(to_whom(report, say), report.agency)
    yield N_("Told when"), wording.happened(report.reported, say)
    if report.happened not in {happened, When()}:
        yield N_("Happened, as they were told"), wording.happened(report.happened, say)
    yield N_("To note"), say(TOLD_FIRST) if is_early(report.reported, happened) else ""
    yield INCIDENT, report.incident_ref
    yield CRIME, report.crime_ref
    yield N_("Officer or worker"), report.name_rank
    yield N_("What was said"), report.what_said
    yield N_("What was done"), _comma(report.their_action, _of(OUTCOMES, report.outcome, say))
    since = (_comma(day(one.on, say), one.note) for one in reversed(report.follow_ups))
    yield N_("Since then"), "\n".join(since)


def _in_short(report: Report, say: Say) -> str:
    said = [f"{say(label)}: {text}" for label, text in _numbers(report) if text]
    told = _comma(to_whom(report, say), report.agency, report.name_rank)
    when = wording.happened(report.reported, say)
    return "; ".join(filter(None, (told, when, *said, _of(OUTCOMES, report.outcome, say))))


def _numbers(report: Report) -> Rows:
    return (INCIDENT, report.incident_ref), (CRIME, report.crime_ref)


def to_whom(report: Report, say: Say) -> str:
    """Say who was told."""
    known = agency(report.to)
    return say(known.label) if known else say(N_("to whom is not written here"))


def _look(look: PlanLook | None, say: Say) -> str:
    if look is None or look.state != "done_on":
        return ""
    return _comma(say(N_("looked at again")), day(look.on, say))


def _clocks(item: EntryItem, say: Say) -> Rows:
    first, body = item.versions[0], item.body
    yield N_("Happened (what I say)"), wording.happened_in(item.latest, say)
    yield N_("Written, says the imported file"), wording.claimed_written(body.claimed, say)
    if told := derived.told(item.latest, say):
        yield N_("To note"), told
        yield derived.MADE, wording.utc(item.latest.received_at, say)
        return
    yield N_("Written (what the phone said)"), wording.device_written(first, say)
    received = wording.utc(first.received_at, say) + wording.since(first, say, item.not_shared)
    yield N_("Received (the server)"), received
    if len(item.versions) > 1:
        yield N_("Last changed (the server)"), wording.utc(item.latest.received_at, say)
    yield N_("Difference"), wording.skew(first, say)


def day(text: str, say: Say) -> str:
    """Say a day, where there is one."""
    found = _date(text)
    locale = Locale.parse(say.language, sep="-")
    return dates.format_date(found, "d MMMM yyyy", locale=locale) if found else ""


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _of(known: dict[str, str], code: str, say: Say) -> str:
    return say(known[code]) if code in known else ""


def _comma(*parts: str) -> str:
    return ", ".join(filter(None, parts))
