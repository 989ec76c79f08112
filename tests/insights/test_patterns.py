"""Counting, on facts made by hand: every number here was counted by a person."""

from __future__ import annotations

from datetime import date

import pytest

from diary.domain.entry import Entry, Withdrawn
from diary.domain.when import When
from diary.insights import patterns
from diary.insights.patterns import Fact, Span, read_fact, sample


def fact(precision: str = "not_sure", local: str = "", **said: object) -> Fact:
    when = When.model_validate({"precision": precision, "local": local})
    return read_fact(Entry.model_validate({"when": when, **said}).facts())


def exact(local: str) -> Fact:
    return fact("exact", local)


def on(day: str) -> Fact:
    return fact("date_only", day)


def test_an_entry_is_read_as_it_says_of_itself() -> None:
    entry = Entry(
        when=When.at("about", "2026-03-03T21:14"),
        behaviours=("text", "threat"),
        direct_or_indirect="indirect_person",
        report_status="not_reported",
        terms_alleged=("ORD-1.T1", "ORD-1v2.T4"),
        withdrawn=Withdrawn(),
    )
    day = date(2026, 3, 3)
    assert read_fact(entry.facts()) == Fact(
        day, 21, day, day, ("text", "threat"), "indirect_person", "not_reported",
        ("ORD-1.T1", "ORD-1v2.T4"), True,
    )  # fmt: skip


@pytest.mark.parametrize("status", ["", "not_reported", "going_to_report", "not_sure", "reported"])
def test_an_entry_that_a_report_names_is_down_as_reported(status: str) -> None:
    said = Entry.model_validate({"report_status": status}).facts()
    assert read_fact(said, reported=True).report == "reported"
    assert read_fact(said).report == status


def test_a_day_has_no_hour_and_a_month_has_no_day() -> None:
    assert (on("2026-03-03").day, on("2026-03-03").hour) == (date(2026, 3, 3), None)
    month = fact("month", "2024-02")
    assert (month.day, month.hour) == (None, None)
    assert (month.first, month.last) == (date(2024, 2, 1), date(2024, 2, 29))
    assert fact()[:4] == (None, None, None, None)
    facts = [on("2026-03-03"), month, fact(), exact("2026-03-03T00:05")]
    assert patterns.hours(facts) == [1] + [0] * 23
    assert patterns.days(facts) == [date(2026, 3, 3)] * 2


def test_hours_have_their_first_and_last_minute() -> None:
    found = patterns.hours(
        [exact("2026-03-03T00:00"), exact("2026-03-03T23:59"), exact("2026-03-04T09:00")]
    )
    assert [hour for hour, count in enumerate(found) if count] == [0, 9, 23]


@pytest.mark.parametrize(
    ("local", "state"),
    [("2026-10-25T01:30", "twice"), ("2026-03-29T01:30", "never")],
)
def test_on_nights_when_clocks_change_the_written_hour_counts(local: str, state: str) -> None:
    when = When.at("exact", local)
    assert when.state == state
    assert when.offset == ""
    read = read_fact(Entry(when=when).facts())
    assert (read.day, read.hour) == (date.fromisoformat(local[:10]), 1)


def test_weeks_begin_on_monday_and_go_on_over_new_year() -> None:
    days = ["2026-12-27", "2026-12-28", "2026-12-31", "2027-01-01", "2027-01-03", "2027-01-04"]
    found = patterns.weeks(patterns.days(map(on, days)))
    assert found == {date(2026, 12, 21): 1, date(2026, 12, 28): 4, date(2027, 1, 4): 1}
    assert list(found) == sorted(found)
    assert all(week.isocalendar().weekday == 1 for week in found)


def test_every_week_lies_in_one_year() -> None:
    assert patterns.weeks_of(2026)[0] == date(2025, 12, 29)
    assert len(patterns.weeks_of(2026)) == 53  # 2026 began on a Thursday
    assert patterns.weeks_of(2026)[-1] == date(2026, 12, 28)
    assert len(patterns.weeks_of(2027)) == 52
    assert patterns.weeks_of(2027)[0] == date(2027, 1, 4)


def test_weeks_between_leave_none_out() -> None:
    found = patterns.weeks_between(date(2026, 3, 16), date(2026, 4, 6))
    assert found == [date(2026, 3, 16), date(2026, 3, 23), date(2026, 3, 30), date(2026, 4, 6)]


def test_gaps_are_days_from_one_to_the_next() -> None:
    days = ["2026-03-03", "2026-03-01", "2026-03-03", "2026-03-31", "2026-04-01"]
    assert patterns.gaps(patterns.days(map(on, days))) == [0, 1, 2, 28]
    assert patterns.gaps([date(2026, 3, 3)]) == []
    across = [exact("2026-03-28T23:00"), exact("2026-03-29T01:30"), exact("2026-03-30T00:10")]
    assert patterns.gaps(patterns.days(across)) == [1, 1]


def test_the_middle_is_what_half_do_not_exceed() -> None:
    assert patterns.middle([4]) == 4
    assert patterns.middle([1, 9]) == 1
    assert patterns.middle([0, 1, 2, 28]) == 1
    assert patterns.middle([0, 1, 2]) == 1


def test_who_names_a_kind_twice_names_it_once() -> None:
    facts = [fact(behaviours=("text", "text")), fact(behaviours=("text", "call")), fact()]
    assert patterns.kinds(facts) == {"text": 2, "call": 1}
    named = [fact(terms_alleged=("ORD-1.T1", "ORD-1.T1")), fact(terms_alleged=("ORD-1v2.T1",))]
    assert patterns.terms(named) == {"ORD-1.T1": 1, "ORD-1v2.T1": 1}


def test_ways_and_reports_are_counted_as_said() -> None:
    facts = [fact(direct_or_indirect="direct", report_status="not_sure"), fact()]
    assert patterns.channels(facts) == {"direct": 1, "": 1}
    assert patterns.reports(facts) == {"not_sure": 1, "": 1}


def test_what_was_taken_back_is_left_out_and_said() -> None:
    gone = fact("date_only", "2026-03-03", withdrawn={})
    found = sample([gone, on("2026-03-03"), fact(withdrawn={})], Span())
    assert (len(found.facts), found.withdrawn) == (1, 2)
    assert sample([gone, on("2026-03-03")], Span(date(2026, 3, 4))).withdrawn == 0


def test_all_time_counts_what_has_no_date_too() -> None:
    found = sample([fact(), fact("month", "2026-03"), on("2026-03-03")], Span())
    assert (len(found.facts), found.undated, found.unsure) == (3, 1, 0)


SPAN = Span(date(2026, 3, 2), date(2026, 4, 30))


@pytest.mark.parametrize(
    ("one", "held", "touched"),
    [
        (on("2026-03-01"), False, False),
        (on("2026-03-02"), True, False),
        (exact("2026-04-30T23:59"), True, False),
        (on("2026-05-01"), False, False),
        (fact("month", "2026-02"), False, False),
        (fact("month", "2026-03"), False, True),  # it may have been the first of March
        (fact("month", "2026-04"), True, False),
        (fact("month", "2026-05"), False, False),
        (fact(), False, False),
    ],
)
def test_a_range_holds_what_happened_in_it_for_sure(one: Fact, held: bool, touched: bool) -> None:
    assert (SPAN.holds(one), SPAN.touches(one)) == (held, touched)
    found = sample([one], SPAN)
    assert (len(found.facts), found.unsure) == (held, touched)
    assert found.undated == (one.first is None)


def test_a_range_may_be_open_on_one_side() -> None:
    facts = [on("2026-03-01"), on("2026-03-02"), on("2026-03-03")]
    assert len(sample(facts, Span(start=date(2026, 3, 2))).facts) == 2
    assert len(sample(facts, Span(end=date(2026, 3, 2))).facts) == 2
    assert len(sample(facts, Span(date(2026, 3, 2), date(2026, 3, 2))).facts) == 1
