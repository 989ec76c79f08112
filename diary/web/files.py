"""A file on its own: what is known of it, the file as it came, and what can be shown of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from flask import Blueprint, Flask, Response, render_template, request
from flask_babel import gettext as _
from flask_login import login_required

from diary.decode import kinds
from diary.domain.file import Derived, File
from diary.services import files
from diary.services.files import Shown
from diary.text import N_
from diary.vault.media import Reader
from diary.web.entry_words import YES_NO
from diary.web.exhibits import ANSWERS, BOOLS, SENSITIVE
from diary.web.house import current_house, current_vault, fresh_required
from diary.web.multipart import most_together
from diary.web.ranges import answer

room = Blueprint("files", __name__)

NAME = 120
_TIMES = {
    "exif_original": N_("Taken, says the file"),
    "exif_changed": N_("Last changed, says the file"),
    "apple_creation": N_("Made, says the file"),
    "quicktime": N_("Made, says the file"),
}
_WAYS = {
    "camera_input": N_("From the camera or the pictures"),
    "file_picker": N_("A file that was picked"),
    "recorder": N_("Recorded here"),
    "share_target": N_("Shared from another app"),
    "forwarded_email": N_("A forwarded e-mail"),
    "practitioner_upload": N_("Sent by somebody who works with you"),
    "import": N_("Brought in from a file"),
}
# Published with every place where a file can be chosen.
TYPES = N_("Photos, sound, video, PDF, text, e-mail, ZIP: every kind of file is kept as it is.")


def set_up(app: Flask) -> None:
    """Add the pages of files."""
    app.register_blueprint(room)
    app.jinja_env.filters["size"] = said_size
    app.jinja_env.globals.update(
        file_types=lambda: _(TYPES),
        file_limit=_limit,
        file_limit_bytes=_limit_bytes,
        files_limit=_together,
    )


@room.get("/files/<file_id>")
@login_required
def page(file_id: str) -> str:
    """Show what is known of a file, and who says so."""
    shown = files.show(current_house(), current_vault(), file_id)
    return render_template(
        "files/page.html",
        shown=shown,
        time_label=_(_TIMES.get(shown.body.time_in_file_kind, N_("Time in the file"))),
        way=way_of(shown),
        said=yes_no_of(shown.body),
        sensitive=", ".join(_(SENSITIVE[one]) for one in shown.body.sensitive),
        ways={key: _(text) for key, text in _WAYS.items()},
    )


@room.get("/files/<file_id>/original")
@login_required
@fresh_required
def original(file_id: str) -> Response:
    """Give the file byte for byte, to be stored and never to be opened in place."""
    body, reader = files.original(current_house(), current_vault(), file_id)
    mime = body.mime if body.mime in kinds.PHOTOS | kinds.VIDEOS | kinds.SOUNDS else kinds.UNKNOWN
    response = answer(reader, mime, request)
    name = safe_name(body.original_name)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@room.get("/files/<file_id>/show")
@login_required
@fresh_required
def show(file_id: str) -> Response:
    """Give what a browser can show: the copy of a photo, a sound, a video, or its still picture."""
    body, reader = files.original(current_house(), current_vault(), file_id)
    if body.mime in kinds.PLAYABLE:
        return answer(reader, body.mime, request)
    return _copy(file_id, lambda copy: copy.purpose != "small")


@room.get("/files/<file_id>/small")
@login_required
@fresh_required
def small(file_id: str) -> Response:
    """Give the small copy of a photo, or of a video's still picture."""
    return _copy(file_id, lambda copy: copy.purpose == "small")


def yes_no_of(body: File) -> dict[str, str]:
    """Say what she answered about a file, by the question; what was not answered is not there."""
    words = {True: "yes", False: "no"}
    answers = {name: getattr(body, name) for name in (*ANSWERS, *BOOLS)}
    return {
        name: str(_(YES_NO[words.get(value, value)]))
        for name, value in answers.items()
        if value not in {"", None}
    }


def _copy(file_id: str, wanted: Callable[[Derived], bool]) -> Response:
    body, reader = files.copy_for(current_house(), current_vault(), file_id, wanted)
    return _jpeg(reader, body)


def _jpeg(reader: Reader, body: Derived) -> Response:
    return answer(reader, body.mime if body.mime == "image/jpeg" else kinds.UNKNOWN, request)


def way_of(shown: Shown) -> str:
    """Say how a file can be seen: play, picture, still (of a video that does not play), keep."""
    if shown.body.mime in kinds.PLAYABLE:
        return "play"
    if not shown.copies:
        return "keep"
    return "still" if shown.body.mime in kinds.VIDEOS else "picture"


def safe_name(name: str) -> str:
    """Return a name to store a file under: no path, nothing invisible, not too long."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(c if unicodedata.category(c)[0] != "C" else "" for c in last)
    plain = re.sub(r'[<>:"|?*]', "_", plain).strip(" .")
    if len(plain) > NAME:
        stem, dot, ending = plain.rpartition(".")
        keep = dot + ending if stem and len(ending) <= 10 else ""
        plain = plain[: NAME - len(keep)] + keep
    return plain or "file"


def said_size(size: int) -> str:
    """Say a size as people do, and exactly."""
    if size < 1000:
        return str(_("%(bytes)s bytes", bytes=size))
    unit, of = ("MB", 10**6) if size >= 10**6 else ("KB", 10**3)
    about, exact = f"{size / of:.1f} {unit}", f"{size:,}"
    return str(_("%(about)s (%(exact)s bytes)", about=about, exact=exact))


def _limit() -> str:
    """Say the published limit for one file."""
    return f"{_limit_bytes() // 2**20:,} MB"


def _together() -> str:
    """Say the published limit for all the files of one form."""
    return f"{most_together(current_house()) // 2**20:,} MB"


def _limit_bytes() -> int:
    return current_house().settings.max_file_bytes
