"""Ends as people say them: the last day that counts whole, not the midnight after it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from diary.web import texts, times


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (datetime(2026, 12, 23, tzinfo=UTC), "the end of Tuesday 22 December 2026"),
        (datetime(2026, 7, 2, 23, tzinfo=UTC), "the end of Thursday 2 July 2026"),
        (datetime(2026, 3, 29, tzinfo=UTC), "the end of Saturday 28 March 2026"),
        (datetime(2026, 10, 25, 23, tzinfo=UTC), "Sunday 25 October 2026, 23:00"),
        (datetime(2026, 10, 26, tzinfo=UTC), "the end of Sunday 25 October 2026"),
        (datetime(2026, 7, 3, tzinfo=UTC), "Friday 3 July 2026, 01:00"),
        (datetime(2026, 12, 23, 0, 0, 0, 1000, tzinfo=UTC), "Wednesday 23 December 2026, 00:00"),
    ],
)
def test_an_end_is_said_by_its_last_day(end: datetime, said: str) -> None:
    app = Flask("times", static_folder=None)
    texts.set_up(app)
    times.set_up(app)
    with app.test_request_context():
        assert app.jinja_env.filters["last_day"](end) == said
