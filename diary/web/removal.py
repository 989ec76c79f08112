"""Removing something of one's own, and bringing it back with the recovery code.

Nothing on any page says that something waits to be brought back, until the code is given: whoever
makes her remove something must not see that it can come back.
"""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import fresh_login_required, login_required
from werkzeug.wrappers import Response

from diary.domain.clock import to_ms
from diary.errors import WrongSecretError
from diary.services import deletion, drafts
from diary.services.deletion import Asked
from diary.text import N_
from diary.web.called import called, dated, happened, sort_of
from diary.web.house import current_house, current_vault
from diary.web.posted import posted_fields, posted_list

removal = Blueprint("removal", __name__)

_CODE_GIVEN = "code_given_ms"
# Where each kind is listed; what belongs to an entry goes back to its entry.
_LISTS = {
    "entry": "/diary",
    "order": "/orders",
    "report": "/reports",
    "person": "/people",
    "told": "/told",
}


def set_up(app: Flask) -> None:
    """Add these pages, and what a removed thing is called."""
    app.register_blueprint(removal)
    app.jinja_env.filters.update(called=called, sort_of=sort_of, happened=happened, dated=dated)


@removal.get("/remove/<record_id>")
@removal.get("/diary/<record_id>/remove")
@fresh_login_required
def ask(record_id: str) -> str:
    """Say what removing does, before it is done."""
    house = current_house()
    asked = deletion.look(house, current_vault(), record_id)
    return render_template(
        "removal/remove.html",
        asked=asked,
        days=house.settings.delete_wait_days,
        keep=_page_of(asked),
        told_in=deletion.told_in(house, current_vault(), record_id),
    )


@removal.post("/remove/<record_id>")
@removal.post("/diary/<record_id>/remove")
@fresh_login_required
def remove(record_id: str) -> Response:
    """Take it out of the diary."""
    house, vault = current_house(), current_vault()
    asked = deletion.look(house, vault, record_id)
    deletion.remove(house, vault, record_id)
    drafts.drop_about(house, vault, record_id)
    flash(_("It is removed."))
    return redirect(_LISTS.get(asked.body.kind) or f"/diary/{asked.parent}", 303)


def _page_of(asked: Asked) -> str:
    """Return where the thing itself is read."""
    above = _LISTS.get(asked.body.kind)
    return f"{above}/{asked.id}" if above else f"/diary/{asked.parent}"


@removal.get("/bring-back")
@login_required
def way() -> str:
    """Ask for the code; after it, show what can be brought back."""
    if not _code_given():
        return render_template("removal/code.html", error=None)
    waiting = deletion.waiting(current_house(), current_vault())
    return render_template("removal/bring_back.html", waiting=waiting)


@removal.post("/bring-back/code")
@login_required
def check() -> Response | tuple[str, int]:
    """Check the code."""
    house = current_house()
    try:
        deletion.check_code(house, current_vault(), posted_fields().get("code", ""))
    except WrongSecretError as error:
        wrong = WrongSecretError(N_("That is not the recovery code. Please look at it again."))
        return render_template("removal/code.html", error=wrong), error.status
    session[_CODE_GIVEN] = to_ms(house.now())
    return redirect(url_for("removal.way"), 303)


@removal.post("/bring-back")
@login_required
def bring_back() -> Response:
    """Bring back what was ticked."""
    if _code_given():
        if deletion.bring_back(current_house(), current_vault(), posted_list("removal")):
            flash(_("What you chose is back."))
        session.pop(_CODE_GIVEN)
        return redirect(url_for("diary.timeline"), 303)
    return redirect(url_for("removal.way"), 303)


def _code_given() -> bool:
    """Tell whether the code was given in this session a short while ago."""
    house = current_house()
    age = to_ms(house.now()) - session.get(_CODE_GIVEN, 0)
    return bool(age <= house.settings.fresh_minutes * 60_000)
