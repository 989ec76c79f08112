"""What a practitioner shows of themselves: a code to be found by, and six words to compare."""

from __future__ import annotations

import segno
from flask import Blueprint, redirect, render_template, session, url_for
from flask_login import login_required
from markupsafe import Markup
from werkzeug.wrappers import Response

from diary.domain.clock import from_ms, to_ms
from diary.services import practitioners
from diary.web.house import current_house, current_practitioner, for_practitioners
from diary.web.work_lock import from_outside

pages = Blueprint("work_me", __name__)
_SHOWN = "introduction"
ADD = "/sharing/new"


@pages.get("/work/me")
@login_required
@for_practitioners
def page() -> str:
    """Show the code, the same one until it ends, and the words of the key."""
    code, ends_ms = _current() or _fresh()
    return render_template(
        "practitioners/me.html",
        card=current_practitioner(),
        code=code,
        ends=from_ms(ends_ms),
        drawn=drawn(code),
    )


@pages.post("/work/me/code")
@login_required
@for_practitioners
def another() -> Response:
    """Make another code; the one before it finds nobody any more."""
    _fresh()
    return redirect(url_for("work_me.page"), 303)


def drawn(code: str) -> Markup:
    """Draw, for a camera, the page that takes this code: black on white in every colour scheme."""
    picture = segno.make(from_outside(f"{ADD}?code={code}"), micro=False, error="m")
    # Its own numbers and letters only: what is drawn is squares.
    return Markup(picture.svg_inline(border=4, omitsize=True, svgclass="qr", light="#fff"))  # noqa: S704


def _current() -> tuple[str, int] | None:
    code, ends_ms = session.get(_SHOWN, ("", 0))
    return (code, ends_ms) if to_ms(current_house().now()) < ends_ms else None


def _fresh() -> tuple[str, int]:
    made = practitioners.introduce(current_house(), current_practitioner().account_id)
    session[_SHOWN] = [made.code, to_ms(made.ends)]
    return made.code, to_ms(made.ends)
