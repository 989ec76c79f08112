"""The parts of an order, each one question: how its boxes are filled, read and found wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from diary.domain.order import Order
from diary.errors import BadInputError
from diary.text import N_
from diary.web.fields import Fields
from diary.web.order_words import ARREST, ENDS, SERVED_HOW, STATUS, YES_NO, today
from diary.web.orders import order_kind

Fill = Callable[[Order], dict[str, str]]
Read = Callable[[Fields], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Part:
    """One question: its title, and the way between boxes and fields."""

    name: str
    title: str
    fill: Fill
    read: Read


def _same(*names: str) -> Fill:
    """Fill boxes that have the names of their fields."""
    return lambda order: {name: str(getattr(order, name)) for name in names}


def _type(form: Fields) -> dict[str, object]:
    return {"type": order_kind(form)}


def _court(form: Fields) -> dict[str, object]:
    return {"court_name": form.line("court_name"), "case_number": form.line("case_number")}


def _made(form: Fields) -> dict[str, object]:
    return {
        "made_on": form.day("made_on"),
        "without_notice": form.choice("without_notice", YES_NO),
        "served_on": form.day("served_on"),
        "served_how": form.choice("served_how", SERVED_HOW),
        "respondent_aware": form.choice("respondent_aware", YES_NO),
    }


def _ends(form: Fields) -> dict[str, object]:
    ends, day = form.choice("ends", ENDS), form.day("expires_on")
    if day and ends not in {"", "on"}:
        form.errors["ends"] = BadInputError(
            N_("A day is written below too. Choose “On a day”, or empty the day.")
        )
    if ends == "on" and not day and "expires_on" not in form.errors:
        form.errors["expires_on"] = BadInputError(N_("Write the day, or choose Not sure."))
    return {
        "ends": "on" if day and not ends else ends,
        "expires_on": day,
        "return_hearing_on": form.day("return_hearing_on"),
        "status": form.choice("status", STATUS),
    }


def _people(form: Fields) -> dict[str, object]:
    return {"protected_people": form.lines("protected_people")}


def _people_boxes(order: Order) -> dict[str, str]:
    return {"protected_people": "\n".join(order.protected_people)}


def _arrest(form: Fields) -> dict[str, object]:
    return {"power_of_arrest": form.choice("power_of_arrest", ARREST)}


def _them(form: Fields) -> dict[str, object]:
    born = form.day("respondent_dob")
    if born > today().isoformat():
        form.errors["respondent_dob"] = BadInputError(
            N_("That day is still to come. Please check it, or leave it empty.")
        )
    return {"respondent_name": form.line("respondent_name"), "respondent_dob": born}


def _notes(form: Fields) -> dict[str, object]:
    return {"notes": form.words("notes")}


_MADE = ("made_on", "without_notice", "served_on", "served_how", "respondent_aware")
_ENDS = ("ends", "expires_on", "return_hearing_on", "status")
_ALL = (
    Part("type", N_("What kind of order is it?"), _same("type"), _type),
    Part("made", N_("When was it made?"), _same(*_MADE), _made),
    Part("ends", N_("When does it end?"), _same(*_ENDS), _ends),
    Part("people", N_("Whom does it protect?"), _people_boxes, _people),
    Part("court", N_("Which court made it?"), _same("court_name", "case_number"), _court),
    Part("arrest", N_("Does it have a power of arrest?"), _same("power_of_arrest"), _arrest),
    Part("them", N_("Whom does it bind?"), _same("respondent_name", "respondent_dob"), _them),
    Part("notes", N_("Your own notes"), _same("notes"), _notes),
)
PARTS = {part.name: part for part in _ALL}


def refuse_impossible(form: Fields, changed: dict[str, object], order: Order) -> None:
    """Refuse an end before the making, at the box that was changed to it."""
    days = {
        name: str(changed.get(name, getattr(order, name))) for name in ("made_on", "expires_on")
    }
    if not (days["made_on"] and days["expires_on"] and days["expires_on"] < days["made_on"]):
        return
    if "expires_on" in changed:
        form.errors["expires_on"] = BadInputError(
            N_("That is before the day it was made. Please look at your copy again.")
        )
    elif "made_on" in changed:
        form.errors["made_on"] = BadInputError(
            N_("That is after the day it ends. Please look at your copy again.")
        )
