"""The lines of an order in its own words, and the places to stay away from, one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import clauses
from diary.domain.order import Order, Term
from diary.errors import BadInputError, ConflictError, DiaryError, NotFoundError
from diary.services import order_lines, own
from diary.services.order_lines import Sort
from diary.services.own import Own
from diary.text import N_
from diary.web.carry import take_carried
from diary.web.fields import Fields, in_boxes, ticked
from diary.web.house import current_house, current_vault
from diary.web.posted import posted_fields, posted_list
from diary.web.visible import visible
from diary.web.write import Errors, wrong

room = Blueprint("order_lines", __name__)
EXCEPTION = "EXC"


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(room)


@room.get("/orders/<order_id>/terms/new")
@login_required
def form(order_id: str) -> str:
    """Ask for one line of the order: what they may not do, or what is still allowed."""
    order = own.one(current_house(), current_vault(), Order, order_id)
    carried = take_carried()
    if carried is not None:
        return _page(order, carried, carried.getlist("codes"))
    sort = "exceptions" if request.args.get("allowed") else "terms"
    return _page(order, {"base": str(order.version), "sort": sort}, ())


@room.post("/orders/<order_id>/terms/new")
@login_required
def add(order_id: str) -> Response | tuple[str, int]:
    """Add the line, and ask for the next one or show the order."""
    house, vault = current_house(), current_vault()
    order = own.one(house, vault, Order, order_id)
    typed, codes = Fields(posted_fields()), posted_list("codes")
    sort: Sort = "exceptions" if typed.form.get("sort") == "exceptions" else "terms"
    try:
        line = _read(typed, codes, sort)
        order_lines.add(house, vault, order_id, line, sort=sort, base=typed.base)
    except DiaryError as error:
        return _page(order, typed.form, codes, wrong(error)), error.status
    if "another" in typed.form:
        allowed = "1" if sort == "exceptions" else None
        return redirect(url_for("order_lines.form", order_id=order_id, allowed=allowed), 303)
    return redirect(url_for("orders.one", order_id=order_id), 303)


@room.get("/orders/<order_id>/terms/<int:number>")
@login_required
def change_form(order_id: str, number: int) -> str:
    """Show one line in its boxes."""
    order = own.one(current_house(), current_vault(), Order, order_id)
    sort, line = _line(order.body, number)
    carried = take_carried()
    if carried is not None:
        return _page(order, carried, carried.getlist("codes"), line=line, number=number)
    typed = {"text": visible(line.text_from_order), "base": str(order.version), "sort": sort}
    return _page(order, typed, line.clause_codes, line=line, number=number)


@room.post("/orders/<order_id>/terms/<int:number>")
@login_required
def change(order_id: str, number: int) -> Response | tuple[str, int]:
    """Mend a line, or take it out: its id is never given again."""
    house, vault = current_house(), current_vault()
    versions = own.versions(house, vault, Order, order_id)
    typed, codes = Fields(posted_fields()), posted_list("codes")
    seen = next((one for one in versions if one.version == typed.base), versions[-1])
    sort, old = _line(seen.body, number)
    try:
        gone = "take_out" in typed.form
        line = old if gone else _mended(typed, codes, sort, old)
        order_lines.put(house, vault, order_id, line, base=seen.version, gone=gone)
    except (ConflictError, NotFoundError):
        return _conflict(order_id, typed, codes, old), ConflictError.status
    except DiaryError as error:
        page = _page(versions[-1], typed.form, codes, wrong(error), line=old, number=number)
        return page, error.status
    return redirect(url_for("orders.one", order_id=order_id), 303)


def _line(order: Order, number: int) -> tuple[Sort, Term]:
    """Return the line at this place: lines first, then exceptions, counted from 1."""
    every = (*order.terms, *order.exceptions)
    if not 1 <= number <= len(every):
        raise NotFoundError
    return "terms" if number <= len(order.terms) else "exceptions", every[number - 1]


def _conflict(order_id: str, typed: Fields, codes: Sequence[str], old: Term) -> str:
    """Show what is saved now beside what was typed; a line that is gone can be added anew."""
    newest = own.one(current_house(), current_vault(), Order, order_id)
    again = dict(typed.form) | {"base": str(newest.version)}
    every = (*newest.body.terms, *newest.body.exceptions)
    for place, now in enumerate(every, 1):
        if now.term_id == old.term_id:
            errors: Errors = [(None, ConflictError())]
            return _page(newest, again, codes, errors, line=now, number=place, now=now)
    gone = ConflictError(N_("This line was taken out somewhere else. Save it to add it again."))
    return _page(newest, again, codes, [(None, gone)])


def _read(typed: Fields, codes: Sequence[str], sort: Sort) -> Term:
    text = typed.words("text")
    if not text.strip() and "text" not in typed.errors:
        typed.errors["text"] = BadInputError(N_("Copy a line from the order, or go back."))
    typed.refuse()
    chosen = ticked(codes, [one.code for one in clauses()])
    kept = (EXCEPTION,) if sort == "exceptions" else chosen
    return Term(term_id="", text_from_order=text, clause_codes=kept)


def _mended(typed: Fields, codes: Sequence[str], sort: Sort, old: Term) -> Term:
    """Return the line as it was typed; what the boxes do not show stays as it is."""
    new = _read(typed, codes, sort)
    same = new.text_from_order == visible(old.text_from_order)
    text = old.text_from_order if same else new.text_from_order
    known = {one.code for one in clauses()}
    others = tuple(code for code in old.clause_codes if code not in known)
    picked = old.clause_codes if sort == "exceptions" else (*new.clause_codes, *others)
    codes_now = old.clause_codes if set(picked) == set(old.clause_codes) else picked
    return Term(term_id=old.term_id, text_from_order=text, clause_codes=codes_now)


def _page(
    order: Own[Order],
    typed: Mapping[str, str],
    codes: Sequence[str],
    errors: Errors | None = None,
    *,
    line: Term | None = None,
    number: int = 0,
    now: Term | None = None,
) -> str:
    offered = [one for one in clauses() if one.code != EXCEPTION]
    return render_template(
        "orders/line.html",
        own=order,
        typed=in_boxes(typed),
        codes=codes,
        errors=errors or [],
        line=line,
        number=number,
        now=now,
        clauses=offered,
    )
