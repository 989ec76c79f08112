"""Adding to an entry and changing it: each change is a new version, nothing is overwritten."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.domain.entry import Entry
from diary.errors import ConflictError, DiaryError
from diary.services import entries
from diary.services.entries import Story
from diary.web.carry import take_carried
from diary.web.forms import Typed, changed_entry, typed_from
from diary.web.house import current_house, current_vault
from diary.web.posted import posted_fields
from diary.web.write import Errors, limits, wrong

changes = Blueprint("changes", __name__)


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(changes)


@changes.get("/diary/<record_id>/change")
@login_required
def form(record_id: str) -> str:
    """Show the entry in its boxes."""
    story = entries.read(current_house(), current_vault(), record_id)
    carried = take_carried()
    if carried is not None:
        return _page(story, Typed.of(carried))
    return _page(story, typed_from(story.newest.entry, version=story.newest.number))


@changes.post("/diary/<record_id>/change")
@login_required
def save(record_id: str) -> Response | tuple[str, int]:
    """Save the change on top of the version that was shown, or say what stands in the way."""
    house, vault = current_house(), current_vault()
    typed = Typed.of(posted_fields())
    story = entries.read(house, vault, record_id)
    base = story.version(typed.base_version)
    try:
        new = changed_entry(typed, base.entry, now=house.now(), limit=house.settings.max_text_chars)
        if _says_more(new, base.entry):
            entries.amend(
                house,
                vault,
                record_id,
                new,
                base_version=base.number,
                device_at=typed.device_at,
            )
    except ConflictError:
        return _conflict(record_id, typed), ConflictError.status
    except DiaryError as error:
        return _page(story, typed, wrong(error)), error.status
    return redirect(url_for("diary.entry", record_id=record_id), 303)


def _says_more(new: Entry, old: Entry) -> bool:
    """Tell whether there is anything to keep: a reason alone changes nothing."""
    return new.model_copy(update={"change_reason": old.change_reason}) != old


def _conflict(record_id: str, typed: Typed) -> str:
    """Show what is saved now beside what was typed; saving again puts it on top."""
    story = entries.read(current_house(), current_vault(), record_id)
    newest = replace(typed, base=str(story.newest.number))
    return _page(story, newest, [(None, ConflictError())], saved_now=True)


def _page(
    story: Story, typed: Typed, errors: Errors | None = None, *, saved_now: bool = False
) -> str:
    return render_template(
        "diary/change.html",
        story=story,
        typed=typed,
        errors=errors or [],
        saved_now=saved_now,
        **limits(),
    )
