"""The fields of a posted form, strictly: bytes that are no text stay marked, never replaced.

Werkzeug's own form parser would quietly rewrite what is not UTF-8 and put files in a temp folder.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import request

from diary.errors import BadInputError
from diary.web.house import current_house
from diary.web.multipart import FormData, read_form, with_named

MOST_FIELDS = 1000


def posted_form() -> FormData:
    """Return the words and the files of a form; without files it comes in the short encoding."""
    if request.mimetype == "multipart/form-data":
        return read_form(request, current_house())
    return with_named(FormData(fields=posted_fields()), current_house())


def posted_fields() -> dict[str, str]:
    """Return the fields of a form without files; of several with one name, the last."""
    return dict(posted_pairs())


def posted_list(name: str) -> list[str]:
    """Return every value of one field, for boxes that can be ticked."""
    return [value for key, value in posted_pairs() if key == name]


def posted_pairs() -> list[tuple[str, str]]:
    """Return every field of a form without files, in the order of its boxes."""
    request.max_content_length = current_house().settings.max_form_bytes
    body = request.get_data().decode("utf-8", "surrogateescape")
    try:
        return parse_qsl(
            body, keep_blank_values=True, errors="surrogateescape", max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise BadInputError from error
