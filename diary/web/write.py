"""Writing something down: one box, when it was, and whatever else she wants to add now."""

from __future__ import annotations

from flask import Blueprint, Flask, g, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.domain.ids import new_id
from diary.errors import BadInputError, DiaryError
from diary.services import entries
from diary.web.carry import take_carried
from diary.web.forms import Typed, new_entry
from diary.web.house import current_house, current_vault
from diary.web.posted import posted_fields
from diary.web.visible import first_words, visible

write = Blueprint("write", __name__)

Errors = list[tuple[str | None, DiaryError]]


def set_up(app: Flask) -> None:
    """Add these pages, and the filters that show what was written."""
    app.register_blueprint(write)
    app.jinja_env.filters.update(visible=visible, first_words=first_words)


@write.get("/write")
@login_required
def box() -> str:
    """Show the empty box."""
    carried = take_carried()
    return _page(Typed(id=new_id()) if carried is None else Typed.of(carried))


@write.post("/write")
@login_required
def save() -> Response | tuple[str, int]:
    """Save what was written, or show it again with what needs another look."""
    house, vault = current_house(), current_vault()
    typed = Typed.of(posted_fields())
    try:
        entry = new_entry(typed, now=house.now(), limit=house.settings.max_text_chars)
        done = entries.record(
            house, vault, entry, record_id=typed.record_id, device_at=typed.device_at
        )
    except DiaryError as error:
        return _page(typed, wrong(error)), error.status
    return redirect(url_for("write.saved", record_id=done.record_id), 303)


@write.get("/diary/<record_id>/saved")
@login_required
def saved(record_id: str) -> str:
    """Say that it is saved, and when."""
    house = current_house()
    story = entries.read(house, current_vault(), record_id)
    happened = story.newest.entry.when.sort_moment()
    to_come = happened is not None and happened > house.now()
    return render_template("write/saved.html", story=story, to_come=to_come)


def wrong(error: DiaryError) -> Errors:
    """List what to look at again, by box; what hit the store itself has no box."""
    if error.status >= 500:
        g.unreachable = True  # the frame of the page must not ask the store again
    if isinstance(error, BadInputError) and error.fields:
        return list(error.fields.items())
    return [(None, error)]


def _page(typed: Typed, errors: Errors | None = None) -> str:
    limit = current_house().settings.max_text_chars
    return render_template("write/write.html", typed=typed, errors=errors or [], limit=limit)
