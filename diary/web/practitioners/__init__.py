"""Pages of those who are let in: joining, signing in, what they show of themselves, their team."""

from __future__ import annotations

from flask import Flask

from diary.web.practitioners import closing, devices, me, settings, team, ways_in


def set_up(app: Flask) -> None:
    """Add these pages."""
    for room in (ways_in, me, settings, closing, devices, team):
        app.register_blueprint(room.pages)
