"""A practitioner's cases: what was shared with him, read and never changed."""

from __future__ import annotations

from flask import Flask

from diary.web.cases import beside, consent_words, files, pages, reading, words

__all__ = ["set_up"]


def set_up(app: Flask) -> None:
    """Add these pages, and the words that they need."""
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(files.blueprint)
    reading.set_up(app)
    words.set_up(app)
    beside.set_up(app)
    consent_words.set_up(app)
