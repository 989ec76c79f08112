"""The last look before something is shared: exactly what they will see, and giving it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import consent_text
from diary.errors import BadInputError, DiaryError, NotFoundError
from diary.services import consents, practice_seen, share_choices, share_drafts
from diary.services.consents import Wording
from diary.services.share_drafts import Draft
from diary.web.asked_page import page_asked
from diary.web.house import current_house, current_vault, fresh_required
from diary.web.posted import posted_fields
from diary.web.share_questions import purpose_of, words_of
from diary.web.write import Errors, wrong

share_look = Blueprint("share_look", __name__)

Answer = Response | tuple[str, int]


@share_look.get("/sharing/new/<draft_id>/look")
@fresh_required
def look(draft_id: str) -> Answer:
    """Show exactly what they will see."""
    if (draft := _not_given(draft_id)) is None:
        return redirect(url_for("sharing.one", grant_id=draft_id), 303)
    if (undecided := _undecided(draft)) is not None:
        return to_step(draft_id, undecided)
    return _look_page(draft), 200


@share_look.post("/sharing/new/<draft_id>/look")
@fresh_required
def give(draft_id: str) -> Answer:
    """Share what was looked at."""
    house, vault = current_house(), current_vault()
    if (draft := _not_given(draft_id)) is not None:
        if (undecided := _undecided(draft)) is not None:
            return to_step(draft_id, undecided)
        words = Wording(consent_text().version, "\n".join(words_of(draft)), purpose_of(draft))
        seen = posted_fields().get("seen", "")
        try:
            consents.give(house, vault, draft_id, seen=seen, wording=words)
        except BadInputError:
            return to_step(draft_id, "until")
        except DiaryError as error:
            return _look_page(draft, wrong(error)), error.status
    return redirect(url_for("sharing.going", grant_id=draft_id), 303)


@share_look.post("/sharing/new/<draft_id>/forget")
@login_required
def forget(draft_id: str) -> Response:
    """Forget what was decided."""
    house, vault = current_house(), current_vault()
    share_drafts.read(house, vault, draft_id)
    share_drafts.forget(house, vault, draft_id)
    return redirect(url_for("sharing.every"), 303)


def to_step(draft_id: str, share_step: str) -> Response:
    """Go to one of the questions."""
    there = url_for("share_steps.step", draft_id=draft_id, share_step=share_step)
    return redirect(there, 303)


def _not_given(draft_id: str) -> Draft | None:
    """Return what was decided; None once it was given, also by the same press a moment ago."""
    try:
        return share_drafts.read(current_house(), current_vault(), draft_id)
    except NotFoundError:
        if consents.is_given(current_house(), current_vault(), draft_id):
            return None
        raise


def _undecided(draft: Draft) -> str | None:
    """Return the first page that still has to be answered."""
    if not draft.compared:
        return "person"
    if not draft.purpose:
        return "purpose"
    if not draft.has_anything:
        return "entries"
    try:
        consents.check_days(draft, consents.today(current_house()))
    except BadInputError:
        return "until"
    return None if draft.agreed else "words"


def _look_page(draft: Draft, errors: Errors | None = None) -> str:
    last, added = draft.last_day, draft.last_added_day
    shown = share_choices.look(current_house(), current_vault(), draft, page=page_asked())
    return render_template(
        "sharing/look.html",
        draft=draft,
        shown=shown,
        wrote=practice_seen.would_read(current_house(), current_vault(), draft),
        purpose=purpose_of(draft),
        ends=consents.end_of(last) if last else None,
        adds_until=consents.end_of(added) if added else None,
        errors=errors or [],
    )
