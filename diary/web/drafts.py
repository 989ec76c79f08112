"""Autosave: a page sends what is typed into its form, and gets it back when it is shown again.

Nothing waits for it and nothing depends on it: without script, or without network, forms work as
they do. Passphrases and codes are never taken, and files stay where they are.
"""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.errors import NotFoundError, NotSignedInError
from diary.services import drafts as services
from diary.web.carry import SECRET, is_draft, takes_form
from diary.web.house import current_house, current_vault, for_both
from diary.web.posted import posted_pairs
from diary.web.session import current_live, is_open_still

drafts = Blueprint("drafts", __name__)

PATH = "draft-of"


def set_up(app: Flask) -> None:
    """Add these addresses, and forget a draft once its form is saved."""
    app.register_blueprint(drafts)
    app.after_request(_saved)
    app.jinja_env.globals["is_draft"] = is_draft


@drafts.post("/drafts")
@for_both
@login_required
def keep() -> tuple[str, int]:
    """Keep what stands in the boxes of one of our forms."""
    path, fields = _sent()
    if not is_open_still():
        raise NotSignedInError
    services.keep(current_house(), current_vault(), path, fields)
    return "", 204


@drafts.post("/drafts/empty")
@for_both
@login_required
def empty() -> Response:
    """Forget what was typed, and show the form as it is without it."""
    path, _ = _sent()
    services.drop(current_house(), current_vault(), path)
    return redirect(path, 303)


def _sent() -> tuple[str, list[tuple[str, str]]]:
    pairs = posted_pairs()
    path = dict(pairs).get(PATH, "")
    if not takes_form(path):
        raise NotFoundError
    kept = {*SECRET, PATH}
    return path, [(name, value) for name, value in pairs if name not in kept]


def _saved(response: Response) -> Response:
    """Forget the draft of a form that was just saved; reading first spares every other answer."""
    if request.method == "POST" and response.status_code == 303 and request.endpoint:
        _forget()
    return response


def _forget() -> None:
    if request.blueprint == drafts.name or not takes_form(request.path):
        return
    if current_live() is None:
        return  # nobody was signed in, or the form was what closed the account
    house, vault = current_house(), current_vault()
    if services.read(house, vault, request.path) is not None:
        services.drop(house, vault, request.path)
