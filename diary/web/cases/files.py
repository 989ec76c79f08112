"""Files of a case: hidden until tapped, and taken away only where she allowed it."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask_login import login_required

from diary.decode import kinds
from diary.domain.file import Derived
from diary.services import case_copies, case_files, case_media
from diary.services.case_files import Bytes
from diary.services.case_reading import Open
from diary.services.cases import Look
from diary.web.asked_page import page_asked
from diary.web.cases.reading import read
from diary.web.files import safe_name
from diary.web.house import current_house, current_vault, for_practitioners
from diary.web.posted import posted_list
from diary.web.ranges import answer, goes_on
from diary.web.texts import readers_language

blueprint = Blueprint("case_files", __name__)


@blueprint.get("/work/cases/<case_id>/files")
@for_practitioners
@login_required
def every(case_id: str) -> str:
    """List all files that are shared, each closed until it is tapped."""
    page = page_asked()
    shown = read(case_id, Look("media"), lambda found: case_media.media(found, page))
    return render_template("cases/media.html", case_id=case_id, shown=shown)


@blueprint.get("/work/cases/<case_id>/files/<file_id>")
@for_practitioners
@login_required
def page(case_id: str, file_id: str) -> str:
    """Show what is known of a file, and who says so."""
    look = Look("about file", file_id)
    shown = read(case_id, look, lambda found: case_files.about(found, file_id))
    return render_template("cases/file.html", case_id=case_id, shown=shown)


@blueprint.get("/work/cases/<case_id>/files/<file_id>/show")
@for_practitioners
@login_required
def show(case_id: str, file_id: str) -> Response:
    """Give what a browser can show: the copy of a photo, a sound, a video, or its still picture."""
    house = current_house()

    def reading(found: Open) -> Bytes:
        whole = case_files.original(house, found, file_id)
        if whole.body.mime in kinds.PLAYABLE:
            return whole
        return case_files.copy(house, found, file_id, _is_view)

    sent = read(case_id, Look("file", file_id, in_parts=goes_on(request)), reading)
    return answer(sent.reader, _shown_as(sent), request)


@blueprint.get("/work/cases/<case_id>/files/<file_id>/original")
@for_practitioners
@login_required
def original(case_id: str, file_id: str) -> Response:
    """Give the file byte for byte, to be stored and never to be opened in place."""
    house = current_house()
    look = Look("original", file_id, action="downloaded", in_parts=goes_on(request))
    sent = read(case_id, look, lambda found: case_files.to_take(house, found, file_id))
    response = answer(sent.reader, _shown_as(sent), request)
    name = safe_name(sent.file.body.original_name)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.get("/work/cases/<case_id>/entries/<record_id>/one-page.pdf")
@for_practitioners
@login_required
def one_page(case_id: str, record_id: str) -> Response:
    """Give one entry on one page, under a name that says nothing."""
    made = case_copies.one_page(
        current_house(), current_vault(), case_id, record_id, readers_language()
    )
    response = Response(made.data, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=made.file_name)
    return response


@blueprint.get("/work/cases/<case_id>/copy")
@for_practitioners
@login_required
def before_bundle(case_id: str) -> str:
    """Say what a copy of the case holds, before it is made."""
    shown = read(case_id, Look("before copy"), case_copies.ready)
    return render_template("cases/copy.html", case_id=case_id, ready=shown)


@blueprint.post("/work/cases/<case_id>/copy")
@for_practitioners
@login_required
def bundle(case_id: str) -> Response:
    """Stream the copy. An error on the way breaks the connection: no half file looks whole."""
    parcel = case_copies.bundle(
        current_house(),
        current_vault(),
        case_id,
        files=frozenset(posted_list("file")),
        say=readers_language(),
    )
    response = Response(parcel.chunks, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=parcel.file_name)
    return response


def _is_view(copy: Derived) -> bool:
    return copy.purpose != "small"


def _shown_as(sent: Bytes) -> str:
    mime = sent.body.mime
    known = kinds.PHOTOS | kinds.VIDEOS | kinds.SOUNDS
    return mime if mime in known else kinds.UNKNOWN
