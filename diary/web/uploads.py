"""Uploads that go on after a broken connection: the tus protocol, version 1.0.0 (tus.io).

Core, creation, creation-with-upload, checksum, expiration and termination. Beyond it: a list of
what is unfinished (GET with ?entry=), and the whole file's SHA-256 in `Upload-Whole-Sha256` on the
last request, for a sender that counts while it sends. Errors are one plain sentence.
"""

from __future__ import annotations

import base64
import binascii
import functools
from collections.abc import Callable, Iterator
from io import BufferedIOBase
from typing import ParamSpec, cast

from flask import Blueprint, Flask, Response, jsonify, request, url_for
from flask_login import login_required
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest
from werkzeug.http import http_date
from werkzeug.wsgi import get_input_stream

from diary.errors import BadInputError, DiaryError, NotFoundError
from diary.services import uploads
from diary.services.sending import About
from diary.services.uploads import Checksum, Upload
from diary.text import N_
from diary.web.house import current_house, current_vault
from diary.web.texts import say

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
ALGORITHMS = ("sha1", "sha256")
BYTES = "application/offset+octet-stream"
PIECE = 1024 * 1024
_META = {"filename": "name", "lastModified": "last_modified", "sha256": "sha256"}
_META |= {"entry": "entry", "how": "how"}

tus = Blueprint("uploads", __name__)
P = ParamSpec("P")


class VersionError(DiaryError):
    """Another version of the protocol (tus 1.0.0: 412)."""

    status = 412
    default = N_("This server speaks another version of the upload protocol.")


class MediaTypeError(DiaryError):
    """A body that is not an upload's bytes (RFC 9110: 415)."""

    status = 415
    default = N_("The bytes of a file are expected here.")


class BadChecksumError(BadInputError):
    """A checksum that cannot be read, or of an unknown kind."""

    default = N_("This checksum cannot be used. Nothing was kept of these bytes.")


def set_up(app: Flask) -> None:
    """Add the uploads."""
    app.register_blueprint(tus)


def _spoken(view: Callable[P, Response]) -> Callable[P, Response]:
    """Speak the protocol: check the version, answer errors as one sentence."""

    @functools.wraps(view)
    def speaking(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            if request.headers.get("Tus-Resumable") != VERSION:
                raise VersionError
            response = view(*args, **kwargs)
        except DiaryError as error:
            response = Response(say(error), error.status, mimetype="text/plain")
            response.headers["Tus-Version"] = VERSION
        response.headers["Tus-Resumable"] = VERSION
        # Bytes may be left in the pipe after a refusal: the next request must not read them.
        if response.status_code >= 400:
            response.headers["Connection"] = "close"
        return response

    return speaking


@tus.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@login_required
def options() -> Response:
    """Say what is possible here."""
    response = Response(status=204)
    response.headers.update(
        {
            "Tus-Resumable": VERSION,
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(current_house().settings.max_file_bytes),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        }
    )
    return response


@tus.get("/uploads")
@login_required
def unfinished() -> Response:
    """List what is still on its way to an entry, so that any phone can go on."""
    house, vault = current_house(), current_vault()
    found = uploads.unfinished(house, vault, request.args.get("entry", ""))
    return jsonify(
        [
            {
                "url": url_for("uploads.offset", upload_id=one.id),
                "name": one.about.name,
                "lastModified": one.about.last_modified,
                "size": one.length,
                "offset": one.received,
            }
            for one in found
            if one.about
        ]
    )


@tus.post("/uploads")
@login_required
@_spoken
def create() -> Response:
    """Begin an upload; bytes that come along are taken at once."""
    house, vault = current_house(), current_vault()
    upload = uploads.create(house, vault, length=_number("Upload-Length"), about=_about())
    if request.mimetype == BYTES:
        upload = _receive(upload.id, 0)
    response = _progress(upload, 201)
    response.headers["Location"] = url_for("uploads.offset", upload_id=upload.id)
    return response


@tus.route("/uploads/<upload_id>", methods=["HEAD"], provide_automatic_options=False)
@login_required
@_spoken
def offset(upload_id: str) -> Response:
    """Say how much is safe."""
    upload = uploads.find(current_house(), current_vault(), upload_id)
    response = _progress(upload, 200)
    response.headers["Upload-Length"] = str(upload.length)
    return response


@tus.patch("/uploads/<upload_id>")
@login_required
@_spoken
def send(upload_id: str) -> Response:
    """Take the next bytes."""
    if request.mimetype != BYTES:
        raise MediaTypeError
    return _progress(_receive(upload_id, _number("Upload-Offset")), 204)


@tus.delete("/uploads/<upload_id>")
@login_required
@_spoken
def give_up(upload_id: str) -> Response:
    """Give up an upload."""
    uploads.cancel(current_house(), current_vault(), upload_id)
    return Response(status=204)


@tus.post("/uploads/<upload_id>")
@login_required
def overridden(upload_id: str) -> Response:
    """Do what `X-HTTP-Method-Override` says, for networks that know no PATCH."""
    views: dict[str, Callable[[str], Response]] = {"PATCH": send, "DELETE": give_up}
    view = views.get(request.headers.get("X-HTTP-Method-Override", ""))
    if view is None:
        raise NotFoundError
    return view(upload_id)


def _receive(upload_id: str, at: int) -> Upload:
    whole = request.headers.get("Upload-Whole-Sha256", "").lower()
    return uploads.receive(
        current_house(),
        current_vault(),
        upload_id,
        _pieces(),
        offset=at,
        checksum=_checksum(),
        whole_sha256=whole,
    )


def _pieces() -> Iterator[memoryview]:
    """Give the body as it comes. A connection that breaks ends it: what came is kept.

    Every piece lies in the same memory: it is read before the next one is asked for. No limit
    wraps the stream, as that copies each byte twice: the announced length is the limit.
    """
    body = cast("BufferedIOBase", get_input_stream(request.environ))
    room = memoryview(bytearray(PIECE))
    try:
        while size := body.readinto(room):
            yield room[:size]
    except (BadRequest, OSError):
        return


def _progress(upload: Upload, status: int) -> Response:
    response = Response(status=status)
    response.headers["Upload-Offset"] = str(upload.received)
    if not upload.is_done:
        response.headers["Upload-Expires"] = http_date(upload.expires)
    return response


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise BadInputError
    return int(text)


def _about() -> About:
    said = {_META[key]: value for key, value in _metadata() if key in _META}
    try:
        return About(user_agent=request.headers.get("User-Agent", "")[:1000], **said)
    except ValidationError as error:
        raise BadInputError from error


def _metadata() -> Iterator[tuple[str, str]]:
    """Read `Upload-Metadata`: pairs of a key and a base64 value."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            yield key, base64.b64decode(value, validate=True).decode(errors="replace")[:1000]
        except binascii.Error as error:
            raise BadInputError from error


def _checksum() -> Checksum | None:
    said = request.headers.get("Upload-Checksum")
    if said is None:
        return None
    algorithm, _, value = said.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise BadChecksumError from error
    if algorithm not in ALGORITHMS:
        raise BadChecksumError
    return Checksum(algorithm, digest)
