"""The list of questions, and each on a page of its own. Skipping one saves nothing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import behaviour_groups, behaviours, guidance
from diary.domain.entry import Entry
from diary.errors import ConflictError, DiaryError
from diary.services import entries
from diary.services.entries import Story, Version
from diary.web import entry_words
from diary.web.boxes import Boxes
from diary.web.carry import take_carried
from diary.web.fields import Fields
from diary.web.forms import Typed
from diary.web.guided.around import around, below, keep_beside
from diary.web.guided.step import Around, Changes, Step
from diary.web.guided.steps import groups, neighbours, step_of
from diary.web.guided.under_order import shown
from diary.web.house import current_house, current_vault
from diary.web.texts import moment
from diary.web.write import Errors, wrong

guided = Blueprint("guided", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about one entry, with what it needs to be shown."""

    step: Step
    story: Story
    around: Around

    @property
    def newest(self) -> Entry:
        """The entry as it is now."""
        return self.story.newest.entry


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(guided)


@guided.get("/diary/<record_id>/more")
@login_required
def steps(record_id: str) -> str:
    """List the questions; which have an answer is said, how many have none is not."""
    story = entries.read(current_house(), current_vault(), record_id)
    return render_template("guided/steps.html", story=story, groups=groups())


@guided.get("/diary/<record_id>/more/<step>")
@login_required
def step(record_id: str, step: str) -> str:
    """Ask one question."""
    asked = _asked(record_id, step)
    carried = take_carried()
    if carried is not None:
        return _page(asked, Boxes(carried))
    return _page(asked, _filled(asked))


@guided.post("/diary/<record_id>/more/<step>")
@login_required
def save(record_id: str, step: str) -> Response | tuple[str, int]:
    """Save the answer to this question alone, on top of whatever else was saved meanwhile."""
    asked, boxes = _asked(record_id, step), Boxes.posted()
    base = asked.story.version(Fields({"base": boxes["base"]}).base)
    try:
        changes = asked.step.changes(boxes, base.entry, asked.around)
        keep_beside(record_id, asked.step, boxes, asked.around)
        saved = _amend(asked, changes, base, boxes)
    except ConflictError:
        return _conflict(record_id, step, boxes), ConflictError.status
    except DiaryError as error:
        return _page(asked, boxes, wrong(error)), error.status
    if saved:
        flash(_("Saved at %(time)s.", time=moment(current_house().now(), "clock")))
    return redirect(_next(record_id, asked.step, boxes), 303)


def _amend(asked: Asked, changes: Changes, base: Version, boxes: Boxes) -> bool:
    """Lay the answer over the newest wording; tell whether there was anything to save.

    ConflictError when this very answer was changed somewhere else since it was shown.
    """
    newest = asked.story.newest
    open_ = {name: value for name, value in changes.items() if _of(newest, name) != value}
    if any(_of(newest, name) != _of(base, name) for name in open_):
        raise ConflictError
    if open_:
        told = {**dict(newest.entry), **open_, "change_reason": ""}
        entries.amend(
            current_house(),
            current_vault(),
            asked.story.id,
            Entry.model_validate(told),
            base_version=newest.number,
            device_at=Typed(device_time=boxes["device_time"]).device_at,
        )
    return bool(open_)


def _of(version: Version, name: str) -> object:
    return getattr(version.entry, name)


def _next(record_id: str, step: Step, boxes: Boxes) -> str:
    """Return where saving leads: the same page for one more, else the next question."""
    after = step.key if boxes["again"] else neighbours(step)[1]
    if after:
        return url_for("guided.step", record_id=record_id, step=after)
    return url_for("guided.steps", record_id=record_id)


def _asked(record_id: str, key: str) -> Asked:
    step = step_of(key)
    story = entries.read(current_house(), current_vault(), record_id)
    return Asked(step, story, around(step, story.newest.entry))


def _filled(asked: Asked) -> Boxes:
    boxes = asked.step.boxes(asked.newest)
    boxes["base"] = str(asked.story.newest.number)
    return below(asked.story.id, asked.step, boxes)


def _conflict(record_id: str, key: str, boxes: Boxes) -> str:
    """Show what is saved now beside what was typed; saving again puts it on top."""
    asked = _asked(record_id, key)
    boxes["base"] = str(asked.story.newest.number)
    # Somebody who was named meanwhile has boxes of their own on the page: they are not empty.
    for name, text in asked.step.boxes(asked.newest).items():
        if "." in name:
            boxes.setdefault(name, text)
    return _page(asked, boxes, [(None, ConflictError())], saved_now=True)


def _page(
    asked: Asked, boxes: Boxes, errors: Errors | None = None, *, saved_now: bool = False
) -> str:
    before, after = neighbours(asked.step)
    return render_template(
        f"guided/{asked.step.key}.html",
        step=asked.step,
        story=asked.story,
        entry=asked.newest,
        around=asked.around,
        orders=shown(asked.around, asked.newest),
        typed=boxes,
        errors=errors or [],
        wrong=dict(errors or []),
        saved_now=saved_now,
        before=before,
        after=after,
        said=entry_words,
        behaviours=behaviours,
        behaviour_groups=behaviour_groups,
        guidance=guidance,
        path=request.path,
    )
