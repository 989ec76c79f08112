"""Taking an entry back without removing it, and letting it stand again."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.domain.entry import Withdrawn
from diary.errors import BadInputError, ConflictError, DiaryError
from diary.services import entries, standing
from diary.services.entries import Story
from diary.text import N_
from diary.web.boxes import Boxes
from diary.web.fields import Fields
from diary.web.house import current_house, current_vault, today
from diary.web.write import Errors, wrong

pages = Blueprint("standing", __name__)
Answer = Response | tuple[str, int]


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(pages)


@pages.get("/diary/<record_id>/take-back")
@login_required
def form(record_id: str) -> str:
    """Say what taking it back does."""
    return _form(record_id, back=True)


@pages.get("/diary/<record_id>/let-stand")
@login_required
def stand_form(record_id: str) -> str:
    """Say what letting it stand again does."""
    return _form(record_id, back=False)


@pages.post("/diary/<record_id>/take-back")
@login_required
def take_back(record_id: str) -> Answer:
    """Take it back."""
    return _said(record_id, back=True)


@pages.post("/diary/<record_id>/let-stand")
@login_required
def let_stand(record_id: str) -> Answer:
    """Let it stand again."""
    return _said(record_id, back=False)


def _form(record_id: str, *, back: bool) -> str:
    story = _story(record_id)
    shown = {"reason": "", "base": str(story.newest.number)}
    return _page(story, Boxes.carried_or(shown), back=back)


def _said(record_id: str, *, back: bool) -> Answer:
    story, boxes = _story(record_id), Boxes.posted()
    try:
        _keep(story, Fields(boxes.to_dict()), back=back)
    except ConflictError as error:
        story = _story(record_id)  # what is saved now is shown, and decided on once more
        boxes["base"] = str(story.newest.number)
        return _page(story, boxes, [(None, error)], back=back), error.status
    except DiaryError as error:
        return _page(story, boxes, wrong(error), back=back), error.status
    flash(_("It is taken back.") if back else _("It stands again."))
    return redirect(url_for("diary.entry", record_id=record_id), 303)


def _keep(story: Story, typed: Fields, *, back: bool) -> None:
    """Keep what was said of the wording that was shown; said twice, it is kept once.

    What a form asks goes by its address alone, and what it says is done stands in the newest
    wording: a form that was filled before somebody said the opposite must never say that instead.
    """
    reason = typed.words("reason")
    typed.refuse()
    why = reason if reason.strip() else ""
    newest, house, vault = story.newest, current_house(), current_vault()
    if standing.is_said(newest.entry, back=back, why=why):
        return
    if typed.base != newest.number:
        raise ConflictError
    if back:
        before = newest.entry.withdrawn  # said in better words, it was said no later
        said = Withdrawn(said_on=before.said_on if before else today(), reason=why)
        standing.take_back(house, vault, story.id, newest, said)
    elif newest.entry.withdrawn is not None:
        standing.let_stand(house, vault, story.id, newest, why)
    else:
        raise BadInputError(N_("It stands already, so there is nothing to save here."))


def _story(record_id: str) -> Story:
    return entries.read(current_house(), current_vault(), record_id)


def _page(story: Story, boxes: Boxes, errors: Errors | None = None, *, back: bool) -> str:
    return render_template(
        "standing/form.html",
        story=story,
        entry=story.newest.entry,
        takes_back=back,
        is_done=back == (story.newest.entry.withdrawn is not None),
        typed=boxes,
        errors=errors or [],
        wrong=dict(errors or []),
    )
