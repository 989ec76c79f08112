"""A copy of an order: photos of its pages, or a PDF. They hang below the order."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.domain.order import Order
from diary.services import own, uploads
from diary.web.attach import Refused, take_files
from diary.web.house import current_house, current_vault

room = Blueprint("order_files", __name__)


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(room)


@room.get("/orders/<order_id>/files")
@login_required
def choose(order_id: str) -> str:
    """Show where a copy is chosen, and what is still on its way."""
    return _page(order_id, [])


@room.post("/orders/<order_id>/files")
@login_required
def add(order_id: str) -> Response | tuple[str, int]:
    """Take the files of a plain form. What could not be kept is said, file by file."""
    house, vault = current_house(), current_vault()
    own.one(house, vault, Order, order_id)
    refused, kept = take_files(house, vault, order_id)
    if refused:
        return _page(order_id, refused, kept=kept), refused[0][1].status
    return redirect(url_for("orders.one", order_id=order_id), 303)


@room.post("/orders/<order_id>/files/stop")
@login_required
def stop(order_id: str) -> Response:
    """Give up an upload that is not finished."""
    house, vault = current_house(), current_vault()
    own.one(house, vault, Order, order_id)
    uploads.cancel(house, vault, request.form.get("upload", ""))
    return redirect(url_for("order_files.choose", order_id=order_id), 303)


def _page(order_id: str, refused: Refused, *, kept: int = 0) -> str:
    house, vault = current_house(), current_vault()
    order = own.one(house, vault, Order, order_id)
    waiting = uploads.unfinished(house, vault, order_id)
    return render_template(
        "orders/files.html", own=order, refused=refused, kept=kept, waiting=waiting
    )
