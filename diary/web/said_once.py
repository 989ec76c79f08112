"""What is said once, on the next page that somebody looks at.

A script that saves the words before the files follows the answer to the page after it, and throws
that page away. What stands there to be said must wait until the page is shown.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, get_flashed_messages, request

WORDS_FIRST = "X-Words-First"


def set_up(app: Flask) -> None:
    """Take the place of Flask's own `get_flashed_messages` in every template."""
    app.jinja_env.globals["get_flashed_messages"] = said_once


def said_once(**wanted: Any) -> list[Any]:
    """Return what is to be said, and say it no more; nothing where no person looks."""
    return [] if WORDS_FIRST in request.headers else get_flashed_messages(**wanted)
