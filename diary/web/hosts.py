"""The names by which this service is reached: under any other it gives no passkey a place.

A passkey is bound to the name in the address bar. Were any name taken that a request brings, a
stranger's site in between could have passkeys made for itself and pass the answers on. So the pages
of practitioners answer to names that are set, and to this very machine's where none is.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, request

from diary.errors import DiaryError
from diary.text import N_
from diary.web.house import current_house, is_for_practitioners

# A number belongs to no passkey, so of these only the name can be given one.
ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_WAYS_IN = "work"
_ANY_NAME = frozenset({"health.check"})  # asked by machines, which know no name


class WrongNameError(DiaryError):
    """Somebody came by a name that is not this service's."""

    status = 403
    default = N_("This page is not open under this address. Please use the one that you were told.")


def set_up(app: Flask) -> None:
    """Look at the name before anything else is done."""
    app.before_request(_refuse_other_names)


def _refuse_other_names() -> None:
    if request.endpoint in _ANY_NAME:
        return
    names = current_house().settings.hosts
    if not names and _is_for_passkeys(request.endpoint):
        names = ON_THIS_MACHINE
    if names and urlsplit(f"//{request.host}").hostname not in names:
        raise WrongNameError


def _is_for_passkeys(endpoint: str | None) -> bool:
    """Tell whether a page is one of practitioners: each may show the lock with a challenge."""
    if endpoint is None:
        return False
    return request.blueprint == _WAYS_IN or is_for_practitioners(
        current_app.view_functions[endpoint]
    )
