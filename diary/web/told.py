"""Who knows about an order: told when, with a copy or not, the plan in their file or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.canonical import canonical_bytes, sha256
from diary.content import guidance, knows_kind, knows_kinds
from diary.domain.ids import is_id, new_id
from diary.domain.people import Told
from diary.errors import ConflictError, DiaryError
from diary.services import orders, own, told
from diary.services.own import Own
from diary.web.carry import take_carried
from diary.web.fields import Fields, in_boxes, ticked
from diary.web.house import current_house, current_vault
from diary.web.order_words import YES_NO
from diary.web.posted import posted_fields, posted_list
from diary.web.visible import visible
from diary.web.write import Errors, wrong

room = Blueprint("told", __name__)
_LINES = ("who", "agency", "told_on", "has_copy", "copy_given_on", "plan_in_their_file", "notes")


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(room)
    app.jinja_env.globals["knows_kind_of"] = knows_kind


@room.get("/told")
@login_required
def every() -> str:
    """Show everybody who was told."""
    found = told.every(current_house(), current_vault())
    return render_template("told/every.html", found=found, think=guidance("who_needs_to_know"))


@room.get("/told/new")
@login_required
def form() -> str:
    """Ask who was told."""
    carried = take_carried()
    if carried is not None:
        return _page(carried, carried.getlist("orders"))
    about = request.args.get("order", "")
    return _page({"id": new_id()}, [about] if about else [])


@room.post("/told/new")
@login_required
def add() -> Response | tuple[str, int]:
    """Save somebody who was told."""
    typed, about = Fields(posted_fields()), posted_list("orders")
    try:
        body = _read(typed, about, None)
        made = own.add(current_house(), current_vault(), body, record_id=_id_for(typed, body))
    except DiaryError as error:
        return _page(typed.form, about, wrong(error)), error.status
    return redirect(url_for("told.one", told_id=made.id), 303)


@room.get("/told/<told_id>")
@login_required
def one(told_id: str) -> str:
    """Show one of them."""
    house, vault = current_house(), current_vault()
    wordings = own.versions(house, vault, Told, told_id)
    known = {order.body.reference: order for order in orders.every(house, vault).items}
    return render_template(
        "told/one.html", own=wordings[-1], wordings=wordings, known=known, yes_no=YES_NO
    )


@room.get("/told/<told_id>/change")
@login_required
def change_form(told_id: str) -> str:
    """Show it in its boxes."""
    found = own.one(current_house(), current_vault(), Told, told_id)
    carried = take_carried()
    if carried is not None:
        return _page(carried, carried.getlist("orders"), found=found)
    return _page(_boxes(found), found.body.orders, found=found)


@room.post("/told/<told_id>/change")
@login_required
def change(told_id: str) -> Response | tuple[str, int]:
    """Save a change on top of the version that was shown."""
    house, vault = current_house(), current_vault()
    versions = own.versions(house, vault, Told, told_id)
    typed, about = Fields(posted_fields()), posted_list("orders")
    seen = next((one for one in versions if one.version == typed.base), versions[-1])
    try:
        body = _read(typed, about, seen)
        own.change(house, vault, body, record_id=told_id, base_version=seen.version)
    except ConflictError as error:
        newest = own.one(house, vault, Told, told_id)
        again = dict(typed.form) | {"base": str(newest.version)}
        page = _page(again, about, [(None, error)], found=newest, saved_now=True)
        return page, error.status
    except DiaryError as error:
        return _page(typed.form, about, wrong(error), found=versions[-1]), error.status
    return redirect(url_for("told.one", told_id=told_id), 303)


def _boxes(found: Own[Told]) -> dict[str, str]:
    shown = {name: visible(getattr(found.body, name)) for name in _LINES}
    return shown | {"base": str(found.version)}


def _said(typed: Fields) -> dict[str, object]:
    return {
        "who": typed.line("who", needed=True),
        "agency": typed.choice("agency", [one.code for one in knows_kinds()]),
        "told_on": typed.day("told_on"),
        "has_copy": typed.choice("has_copy", YES_NO),
        "copy_given_on": typed.day("copy_given_on"),
        "plan_in_their_file": typed.choice("plan_in_their_file", YES_NO),
        "notes": typed.words("notes"),
    }


def _read(typed: Fields, about: Sequence[str], old: Own[Told] | None) -> Told:
    """Read the boxes over the old ones; one that was not touched keeps its text exactly."""
    said = _said(typed)
    typed.refuse()
    before = old.body if old else Told(who="")
    shown = _said(Fields(_boxes(old))) if old else {}
    changed = {name: value for name, value in said.items() if shown.get(name) != value}
    offered = {one.body.reference for one in orders.every(current_house(), current_vault()).items}
    gone = tuple(reference for reference in before.orders if reference not in offered)
    chosen = (*ticked(about, offered), *gone)
    kept = before.orders if set(chosen) == set(before.orders) else chosen
    return Told.model_validate({**dict(before), **changed, "orders": kept})


def _id_for(typed: Fields, body: Told) -> str:
    """Return one id for the same form with the same words: sent twice, it is filed once."""
    said = typed.form.get("id", "")
    if not is_id(said):
        return new_id()
    return sha256(canonical_bytes([said, body.model_dump(mode="json")]))[:16].hex()


def _page(
    typed: Mapping[str, str],
    about: Sequence[str],
    errors: Errors | None = None,
    *,
    found: Own[Told] | None = None,
    saved_now: bool = False,
) -> str:
    return render_template(
        "told/form.html",
        typed=in_boxes(typed),
        about=about,
        errors=errors or [],
        found=found,
        saved_now=saved_now,
        kinds=knows_kinds(),
        yes_no=YES_NO,
        listed=orders.every(current_house(), current_vault()).items,
    )
