"""A practitioner's cases: what was shared with him, read and never changed."""

from __future__ import annotations

from flask import Flask

from diary.web.cases import beside, files, pages, words

__all__ = ["set_up"]


def set_up(app: Flask) -> None:
    """Add these pages, and the words that they need."""
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(files.blueprint)
    words.set_up(app)
    beside.set_up(app)
