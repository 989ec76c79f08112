"""Whether an order was in force: yes, no, or not known, and never more than the order says."""

from __future__ import annotations

from datetime import date

import pytest

from diary.domain.order import Order
from diary.domain.when import When
from diary.insights import in_force
from diary.insights.in_force import Standing, on_day, standing

MADE, END = "2026-03-10", "2026-09-10"


def order(**fields: object) -> Order:
    told = {"made_on": MADE, "ends": "on", "expires_on": END, "without_notice": "no"} | fields
    return Order.model_validate({"reference": "ORD-1", "type": "NMO"} | told)


def on(day: str, one: Order, *later: Order) -> tuple[str, str]:
    found = on_day(one, date.fromisoformat(day), later)
    return found.state, found.reason


@pytest.mark.parametrize(
    ("day", "state", "reason"),
    [
        ("2026-03-09", "no", in_force.NOT_MADE),
        (MADE, "not_known", in_force.MADE_THAT_DAY),
        ("2026-03-11", "yes", in_force.YES.reason),
        ("2026-09-09", "yes", in_force.YES.reason),
        (END, "not_known", in_force.ENDED_THAT_DAY),
        ("2026-09-11", "no", in_force.ENDED),
    ],
)
def test_from_the_day_it_was_made_to_the_day_it_ends(day: str, state: str, reason: str) -> None:
    assert on(day, order()) == (state, reason)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"made_on": ""}, in_force.MADE_UNKNOWN),
        ({"ends": "", "expires_on": ""}, in_force.END_UNKNOWN),
        ({"ends": "not_sure", "expires_on": ""}, in_force.END_UNKNOWN),
        ({"ends": "until_further_order", "expires_on": ""}, in_force.YES),
        ({"ends": "until_further_order", "expires_on": END}, in_force.YES),
        ({"ends": ""}, in_force.YES),
        ({"status": "discharged"}, in_force.ENDED_BY_COURT),
        ({"status": "expired"}, in_force.HAS_ENDED),
        ({"status": "varied"}, in_force.WAS_VARIED),
        ({"status": "active"}, in_force.YES),
        ({"without_notice": "yes"}, in_force.NOT_SERVED),
        ({"without_notice": "not_sure", "respondent_aware": "no"}, in_force.NOT_AWARE),
        (
            {"without_notice": "yes", "served_on": "2026-03-12", "respondent_aware": "no"},
            in_force.NOT_AWARE,
        ),
        ({"status": "interim"}, in_force.YES),
        ({"status": "interim", "return_hearing_on": "2026-05-06"}, in_force.YES),
        (
            {"status": "interim", "return_hearing_on": "2026-05-05"},
            Standing("not_known", in_force.UNTIL_COURT),
        ),
        ({"without_notice": "no", "respondent_aware": "no"}, in_force.YES),
        ({"expires_on": "2026-03-09"}, in_force.ENDS_FIRST),
    ],
)
def test_what_is_not_written_is_not_known(fields: dict[str, object], found: Standing) -> None:
    assert on("2026-05-05", order(**fields)) == (found.state, found.reason)


def test_a_day_that_is_clear_stays_clear_whatever_else_is_not_known() -> None:
    assert on("2026-10-01", order(made_on="", status="varied"))[0] == "no"
    assert on("2026-01-01", order(ends="not_sure", expires_on=""))[0] == "no"
    assert on("2026-10-01", order(ends="until_further_order"))[0] == "not_known"


def test_an_order_that_ends_before_it_was_made_claims_nothing_on_any_day() -> None:
    wrong = order(expires_on="2026-03-09")
    for day in ("2025-01-01", "2026-03-09", MADE, "2027-01-01"):
        assert on(day, wrong) == ("not_known", in_force.ENDS_FIRST.reason)


@pytest.mark.parametrize(
    ("day", "state", "reason"),
    [
        ("2026-03-12", "not_known", in_force.SERVED_LATER),
        ("2026-03-14", "not_known", in_force.SERVED_THAT_DAY),
        ("2026-03-15", "yes", in_force.YES.reason),
    ],
)
def test_made_without_notice_it_counts_once_they_were_given_it(
    day: str, state: str, reason: str
) -> None:
    assert on(day, order(without_notice="yes", served_on="2026-03-14")) == (state, reason)


@pytest.mark.parametrize(
    ("day", "state", "reason"),
    [
        ("2026-05-04", "yes", in_force.YES.reason),
        ("2026-05-05", "not_known", in_force.REPLACED_THAT_DAY),
        ("2026-05-06", "no", in_force.REPLACED),
    ],
)
def test_a_newer_version_takes_its_place(day: str, state: str, reason: str) -> None:
    newer = order(reference="ORD-1v2", supersedes="ORD-1", made_on="2026-05-05")
    newest = order(reference="ORD-1v3", supersedes="ORD-1v2", made_on="2026-06-05")
    assert on(day, order(), newer, newest) == (state, reason)
    assert on(day, order(status="varied"), newer) == (state, reason)


def test_a_newer_version_without_a_day_or_with_an_earlier_one_claims_nothing() -> None:
    undated = order(reference="ORD-1v2", made_on="")
    assert on("2026-05-05", order(), undated) == ("not_known", in_force.REPLACED_SOME_DAY.reason)
    dated = order(reference="ORD-1v3", made_on="2026-06-05")
    assert on("2026-05-05", order(), undated, dated)[1] == in_force.REPLACED_SOME_DAY.reason
    assert on("2026-06-06", order(), undated, dated) == ("no", in_force.REPLACED)
    first = order(reference="ORD-1v2", made_on="2026-01-01")
    assert on("2026-05-05", order(), first) == ("not_known", in_force.REPLACED_FIRST.reason)


@pytest.mark.parametrize(
    ("when", "state"),
    [
        (When(), "not_known"),
        (When.at("month", "2026-03"), "not_known"),
        (When.at("month", "2026-02"), "no"),
        (When.at("month", "2026-04"), "yes"),
        (When.at("month", "2026-09"), "not_known"),
        (When.at("month", "2026-10"), "no"),
        (When.at("date_only", "2026-04-01"), "yes"),
        (When.at("about", "2026-04-01T23:50"), "yes"),
        (When.at("exact", "2026-10-25T01:30"), "no"),
    ],
)
def test_a_time_that_is_not_exact_is_answered_only_where_it_is_the_same_throughout(
    when: When, state: str
) -> None:
    assert standing(order(), when).state == state
