"""Places that an order says to stay away from, one at a time."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.domain.order import Order, Zone
from diary.errors import BadInputError, ConflictError, DiaryError, NotFoundError
from diary.services import order_making, own
from diary.services.own import Own
from diary.text import N_
from diary.web.carry import take_carried
from diary.web.fields import Fields, in_boxes
from diary.web.house import current_house, current_vault
from diary.web.posted import posted_fields
from diary.web.visible import visible
from diary.web.write import Errors, wrong

room = Blueprint("order_zones", __name__)
FARTHEST = 1_000_000


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(room)


@room.get("/orders/<order_id>/places/new")
@login_required
def form(order_id: str) -> str:
    """Ask for one place."""
    order = own.one(current_house(), current_vault(), Order, order_id)
    return _page(order, take_carried() or {"base": str(order.version)})


@room.post("/orders/<order_id>/places/new")
@login_required
def add(order_id: str) -> Response | tuple[str, int]:
    """Add a place."""
    return _save(order_id, 0)


@room.get("/orders/<order_id>/places/<int:number>")
@login_required
def change_form(order_id: str, number: int) -> str:
    """Show one place in its boxes."""
    order = own.one(current_house(), current_vault(), Order, order_id)
    zone = _zone(order.body, number)
    return _page(order, take_carried() or _boxes(order, zone), number=number)


@room.post("/orders/<order_id>/places/<int:number>")
@login_required
def change(order_id: str, number: int) -> Response | tuple[str, int]:
    """Mend a place, or take it out."""
    return _save(order_id, number)


def _zone(order: Order, number: int) -> Zone:
    if not 1 <= number <= len(order.zones):
        raise NotFoundError
    return order.zones[number - 1]


def _boxes(order: Own[Order], zone: Zone) -> dict[str, str]:
    return {
        "base": str(order.version),
        "label": visible(zone.label),
        "radius": "" if zone.radius_m is None else str(zone.radius_m),
        "description": visible(zone.description),
    }


def _save(order_id: str, number: int) -> Response | tuple[str, int]:
    house, vault = current_house(), current_vault()
    versions = own.versions(house, vault, Order, order_id)
    typed = Fields(posted_fields())
    seen = next((one for one in versions if one.version == typed.base), versions[-1])
    old = _zone(seen.body, number) if number else None
    try:
        put = () if old and "take_out" in typed.form else (_read(typed, old, seen),)
        zones = _with(seen.body.zones, number, put)
        order_making.mend(house, vault, order_id, {"zones": zones}, base=seen.version)
    except ConflictError as error:
        newest = own.one(house, vault, Order, order_id)
        again = dict(typed.form) | {"base": str(newest.version)}
        return _page(newest, again, [(None, error)], saved_now=True), error.status
    except DiaryError as error:
        return _page(versions[-1], typed.form, wrong(error), number=number), error.status
    return redirect(url_for("orders.one", order_id=order_id), 303)


def _with(zones: tuple[Zone, ...], number: int, put: tuple[Zone, ...]) -> tuple[Zone, ...]:
    """Return the places with these in the place of one; 0 is after the last."""
    return (*zones[: number - 1], *put, *zones[number:]) if number else (*zones, *put)


def _read(typed: Fields, old: Zone | None, seen: Own[Order]) -> Zone:
    """Return the place as typed; a box that was not touched keeps its text exactly."""
    label, description = typed.line("label"), typed.words("description")
    radius = typed.number("radius", least=0, most=FARTHEST)
    if not (label or description.strip() or typed.errors):
        typed.errors["label"] = BadInputError(N_("Write which place it is, or go back."))
    typed.refuse()
    if old is not None:
        shown = _boxes(seen, old)
        label = old.label if label == shown["label"].strip() else label
        description = old.description if description == shown["description"] else description
    return Zone(label=label, radius_m=radius, description=description)


def _page(
    order: Own[Order],
    typed: Mapping[str, str],
    errors: Errors | None = None,
    *,
    number: int = 0,
    saved_now: bool = False,
) -> str:
    return render_template(
        "orders/place.html",
        own=order,
        typed=in_boxes(typed),
        errors=errors or [],
        number=number,
        saved_now=saved_now,
    )
