"""One thing more for somebody who is let in: a look at exactly what goes, then sharing it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.services import share_again as services
from diary.services import sharing, waiting
from diary.services.consents import ChangedMeanwhileError
from diary.web.fields import Fields
from diary.web.house import current_house, current_vault, fresh_required
from diary.web.posted import posted_fields
from diary.web.write import Errors, wrong

share_again = Blueprint("share_again", __name__)

Answer = Response | tuple[str, int]


@share_again.get("/sharing/<grant_id>/again/<record_id>")
@fresh_required
def look(grant_id: str, record_id: str) -> str:
    """Show what would go: something that waits, or the new words of what is shared."""
    return _look_page(grant_id, record_id)


@share_again.post("/sharing/<grant_id>/again/<record_id>")
@fresh_required
def share(grant_id: str, record_id: str) -> Answer:
    """Share what was looked at, in the version that was shown."""
    version = Fields({"base": posted_fields().get("version", "")}).base
    try:
        services.share(current_house(), current_vault(), grant_id, record_id, version=version)
    except ChangedMeanwhileError as error:
        return _look_page(grant_id, record_id, wrong(error)), error.status
    flash(_("It is shared."))
    return _back(grant_id)


@share_again.post("/sharing/<grant_id>/leave-out/<record_id>")
@login_required
def leave_out(grant_id: str, record_id: str) -> Response:
    """Leave something out that waits, so that it is not asked for again."""
    waiting.leave_out(current_house(), current_vault(), grant_id, record_id)
    flash(_("It stays out of this."))
    return _back(grant_id)


def _back(grant_id: str) -> Response:
    return redirect(url_for("sharing.one", grant_id=grant_id), 303)


def _look_page(grant_id: str, record_id: str, errors: Errors | None = None) -> str:
    house, vault = current_house(), current_vault()
    return render_template(
        "sharing/again.html",
        share=sharing.share(house, vault, grant_id),
        record_id=record_id,
        shown=services.look(house, vault, grant_id, record_id),
        errors=errors or [],
    )
