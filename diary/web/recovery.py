"""The way back when the passphrase is lost: name and recovery code, then a new passphrase."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.errors import BadInputError, BusyError, DiaryError, WrongSecretError
from diary.services import accounts, asking, devices, passphrases
from diary.text import N_
from diary.web.asking import WITH_HELPER
from diary.web.caller import caller
from diary.web.house import current_house, current_vault, public, signed_in_live
from diary.web.session import begin_session, browser_mark
from diary.web.start import chosen_passphrase

recovery = Blueprint("recovery", __name__)
Answer = Response | tuple[str, int]


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(recovery)


@recovery.get("/way-back")
@public
def form() -> str:
    """Ask for the name and the code."""
    return render_template("recovery/way_back.html", name="", typed="", error=None)


@recovery.post("/way-back")
@public
def enter() -> Answer:
    """Open the account with its code; nothing else is reachable before a passphrase is set."""
    house, name, code = current_house(), request.form.get("name", ""), request.form.get("code", "")
    try:
        unlocked = accounts.way_back(house, name=name, code=code, caller=caller())
    except WrongSecretError as refused:
        error = DiaryError(N_("That name and that code do not fit together. Please try again."))
        page = render_template("recovery/way_back.html", name=name, typed=code, error=error)
        return page, refused.status
    begin_session(house, unlocked, name=accounts.tidy_name(name), step="passphrase")
    return redirect(url_for("recovery.new_passphrase"), 303)


@recovery.get("/way-back/new")
@login_required
def new_passphrase() -> Response | str:
    """Ask for a new passphrase."""
    if session.get("step") != "passphrase":
        return redirect("/write", 303)
    return _page(words=passphrases.offered(), errors={})


@recovery.post("/way-back/new")
@login_required
def set_new() -> Answer:
    """Set it, end the other sessions unless she wants them, and show a new code."""
    if session.get("step") != "passphrase":
        return redirect("/write", 303)
    house, vault = current_house(), current_vault()
    words = passphrases.tidy(request.form.get("words", ""))
    if "other" in request.form:
        return _page(words=passphrases.offered(), errors={}), 200
    try:
        passphrase = chosen_passphrase()
        accounts.change_passphrase(house, vault, passphrase, name=session.get("name", ""))
    except BadInputError as error:
        return _page(words=words, errors=error.fields), error.status
    except BusyError as error:
        return _page(words=words, errors={"": error}), error.status
    if "end" in request.form or _with_helper():
        devices.end_others(house, vault, signed_in_live(), browser=browser_mark())
    if _with_helper():
        asking.complete(house, vault)
        session.pop("way")
    session["step"] = "code"
    return redirect(url_for("start.code"), 303)


def _with_helper() -> bool:
    """Tell whether she came in with her helper: then everything that is open elsewhere ends."""
    return session.get("way") == WITH_HELPER


def _page(*, words: str, errors: dict[str, DiaryError]) -> str:
    posted = request.form
    return render_template(
        "recovery/new_passphrase.html",
        signed_in=False,
        words=words,
        errors=errors,
        choice=posted.get("choice", "offered"),
        end="end" in posted or not posted,
        with_helper=_with_helper(),
    )
