"""Mending one part of an order. What was written before stays readable."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import order_types
from diary.domain.order import Order
from diary.errors import ConflictError, DiaryError, NotFoundError
from diary.services import order_making, orders, own
from diary.services.own import Own
from diary.web import order_words
from diary.web.carry import take_carried
from diary.web.fields import Fields, in_boxes
from diary.web.house import current_house, current_vault
from diary.web.order_parts import PARTS, Part, refuse_impossible
from diary.web.posted import posted_fields
from diary.web.visible import visible
from diary.web.write import Errors, wrong

room = Blueprint("order_changes", __name__)


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(room)


@room.get("/orders/<order_id>/change/<part>")
@login_required
def form(order_id: str, part: str) -> str:
    """Ask one question about an order, with what is written so far."""
    read = orders.read(current_house(), current_vault(), order_id)
    asked = _part(part)
    typed = take_carried() or boxes(asked, read.own.body) | {"base": str(read.own.version)}
    return _page(read.own, asked, typed)


@room.post("/orders/<order_id>/change/<part>")
@login_required
def save(order_id: str, part: str) -> Response | tuple[str, int]:
    """Save one part on top of the version that was shown."""
    house, vault = current_house(), current_vault()
    versions = own.versions(house, vault, Order, order_id)
    asked, typed = _part(part), Fields(posted_fields())
    seen = next((one for one in versions if one.version == typed.base), versions[-1])
    try:
        changed = changes(asked, typed, seen.body)
        if changed:
            order_making.mend(house, vault, order_id, changed, base=seen.version)
    except ConflictError as error:
        newest = own.one(house, vault, Order, order_id)
        again = dict(typed.form) | {"base": str(newest.version)}
        return _page(newest, asked, again, [(None, error)], saved_now=True), error.status
    except DiaryError as error:
        return _page(seen, asked, typed.form, wrong(error)), error.status
    return redirect(url_for("orders.change_form", order_id=order_id, _anchor=part), 303)


def _part(name: str) -> Part:
    if name not in PARTS:
        raise NotFoundError
    return PARTS[name]


def boxes(part: Part, order: Order) -> dict[str, str]:
    """Fill the boxes of a part as they are shown."""
    return {name: visible(text) for name, text in part.fill(order).items()}


def changes(part: Part, typed: Fields, order: Order) -> dict[str, object]:
    """Return the fields that were changed; a box that was not touched keeps its text exactly."""
    shown = part.read(Fields(boxes(part, order)))
    said = part.read(typed)
    changed = {name: value for name, value in said.items() if value != shown[name]}
    refuse_impossible(typed, changed, order)
    typed.refuse()
    return changed


def _page(
    order: Own[Order],
    part: Part,
    typed: Mapping[str, str],
    errors: Errors | None = None,
    *,
    saved_now: bool = False,
) -> str:
    return render_template(
        "orders/part.html",
        own=order,
        part=part,
        typed=in_boxes(typed),
        errors=errors or [],
        now=boxes(part, order.body) if saved_now else None,
        types=order_types(),
        said=order_words,
    )
