"""What was typed survives a session that ended meanwhile, and a page that was left in a hurry.

The lock page keeps the posted text as hidden fields; after signing in it waits in the sealed
session until its form is shown again. Only pages of this site that have a form can be gone to.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect

from diary.services import drafts
from diary.web.house import current_house, current_vault, is_keeping_typed, is_public

_PREFIX = "kept."
_HELD = "carried"
_MOST_BYTES = 64 * 1024 * 1024
SECRET = frozenset({"passphrase", "current", "again", "code", "file", "files", "answer", "opened"})


@dataclass(frozen=True, slots=True)
class Carried:
    """Where to go on, and the fields that were typed there."""

    to: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The fields under the names that the lock page gives them."""
        return [(_PREFIX + name, value) for name, value in self.fields]


def local_page(text: str) -> str:
    """Return the address if it is a closed page of this site, else nothing."""
    if not text.startswith("/") or not text.isprintable():  # urlsplit drops line ends unseen
        return ""
    parts = urlsplit(text)
    return text if not parts.netloc and _answers(parts.path, "GET") else ""


def takes_form(path: str) -> bool:
    """Tell whether a closed page stands there, with a form of which is kept what is typed.

    Who is signed in is asked last: of a public form nobody looks for a session.
    """
    if local_page(path) != path or not _answers(path, "GET"):
        return False
    sent_to = _closed_view(path, "POST")
    return sent_to is not None and is_keeping_typed(sent_to)


def from_locked_request() -> Carried:
    """Take what the current request wanted: a page, or a form with what was typed."""
    if request.method == "GET":
        return Carried(local_page(request.full_path.rstrip("?")))
    if request.method == "POST" and local_page(request.path):
        # Files that came with the words are passed over (see plain_request), so they may be large.
        request.max_content_length = _MOST_BYTES
        with suppress(RequestEntityTooLarge):
            typed = request.form.items(multi=True)
            told = [pair for pair in typed if pair[0] not in SECRET]
            return Carried(request.path, told + _had_files())
    return Carried()


def from_lock_page(form: MultiDict[str, str]) -> Carried:
    """Take what the lock page kept."""
    to = local_page(form.get("next", ""))
    kept = [
        (name.removeprefix(_PREFIX), value)
        for name, value in form.items(multi=True)
        if name.startswith(_PREFIX)
    ]
    return Carried(to, kept if to and _answers(urlsplit(to).path, "POST") else [])


def hold(carried: Carried) -> dict[str, Any]:
    """Return what a new session must hold, so that the form can be shown filled in."""
    return {_HELD: [carried.to, carried.fields]} if carried.fields else {}


def take_carried() -> MultiDict[str, str] | None:
    """Return what was typed into this page's form and not saved, if anything.

    That is what the lock kept, else what the page sent while it was typed. Either stays until the
    form is sent, so that a reload loses nothing.
    """
    to, fields = session.get(_HELD, ("", []))
    if to == request.path:
        return MultiDict([(name, value) for name, value in fields])
    found = drafts.read(current_house(), current_vault(), request.path)
    if found is None:
        return None
    g.is_draft = True
    return MultiDict(found)


def is_draft() -> bool:
    """Tell whether this page shows what was typed and not saved."""
    return bool(g.get("is_draft"))


def set_up(app: Flask) -> None:
    """Forget what was held once its form is sent."""
    app.before_request(_sent)


def _had_files() -> list[tuple[str, str]]:
    """Note that files came with the words: they do not wait, so they must be asked for again."""
    return [("with_files", "1")] if any(one.filename for one in request.files.values()) else []


def _sent() -> None:
    if request.method == "POST" and len(session) and session.get(_HELD, [""])[0] == request.path:
        del session[_HELD]


def _answers(path: str, method: str) -> bool:
    return _closed_view(path, method) is not None


def _closed_view(path: str, method: str) -> Callable[..., object] | None:
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    view = current_app.view_functions[endpoint]
    return None if endpoint == "static" or is_public(view) else view
