"""Writing something down: one box, when it was, and whatever else she wants to add now."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, g, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.domain.base import LINE, WORDS
from diary.domain.ids import new_id
from diary.errors import BadInputError, DiaryError
from diary.services import entries
from diary.services.entries import Saved
from diary.services.house import House
from diary.text import N_
from diary.web.carry import take_carried
from diary.web.forms import Typed, new_entry
from diary.web.house import current_house, current_vault
from diary.web.multipart import FormData
from diary.web.posted import posted_form
from diary.web.texts import say
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
    if carried is None:
        return _page(Typed(id=new_id()))
    return _page(Typed.of(carried), had_files=carried.get("with_files", "0") != "0")


@write.post("/write")
@login_required
def save() -> Response | tuple[str, int]:
    """Save what was written, or show it again with what needs another look."""
    house, form = current_house(), posted_form()
    typed = Typed.of(form.fields)
    try:
        form.require_whole()
        done = _record(house, typed, form)
    except DiaryError as error:
        had_files = bool(form.files or form.cut)
        form.discard(house)
        return _page(typed, wrong(error) + not_kept(form), had_files=had_files), error.status
    for _box, reason in not_kept(form):
        flash(say(reason))
    return redirect(url_for("write.saved", record_id=done.record_id), 303)


def _record(house: House, typed: Typed, form: FormData) -> Saved:
    entry = new_entry(
        typed,
        now=house.now(),
        limit=house.settings.max_text_chars,
        # A page with scripts saves the words first and says how many files will follow.
        with_files=bool(form.files) or form.fields.get("with_files", "0") != "0",
    )
    return entries.record(
        house,
        current_vault(),
        entry,
        record_id=typed.record_id,
        device_at=typed.device_at,
        received=form.files,
    )


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


def not_kept(form: FormData) -> Errors:
    """Say of each refused file why it is not kept."""
    return [
        (None, DiaryError(N_("“%(name)s” is not saved. %(why)s"), name=visible(name), why=say(why)))
        for name, why in form.refused
    ]


def _page(typed: Typed, errors: Errors | None = None, *, had_files: bool = False) -> str:
    return render_template(
        "write/write.html",
        typed=typed,
        errors=errors or [],
        had_files=had_files,
        **limits(),
    )


def limits() -> dict[str, int]:
    """Return what the boxes of an entry hold: a text, and one line."""
    return {"limit": min(current_house().settings.max_text_chars, WORDS), "line_limit": LINE}
