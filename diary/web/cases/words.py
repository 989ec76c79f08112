"""What a case's pages say of a record: every answer with its label, for somebody who reads along.

The writer is "she" to nobody here: labels say "the writer" and "the other person".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask import Flask
from flask_babel import gettext as _

from diary.content import agency, behaviour, order_type
from diary.domain.entry import Entry
from diary.domain.file import SHAPES
from diary.domain.order import Order
from diary.domain.report import Report
from diary.services.case_entries import Item
from diary.text import N_
from diary.web import entry_words, order_words
from diary.web.diary_pages import counted
from diary.web.reports import form as report_words
from diary.web.texts import iso_day, when
from diary.web.visible import visible

CHANNELS = entry_words.CHANNELS | {
    "direct": N_("Straight to the writer"),
    "indirect_online": N_("Online, but not straight to the writer"),
}
STARTED = entry_words.STARTED | {
    "me": N_("The writer did"),
    "skip": N_("The writer would rather not say"),
}
REPORTED = {
    "reported": N_("Reported, says the writer"),
    "going_to_report": N_("The writer is going to report it"),
    "not_reported": N_("Not reported by the writer"),
    "not_sure": N_("Not sure"),
}
LOOKS = {
    "needed": N_("The writer wants to look at it"),
    "done_on": N_("The writer has looked at it"),
    "not_now": N_("Not now"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: a label, what we say, and what somebody said in words of their own."""

    label: str
    ours: str = ""
    own: str = ""


def set_up(app: Flask) -> None:
    """Add the filters of these pages."""
    app.jinja_env.filters.update(
        entry_facts=entry_facts,
        legal_name=legal_name,
        case_order_facts=order_facts,
        case_report_facts=report_facts,
        item_labels=item_labels,
    )


def entry_facts(entry: Entry, terms: Mapping[str, tuple[str, str]]) -> list[Fact]:
    """Return what an entry says besides its first words; nothing that is empty."""
    return _kept(_entry(entry, terms))


def _kept(found: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in found if fact.ours or fact.own]


def _entry(entry: Entry, terms: Mapping[str, tuple[str, str]]) -> Iterable[Fact]:
    own, code = _own(entry), _code(entry)
    yield Fact(_("Happened"), when(entry.when))
    yield Fact(_("Until"), when(entry.until) if entry.until else "")
    yield own("place", N_("Where"))
    yield code("place_type", N_("What sort of place"), entry_words.PLACES)
    yield code("inside_zone", N_("In an area to stay away from"), entry_words.YES_NO)
    yield Fact(_("What was ticked"), "\n".join(_behaviours(entry)))
    yield own("exact_words", N_("Word for word"))
    yield code("direct_or_indirect", N_("How it came"), CHANNELS)
    yield own("via_whom", N_("Through whom"))
    yield own("person_responsible", N_("Who did it"))
    yield own("how_i_know", N_("How the writer knows"))
    yield code("who_started_contact", N_("Who made contact first"), STARTED)
    yield own("who_was_there", N_("Who was there"))
    yield own("children_present", N_("Children who were there"))
    for one in entry.witnesses:
        yield Fact(_("Saw or heard it"), own=_lines(one.name_or_description, one.saw_or_heard))
    yield own("order_ref", N_("Which order"))
    for term_id in entry.terms_alleged:
        text = terms.get(term_id, ("", ""))[1]
        yield Fact(_("Which part, as the writer sees it"), own=_lines(term_id, text))
    yield own("how_breached", N_("How, in the writer’s words"))
    yield code("report_status", N_("Reported?"), REPORTED)
    yield own("outcome", N_("What came of it"))
    yield own("how_it_was", N_("How it was for the writer"))
    yield Fact(_("How afraid the writer was"), _fear(entry))
    yield own("changed_daily_life", N_("What it changed in daily life"))
    yield own("injuries", N_("What was hurt"))
    yield own("medical_attention", N_("Who looked at it"))
    yield own("damage", N_("What was broken or lost"))
    yield code("thread_context", N_("Messages that are kept"), entry_words.THREADS)
    if entry.withdrawn is not None:
        yield Fact(_("Taken back by the writer"), _("Yes"), visible(entry.withdrawn.reason))


def _own(body: object) -> Callable[[str, str], Fact]:
    def fact(name: str, label: str) -> Fact:
        value = getattr(body, name)
        text = value if isinstance(value, str) else "\n".join(value)
        return Fact(str(_(label)), own=visible(text))

    return fact


def _code(body: object) -> Callable[[str, str, Mapping[str, str]], Fact]:
    def fact(name: str, label: str, words: Mapping[str, str]) -> Fact:
        value = getattr(body, name)
        return Fact(str(_(label)), str(_(words[value])) if value in words else "")

    return fact


def _lines(*texts: str) -> str:
    return visible("\n".join(filter(None, texts)))


def _behaviours(entry: Entry) -> list[str]:
    return [str(_(one.label)) for one in map(behaviour, entry.behaviours) if one is not None]


def _fear(entry: Entry) -> str:
    if entry.fear_level == "skip":
        return str(_(STARTED["skip"]))
    level = entry.fear_level
    return "" if level is None else str(_("%(level)s out of 10", level=level))


def legal_name(order: Order) -> str:
    """Say which kind of order it is, as the law calls it; as it is written where none is known."""
    known = order_type(order.type)
    return visible(order.type) if known is None else str(_(known.label_legal))


def order_facts(order: Order) -> list[Fact]:
    """Return what stands in an order besides its lines."""
    return _kept(_order(order))


def _order(order: Order) -> Iterable[Fact]:
    own, code = _own(order), _code(order)
    yield own("reference", N_("Reference"))
    yield own("court_name", N_("Court"))
    yield own("case_number", N_("Case number"))
    yield Fact(_("Made on"), iso_day(order.made_on))
    yield Fact(_("Given to the other person on"), iso_day(order.served_on))
    yield code("served_how", N_("How it was given"), order_words.SERVED_HOW)
    yield code("respondent_aware", N_("Does the other person know of it?"), order_words.YES_NO)
    yield code("without_notice", N_("Made without telling the other person first"),
               order_words.YES_NO)  # fmt: skip
    yield Fact(_("Ends on"), iso_day(order.expires_on))
    yield Fact(_("Next time in court"), iso_day(order.return_hearing_on))
    yield own("protected_people", N_("Whom it protects"))
    yield own("respondent_name", N_("Whom it binds"))
    yield code("power_of_arrest", N_("Power of arrest"), order_words.ARREST)
    yield code("status", N_("How it stands"), order_words.STATUS)
    for zone in order.zones:
        radius = _("%(radius)s m around it", radius=zone.radius_m) if zone.radius_m else ""
        yield Fact(_("Place to stay away from"), radius, _lines(zone.label, zone.description))
    yield own("notes", N_("Notes"))


def report_facts(report: Report) -> list[Fact]:
    """Return what is known of a report: both times apart, and both kinds of reference."""
    return _kept(_report(report))


def _report(report: Report) -> Iterable[Fact]:
    own, known = _own(report), agency(report.to)
    yield Fact(_("Told"), when(report.reported))
    yield Fact(_("What it was about happened"), when(report.happened))
    yield Fact(_("To whom"), str(_(known.label)) if known else "")
    yield own("name_rank", N_("Name, rank or number"))
    yield own("agency", N_("Force or agency"))
    yield own("incident_ref", N_("Incident number"))
    yield own("crime_ref", N_("Crime reference"))
    yield own("what_said", N_("What was said"))
    yield own("their_action", N_("What they did"))
    yield _code(report)("outcome", N_("How it stands"), report_words.OUTCOMES)
    yield Fact(_("Next contact"), iso_day(report.next_contact))
    for one in report.follow_ups:
        yield Fact(_("What came later"), iso_day(one.on), visible(one.note))


def item_labels(item: Item) -> list[str]:
    """Say in plain words what there is to an entry besides its words."""
    said = [counted(SHAPES[mark], number) for mark, number in sorted(item.files.items())]
    if item.reported:
        said.append(str(_("reported")))
    if item.piece.is_copy:
        said.append(str(_("some parts left out")))
    if item.piece.body.withdrawn:
        said.append(str(_("taken back")))
    return said
