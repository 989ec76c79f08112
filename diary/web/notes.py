"""A private note beside an entry: one, which the app never shares or hands over."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.domain.ids import new_id
from diary.domain.kept import PrivateNote
from diary.errors import ConflictError, DiaryError
from diary.services import entries, own
from diary.services.own import Own
from diary.web.boxes import Boxes
from diary.web.fields import Fields
from diary.web.house import current_house, current_vault
from diary.web.write import Errors, wrong

notes = Blueprint("notes", __name__)


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(notes)


@notes.get("/diary/<record_id>/note")
@login_required
def form(record_id: str) -> str:
    """Show the note in its box."""
    note = _note(record_id)
    shown = {
        "text": note.body.text if note else "",
        "base": str(note.version if note else 0),
        "id": note.id if note else new_id(),
    }
    return _page(record_id, note, Boxes.carried_or(shown))


@notes.post("/diary/<record_id>/note")
@login_required
def save(record_id: str) -> Response | tuple[str, int]:
    """Save the note."""
    note, boxes = _note(record_id), Boxes.posted()
    typed = Fields(boxes.to_dict())
    try:
        text = typed.words("text")
        typed.refuse()
        _keep(record_id, note, typed, text)
    except ConflictError as error:
        now = _note(record_id)
        boxes["base"] = str(now.version if now else 0)
        return _page(record_id, now, boxes, [(None, error)], saved_now=True), error.status
    except DiaryError as error:
        return _page(record_id, note, boxes, wrong(error)), error.status
    return redirect(url_for("diary.entry", record_id=record_id), 303)


def _keep(record_id: str, note: Own[PrivateNote] | None, typed: Fields, text: str) -> None:
    house, vault, body = current_house(), current_vault(), PrivateNote(text=text)
    if note is not None:
        own.change(house, vault, body, record_id=note.id, base_version=typed.base)
    elif text.strip():
        own.add(house, vault, body, record_id=typed.record_id, parent=record_id)


def _note(record_id: str) -> Own[PrivateNote] | None:
    """Return the note of an entry that is there to be seen."""
    house, vault = current_house(), current_vault()
    entries.read(house, vault, record_id)
    with house.store.read() as conn:
        found = own.below(conn, vault, PrivateNote, record_id)
    return found[-1] if found else None


def _page(
    record_id: str,
    note: Own[PrivateNote] | None,
    boxes: Boxes,
    errors: Errors | None = None,
    *,
    saved_now: bool = False,
) -> str:
    return render_template(
        "note/form.html",
        record_id=record_id,
        note=note,
        typed=boxes,
        errors=errors or [],
        wrong=dict(errors or []),
        saved_now=saved_now,
    )
