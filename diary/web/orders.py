"""Orders: what each says in plain words, and what to do if it happens."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.canonical import canonical_bytes, sha256
from diary.content import agency, clause, guidance, order_types
from diary.domain.ids import is_id, new_id
from diary.domain.order import Order
from diary.errors import BadInputError, DiaryError
from diary.services import order_making, orders
from diary.text import N_
from diary.web import order_words
from diary.web.attach import add_files
from diary.web.called import order_called
from diary.web.carry import take_carried
from diary.web.coming_up import next_line
from diary.web.fields import Fields, in_boxes
from diary.web.house import current_house, current_vault
from diary.web.order_view import view_of
from diary.web.posted import posted_form
from diary.web.texts import say
from diary.web.write import Errors, not_kept, wrong

room = Blueprint("orders", __name__)


def set_up(app: Flask) -> None:
    """Add these pages, and the words for what stands in an order."""
    app.register_blueprint(room)
    app.jinja_env.filters.update(
        standing=order_words.standing,
        said_day=order_words.said_day,
        time_left=order_words.time_left,
        order_called=order_called,
    )
    app.jinja_env.globals.update(
        order_type_of=order_words.type_of, clause_of=clause, agency_of=agency, guidance_of=guidance
    )


@room.get("/orders")
@login_required
def every() -> str:
    """Show every order as a card: its newest version, those that ended last."""
    found, damaged = orders.families(current_house(), current_vault())
    now = order_words.today().isoformat()
    by_end = sorted(found, key=lambda one: _has_ended(one.newest.body, now))
    return render_template(
        "orders/every.html", families=by_end, damaged=damaged, coming=next_line()
    )


def _has_ended(order: Order, now: str) -> bool:
    return bool(order.expires_on and order.expires_on < now)


@room.get("/orders/new")
@login_required
def form() -> str:
    """Ask what kind of order it is: nothing else is needed."""
    carried = take_carried()
    if carried is None:
        return _new({"id": new_id()})
    return _new(carried.to_dict(), had_files=carried.get("with_files", "0") != "0")


@room.post("/orders/new")
@login_required
def save() -> Response | tuple[str, int]:
    """Save a new order with its copy, if one came with it."""
    house, vault, sent = current_house(), current_vault(), posted_form()
    typed = Fields(sent.fields)
    try:
        sent.require_whole()
        kind = order_kind(typed)
        typed.refuse()
        body = Order(reference="", type=kind)
        made = order_making.write(house, vault, body, record_id=_id_for(typed, kind))
    except DiaryError as error:
        had_files = bool(sent.files or sent.cut)
        sent.discard(house)
        errors = wrong(error) + not_kept(sent)
        return _new(typed.form, errors, had_files=had_files), error.status
    for name, reason in add_files(house, vault, sent, made.id):
        said = N_("“%(name)s” is not saved. %(why)s")
        flash(_(said, name=name, why=say(reason)))
    return redirect(url_for("orders.one", order_id=made.id), 303)


def order_kind(typed: Fields) -> str:
    """Read which kind was chosen; "not sure" is one of them."""
    kind = typed.choice("type", [one.code for one in order_types()])
    if not kind:
        typed.errors["type"] = BadInputError(
            N_("Please choose one. “I am not sure” is an answer too.")
        )
    return kind


def _id_for(typed: Fields, kind: str) -> str:
    """Return one id for the same form with the same answer: sent twice, it is filed once."""
    said = typed.form.get("id", "")
    return sha256(canonical_bytes([said, kind]))[:16].hex() if is_id(said) else new_id()


def _new(typed: dict[str, str], errors: Errors | None = None, *, had_files: bool = False) -> str:
    return render_template(
        "orders/new.html",
        typed=in_boxes(typed),
        errors=errors or [],
        had_files=had_files,
        types=order_types(),
    )


@room.get("/orders/<order_id>")
@login_required
def one(order_id: str) -> str:
    """Show one order: what they may not do, what to do if it happens, and all that is known."""
    return render_template("orders/one.html", view=view_of(order_id), said=order_words)


@room.get("/orders/<order_id>/change")
@login_required
def change_form(order_id: str) -> str:
    """Show everything that can stand in an order, each part behind its own question."""
    return render_template("orders/change.html", view=view_of(order_id), said=order_words)


@room.get("/orders/moved")
@login_required
def moved() -> str:
    """Say what to think of first when an address has changed, before anything is done."""
    return render_template("orders/moved.html", told=guidance("address_changed"))
