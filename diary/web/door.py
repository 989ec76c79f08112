"""Who may pass: every page is closed but those marked `public`, and some ask once more.

Signed-in state and freshness are flask-login's. Whoever may not pass is shown the lock in place of
the page, and what she had typed waits behind it.
"""

from __future__ import annotations

from flask import Flask, abort, current_app, redirect, render_template, request, session, url_for
from flask_login import LoginManager, current_user, login_fresh
from werkzeug.wrappers import Response

from diary.errors import NotSignedInError
from diary.web import work_lock
from diary.web.carry import Carried, from_locked_request
from diary.web.house import (
    current_practitioner,
    is_for_both,
    is_for_practitioners,
    is_practitioner,
    is_public,
)
from diary.web.session import Person, end_session

Answer = Response | tuple[str, int]

# What has to be done before the diary opens: where, and the pages that are open meanwhile.
STEPS = {
    "code": ("start.code", {"start.code", "start.check_code", "start.confirm_code"}),
    "passphrase": ("recovery.new_passphrase", {"recovery.new_passphrase", "recovery.set_new"}),
}
_ALWAYS = {"static", "signin.sign_out"}


def set_up(app: Flask) -> None:
    """Close every page."""
    manager = LoginManager()
    manager.session_protection = None  # phones change their address; the cookie cannot be copied
    manager.user_loader(Person)
    manager.unauthorized_handler(locked)
    manager.needs_refresh_handler(ask_again)
    # What LoginManager.init_app does, without its hook for "remember me" cookies: there are none,
    # and the hook would look at the session on every request, static files included.
    app.login_manager = manager  # type: ignore[attr-defined]
    app.before_request(_keep_door)
    app.jinja_env.globals["passphrase_first"] = passphrase_first


def _keep_door() -> Answer | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in _ALWAYS or is_public(current_app.view_functions[endpoint]):
        return None
    if not current_user.is_authenticated:
        return locked()
    if not _is_open_here(endpoint):
        abort(404)  # closed both ways, and told as if there were no such address
    if is_practitioner() and current_practitioner().suspended:
        end_session()
        return locked()
    if (step := session.get("step")) is None:
        return None
    first, allowed = STEPS[step]
    return None if endpoint in allowed else redirect(url_for(first), 303)


def _is_open_here(endpoint: str) -> bool:
    both = is_for_both(current_app.view_functions[endpoint])
    return both or _is_for_work(endpoint) == is_practitioner()


def locked() -> Answer:
    """Answer with the lock; what was typed is kept in it."""
    if request.accept_mimetypes and not request.accept_mimetypes.accept_html:
        raise NotSignedInError
    carried = from_locked_request()
    if _is_for_work(request.endpoint):
        return work_lock.lock_page(carried), 401
    return lock_page(carried), 401


def _is_for_work(endpoint: str | None) -> bool:
    return endpoint is not None and is_for_practitioners(current_app.view_functions[endpoint])


def ask_again() -> Answer:
    """Ask for the passphrase of somebody who typed it too long ago."""
    carried = from_locked_request()
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for(_unlock(), next=carried.to or None), 303)
    if is_practitioner():
        return work_lock.lock_page(carried), 401
    return unlock_page(carried), 401


def _unlock() -> str:
    return "work.form" if is_practitioner() else "signin.unlock"


def passphrase_first() -> str:
    """Say where to type the passphrase again before files can be shown; empty when not needed."""
    return "" if login_fresh() else url_for(_unlock(), next=request.path)


def lock_page(carried: Carried, *, name: str = "", error: Exception | None = None) -> str:
    """Show the lock."""
    return render_template("signin/lock.html", carried=carried, name=name, error=error)


def unlock_page(carried: Carried, *, error: Exception | None = None) -> str:
    """Show the box for the passphrase alone."""
    return render_template("signin/unlock.html", carried=carried, error=error)
