"""When something happened: as said, no more exact, and nothing chosen for her."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from diary.domain.when import Precision, When, clock_state


@pytest.mark.parametrize(
    ("local", "state"),
    [
        ("2026-03-29T00:59", "plain"),
        ("2026-03-29T01:00", "never"),
        ("2026-03-29T01:30", "never"),
        ("2026-03-29T01:59", "never"),
        ("2026-03-29T02:00", "plain"),
        ("2026-10-25T00:59", "plain"),
        ("2026-10-25T01:00", "twice"),
        ("2026-10-25T01:30", "twice"),
        ("2026-10-25T01:59", "twice"),
        ("2026-10-25T02:00", "plain"),
        ("2026-07-01T12:00", "plain"),
        # In 1968 Britain kept summer time for three years: no clock went back that autumn.
        ("1968-10-27T01:30", "plain"),
        ("1971-10-31T02:30", "twice"),
    ],
)
def test_the_nights_when_clocks_change(local: str, state: str) -> None:
    for precision in ("exact", "about"):
        when = When.at(precision, local)
        assert when.state == state
        assert when.local == local
        assert bool(when.offset) == (state == "plain")
        assert (when.instant() is None) == (state != "plain")


def test_an_unsettled_time_still_has_a_place_in_the_list() -> None:
    twice, never = When.at("exact", "2026-10-25T01:30"), When.at("exact", "2026-03-29T01:30")
    for when in (twice, never):
        place = when.sort_moment()
        assert place is not None
        assert abs(place - when.naive().replace(tzinfo=UTC)) <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("precision", "local", "moment"),
    [
        ("exact", "2026-07-01T10:00", datetime(2026, 7, 1, 9, tzinfo=UTC)),
        ("about", "2026-01-01T10:00", datetime(2026, 1, 1, 10, tzinfo=UTC)),
        ("date_only", "2026-01-01", datetime(2026, 1, 1, 23, 59, 59, tzinfo=UTC)),
        ("month", "2026-12", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("month", "2024-02", datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_where_it_sorts(precision: Precision, local: str, moment: datetime) -> None:
    assert When.at(precision, local).sort_moment() == moment


def test_not_sure_has_no_time_at_all() -> None:
    assert When().sort_moment() is None
    assert When().instant() is None
    assert When().day() is None
    assert When().state == "no_time"
    with pytest.raises(ValidationError):
        When(precision="not_sure", local="2026-01-01")


def test_a_month_is_no_day() -> None:
    assert When.at("month", "2026-01").day() is None
    assert When.at("date_only", "2026-01-02").day() == date(2026, 1, 2)


def test_now_has_the_offset_that_holds_now() -> None:
    assert When.now(datetime(2026, 7, 1, 9, 0, tzinfo=UTC)).offset == "+01:00"
    first = When.now(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    second = When.now(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    # The same clock reading twice that night: the server knows which one it was.
    assert (first.local, second.local) == ("2026-10-25T01:30",) * 2
    assert (first.offset, second.offset) == ("+01:00", "+00:00")
    assert second.instant() == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("local", "fine"), [("1900-01-01", True), ("1899-12-31", False)])
def test_how_far_back(local: str, fine: bool) -> None:
    if fine:
        assert When.at("date_only", local).sort_moment() is not None
    else:
        with pytest.raises(ValidationError):
            When.at("date_only", local)


def test_how_far_ahead() -> None:
    assert When.at("month", "2199-12").sort_moment() is not None
    for far in ("2200-01", "9999-12"):
        with pytest.raises(ValidationError):
            When.at("month", far)


@pytest.mark.parametrize(
    ("precision", "local"),
    [
        ("exact", "2026-02-30T10:00"),
        ("exact", "2026-01-01"),
        ("exact", "2026-01-01T24:00"),
        ("date_only", "2026-13-01"),
        ("date_only", ""),
        ("month", "2026"),
        ("month", "2026-00"),
        ("about", "yesterday"),
    ],
)
def test_what_is_no_time_is_refused(precision: Precision, local: str) -> None:
    with pytest.raises(ValidationError):
        When.at(precision, local)


def test_a_zone_without_changes_is_always_plain() -> None:
    assert clock_state(datetime(2026, 3, 29, 1, 30), "UTC") == "plain"  # noqa: DTZ001 - local
