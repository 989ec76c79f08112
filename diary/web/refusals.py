"""Every error as one calm page: what happened, what is safe, and a way on.

Nothing of the request or of the cause is shown, and only kind and place are logged: an exception's
own text could carry what somebody wrote.
"""

from __future__ import annotations

import logging
import traceback

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from diary.errors import DiaryError, NotSignedInError, TooLargeError, TooManyTriesError
from diary.text import N_
from diary.web.carry import from_locked_request
from diary.web.texts import say

_SENTENCES = {
    400: N_("That did not work. Please go back and try again."),
    401: N_("Please sign in."),
    403: N_("This page is not open to you here."),
    404: N_("There is nothing at this address. It may have moved, or the link may be old."),
    405: N_("That page cannot be used in this way. Please go back and try again."),
    408: N_("The connection was too slow, so nothing was done. Please try again."),
    413: TooLargeError.default,
    416: N_("That part of the file does not exist. Please open the file again."),
    429: N_("That was a lot in a short time. Please wait a minute, then try again."),
    500: N_("Something went wrong on our side. What was saved before is safe."),
    503: N_("This cannot be reached just now. What was saved before is safe. Please try again."),
    507: N_("There is no room to save this just now. What was saved before is safe."),
}
_TITLES = {
    401: N_("Please sign in"),
    403: N_("Not here"),
    404: N_("Nothing here"),
    413: N_("That is too large"),
    429: N_("Please wait a little"),
    500: N_("That did not work"),
    503: N_("Not just now"),
    507: N_("Not just now"),
}


def set_up(app: Flask) -> None:
    """Answer every kind of error with the same calm page."""
    app.register_error_handler(DiaryError, refuse)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _unexpected)
    app.logger.addFilter(_without_words)


def _without_words(record: logging.LogRecord) -> bool:
    """Keep where an exception came from and drop its text: that may be what somebody wrote."""
    if record.exc_info:
        kind, _value, trace = record.exc_info
        steps = "".join(traceback.format_tb(trace))
        record.exc_text = f"{steps}{kind.__name__ if kind else ''}"
        record.exc_info = None
    return True


def refuse(error: DiaryError) -> AnyResponse:
    """Answer one of our own errors; somebody not signed in is shown the way in."""
    if isinstance(error, NotSignedInError) and request.method in {"GET", "HEAD"} and _for_eyes():
        return redirect("/", 303)
    response = _page(error.status, say(error))
    if isinstance(error, TooManyTriesError):
        response.headers["Retry-After"] = str(error.wait_seconds)
    return response


def _http(error: HTTPException) -> AnyResponse:
    if error.response is not None:
        return make_response(error.response)
    if error.code is not None and error.code < 400:
        return make_response(error.get_response())
    response = _page(error.code or 500, _(_SENTENCES.get(error.code or 500, _SENTENCES[400])))
    for name, value in error.get_headers(request.environ):
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _unexpected(error: InternalServerError) -> AnyResponse:
    cause = error.original_exception
    if isinstance(cause, DiaryError):
        g.unreachable = cause.status >= 500
        return refuse(cause)
    g.unreachable = True
    return _page(500, _(_SENTENCES[500]))


def _page(status: int, sentence: str) -> Response:
    if status >= 500:
        g.unreachable = True
    if not _for_eyes():
        return current_app.response_class(sentence + "\n", status, mimetype="text/plain")
    title = _(_TITLES.get(status, _TITLES[500]))
    # What was typed is shown again when the fault is ours, so that it can be sent again.
    carried = from_locked_request() if request.method == "POST" and status >= 500 else None
    page = render_template(
        "errors/page.html", title=title, sentence=sentence, status=status, carried=carried
    )
    return make_response(page, status)


def _for_eyes() -> bool:
    """Say whether a person's browser asks for a page, and not a script for data."""
    best = request.accept_mimetypes.best_match(["text/html", "text/plain"], default="text/plain")
    return best == "text/html"
