"""Handing over: who it is for, what goes, one look at it, and then a file to save.

One question a page, nothing ticked but her words. What was chosen waits in the sealed session, so
every step can be left and come back to. The file is streamed; nothing of it lies on a disk here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, request, session, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from diary.bundle.profile import PROFILES, Profile
from diary.domain.ids import is_id
from diary.errors import BadInputError, DiaryError
from diary.services import export
from diary.services.export import Choice
from diary.services.gathering import Selection
from diary.text import N_
from diary.web.house import current_house, current_vault, fresh_required
from diary.web.texts import readers_language

hand_over = Blueprint("hand_over", __name__)

MANY = 300  # more than this is not ticked one by one: a shorter time is chosen first
_KEY = "hand_over"
Answer = AnyResponse | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided so far."""

    profile: Profile
    start: date | None
    end: date | None
    entries: frozenset[str] | None
    files: frozenset[str]
    agreed: bool

    @property
    def selection(self) -> Selection:
        """What goes, for the service."""
        return Selection(self.entries, self.files, self.start, self.end)

    @property
    def range(self) -> Selection:
        """What can be chosen between the two days."""
        return Selection(start=self.start, end=self.end)


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(hand_over)
    app.jinja_env.filters["groups"] = groups


@hand_over.get("/hand-over")
@login_required
def begin() -> str:
    """Ask who it is for, and from when to when."""
    return _begin_page(session.get(_KEY, {}))


@hand_over.post("/hand-over")
@login_required
def set_purpose() -> Answer:
    """Keep the purpose and the days."""
    said = {name: request.form.get(name, "").strip() for name in ("purpose", "start", "end")}
    try:
        export.profile_named(said["purpose"])
        start, end = _day("start", said["start"]), _day("end", said["end"])
        if start and end and start > end:
            raise _wrong("end", N_("The last day is before the first. Please check both."))
    except BadInputError as error:
        return _begin_page(said, error.fields), error.status
    session[_KEY] = {**said, "entries": None, "files": [], "agreed": False}
    return redirect(url_for("hand_over.choose"), 303)


@hand_over.get("/hand-over/choose")
@login_required
def choose() -> Answer:
    """Show what could go: words ticked, files not."""
    plan = _plan()
    if plan is None:
        return _back_to_begin()
    found = export.choices(current_house(), current_vault(), plan.range)
    return _choose_page(plan, found)


@hand_over.post("/hand-over/choose")
@login_required
def set_choice() -> Answer:
    """Keep what was ticked."""
    plan = _plan()
    if plan is None:
        return _back_to_begin()
    entries = None if "all" in request.form else _ids("entry")
    if entries is not None and not entries:
        found = export.choices(current_house(), current_vault(), plan.range)
        nothing = {"entry": BadInputError(N_("Tick at least one entry."))}
        return _choose_page(plan, found, nothing)
    chosen = {"entries": entries, "files": _ids("file"), "agreed": False}
    session[_KEY] = {**session[_KEY], **chosen}
    return redirect(url_for("hand_over.review"), 303)


@hand_over.get("/hand-over/review")
@fresh_required
def review() -> Answer:
    """Show everything that would leave, before it does."""
    plan = _plan()
    return _back_to_begin() if plan is None else _review_page(plan)


@hand_over.post("/hand-over/review")
@fresh_required
def agree() -> Answer:
    """Keep that she has looked at it and wants it."""
    plan = _plan()
    if plan is None:
        return _back_to_begin()
    if "agree" not in request.form:
        error = BadInputError(N_("Tick the box if you want to hand this over."))
        return _review_page(plan, {"agree": error})
    session[_KEY] = {**session[_KEY], "agreed": True}
    return redirect(url_for("hand_over.ready"), 303)


@hand_over.get("/hand-over/save")
@fresh_required
def ready() -> Answer:
    """Say where the copy will lie, and offer it."""
    plan = _plan()
    if plan is None or not plan.agreed:
        return _back_to_begin()
    return render_template("hand_over/save.html", plan=plan), 200


@hand_over.post("/hand-over/save")
@fresh_required
def save() -> Answer:
    """Stream the file. An error on the way breaks the connection: no half file looks whole."""
    plan = _plan()
    if plan is None or not plan.agreed:
        return _back_to_begin()
    house, vault = current_house(), current_vault()
    parcel = export.export(
        house,
        vault,
        selection=plan.selection,
        profile=plan.profile,
        at=house.now(),
        say=readers_language(),
    )
    response = Response(parcel.chunks, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=parcel.file_name)
    return response


@hand_over.get("/hand-over/given")
@login_required
def given() -> str:
    """List what was handed over, with the numbers to read out."""
    listed = export.given(current_house(), current_vault())
    return render_template("hand_over/given.html", given=listed)


def groups(text: str) -> str:
    """Write a long number in groups of four, so that it can be read out."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _plan() -> Plan | None:
    kept: dict[str, Any] | None = session.get(_KEY)
    if not kept:
        return None
    return Plan(
        profile=PROFILES[kept["purpose"]],
        start=_day("start", kept["start"]),
        end=_day("end", kept["end"]),
        entries=None if kept["entries"] is None else frozenset(kept["entries"]),
        files=frozenset(kept["files"]),
        agreed=bool(kept["agreed"]),
    )


def _back_to_begin() -> AnyResponse:
    return redirect(url_for("hand_over.begin"), 303)


def _begin_page(said: dict[str, Any], errors: Mapping[str, DiaryError] | None = None) -> str:
    return render_template(
        "hand_over/begin.html", said=said, errors=errors or {}, profiles=PROFILES.values()
    )


def _choose_page(
    plan: Plan, found: list[Choice], errors: Mapping[str, DiaryError] | None = None
) -> Answer:
    copies = export.copies_of_orders(current_house(), current_vault(), plan.range)
    page = render_template(
        "hand_over/choose.html",
        plan=plan,
        found=found,
        copies=copies,
        many=MANY,
        errors=errors or {},
    )
    return page, 400 if errors else 200


def _review_page(plan: Plan, errors: Mapping[str, DiaryError] | None = None) -> Answer:
    found = export.choices(current_house(), current_vault(), plan.selection)
    copies = export.copies_of_orders(current_house(), current_vault(), plan.selection)
    every = [pair for one in found for pair in one.files]
    every += [(id, file) for _, id, file in copies]
    page = render_template(
        "hand_over/review.html",
        plan=plan,
        found=found,
        files=[(id, file) for id, file in every if id in plan.files],
        along=export.goes_along(current_house(), current_vault(), plan.selection, plan.profile),
        errors=errors or {},
    )
    return page, 400 if errors else 200


def _ids(name: str) -> list[str]:
    return [value for value in request.form.getlist(name) if is_id(value)]


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong(name, N_("Write the day like 2026-03-03, or leave it empty.")) from None


def _wrong(name: str, message: str) -> BadInputError:
    return BadInputError(fields={name: BadInputError(message)})
