"""Helping somebody back in: her code is typed, it is seen for whom it is, and confirmed.

The same pages stand twice: for people with a diary and for practitioners. The passphrase or passkey
is asked for again when it was last used a while ago.
"""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.errors import DiaryError, NotFoundError, TooManyTriesError
from diary.services import asking
from diary.text import N_
from diary.web.house import (
    current_house,
    current_vault,
    for_practitioners,
    fresh_required,
    is_practitioner,
)

pages = Blueprint("helping", __name__)
work = Blueprint("work_helping", __name__)
Answer = Response | tuple[str, int]
_REFUSALS = (NotFoundError, TooManyTriesError)


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(pages)
    app.register_blueprint(work)


@pages.get("/settings/helping/code")
@fresh_required
def form() -> str:
    """Ask for the code that somebody read out."""
    return _form({})


@pages.post("/settings/helping/code")
@fresh_required
def look() -> Answer:
    """Show for whom it is."""
    return _look({})


@pages.post("/settings/helping/agree")
@fresh_required
def agree() -> Answer:
    """Hand the helper's half on."""
    return _agree()


@work.get("/work/helping")
@login_required
@fresh_required
@for_practitioners
def work_form() -> str:
    """Ask for the code that somebody read out."""
    return _form({})


@work.post("/work/helping")
@login_required
@fresh_required
@for_practitioners
def work_look() -> Answer:
    """Show for whom it is."""
    return _look({})


@work.post("/work/helping/agree")
@login_required
@fresh_required
@for_practitioners
def work_agree() -> Answer:
    """Hand the helper's half on."""
    return _agree()


def _form(errors: dict[str, DiaryError]) -> str:
    typed, done = request.form.get("code", ""), session.pop("helped", None)
    return render_template(
        "helper/code.html", typed=typed, errors=errors, done=done, here_is=_places()
    )


def _look(errors: dict[str, DiaryError]) -> Answer:
    typed = request.form.get("code", "")
    try:
        plea = asking.plea(current_house(), current_vault(), typed)
    except _REFUSALS as error:
        return _form({"code": error}), error.status
    status = 400 if errors else 200
    return render_template(
        "helper/agree.html", plea=plea, typed=typed, errors=errors, here_is=_places()
    ), status


def _agree() -> Answer:
    if "sure" not in request.form:
        return _look({"sure": DiaryError(N_("Tick the box if you are sure that it is them."))})
    try:
        asking.agree(current_house(), current_vault(), request.form.get("code", ""))
    except _REFUSALS as error:
        return _form({"code": error}), error.status
    session["helped"] = True
    return redirect(_places()["form"], 303)


def _places() -> dict[str, str]:
    """Return the addresses of these pages for whoever is signed in."""
    if is_practitioner():
        names = ("work_helping.work_form", "work_helping.work_agree", "work_settings.page")
    else:
        names = ("helping.form", "helping.agree", "helper.helping")
    return dict(zip(("form", "agree", "back"), map(url_for, names), strict=True))
