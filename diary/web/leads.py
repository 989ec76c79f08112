"""What else may show it: a shop's camera, a neighbour's doorbell, and until when it is there."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import guidance
from diary.domain.ids import new_id
from diary.domain.plan import Lead
from diary.errors import BadInputError, ConflictError, DiaryError, NotFoundError
from diary.services import entries, own
from diary.services.own import Own
from diary.text import N_
from diary.web.boxes import Boxes
from diary.web.entry_words import LEAD_STATES
from diary.web.fields import Fields
from diary.web.house import current_house, current_vault
from diary.web.write import Errors, wrong

leads = Blueprint("leads", __name__)


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(leads)


@leads.get("/diary/<record_id>/leads")
@login_required
def every(record_id: str) -> str:
    """List what may show what this entry tells, with boxes for one more."""
    return _list(record_id, Boxes.carried_or({"id": new_id()}))


@leads.post("/diary/<record_id>/leads")
@login_required
def add(record_id: str) -> Response | tuple[str, int]:
    """Add one."""
    house, vault = current_house(), current_vault()
    entries.read(house, vault, record_id)
    boxes = Boxes.posted()
    form = Fields(boxes.to_dict())
    try:
        body = _lead(form, Lead())
        own.add(house, vault, body, record_id=form.record_id, parent=record_id)
    except DiaryError as error:
        return _list(record_id, boxes, wrong(error)), error.status
    return redirect(url_for("leads.every", record_id=record_id), 303)


@leads.get("/leads/<lead_id>")
@login_required
def change_form(lead_id: str) -> str:
    """Show one in its boxes."""
    lead = _one(lead_id)
    shown = lead.body.model_dump(mode="json") | {"base": str(lead.version)}
    return _page(lead, Boxes.carried_or(shown))


@leads.post("/leads/<lead_id>")
@login_required
def change(lead_id: str) -> Response | tuple[str, int]:
    """Save what has changed about it."""
    lead, boxes = _one(lead_id), Boxes.posted()
    form = Fields(boxes.to_dict())
    try:
        body = _lead(form, lead.body)
        house, vault = current_house(), current_vault()
        own.change(house, vault, body, record_id=lead_id, base_version=form.base)
    except ConflictError as error:
        now = _one(lead_id)
        boxes["base"] = str(now.version)
        return _page(now, boxes, [(None, error)], saved_now=True), error.status
    except DiaryError as error:
        return _page(lead, boxes, wrong(error)), error.status
    return redirect(url_for("leads.every", record_id=lead.parent), 303)


def _one(lead_id: str) -> Own[Lead]:
    lead = own.one(current_house(), current_vault(), Lead, lead_id)
    if lead.parent is None:
        raise NotFoundError
    return lead


def _lead(form: Fields, old: Lead) -> Lead:
    told = {
        "sort": form.line("sort"),
        "holder": form.line("holder"),
        "expires_on": form.day("expires_on"),
        "state": form.choice("state", LEAD_STATES),
    }
    if not (told["sort"] or told["holder"] or form.errors):
        form.errors["sort"] = BadInputError(N_("Write what it is, or who has it."))
    form.refuse()
    return Lead.model_validate(dict(old) | told)


def _list(record_id: str, boxes: Boxes, errors: Errors | None = None) -> str:
    house, vault = current_house(), current_vault()
    story = entries.read(house, vault, record_id)
    with house.store.read() as conn:
        found = own.below(conn, vault, Lead, record_id)
    return render_template(
        "leads/every.html",
        story=story,
        found=found,
        about=guidance("leads"),
        typed=boxes,
        errors=errors or [],
        wrong=dict(errors or []),
        states=LEAD_STATES,
    )


def _page(
    lead: Own[Lead], boxes: Boxes, errors: Errors | None = None, *, saved_now: bool = False
) -> str:
    return render_template(
        "leads/one.html",
        lead=lead,
        typed=boxes,
        errors=errors or [],
        wrong=dict(errors or []),
        states=LEAD_STATES,
        saved_now=saved_now,
    )
