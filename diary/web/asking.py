"""The way back when the code is lost as well: asking, waiting three days, and coming in.

Every name is answered alike: nothing here looks whether there is such an account.
"""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from diary.errors import BadInputError, DiaryError, TooManyTriesError, WrongSecretError
from diary.services import accounts, asking
from diary.text import N_
from diary.web.caller import caller
from diary.web.house import current_house, public
from diary.web.session import begin_session

pages = Blueprint("asking", __name__)
Answer = Response | tuple[str, int]
WITH_HELPER = "helper"


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(pages)


@pages.get("/way-back/helper")
@public
def form() -> str:
    """Say how it goes, and ask for the name."""
    return _form({})


@pages.post("/way-back/helper")
@public
def ask() -> Answer:
    """Make a request; its code is on this one page and nowhere else."""
    name = request.form.get("name", "")
    try:
        made = asking.ask(current_house(), name=name, caller=caller())
    except BadInputError as error:
        return _form(error.fields), error.status
    except TooManyTriesError as error:
        return _form({"": error}), error.status
    return render_template("helper/asked.html", made=made), 200


@pages.get("/way-back/helper/open")
@public
def come_form() -> str:
    """Ask for the name and the request's code."""
    return _come_form({})


@pages.post("/way-back/helper/open")
@public
def come() -> Answer:
    """Open the account, or say how long it takes; a new passphrase comes first of all."""
    house, posted = current_house(), request.form
    name, code = posted.get("name", ""), posted.get("code", "")
    try:
        standing = asking.come_in(house, name=name, typed=code, caller=caller())
    except WrongSecretError as refused:
        differ = DiaryError(N_("That name and that code do not fit together. Please try again."))
        return _come_form({"name": differ}), refused.status
    if standing.unlocked is None:
        early = house.now() < standing.opens
        return render_template("helper/standing.html", standing=standing, early=early), 200
    values = {"name": accounts.tidy_name(name), "step": "passphrase", "way": WITH_HELPER}
    begin_session(house, standing.unlocked, **values)
    return redirect(url_for("recovery.new_passphrase"), 303)


def _form(errors: dict[str, DiaryError]) -> str:
    name = request.form.get("name", "")
    return render_template("helper/ask.html", name=name, errors=errors)


def _come_form(errors: dict[str, DiaryError]) -> str:
    posted = request.form
    name, typed = posted.get("name", ""), posted.get("code", "")
    return render_template("helper/open.html", name=name, typed=typed, errors=errors)
