"""Reading: the diary with its newest first, and one entry with all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import cast

from flask import Blueprint, Flask, g, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_required

from diary.domain.entry import Entry
from diary.domain.file import SHAPES
from diary.services import beside, entries
from diary.services.beside import Beside
from diary.services.entries import Attached, Item, Story, Timeline, Version
from diary.text import N_
from diary.web import entry_words
from diary.web.asked_page import page_asked
from diary.web.entry_facts import Group, facts_of
from diary.web.house import current_house, current_vault
from diary.web.texts import moment
from diary.web.visible import visible

diary = Blueprint("diary", __name__)

CLOCKS_DIFFER = timedelta(minutes=2)
MOST_PARTS = 3
_CALLED = {"photo": N_("Photo"), "sound": N_("Sound"), "video": N_("Video"), "file": N_("File")}


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a page of the diary."""

    first: date | None
    items: tuple[Item, ...]


def set_up(app: Flask) -> None:
    """Add these pages, and what they say about times and files."""
    app.register_blueprint(diary)
    app.jinja_env.tests["clocks_differ"] = clocks_differ
    app.jinja_env.filters.update(labels=labels, file_name=file_name, came=came, can_show=can_show)
    app.jinja_env.globals["said_in"] = said_in


@diary.get("/diary")
@login_required
def timeline() -> str:
    """Show one page of the diary, or of what was searched for."""
    query = request.args.get("q", "").strip()
    found = entries.timeline(current_house(), current_vault(), page=page_asked(), query=query)
    return render_template("diary/timeline.html", found=found, months=list(months(found)), q=query)


@diary.get("/diary/<record_id>")
@login_required
def entry(record_id: str) -> str:
    """Show one entry: her words, the facts, the files, and how it changed."""
    story = entries.read(current_house(), current_vault(), record_id)
    return render_template(
        "diary/entry.html",
        story=story,
        newest=story.newest,
        beside=beside_of(story),
        said=entry_words,
    )


def beside_of(story: Story) -> Beside:
    """Read what stands beside an entry, once for a page."""
    if "beside" not in g:
        wordings = [one.entry for one in story.versions]
        g.beside = beside.of_entry(current_house(), current_vault(), story.id, wordings)
    return cast("Beside", g.beside)


def said_in(story: Story, entry: Entry) -> list[Group]:
    """Return what one wording of an entry says, for a page about that entry."""
    return facts_of(entry, beside_of(story))


def months(found: Timeline) -> Iterator[Month]:
    """Group a page by the month under which each item is listed."""
    for first, items in groupby(found.items, key=_month_of):
        yield Month(first, tuple(items))


def _month_of(item: Item) -> date | None:
    """Return the month in which it happened; the month of writing never stands in for it."""
    when = item.entry.when
    return None if when.precision == "not_sure" else when.naive().date().replace(day=1)


def labels(item: Item) -> list[str]:
    """Say in plain words what there is to an item besides its words."""
    said = [str(_("taken back"))] if item.entry.withdrawn else []
    said += [str(_("order %(part)s", part=visible(part))) for part in _parts(item.entry)]
    if item.reports or item.entry.report_status == "reported":
        said.append(str(_("reported")))
    said += [counted(SHAPES[mark], number) for mark, number in sorted(item.files.items())]
    if item.version > 1:
        said.append(str(_("changed")))
    if item.entry.claimed:
        said.append(str(_("brought in from a file")))
    return said


def _parts(entry: Entry) -> tuple[str, ...]:
    """Return which terms of which order she named, or the order alone."""
    return entry.terms_alleged[:MOST_PARTS] or tuple(filter(None, (entry.order_ref,)))


def counted(shape: str, number: int) -> str:
    """Say how many there are of one shape of file."""
    if shape == "photo":
        return str(ngettext("%(num)s photo", "%(num)s photos", number))
    if shape == "sound":
        return str(ngettext("%(num)s sound", "%(num)s sounds", number))
    if shape == "video":
        return str(ngettext("%(num)s video", "%(num)s videos", number))
    return str(ngettext("%(num)s file", "%(num)s files", number))


def clocks_differ(version: Version) -> bool:
    """Tell whether the phone's clock and ours were further apart than two minutes."""
    said = version.device_at
    return said is not None and abs(said - version.received_at) > CLOCKS_DIFFER


def file_name(attached: Attached) -> str:
    """Call a file what a person calls it, with its own name if it is no photo or recording."""
    file = attached.file
    if file.description:
        return visible(file.description)
    if file.shape == "file" and file.original_name:
        return visible(file.original_name)
    return str(_(_CALLED[file.shape]))


def came(attached: Attached) -> str:
    """Say what the time beside a file is: the time of its coming here, not of what it shows."""
    at = moment(attached.received_at, "short")
    if attached.file.capture_method == "import":
        return str(_("brought in %(time)s", time=at))
    return str(_("received %(time)s", time=at))


def can_show(attached: Attached) -> bool:
    """Tell whether a page can show it: a copy made for that, or sound and video as they are."""
    if attached.file.shape == "photo":
        return any(copy.purpose in {"small", "view"} for copy in attached.derived)
    return attached.file.shape in {"sound", "video"}
