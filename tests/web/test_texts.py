"""Times as people say them, and errors as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from diary.domain.when import Precision, When
from diary.errors import BadInputError, TooManyTriesError
from diary.web import texts


@pytest.fixture(autouse=True)
def request_() -> Iterator[None]:
    app = Flask("texts", static_folder=None)
    texts.set_up(app)
    with app.test_request_context():
        yield


SPRING = datetime(2026, 3, 3, 21, 14, 5, tzinfo=UTC)
SUMMER = datetime(2026, 7, 3, 21, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "style", "said"),
    [
        (SPRING, "long", "Tuesday 3 March 2026, 21:14"),
        (SUMMER, "long", "Friday 3 July 2026, 22:14"),
        (SUMMER, "short", "3 Jul 22:14"),
        (SUMMER, "clock", "22:14"),
        (SUMMER, "day", "Friday 3 July 2026"),
        (SUMMER, "exact", "3 July 2026, 22:14:05 (UTC+01:00)"),
        (SPRING, "exact", "3 March 2026, 21:14:05 (UTC+00:00)"),
        (datetime(2026, 7, 3, 23, 30, tzinfo=UTC), "day", "Saturday 4 July 2026"),
    ],
)
def test_a_moment_is_said_in_local_time(at: datetime, style: str, said: str) -> None:
    assert texts.moment(at, style) == said


@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        ("2026-07-03T17:14:05-04:00", "3 July 2026, 22:14:05 (UTC+01:00)"),
        ("2026-03-03T21:14:05.250Z", "3 March 2026, 21:14:05 (UTC+00:00)"),
        ("2014-09-16T14:05:12", "16 September 2014, 14:05:12 (the file names no time zone)"),
        ("2026-08-03", "3 August 2026"),
        ("last autumn", ""),
        ("not a day.", ""),
        ("0001-01-01T00:00:00+14:00", ""),
        ("", ""),
    ],
)
def test_a_time_that_a_file_claims_is_said_as_ours_are(claimed: str, said: str) -> None:
    assert texts.as_moment(claimed) == said


@pytest.mark.parametrize(
    ("precision", "local", "said"),
    [
        ("exact", "2026-03-03T21:14", "Tuesday 3 March 2026, 21:14"),
        ("about", "2026-03-03T21:00", "Tuesday 3 March 2026, about 21:00"),
        ("date_only", "2026-03-03", "Tuesday 3 March 2026, time not known"),
        ("month", "2026-03", "Some time in March 2026"),
        ("not_sure", "", "Not sure when"),
        (
            "exact",
            "2026-10-25T01:30",
            "Sunday 25 October 2026, 01:30 (the clocks changed that night)",
        ),
        (
            "about",
            "2026-03-29T01:30",
            "Sunday 29 March 2026, about 01:30 (the clocks changed that night)",
        ),
    ],
)
def test_no_time_is_said_more_exactly_than_it_is_known(
    precision: Precision, local: str, said: str
) -> None:
    assert texts.when(When.at(precision, local)) == said


def test_her_own_words_for_a_time_stand_beside_it() -> None:
    value = When.at("month", "2026-03", words="the week of the school play")
    assert texts.when(value) == "Some time in March 2026 (“the week of the school play”)"


def test_an_error_is_said_as_its_sentence() -> None:
    assert "wait 2 minutes" in texts.say(TooManyTriesError(wait_seconds=30))
    assert "wait 15 minutes" in texts.say(TooManyTriesError(wait_seconds=901))
    assert texts.say(BadInputError()) == "Please check what is marked below. Nothing is lost."
    assert texts.say("already said") == "already said"
