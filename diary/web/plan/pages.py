"""The plan on one page, how it read before, and looking at the whole of it."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required

from diary.content import guidance
from diary.domain.ids import is_id
from diary.domain.plan import Plan, Review
from diary.errors import DiaryError
from diary.services import plan as service
from diary.web.boxes import Boxes
from diary.web.fields import Fields
from diary.web.house import current_house, current_vault, today
from diary.web.plan import pieces
from diary.web.plan.pieces import AGREEMENT, STEP, Answer
from diary.web.plan.words import SORTS, STATES, sort_of_step
from diary.web.write import Errors, wrong

blueprint = Blueprint("plan", __name__)


def set_up(app: Flask) -> None:
    """Add these pages, and the question whether a plan may be offered after an entry."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["plan_offered_after"] = offered_after


def offered_after(*entries: str) -> str:
    """Return the entry after which the plan may be offered for another look; "" for none."""
    return service.offer(current_house(), current_vault(), entries)


@blueprint.get("/plan")
@login_required
def page() -> str:
    """Show the whole plan by sort."""
    return _whole("plan/page.html")


@blueprint.get("/plan/earlier")
@login_required
def earlier() -> str:
    """Show how the plan read before."""
    found = service.versions(current_house(), current_vault())
    return render_template("plan/earlier.html", versions=found[-2::-1], sorts=SORTS, states=STATES)


@blueprint.get("/plan/look")
@login_required
def look_form() -> str:
    """Show the whole plan, with boxes for who looked at it with her."""
    after = request.args.get("entry", "")
    plan = service.read(current_house(), current_vault())
    shown = {
        "on": today(),
        "agreed_with": plan.body.agreed_with if plan else "",
        "entry": after if is_id(after) else "",
    }
    return _look_page(Boxes.carried_or(shown))


@blueprint.post("/plan/look")
@login_required
def look() -> Answer:
    """Note that the whole plan was looked at."""
    house, vault, boxes = current_house(), current_vault(), Boxes.posted()
    form = Fields(boxes.to_dict())
    try:
        on = form.day("on") or today()
        review = Review(on=on, with_whom=form.line("with_whom"), note=form.words("note"))
        agreed = form.line("agreed_with")
        form.refuse()
        after = [boxes["entry"]] if is_id(boxes["entry"]) else []
        service.look(house, vault, review, agreed_with=agreed, after=after)
    except DiaryError as error:
        return _look_page(boxes, wrong(error)), error.status
    flash(_("It is noted that you looked at the plan."))
    return redirect(url_for("plan.page"), 303)


def _look_page(boxes: Boxes, errors: Errors | None = None) -> str:
    return _whole("plan/look.html", typed=boxes, errors=errors or [], wrong=dict(errors or []))


def _whole(template: str, **more: object) -> str:
    plan = service.read(current_house(), current_vault())
    body = plan.body if plan else Plan()
    kept = [item for item in body.items if item.status != "dropped"]
    return render_template(
        template,
        plan=plan,
        body=body,
        by_sort={code: [one for one in kept if sort_of_step(one) == code] for code in SORTS},
        dropped=[item for item in body.items if item.status == "dropped"],
        reviews=sorted(body.reviews, key=lambda one: one.on, reverse=True),
        sorts=SORTS,
        states=STATES,
        about=guidance("review_plan"),
        **more,
    )


@blueprint.get("/plan/step/new")
@login_required
def step_form() -> str:
    """Ask what to do."""
    return pieces.new_form(STEP)


@blueprint.post("/plan/step/new")
@login_required
def add_step() -> Answer:
    """Add a step."""
    return pieces.add(STEP)


@blueprint.get("/plan/step/<step_id>")
@login_required
def change_step_form(step_id: str) -> str:
    """Show one step in its boxes."""
    return pieces.form(STEP, step_id)


@blueprint.post("/plan/step/<step_id>")
@login_required
def change_step(step_id: str) -> Answer:
    """Save what is different about it."""
    return pieces.change(STEP, step_id)


@blueprint.get("/plan/agreement/new")
@login_required
def agreement_form() -> str:
    """Ask what was agreed in writing."""
    return pieces.new_form(AGREEMENT)


@blueprint.post("/plan/agreement/new")
@login_required
def add_agreement() -> Answer:
    """Add a written agreement."""
    return pieces.add(AGREEMENT)


@blueprint.get("/plan/agreement/<agreement_id>")
@login_required
def change_agreement_form(agreement_id: str) -> str:
    """Show one agreement in its boxes."""
    return pieces.form(AGREEMENT, agreement_id)


@blueprint.post("/plan/agreement/<agreement_id>")
@login_required
def change_agreement(agreement_id: str) -> Answer:
    """Save what is different about it."""
    return pieces.change(AGREEMENT, agreement_id)
