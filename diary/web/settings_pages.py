"""Settings: a new passphrase, a new recovery code, closing the account.

Each form asks for the passphrase as it is now: a fresh session alone takes no account away.
"""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.errors import DiaryError
from diary.services import accounts, devices, passphrases, trusted_helper
from diary.text import N_
from diary.web.again import REFUSALS, marked, require_passphrase
from diary.web.house import current_house, current_vault, fresh_required, signed_in_live
from diary.web.session import browser_mark, end_session
from diary.web.start import chosen_passphrase

settings = Blueprint("settings", __name__)
Answer = Response | tuple[str, int]


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(settings)


@settings.get("/settings")
@login_required
def menu() -> str:
    """List what can be changed."""
    lost = trusted_helper.is_lost(current_house(), current_vault())
    return render_template("settings/settings.html", done=session.pop("done", None), lost=lost)


@settings.get("/settings/passphrase")
@fresh_required
def passphrase() -> str:
    """Ask for a new passphrase."""
    return _passphrase_page(words=passphrases.offered())


@settings.post("/settings/passphrase")
@fresh_required
def set_passphrase() -> Answer:
    """Put it in force."""
    house, vault = current_house(), current_vault()
    if "other" in request.form:
        return _passphrase_page(words=passphrases.offered()), 200
    try:
        require_passphrase()
        chosen = chosen_passphrase()
        accounts.change_passphrase(house, vault, chosen, name=session.get("name", ""))
    except REFUSALS as error:
        return _passphrase_page(words=_words(), errors=marked(error)), error.status
    if "end" in request.form:
        devices.end_others(house, vault, signed_in_live(), browser=browser_mark())
    session["done"] = "passphrase"
    return redirect(url_for("settings.menu"), 303)


@settings.get("/settings/code")
@fresh_required
def code() -> str:
    """Say what a new recovery code does to the old one."""
    return render_template("settings/code.html", errors={})


@settings.post("/settings/code")
@fresh_required
def new_code() -> Answer:
    """Make a new one; it counts once it was typed back."""
    try:
        require_passphrase()
    except REFUSALS as error:
        return render_template("settings/code.html", errors=marked(error)), error.status
    session["code"] = accounts.new_code(current_vault())
    session["done"], session["after_code"] = "code", url_for("settings.menu")
    session["step"] = "code"
    return redirect(url_for("start.code"), 303)


@settings.get("/settings/close")
@fresh_required
def close() -> str:
    """Say what closing does, before anything is done."""
    return _close_page({})


@settings.post("/settings/close")
@fresh_required
def close_now() -> Answer:
    """Close the account and everything that is open."""
    if "sure" not in request.form:
        error = DiaryError(N_("Tick the box if you want to close the account."))
        return _close_page({"sure": error}), 400
    try:
        require_passphrase()
    except REFUSALS as error:
        return _close_page(marked(error)), error.status
    accounts.close(current_house(), current_vault())
    end_session()
    return redirect(url_for("signin.index"), 303)


def _close_page(errors: dict[str, DiaryError]) -> str:
    days = current_house().settings.delete_wait_days
    sure = "sure" in request.form
    return render_template("settings/close.html", days=days, sure=sure, errors=errors)


def _passphrase_page(*, words: str, errors: dict[str, DiaryError] | None = None) -> str:
    posted = request.form
    return render_template(
        "settings/passphrase.html",
        words=words,
        errors=errors or {},
        choice=posted.get("choice", "offered"),
        end="end" in posted or not posted,
    )


def _words() -> str:
    return passphrases.tidy(request.form.get("words", ""))
