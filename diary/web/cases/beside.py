"""What a case's pages say of who was told, of the other person, and of what else may show it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from flask_babel import gettext as _

from diary.content import knows_kind
from diary.domain.people import OtherPerson, Told
from diary.domain.plan import Lead
from diary.web.cases.words import Fact
from diary.web.entry_words import LEAD_STATES, YES_NO
from diary.web.texts import iso_day
from diary.web.visible import visible


def set_up(app: Flask) -> None:
    """Give the pages these words."""
    app.jinja_env.filters.update(
        case_told_facts=told_facts,
        case_lead_facts=lead_facts,
        case_other_facts=other_facts,
    )


def told_facts(body: Told) -> list[Fact]:
    """Return what is noted of somebody who knows about an order, besides their name."""
    known = knows_kind(body.agency)
    kind = str(_(known.label)) if known else ""
    return _said(
        Fact(_("Who they are"), kind, "" if kind else visible(body.agency)),
        Fact(_("Which order they know of"), own=visible("\n".join(body.orders))),
        Fact(_("Told on"), iso_day(body.told_on)),
        Fact(_("Has a copy?"), _answer(body.has_copy)),
        Fact(_("Copy given on"), iso_day(body.copy_given_on)),
        Fact(_("Is the safety plan in their file?"), _answer(body.plan_in_their_file)),
        Fact(_("Notes"), own=visible(body.notes)),
    )


def lead_facts(body: Lead) -> list[Fact]:
    """Return what is noted of something that may show what an entry tells."""
    state = str(_(LEAD_STATES[body.state])) if body.state else ""
    return _said(
        Fact(_("What it is"), own=visible(body.sort)),
        Fact(_("Who has it"), own=visible(body.holder)),
        Fact(_("There until"), iso_day(body.expires_on)),
        Fact(_("How it stands"), state),
    )


def other_facts(body: OtherPerson) -> list[Fact]:
    """Return what is noted of the other person."""
    close = [" · ".join(filter(None, (one.name, one.relation))) for one in body.associates]
    return _said(
        Fact(_("Name"), own=visible(body.name)),
        Fact(_("What the writer calls them"), own=visible(body.called)),
        Fact(_("Also called"), own=_every(body.known_as)),
        Fact(_("How they know each other"), own=visible(body.how_known)),
        Fact(_("Born on"), iso_day(body.dob)),
        Fact(_("Phones"), own=_every(body.phones)),
        Fact(_("E-mail"), own=_every(body.emails)),
        Fact(_("Accounts"), own=_every(body.accounts)),
        Fact(_("Vehicle"), own=visible(body.vehicle)),
        Fact(_("Close to them"), own=_every(close)),
    )


def _answer(code: str) -> str:
    return str(_(YES_NO[code])) if code else ""


def _every(words: Iterable[str]) -> str:
    return visible("\n".join(words))


def _said(*facts: Fact) -> list[Fact]:
    return [one for one in facts if one.ours or one.own]
