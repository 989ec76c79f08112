"""Beginning: a name, a passphrase, and the recovery code, shown once and typed back once."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from diary.errors import BadInputError, BusyError, DiaryError, TooManyTriesError, WrongSecretError
from diary.services import accounts, passphrases
from diary.text import N_
from diary.web.again import REFUSALS, marked, require_passphrase
from diary.web.caller import caller
from diary.web.house import current_house, current_vault, home, public
from diary.web.session import begin_session

start = Blueprint("start", __name__)
Answer = Response | tuple[str, int]


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(start)


@start.get("/start")
@public
def form() -> Response | str:
    """Ask for a name, and offer six words."""
    if current_user.is_authenticated:
        return redirect(home(), 303)
    return _page(name="", words=passphrases.offered())


@start.post("/start")
@public
def make() -> Answer:
    """Make the account, or show the form again with what to look at."""
    house, posted = current_house(), request.form
    name, words = posted.get("name", ""), passphrases.tidy(posted.get("words", ""))
    if "other" in posted:
        return _page(name=name, words=passphrases.offered()), 200
    try:
        passphrase = chosen_passphrase()
        entered = accounts.sign_up(house, name=name, passphrase=passphrase, caller=caller())
    except BadInputError as error:
        return _page(name=name, words=words, errors=error.fields), error.status
    except (TooManyTriesError, BusyError) as error:
        return _page(name=name, words=words, errors={"": error}), error.status
    begin_session(house, entered.unlocked, name=accounts.tidy_name(name), step="code")
    return redirect(url_for("start.code"), 303)


def chosen_passphrase() -> str:
    """Read the choice between the offered words and her own, typed twice."""
    posted = request.form
    if posted.get("choice") == "offered":
        return posted.get("words", "")
    typed = passphrases.tidy(posted.get("passphrase", ""))
    if typed and typed != passphrases.tidy(posted.get("again", "")):
        differ = DiaryError(N_("The two are not the same. Please type them again."))
        raise BadInputError(fields={"again": differ})
    return typed


@start.get("/start/code")
@login_required
def code() -> Response | str:
    """Show the recovery code, the same one until it is typed back."""
    if session.get("step") != "code":
        return redirect("/write", 303)
    if "code" not in session:
        session["code"] = accounts.new_code(current_vault())
    return render_template("start/code.html", signed_in=False, code=session["code"])


@start.get("/start/code/check")
@login_required
def check_code() -> Response | str:
    """Ask for the code that was just shown."""
    if "code" not in session:
        return redirect(url_for("start.code"), 303)
    return _check_page()


@start.post("/start/code/check")
@login_required
def confirm_code() -> Answer:
    """Put the code in force and open the diary."""
    if "code" not in session:
        return redirect(url_for("start.code"), 303)
    if _replacing():
        try:
            require_passphrase()
        except REFUSALS as error:
            return _check_page(marked(error)), error.status
    typed = request.form.get("code", "")
    try:
        accounts.confirm_code(current_house(), current_vault(), shown=session["code"], typed=typed)
    except WrongSecretError:
        wrong = DiaryError(N_("That is not the code yet. Please compare it letter by letter."))
        return _check_page({"code": wrong}), 400
    del session["code"]
    session.pop("step", None)
    return redirect(session.pop("after_code", "/write"), 303)


def _replacing() -> bool:
    """Tell whether the code takes the place of one that works, asked for in the settings."""
    return "after_code" in session


def _check_page(errors: dict[str, DiaryError] | None = None) -> str:
    return render_template(
        "start/check.html",
        signed_in=False,
        errors=errors or {},
        typed=request.form.get("code", ""),
        replacing=_replacing(),
    )


def _page(*, name: str, words: str, errors: dict[str, DiaryError] | None = None) -> str:
    return render_template(
        "start/start.html",
        name=name,
        words=words,
        errors=errors or {},
        choice=request.form.get("choice", "offered"),
    )
