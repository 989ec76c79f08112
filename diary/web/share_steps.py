"""The way to a share, one decision a page. Every page works without a script.

What was decided waits sealed between the pages (`services.share_drafts`), so Back, a lock or
another day loses nothing. Nothing is ticked at first but what is least to say.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.errors import BadInputError, DiaryError, NotFoundError
from diary.services import share_choices, share_drafts, sharing
from diary.services.share_drafts import Draft
from diary.web.boxes import Boxes
from diary.web.carry import take_carried
from diary.web.house import current_house, current_vault
from diary.web.posted import posted_fields
from diary.web.share_answers import answer_of
from diary.web.share_look import share_look
from diary.web.share_questions import shown
from diary.web.visible import visible
from diary.web.write import Errors, wrong

share_steps = Blueprint("share_steps", __name__)

STEPS = (
    "person", "name", "purpose", "entries", "also", "fields", "files", "download", "until",
    "later", "others", "words",
)  # fmt: skip
Answer = Response | tuple[str, int]


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(share_steps)
    app.register_blueprint(share_look)


@share_steps.get("/sharing/new")
@login_required
def form() -> str:
    """Ask for the code that somebody shows."""
    return _code_page(request.args.get("code", ""))


@share_steps.post("/sharing/new")
@login_required
def find() -> Answer:
    """Find who shows it."""
    typed = posted_fields().get("code", "")
    house, vault = current_house(), current_vault()
    try:
        card = sharing.find(house, vault, typed)
    except DiaryError as error:
        return _code_page(typed, [("code", error)]), error.status
    draft = share_drafts.begin(house, vault, card, from_name=share_choices.own_name(house, vault))
    return _to(draft.id, "person")


def _code_page(typed: str, errors: Errors | None = None) -> str:
    return render_template("sharing/code.html", typed=typed, errors=errors or [])


@share_steps.get("/sharing/new/<draft_id>/<share_step>")
@login_required
def step(draft_id: str, share_step: str) -> Answer:
    """Ask one question; what was ticked or typed before a lock came between is still there."""
    draft = _draft(draft_id, share_step)
    if isinstance(draft, Response):
        return draft
    carried = take_carried()
    if carried is None:
        return _page(draft, share_step), 200
    said = Boxes(carried)
    with suppress(DiaryError):
        draft = replace(draft, **answer_of(draft, share_step, said))
    return _page(draft, share_step, typed=said), 200


@share_steps.post("/sharing/new/<draft_id>/<share_step>")
@login_required
def answer(draft_id: str, share_step: str) -> Answer:
    """Keep the answer, and go on."""
    draft = _draft(draft_id, share_step)
    if isinstance(draft, Response):
        return draft
    said = Boxes.posted()
    try:
        saved = answer_of(draft, share_step, said)
    except BadInputError as error:
        return _page(draft, share_step, wrong(error), typed=said), error.status
    decided = share_drafts.decide(current_house(), current_vault(), draft, **saved)
    return _onward(decided, share_step, said)


def _draft(draft_id: str, share_step: str) -> Draft | Response:
    """Return the draft; nothing is asked before the words were compared."""
    draft = share_drafts.read(current_house(), current_vault(), draft_id)
    if share_step not in STEPS:
        raise NotFoundError
    if share_step != "person" and not draft.compared:
        return _to(draft_id, "person")
    return draft


def _onward(draft: Draft, share_step: str, said: Boxes) -> Response:
    if share_step == "entries" and (said["to"] or said["order"]):
        page, query = said["to"], visible(said["q"])
        here: dict[str, Any] = {"page": page if page.isascii() and page.isdigit() else None}
        here |= {"q": query or None}
        return redirect(url_for(".step", draft_id=draft.id, share_step="entries", **here), 303)
    if share_step == STEPS[-1]:
        return redirect(url_for("share_look.look", draft_id=draft.id), 303)
    return _to(draft.id, STEPS[STEPS.index(share_step) + 1])


def _to(draft_id: str, share_step: str) -> Response:
    return redirect(url_for(".step", draft_id=draft_id, share_step=share_step), 303)


def _page(
    draft: Draft, share_step: str, errors: Errors | None = None, *, typed: Boxes | None = None
) -> str:
    at = STEPS.index(share_step)
    back = url_for(".step", draft_id=draft.id, share_step=STEPS[at - 1]) if at else "/sharing"
    return render_template(
        f"sharing/step-{share_step}.html",
        draft=draft,
        back_to=back,
        errors=errors or [],
        wrong=dict(errors or []),
        typed=typed,
        **shown(draft, share_step),
    )
