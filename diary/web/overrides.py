"""What was passed on without asking: writing it down, and a second person's decision."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import guidance
from diary.domain.ids import new_id
from diary.domain.practice import Override
from diary.errors import BadInputError, DiaryError
from diary.services import override_steps, overrides
from diary.services.cases import NotSharedError
from diary.text import N_
from diary.web import not_kept
from diary.web.boxes import Boxes
from diary.web.carry import take_carried
from diary.web.fields import Fields
from diary.web.house import current_house, current_vault, for_practitioners, keeps_typed
from diary.web.not_kept import Asked
from diary.web.practice_form import moment_of
from diary.web.write import Errors, wrong

blueprint = Blueprint("overrides", __name__)

Answer = Response | str | tuple[str, int]
# What a second person can say: whether they agree, and whether she is told in any case.
AGREES = {"yes": (True, False), "tell": (True, True), "no": (False, True)}
NEEDED = N_("Please write something here.")
UNDECIDED = N_("Choose one of the answers.")
ASKED = (
    Asked(N_("What did you tell?"), ("what",)),
    Asked(N_("To whom?"), ("to_whom",)),
    Asked(N_("When?"), ("told_day", "told_time")),
    Asked(N_("Why is it lawful?"), ("lawful_reason",)),
    Asked(N_("Would it be unsafe to tell her?"), ("unsafe",), {"yes": N_("Yes")}),
    Asked(N_("Why is it unsafe?"), ("why_unsafe",)),
)


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/work/passed-on")
@for_practitioners
@login_required
def every() -> str:
    """List what one passed on, and what one is to decide."""
    return render_template(
        "cases/passed_on.html", found=overrides.every(current_house(), current_vault())
    )


@blueprint.get("/work/passed-on/new/<case_id>")
@for_practitioners
@login_required
def form(case_id: str) -> str:
    """Ask what was told to whom, and why.

    The address names the case, so that what is typed about one is never shown as about another.
    """
    carried = take_carried()
    return _page(case_id, Boxes({"id": new_id()}) if carried is None else Boxes(carried))


@blueprint.post("/work/passed-on/new/<case_id>")
@for_practitioners
@keeps_typed
@login_required
def add(case_id: str) -> Answer:
    """Write it down, or show it again with what needs another look."""
    boxes = Boxes.posted()
    try:
        return _added(case_id, boxes)
    except NotSharedError as error:  # her diary went while it was written
        return not_kept.page(error, boxes, ASKED)


def _added(case_id: str, boxes: Boxes) -> Answer:
    form = Fields(boxes.to_dict())
    try:
        said = _read(form)
        made = overrides.ask(
            current_house(),
            current_vault(),
            case_id,
            said,
            decider=boxes["decider"],
            record_id=form.record_id,
        )
    except NotSharedError:
        raise
    except DiaryError as error:
        return _page(case_id, boxes, errors=wrong(error)), error.status
    return redirect(url_for("overrides.one", override_id=made), 303)


def _read(form: Fields) -> Override:
    told = moment_of(form, "told_")
    unsafe = form.choice("unsafe", {"yes"}) == "yes"
    said = {
        "lawful_reason": form.words("lawful_reason"),
        "what": form.words("what"),
        "to_whom": form.line("to_whom", needed=True),
        "told_at": told.local,
        "unsafe_to_notify": unsafe,
        "why_unsafe": form.words("why_unsafe"),
    }
    for name in ("lawful_reason", "what", *(("why_unsafe",) if unsafe else ())):
        if not str(said[name]).strip():
            form.errors.setdefault(name, BadInputError(NEEDED))
    form.refuse()
    return Override.model_validate(said)


@blueprint.get("/work/passed-on/<override_id>")
@for_practitioners
@login_required
def one(override_id: str) -> str:
    """Show one, and ask for the decision of who is to decide."""
    return _one_page(override_id)


@blueprint.post("/work/passed-on/<override_id>")
@for_practitioners
@login_required
def decide(override_id: str) -> Answer:
    """Write the decision down; without one, show it again."""
    house, me, said = current_house(), current_vault(), Boxes.posted()["agrees"]
    found = overrides.one(house, me, override_id)
    if said in AGREES:
        agrees, told = AGREES[said]
        override_steps.decide(house, me, override_id, agrees=agrees, she_is_told=told)
    elif found.is_mine_to_decide:
        error = BadInputError(fields={"agrees": BadInputError(UNDECIDED)})
        return _one_page(override_id, wrong(error)), error.status
    return redirect(url_for("overrides.one", override_id=override_id), 303)


@blueprint.post("/work/passed-on/<override_id>/second-person")
@for_practitioners
@login_required
def put_before(override_id: str) -> Answer:
    """Put it before a second person, where there was none."""
    house, me, decider = current_house(), current_vault(), Boxes.posted()["decider"]
    try:
        override_steps.put_before(house, me, override_id, decider=decider)
    except BadInputError as error:
        return _one_page(override_id, wrong(error)), error.status
    return redirect(url_for("overrides.one", override_id=override_id), 303)


@blueprint.post("/work/passed-on/<override_id>/tell-her")
@for_practitioners
@login_required
def tell_her(override_id: str) -> Response:
    """Let her read it from now on."""
    override_steps.tell_her(current_house(), current_vault(), override_id)
    return redirect(url_for("overrides.one", override_id=override_id), 303)


def _one_page(override_id: str, errors: Errors | None = None) -> str:
    house, me = current_house(), current_vault()
    found = overrides.one(house, me, override_id)
    return render_template(
        "cases/passed_on_one.html",
        asked=found,
        deciders=overrides.deciders(house, me) if found.needs_decider else [],
        errors=errors or [],
        wrong=dict(errors or []),
    )


def _page(case_id: str, boxes: Boxes, *, errors: Errors | None = None) -> str:
    house, me = current_house(), current_vault()
    overrides.may_ask(house, me, case_id)
    return render_template(
        "cases/passed_on_form.html",
        case_id=case_id,
        typed=boxes,
        deciders=overrides.deciders(house, me),
        errors=errors or [],
        wrong=dict(errors or []),
        before=guidance("passed_on"),
    )
