"""What she says of a file: what it shows, how she got it, and what was done to it since."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import guidance
from diary.domain.file import File
from diary.errors import ConflictError, DiaryError
from diary.services import exhibits as services
from diary.services.own import Own
from diary.text import N_
from diary.web.boxes import Boxes
from diary.web.carry import take_carried
from diary.web.entry_words import YES_NO
from diary.web.fields import Fields, ticked
from diary.web.house import current_house, current_vault
from diary.web.write import Errors, wrong

exhibits = Blueprint("exhibits", __name__)

SENSITIVE = {
    "intimate": N_("Something intimate"),
    "medical": N_("Something medical"),
    "child": N_("A child"),
    "third_party": N_("Somebody else’s private things"),
}
_LINES = (
    "description", "how_obtained", "obtained_on", "source_device", "claimed_event_time",
    "transcript_of",
)  # fmt: skip
ANSWERS = ("still_on_original_device", "edited_before_upload", "other_person_knew")
BOOLS = ("is_extract", "child_recorded")
_BOOL: dict[str, bool | str] = {"yes": True, "no": False, "not_sure": "not_sure"}
_ANSWER = {value: name for name, value in _BOOL.items()}


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(exhibits)


@exhibits.get("/files/<file_id>/about")
@login_required
def form(file_id: str) -> str:
    """Show what was said of it, in boxes."""
    newest, carried = _versions(file_id)[-1], take_carried()
    if carried is not None:
        return _page(newest, Boxes(carried))
    boxes = _filled(newest.body)
    boxes["base"] = str(newest.version)
    return _page(newest, boxes)


@exhibits.post("/files/<file_id>/about")
@login_required
def save(file_id: str) -> Response | tuple[str, int]:
    """Save what is said of it; only what was changed here."""
    found, boxes = _versions(file_id), Boxes.posted()
    typed = Fields(boxes.to_dict())
    base = next((one for one in found if one.version == typed.base), found[-1])
    try:
        told = _read(typed, boxes, base.body)
        typed.refuse()
        house, vault = current_house(), current_vault()
        services.describe(house, vault, file_id, told, base=base.version)
    except ConflictError as error:
        newest = _versions(file_id)[-1]
        boxes["base"] = str(newest.version)
        return _page(newest, boxes, [(None, error)], saved_now=True), error.status
    except DiaryError as error:
        return _page(found[-1], boxes, wrong(error)), error.status
    return redirect(url_for("files.page", file_id=file_id), 303)


def _versions(file_id: str) -> list[Own[File]]:
    return services.versions(current_house(), current_vault(), file_id)


def _filled(body: File) -> Boxes:
    texts = {name: getattr(body, name) for name in (*_LINES, *ANSWERS)}
    answers = {name: _ANSWER.get(getattr(body, name), "") for name in BOOLS}
    boxes = Boxes.filled(texts | answers)
    for one in body.sensitive:
        boxes.add("sensitive", one)
    return boxes


def _read(typed: Fields, boxes: Boxes, old: File) -> dict[str, object]:
    """Return what differs from what was shown: a box that was not touched changes nothing."""
    before = _filled(old)
    now, then = _told(typed, boxes), _told(Fields(before.to_dict()), before)
    return {name: value for name, value in now.items() if then[name] != value}


def _told(typed: Fields, boxes: Boxes) -> dict[str, object]:
    lines: dict[str, object] = {name: typed.line(name) for name in _LINES}
    answers = {name: typed.choice(name, YES_NO) for name in ANSWERS}
    bools = {name: _BOOL.get(typed.form.get(name, "")) for name in BOOLS}
    return lines | answers | bools | {"sensitive": ticked(boxes.getlist("sensitive"), SENSITIVE)}


def _page(
    newest: Own[File], boxes: Boxes, errors: Errors | None = None, *, saved_now: bool = False
) -> str:
    return render_template(
        "files/about.html",
        file_id=newest.id,
        file=newest.body,
        typed=boxes,
        errors=errors or [],
        wrong=dict(errors or []),
        saved_now=saved_now,
        yes_no=YES_NO,
        sensitive=SENSITIVE,
        recording=guidance("recording_children"),
    )
