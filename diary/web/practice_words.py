"""The words for what a practitioner recorded, in the order of the briefing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from diary.content import order_type
from diary.domain.practice import Override, PracticeRecord
from diary.domain.when import When
from diary.text import N_
from diary.web.cases.words import Fact
from diary.web.texts import iso_day, when
from diary.web.visible import visible

YES_NO = {"yes": N_("Yes"), "no": N_("No"), "not_sure": N_("Not sure")}
BOOLS = {"yes": True, "no": False}
REVIEWED = {
    "yes": N_("Yes"),
    "no": N_("No"),
    "planned": N_("It is planned"),
    "none": N_("There is none"),
}
_BOOL = {True: N_("Yes"), False: N_("No")}


def facts(record: PracticeRecord) -> list[Fact]:
    """Return what stands in a record; nothing that is empty."""
    return [fact for fact in _facts(record) if fact.ours or fact.own]


def _facts(one: PracticeRecord) -> Iterable[Fact]:
    known = order_type(one.order_type)
    yield _code(N_("Is an order in place?"), one.order_in_place, YES_NO)
    yield Fact(_("Which kind"), str(_(known.label_legal)) if known else "",
               "" if known else visible(one.order_type))  # fmt: skip
    yield _own(N_("Brief details"), one.brief_details)
    yield Fact(_("Ends on"), iso_day(one.end_date))
    yield _said(N_("Copy seen"), one.copy_seen)
    yield _said(N_("Copy held in our records"), one.copy_held)
    yield Fact(_("Reported to me"), said_moment(one.reported_local))
    yield Fact(_("When it happened"), said_moment(one.happened_at))
    yield _own(N_("Detail"), one.detail)
    yield _own(N_("Who else was there"), one.who_else_there)
    yield _own(N_("Other witnesses"), one.other_witnesses)
    yield _own(N_("Which part of the order, and how"), one.part_of_order_and_how)
    yield _own(N_("What was done"), one.action_taken)
    yield _own(N_("References"), one.refs)
    yield _own(N_("Who else was told"), one.who_else_informed)
    yield _review(N_("Safety plan looked at again"), one.safety_plan_reviewed)
    yield _review(N_("Written agreement looked at again"), one.written_agreement_reviewed)
    yield _said(N_("Increased risk noted"), one.increased_risk_noted)
    yield _code(N_("Part of a pattern?"), one.is_pattern, YES_NO)
    yield _own(N_("Locks and home safety"), one.locks_home_security)
    if one.override is not None:
        yield from _override(one.override)


def _override(one: Override) -> Iterable[Fact]:
    yield _own(N_("Passed on without asking: what"), one.what)
    yield _own(N_("To whom"), one.to_whom)
    yield Fact(_("When"), said_moment(one.told_at))
    yield _own(N_("Lawful reason"), one.lawful_reason)
    second = ", ".join(filter(None, (one.approved_by, one.approver_role)))
    is_no = one.decision == "not agreed"
    yield Fact(_("Not agreed by") if is_no else _("Agreed by"), own=visible(second))
    yield _said(N_("Unsafe to tell her"), one.unsafe_to_notify or None)
    yield _own(N_("Why it is unsafe"), one.why_unsafe)


def _own(label: str, text: str) -> Fact:
    return Fact(str(_(label)), own=visible(text))


def _code(label: str, value: str, words: Mapping[str, str]) -> Fact:
    return Fact(str(_(label)), str(_(words[value])) if value in words else "")


def _said(label: str, value: bool | None) -> Fact:
    return Fact(str(_(label)), "" if value is None else str(_(_BOOL[value])))


def _review(label: str, value: str) -> Fact:
    """Say a choice of ours; what an imported file says instead stands as it is."""
    known = str(_(REVIEWED[value])) if value in REVIEWED else ""
    return Fact(str(_(label)), known, "" if known else visible(value))


def said_moment(local: str) -> str:
    """Say a local time or day; what is neither stands as it is."""
    try:
        return when(When.at("exact" if "T" in local else "date_only", local[:16])) if local else ""
    except ValueError:
        return visible(local)
