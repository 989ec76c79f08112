"""The lock: signing in, typing the passphrase again, signing out."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from diary.errors import (
    BusyError,
    DiaryError,
    StoreFullError,
    StoreUnavailableError,
    TooManyTriesError,
    WrongSecretError,
)
from diary.services import accounts, trusted_helper
from diary.text import N_
from diary.web import carry
from diary.web.caller import caller
from diary.web.door import Answer, lock_page, unlock_page
from diary.web.house import current_house, current_vault, home, is_practitioner, public
from diary.web.session import begin_session, end_session

signin = Blueprint("signin", __name__)
_REFUSALS = (WrongSecretError, TooManyTriesError, BusyError, StoreFullError, StoreUnavailableError)


class NoRoomToOpenError(StoreFullError):
    """Whoever signs in leaves a session, and there is no room for one."""

    default = N_(
        "Nobody can sign in just now: the server has no room left. "
        "What is kept here is safe. Please try later."
    )


class NotNowError(StoreUnavailableError):
    """Whoever signs in must be found first."""

    default = N_(
        "Nobody can sign in just now. What is kept here is safe. Please try again in a moment."
    )


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(signin)


@signin.get("/")
@public
def index() -> Response | str:
    """Show the lock, or the box to write in."""
    if current_user.is_authenticated:
        return redirect(home(), 303)
    return lock_page(carry.Carried())


@signin.get("/sign-in")
@public
def form() -> Response | str:
    """Show the lock; `next` says where to go on."""
    to = carry.local_page(request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(to or home(), 303)
    return lock_page(carry.Carried(to))


@signin.post("/sign-in")
@public
def sign_in() -> Answer | tuple[str, int, dict[str, str]]:
    """Open the diary, or answer the same to everything that is wrong."""
    house, carried = current_house(), carry.from_lock_page(request.form)
    name = request.form.get("name", "")
    try:
        entered = accounts.sign_in(
            house, name=name, passphrase=request.form.get("passphrase", ""), caller=caller()
        )
        values = {"name": accounts.tidy_name(name), **carry.hold(carried)}
        if entered.needs_code:
            values |= {"step": "code"}
        begin_session(house, entered.unlocked, **values)
    except _REFUSALS as error:
        return lock_page(carried, name=name, error=said_at_lock(error)), error.status, _retry(error)
    if trusted_helper.is_lost(house, current_vault()):
        flash(_("Your helper cannot help you back in any more. Choose another one in Settings."))
    return redirect(carried.to or "/write", 303)


@signin.get("/unlock")
@login_required
def unlock() -> str:
    """Ask for the passphrase again."""
    return unlock_page(carry.Carried(carry.local_page(request.args.get("next", ""))))


@signin.post("/unlock")
@login_required
def unlock_again() -> Answer | tuple[str, int, dict[str, str]]:
    """Check it, and go on under a new token."""
    house, vault = current_house(), current_vault()
    carried = carry.from_lock_page(request.form)
    try:
        accounts.unlock(house, vault.unlocked, request.form.get("passphrase", ""))
        values = {key: value for key, value in session.items() if not key.startswith("_")}
        begin_session(house, vault.unlocked, **values | carry.hold(carried))
    except _REFUSALS as error:
        return unlock_page(carried, error=said_at_lock(error)), error.status, _retry(error)
    return redirect(carried.to or "/write", 303)


@signin.post("/sign-out")
@public
def sign_out() -> Response:
    """Close the diary."""
    lock = "work.form" if is_practitioner() else "signin.index"
    end_session()
    return redirect(url_for(lock), 303)


def said_at_lock(error: DiaryError) -> DiaryError:
    """Say what a store that fails means at the lock, where nothing was to be saved."""
    if isinstance(error, StoreFullError | StoreUnavailableError):
        g.unreachable = True  # the frame of the page must not ask the store again
    if isinstance(error, StoreFullError):
        return NoRoomToOpenError()
    return NotNowError() if isinstance(error, StoreUnavailableError) else error


def _retry(error: Exception) -> dict[str, str]:
    if isinstance(error, TooManyTriesError):
        return {"Retry-After": str(error.wait_seconds)}
    return {"Retry-After": "60"} if isinstance(error, BusyError) else {}
