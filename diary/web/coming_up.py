"""What is coming up: days that are near, each with a way to what it is about. Nothing is sent."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_required

from diary.services import coming_up
from diary.services.coming_up import Coming
from diary.text import N_
from diary.web.house import current_house, current_vault
from diary.web.order_words import today

room = Blueprint("coming_up", __name__)

_SORTS = {
    "order": N_("An order ends"),
    "lead": N_("It may be recorded over"),
    "plan": N_("A day to look at the plan"),
    "report": N_("Somebody said they would be in touch"),
}


def set_up(app: Flask) -> None:
    """Add the page, and the line that other pages show when something is near."""
    app.register_blueprint(room)
    app.jinja_env.globals["coming_line"] = next_line
    app.jinja_env.filters.update(coming_sort=_sort, coming_left=_left, coming_url=_url)


@room.get("/coming-up")
@login_required
def page() -> str:
    """Show every day that is near."""
    return render_template("coming_up/page.html", found=_found())


def _found() -> tuple[Coming, ...]:
    return coming_up.listed(current_house(), current_vault(), today=today())


def next_line() -> str:
    """Say the nearest thing in one line, and the next order that ends; or nothing."""
    ahead = [one for one in _found() if one.left >= 0]
    ends = [one for one in ahead if one.kind == "order"][:1]
    said = ahead[:1] if ends == ahead[:1] else ahead[:1] + ends
    return " ".join(str(_("%(what)s: %(when)s.", what=_sort(one), when=_left(one))) for one in said)


def _sort(one: Coming) -> str:
    return str(_(_SORTS[one.kind]))


def _left(one: Coming) -> str:
    """Say how near it is."""
    if one.left < 0:
        return str(_("the day has passed"))
    if one.left == 0:
        return str(_("today"))
    return str(ngettext("in %(num)s day", "in %(num)s days", one.left))


def _url(one: Coming) -> str:
    """Return where it is read."""
    if one.kind == "order":
        return url_for("orders.one", order_id=one.id)
    if one.kind == "lead":
        return url_for("diary.entry", record_id=one.parent)
    return "/plan" if one.kind == "plan" else f"/reports/{one.id}"
