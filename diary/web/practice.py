"""What a practitioner records beside a diary: the form in the briefing's order, and the records."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import guidance, order_types
from diary.domain.ids import is_id, new_id
from diary.errors import DiaryError
from diary.services import case_new, practice
from diary.services.cases import Look, NotSharedError
from diary.services.practice import Sheet
from diary.web import not_kept, practice_words
from diary.web.boxes import Boxes
from diary.web.carry import take_carried
from diary.web.cases.reading import read as read_case
from diary.web.fields import id_of_form
from diary.web.house import (
    current_house,
    current_practitioner,
    current_vault,
    for_practitioners,
    keeps_typed,
)
from diary.web.practice_form import asked, boxes_of, read
from diary.web.write import Errors, wrong

blueprint = Blueprint("practice", __name__)

Answer = Response | str | tuple[str, int]


def set_up(app: Flask) -> None:
    """Add these pages, and the words for what stands in a record."""
    app.register_blueprint(blueprint)
    app.jinja_env.filters["practice_facts"] = practice_words.facts


@blueprint.get("/work/cases/<case_id>/records")
@for_practitioners
@login_required
def every(case_id: str) -> str:
    """List his own records in this case, and others' where she says so."""
    me, at = current_vault(), current_house().now()
    shelf, new = read_case(
        case_id,
        Look("records"),
        lambda found: (practice.every(found, me), case_new.new(found, at)),
    )
    return render_template("cases/records.html", case_id=case_id, shelf=shelf, new=new)


@blueprint.get("/work/cases/<case_id>/records/new")
@for_practitioners
@login_required
def form(case_id: str) -> str:
    """Show the form: everything can stay empty but the day."""
    carried = take_carried()
    if carried is not None:
        return _page(case_id, Boxes(carried))
    boxes = Boxes({"id": new_id(), "corrects": _id(request.args.get("corrects", ""))})
    entry = _id(request.args.get("entry", ""))
    boxes.setlist("linked", [entry] if entry else [])
    return _page(case_id, boxes, fill=True)


@blueprint.post("/work/cases/<case_id>/records/new")
@for_practitioners
@keeps_typed
@login_required
def add(case_id: str) -> Answer:
    """Keep it, or show it again with what needs another look."""
    boxes = Boxes.posted()
    try:
        return _added(case_id, boxes)
    except NotSharedError as error:  # it ended while it was written
        return not_kept.page(error, boxes, asked())


def _added(case_id: str, boxes: Boxes) -> Answer:
    house, me = current_house(), current_vault()
    record_id = id_of_form([("case", case_id), *boxes.items(multi=True)])
    try:
        body = read(boxes)
        practice.add(house, me, case_id, body, record_id=record_id)
    except NotSharedError:
        raise
    except DiaryError as error:
        return _page(case_id, boxes, errors=wrong(error)), error.status
    return redirect(url_for("practice.one", case_id=case_id, record_id=record_id), 303)


@blueprint.get("/work/cases/<case_id>/records/<record_id>")
@for_practitioners
@login_required
def one(case_id: str, record_id: str) -> str:
    """Show one record, with what corrects it."""
    me, look = current_vault(), Look("record", record_id)
    page = read_case(case_id, look, lambda found: practice.one(found, me, record_id))
    return render_template("cases/record.html", case_id=case_id, page=page)


@blueprint.get("/work/records")
@for_practitioners
@login_required
def own() -> str:
    """List everything that he wrote, in every case, also where nothing is shared any more."""
    found = practice.kept(current_house(), current_vault())
    return render_template("cases/own.html", found=found)


@blueprint.get("/work/records/<record_id>")
@for_practitioners
@login_required
def own_one(record_id: str) -> str:
    """Show one of these."""
    record = practice.kept_one(current_house(), current_vault(), record_id)
    return render_template("cases/own_one.html", record=record)


def _id(text: str) -> str:
    return text if is_id(text) else ""


def _page(case_id: str, boxes: Boxes, *, errors: Errors | None = None, fill: bool = False) -> str:
    me = current_vault()
    named = [one for one in boxes.getlist("linked") if is_id(one)]
    corrects = _id(boxes["corrects"])
    sheet: Sheet = read_case(
        case_id, Look("writing"), lambda found: practice.sheet(found, me, named, corrects)
    )
    if fill and sheet.corrects is not None:
        kept = {"id": boxes["id"], "corrects": corrects}
        boxes = boxes_of(sheet.corrects, kept)
    return render_template(
        "cases/record_form.html",
        case_id=case_id,
        typed=boxes,
        sheet=sheet,
        author=current_practitioner(),
        types=order_types(),
        words=practice_words,
        errors=errors or [],
        wrong=dict(errors or []),
        reminder=guidance("agencies_report"),
        before=guidance("practice_record"),
    )
