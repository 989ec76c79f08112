"""Whom she told: the list with what is still open, one report, its form, and what came later."""

from __future__ import annotations

from typing import cast, get_args

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import agencies
from diary.domain.entry import Entry
from diary.domain.ids import is_id, new_id
from diary.domain.report import Report, is_early
from diary.errors import ConflictError, DiaryError
from diary.services import own, reporting, reports
from diary.services import plan as plans
from diary.services.own import Own
from diary.services.reporting import Only
from diary.web.asked_page import page_asked
from diary.web.boxes import Boxes
from diary.web.called import told_called
from diary.web.carry import take_carried
from diary.web.fields import id_of_form
from diary.web.house import current_house, current_vault, today
from diary.web.reports import form as forms
from diary.web.reports import one_page
from diary.web.write import Errors, wrong

blueprint = Blueprint("reports", __name__)
blueprint.add_url_rule("/diary/<record_id>/one-page", "one_page", one_page.before)
blueprint.add_url_rule("/diary/<record_id>/one-page.pdf", view_func=one_page.pdf)

Answer = Response | str | tuple[str, int]


def set_up(app: Flask) -> None:
    """Add these pages, and what a report is called."""
    app.register_blueprint(blueprint)
    app.jinja_env.filters["told_called"] = told_called


@blueprint.get("/reports")
@login_required
def every() -> str:
    """List what was told to whom, newest first, with what could go further."""
    asked = request.args.get("only", "")
    only = cast("Only", asked) if asked in get_args(Only) else ""
    found = reporting.shelf(current_house(), current_vault(), page=page_asked(), only=only)
    return render_template("reports/every.html", found=found, only=only, outcomes=forms.OUTCOMES)


@blueprint.get("/reports/new")
@login_required
def form() -> str:
    """Ask who was told, and when."""
    carried = take_carried()
    if carried is not None:
        return _page(Boxes(carried), Report(reference=""))
    boxes = Boxes({"id": new_id(), "told_when": "now", "happened_when": "now"})
    came_from = request.args.get("entry", "")
    if is_id(came_from):
        boxes.add("entries", came_from)
    return _page(boxes, Report(reference=""))


@blueprint.post("/reports/new")
@login_required
def add() -> Answer:
    """Keep it, or show it again with what needs another look."""
    house, vault, boxes = current_house(), current_vault(), Boxes.posted()
    blank = Report(reference="")
    if boxes["more"]:
        return _page(boxes, blank)
    try:
        said = forms.read(boxes, blank, _listed(boxes), house.now())
        body = Report.model_validate(dict(blank) | said)
        kept = reports.give(house, vault, body, record_id=id_of_form(boxes.items(multi=True)))
    except DiaryError as error:
        return _page(boxes, blank, errors=wrong(error)), error.status
    return redirect(url_for("reports.saved", report_id=kept.id), 303)


@blueprint.get("/reports/<report_id>")
@login_required
def one(report_id: str) -> str:
    """Show one report, with both times apart, and how it changed."""
    return _one("reports/one.html", report_id, Boxes.carried_or({}))


@blueprint.get("/reports/<report_id>/saved")
@login_required
def saved(report_id: str) -> str:
    """Say that it is saved, and when."""
    return _one("reports/saved.html", report_id, Boxes())


@blueprint.get("/reports/<report_id>/change")
@login_required
def change_form(report_id: str) -> str:
    """Show the report in its boxes."""
    newest = own.one(current_house(), current_vault(), Report, report_id)
    carried = take_carried()
    if carried is not None:
        return _page(Boxes(carried), newest.body, newest)
    boxes = forms.shown(newest.body)
    boxes["base"] = str(newest.version)
    return _page(boxes, newest.body, newest)


@blueprint.post("/reports/<report_id>/change")
@login_required
def change(report_id: str) -> Answer:
    """Save the change on top of the version that was shown, or say what stands in the way."""
    house, vault, boxes = current_house(), current_vault(), Boxes.posted()
    newest, seen = _seen(report_id, boxes)
    if boxes["more"]:
        return _page(boxes, seen.body, newest)
    try:
        changed = forms.changes(boxes, seen.body, _listed(boxes, seen.body), house.now())
        reports.mend(house, vault, report_id, changed, base=seen.version)
    except ConflictError as error:
        newest = own.one(house, vault, Report, report_id)
        boxes["base"] = str(newest.version)
        answer = _page(boxes, newest.body, newest, errors=wrong(error), saved_now=True)
        return answer, error.status
    except DiaryError as error:
        return _page(boxes, seen.body, newest, errors=wrong(error)), error.status
    return redirect(url_for("reports.saved", report_id=report_id), 303)


@blueprint.post("/reports/<report_id>")
@login_required
def later(report_id: str) -> Answer:
    """Add what came later, with its day."""
    house, vault, boxes = current_house(), current_vault(), Boxes.posted()
    _, seen = _seen(report_id, boxes)
    try:
        note, changed = forms.read_later(boxes, seen.body, today())
        reports.mend(house, vault, report_id, changed, base=seen.version, later=note)
    except DiaryError as error:
        if isinstance(error, ConflictError):
            boxes["base"] = str(own.one(house, vault, Report, report_id).version)
        return _one("reports/one.html", report_id, boxes, errors=wrong(error)), error.status
    return redirect(url_for("reports.one", report_id=report_id, _anchor="later"), 303)


def _seen(report_id: str, boxes: Boxes) -> tuple[Own[Report], Own[Report]]:
    """Return the newest version, and the one that the form was filled from."""
    versions = own.versions(current_house(), current_vault(), Report, report_id)
    seen = next((one for one in versions if str(one.version) == boxes["base"]), versions[-1])
    return versions[-1], seen


def _listed(boxes: Boxes, old: Report | None = None) -> list[Own[Entry]]:
    named = (*forms.entry_ids(boxes), *(old.entries if old else ()))
    newest = forms.how_many(boxes)
    return reporting.to_choose(current_house(), current_vault(), named, newest=newest)


def _page(
    boxes: Boxes,
    old: Report,
    newest: Own[Report] | None = None,
    *,
    errors: Errors | None = None,
    saved_now: bool = False,
) -> str:
    listed, count = _listed(boxes, old), forms.how_many(boxes)
    return render_template(
        "reports/form.html",
        typed=boxes,
        old=old,
        report=newest,
        listed=listed,
        count=count,
        more=count < forms.MOST and len(listed) >= count,
        agencies=agencies(),
        outcomes=forms.OUTCOMES,
        errors=errors or [],
        wrong=dict(errors or []),
        saved_now=saved_now,
    )


def _one(template: str, report_id: str, boxes: Boxes, *, errors: Errors | None = None) -> str:
    house, vault = current_house(), current_vault()
    versions = own.versions(house, vault, Report, report_id)
    newest = versions[-1]
    entries = reporting.to_choose(house, vault, newest.body.entries, newest=0)
    times = [newest.body.happened, *(one.body.when for one in entries)]
    told = newest.body.reported.sort_moment()
    return render_template(
        template,
        report=newest,
        versions=versions,
        entries=entries,
        gone=len(newest.body.entries) - len(entries),
        early=any(is_early(newest.body.reported, when) for when in times),
        to_come=told is not None and told > house.now(),
        offer=plans.offer(house, vault, newest.body.entries),
        typed=boxes,
        errors=errors or [],
        wrong=dict(errors or []),
        outcomes=forms.OUTCOMES,
    )
