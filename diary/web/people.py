"""People who saw or heard something: who they are, and apart from that how to reach them."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import guidance
from diary.domain.ids import new_id
from diary.domain.people import Contact, Person
from diary.errors import ConflictError, DiaryError
from diary.services import own
from diary.services import people as services
from diary.web.boxes import Boxes
from diary.web.entry_words import YES_NO
from diary.web.fields import Fields
from diary.web.house import current_house, current_vault
from diary.web.write import Errors, wrong

people = Blueprint("people", __name__)


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(people)


@people.get("/people")
@login_required
def every() -> str:
    """List everybody."""
    found = services.every(current_house(), current_vault())
    return render_template("people/every.html", found=found, about=guidance("witnesses"))


@people.get("/people/new")
@login_required
def form() -> str:
    """Ask who it is."""
    return _page("people/form.html", Boxes.carried_or({"id": new_id()}))


@people.post("/people/new")
@login_required
def add() -> Response | tuple[str, int]:
    """Add somebody to the list."""
    boxes = Boxes.posted()
    form = Fields(boxes.to_dict())
    try:
        body, contact = _person(form, Person(name="")), _contact(form, Contact())
        form.refuse()
        house, vault = current_house(), current_vault()
        kept = services.add(house, vault, body, contact, record_id=form.record_id)
    except DiaryError as error:
        return _page("people/form.html", boxes, wrong(error)), error.status
    return redirect(url_for("people.one", person_id=kept.id), 303)


@people.get("/people/<person_id>")
@login_required
def one(person_id: str) -> str:
    """Show who it is and how to reach them."""
    known = services.one(current_house(), current_vault(), person_id)
    return render_template("people/one.html", known=known, yes_no=YES_NO)


@people.get("/people/<person_id>/change")
@login_required
def change_form(person_id: str) -> str:
    """Show the boxes filled in."""
    known = services.one(current_house(), current_vault(), person_id)
    person, contact = known.person, known.contact
    said = contact.body if contact else Contact()
    names = ("phone", "email", "address", "may_be_contacted", "how_to_contact_safely", "text")
    shown = {
        "name": person.body.name,
        "relation": person.body.relation,
        "base": str(person.version),
        "reach_base": str(contact.version if contact else 0),
    } | {name: getattr(said, name) for name in names}
    return _page("people/form.html", Boxes.carried_or(shown), person_id=person_id)


@people.post("/people/<person_id>/change")
@login_required
def change(person_id: str) -> Response | tuple[str, int]:
    """Save who it is, and how to reach them."""
    house, vault = current_house(), current_vault()
    known = services.one(house, vault, person_id)
    boxes = Boxes.posted()
    form = Fields(boxes.to_dict())
    try:
        body = _person(form, known.person.body)
        contact = _contact(form, known.contact.body if known.contact else Contact())
        form.refuse()
        own.change(house, vault, body, record_id=person_id, base_version=form.base)
        _reach(person_id, contact, Fields({"base": boxes["reach_base"]}).base)
    except ConflictError as error:
        return _conflict(person_id, boxes), error.status
    except DiaryError as error:
        return _page("people/form.html", boxes, wrong(error), person_id=person_id), error.status
    return redirect(url_for("people.one", person_id=person_id), 303)


def _reach(person_id: str, contact: Contact, base: int) -> None:
    house, vault = current_house(), current_vault()
    known = services.one(house, vault, person_id).contact
    if contact != (known.body if known else Contact()):
        services.reach(house, vault, person_id, contact, base_version=base)


def _conflict(person_id: str, boxes: Boxes) -> str:
    """Show what is saved now beside what was typed; saving again puts it on top."""
    known = services.one(current_house(), current_vault(), person_id)
    boxes["base"] = str(known.person.version)
    boxes["reach_base"] = str(known.contact.version if known.contact else 0)
    errors: Errors = [(None, ConflictError())]
    return _page("people/form.html", boxes, errors, person_id=person_id, saved_now=known)


def _person(form: Fields, old: Person) -> Person:
    told = {"name": form.line("name", needed=True), "relation": form.line("relation")}
    return Person.model_validate(dict(old) | told)


def _contact(form: Fields, old: Contact) -> Contact:
    return Contact.model_validate(
        {
            **dict(old),
            "phone": form.line("phone"),
            "email": form.line("email"),
            "address": form.words("address"),
            "may_be_contacted": form.choice("may_be_contacted", YES_NO),
            "how_to_contact_safely": form.words("how_to_contact_safely"),
            "text": form.words("text"),
        }
    )


def _page(template: str, boxes: Boxes, errors: Errors | None = None, **more: object) -> str:
    found = errors or []
    return render_template(
        template, typed=boxes, errors=found, wrong=dict(found), yes_no=YES_NO, **more
    )
