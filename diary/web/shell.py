"""The pages around the diary: more, help, leaving, and what an installed app is made of.

Leaving works as a plain link (HTML, no script): the session ends on the server, an HttpOnly cookie
changes so that no page comes back from the back/forward cache, and the browser is asked to drop
its cache (Clear-Site-Data, W3C). `"storage"` is never cleared: something may wait there to be sent.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    session,
)
from flask import request as asked
from flask_login import current_user, login_required
from werkzeug.wrappers import Response as AnyResponse

from diary.content import helplines, steps
from diary.errors import DiaryError
from diary.services import sessions
from diary.web import texts
from diary.web.guard import new_mark
from diary.web.house import current_house, current_practitioner, is_practitioner, public
from diary.web.session import COOKIE, leave_session

shell = Blueprint("shell", __name__)

_KEPT = ("app.css", "leave.js", "icon.svg", "icon-192.png")
_SIZES = ("192", "512")
_PLACES = {"write": "write", "diary": "diary", "files": "diary", "uploads": "diary"}
_PLACES |= {"orders": "orders", "told": "orders"}


def set_up(app: Flask) -> None:
    """Add these pages, and what the frame of every page needs to know."""
    app.register_blueprint(shell)
    app.context_processor(_frame)


def _frame() -> dict[str, object]:
    """Return what base.html needs; asks nothing of the store once that has failed."""
    at_work = current_practitioner() if _signed_in() and is_practitioner() else None
    return {
        "app_name": current_house().settings.name,
        "page_lang": texts.language(),
        "page_dir": texts.direction(),
        "signed_in": _signed_in(),
        "at_work": at_work,
        "idle_seconds": _idle_seconds() if at_work else 0,
        "here": _PLACES.get(asked.path.split("/")[1], "write" if asked.path == "/" else "more"),
    }


def _signed_in() -> bool:
    return not g.get("unreachable", False) and bool(current_user.is_authenticated)


def _idle_seconds() -> int:
    """Return after how long an open page of a practitioner is blanked: when his session ends."""
    return 60 * sessions.idle_minutes(current_house(), session.get(sessions.IDLE_MINUTES))


@shell.get("/more")
@login_required
def more() -> str:
    """Show everything that is neither writing nor reading."""
    return render_template("shell/more.html")


@shell.get("/help", endpoint="help")
@public
def help_page() -> str:
    """Show what to do right now; reached in one tap from everywhere, signed in or not."""
    shown = [step for step in steps() if step.is_public or _signed_in()]
    return render_template("shell/help.html", lines=helplines(), steps=shown)


@shell.get("/leaving")
@public
def leaving() -> str:
    """Say what Leave does, and what it cannot do, before it is first needed."""
    return render_template("shell/leaving.html")


@shell.get("/leave")
@public
def leave() -> AnyResponse:
    """End the session and go to a page that has nothing to do with this one."""
    return _gone(redirect(current_house().settings.leave_url, 303))


@shell.post("/leave")
@public
def leave_quietly() -> AnyResponse:
    """End the session for a page that has already gone blank."""
    return _gone(Response(status=204))


def _gone(response: AnyResponse) -> AnyResponse:
    """End the session; a store that cannot be reached keeps nobody here, the key goes anyway."""
    try:
        leave_session()
    except DiaryError:
        response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache"'
    new_mark(response)
    return response


@shell.get("/offline")
@public
def offline() -> str:
    """Show the empty sheet that an installed app keeps for when there is no network."""
    return render_template("shell/offline.html", signed_in=False)


@shell.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """Describe the installed app: a neutral name, a neutral icon and nothing else."""
    name = current_house().settings.name
    response = jsonify(
        id="/",
        name=name,
        short_name=name[:12],
        start_url="/",
        scope="/",
        display="standalone",
        lang=texts.language(),
        dir=texts.direction(),
        background_color="#fbf8f2",
        theme_color="#fbf8f2",
        icons=[_icon(size, purpose) for size in _SIZES for purpose in ("any", "maskable")],
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _icon(size: str, purpose: str) -> dict[str, str]:
    stem = "icon" if purpose == "any" else "icon-maskable"
    return {
        "src": f"/static/{stem}-{size}.png",
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


@shell.get("/sw.js")
@public
def worker() -> Response:
    """Send the service worker, named after the shell it keeps: a new shell is a new worker."""
    folder = Path(current_app.static_folder or "")
    kept = hashlib.sha256(b"".join((folder / name).read_bytes() for name in _KEPT)).hexdigest()
    script = f'const SHELL = "{kept[:12]}";\n' + (folder / "sw.js").read_text("utf-8")
    response = Response(script, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response
