"""Adding files to an entry: by a plain form, or by the uploads behind the same page."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.errors import BadInputError, DiaryError
from diary.services import files, uploads
from diary.services.house import House
from diary.text import N_
from diary.vault.vault import Vault
from diary.web.house import current_house, current_vault
from diary.web.multipart import FormData, read_form

room = Blueprint("attach", __name__)

Refused = list[tuple[str, DiaryError]]


def set_up(app: Flask) -> None:
    """Add the page."""
    app.register_blueprint(room)


@room.get("/diary/<record_id>/files")
@login_required
def choose(record_id: str) -> str:
    """Show where files are chosen, and what is still on its way."""
    files.require_parent(current_house(), current_vault(), record_id)
    return _page(record_id, [])


@room.post("/diary/<record_id>/files")
@login_required
def add(record_id: str) -> Response | tuple[str, int]:
    """Take the files of a plain form. What could not be kept is said, file by file."""
    house, vault = current_house(), current_vault()
    files.require_parent(house, vault, record_id)
    refused, kept = take_files(house, vault, record_id)
    if refused:
        return _page(record_id, refused, kept=kept), refused[0][1].status
    return redirect(url_for("diary.entry", record_id=record_id), 303)


@room.post("/diary/<record_id>/files/stop")
@login_required
def stop(record_id: str) -> Response:
    """Give up an upload that is not finished."""
    uploads.cancel(current_house(), current_vault(), request.form.get("upload", ""))
    return redirect(url_for("attach.choose", record_id=record_id), 303)


def take_files(house: House, vault: Vault, parent: str) -> tuple[Refused, int]:
    """File what the posted form brought; return what was refused, and how many files it brought."""
    form = read_form(request, house)
    brought = len(form.files)
    refused = add_files(house, vault, form, parent)
    if form.cut:
        refused.append(("", form.cut))
    if not refused and not brought:
        refused = [("", BadInputError(N_("No file was chosen. Choose one, then press Add.")))]
    return refused, brought


def add_files(house: House, vault: Vault, form: FormData, entry_id: str) -> Refused:
    """File what a form brought under an entry; return what was refused, and why."""
    refused = list(form.refused)
    while form.files:
        received = form.files.pop(0)
        try:
            files.add(house, vault, received, parent=entry_id)
        except DiaryError as error:
            refused.append((received.body.original_name, error))
    return refused


def _page(record_id: str, refused: Refused, *, kept: int = 0) -> str:
    waiting = uploads.unfinished(current_house(), current_vault(), record_id)
    return render_template(
        "files/add.html", record_id=record_id, refused=refused, kept=kept, waiting=waiting
    )
