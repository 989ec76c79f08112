"""Which page of a list is asked for. Whether there is one is known where the list is made."""

from __future__ import annotations

from flask import request

LAST_PAGE = 1_000_000


def page_asked() -> int:
    """Return the number of the page that is asked for; anything that is no number is the first."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
