"""What the court changed or extended: a new version that takes the place of the one before."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.canonical import canonical_bytes, sha256
from diary.domain.ids import is_id, new_id
from diary.domain.order import Order
from diary.errors import ConflictError, DiaryError
from diary.services import order_making, orders
from diary.services.orders import Read
from diary.text import N_
from diary.web import order_words
from diary.web.carry import take_carried
from diary.web.fields import Fields, in_boxes
from diary.web.house import current_house, current_vault
from diary.web.order_changes import boxes
from diary.web.order_parts import PARTS, refuse_impossible
from diary.web.posted import posted_fields
from diary.web.visible import visible
from diary.web.write import Errors, wrong

room = Blueprint("order_versions", __name__)
NEWER = N_("A newer version is there already. What you typed is still here.")


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(room)


@room.get("/orders/<order_id>/vary")
@login_required
def form(order_id: str) -> str:
    """Ask for what every new version has: when it was made, and when it ends."""
    read = orders.read(current_house(), current_vault(), order_id)
    return _page(read, take_carried() or _start(read.own.body))


def _start(order: Order) -> dict[str, str]:
    """The old end stays in sight; the days of making and serving are new."""
    ends = boxes(PARTS["ends"], order)
    return {"id": new_id(), "ends": ends["ends"], "expires_on": ends["expires_on"]}


@room.post("/orders/<order_id>/vary")
@login_required
def save(order_id: str) -> Response | tuple[str, int]:
    """File the new version; its lines are copied, and can be mended there."""
    house, vault = current_house(), current_vault()
    read = orders.read(house, vault, order_id)
    typed = Fields(posted_fields())
    try:
        body = _changed(typed, read.own.body)
        made = order_making.vary(house, vault, order_id, body, new=_id_for(typed))
    except ConflictError:
        newest = orders.read(house, vault, order_id).family[-1]
        read = orders.read(house, vault, newest.id)
        error = ConflictError(NEWER)
        return _page(read, typed.form, [(None, error)]), error.status
    except DiaryError as error:
        return _page(read, typed.form, wrong(error)), error.status
    return redirect(url_for("orders.one", order_id=made.id), 303)


def _changed(typed: Fields, before: Order) -> Order:
    """Return the order as the court left it; how the old one was served does not carry over."""
    said = PARTS["made"].read(typed) | PARTS["ends"].read(typed)
    refuse_impossible(typed, said, before)
    notes = typed.words("notes")
    typed.refuse()
    return Order.model_validate({**dict(before), **said, "notes": notes})


def _id_for(typed: Fields) -> str:
    """Return one id for the same form with the same words: sent twice, it is filed once."""
    if not is_id(typed.form.get("id", "")):
        return new_id()
    return sha256(canonical_bytes([visible(text) for text in typed.form.values()]))[:16].hex()


def _page(read: Read, typed: Mapping[str, str], errors: Errors | None = None) -> str:
    return render_template(
        "orders/vary.html", read=read, typed=in_boxes(typed), errors=errors or [], said=order_words
    )
