"""Pictures: what is drawn, what stands in the table, and the sentence that reads both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from diary.domain.entry import Entry
from diary.domain.when import When
from diary.insights import by_name, charts, pictures
from diary.insights.patterns import Fact, Span, read_fact, sample
from diary.insights.picture import TITLES, Picture, Words
from diary.text import ENGLISH

TERMS = {"ORD-1.T1": ("ORD-1", "He must not ring.\n\nOr write."), "ORD-2.T1": ("ORD-2", "x " * 300)}
WORDS = Words(ENGLISH, date.isoformat, str.upper, lambda term: by_name.term_name(term, TERMS))
START = date(2026, 3, 2)  # a Monday


def facts_on(*days: date, **said: object) -> list[Fact]:
    return [
        read_fact(
            Entry.model_validate({"when": When.at("date_only", day.isoformat()), **said}).facts()
        )
        for day in days
    ]


def facts_at(*times: str) -> list[Fact]:
    return [read_fact(Entry(when=When.at("exact", time)).facts()) for time in times]


def picture(code: str, facts: Sequence[Fact]) -> Picture:
    return pictures.picture(code, sample(facts, Span()), WORDS)


def weekly(number: int) -> list[date]:
    return [START + timedelta(weeks=week) for week in range(number)]


def rows(found: Picture) -> dict[str, int]:
    return {row.label: row.count for row in found.rows}


def test_only_what_can_be_drawn_is_offered() -> None:
    assert pictures.available(sample([], Span())) == []
    bare = [read_fact(Entry().facts())] * 3
    assert pictures.available(sample(bare, Span())) == []
    assert pictures.available(sample(facts_on(START), Span())) == ["weeks"]
    full = facts_on(
        START, START, behaviours=("call",), terms_alleged=("a",), direct_or_indirect="direct",
        report_status="reported",
    )  # fmt: skip
    assert pictures.available(sample([*full, *facts_at("2026-03-03T21:14")], Span())) == list(
        TITLES
    )


def test_few_weeks_are_lines_with_their_dates() -> None:
    found = picture("weeks", facts_on(START, START, START + timedelta(weeks=3)))
    assert found.strips == ()
    assert rows(found) == {"2026-03-02": 2, "2026-03-23": 1}
    assert found.reading == (
        "From 2026-03-02 to 2026-03-23, the most in one week is 2, in the week from 2026-03-02."
    )


def test_weeks_that_tie_are_counted() -> None:
    found = picture("weeks", facts_on(*weekly(13)))
    assert found.reading == "From 2026-03-02 to 2026-05-25, the most in one week is 1, in 13 weeks."


def test_many_weeks_stand_side_by_side_with_those_in_between() -> None:
    days = [*weekly(13), START + timedelta(weeks=20)]
    (strip,) = picture("weeks", facts_on(*days)).strips
    assert strip.counts == (1,) * 13 + (0,) * 7 + (1,)
    assert strip.marks == ("2026-03-02", "2026-04-20", "2026-06-08")


def test_many_years_are_drawn_year_by_year_and_empty_ones_left_out() -> None:
    days = [*weekly(14), date(2029, 12, 31), date(2027, 1, 3)]
    strips = picture("weeks", facts_on(*days)).strips
    assert [strip.marks[0] for strip in strips] == ["2025-12-29", "2029-12-31"]
    assert [len(strip.counts) for strip in strips] == [53, 52]
    # The 3rd of January 2027 lies in the last week of 2026, the last of 2029 in the first of 2030.
    assert strips[0].counts[-1] == strips[1].counts[0] == 1
    assert sum(map(sum, (strip.counts for strip in strips))) == len(days)


def test_a_date_of_long_ago_makes_no_endless_page() -> None:
    found = picture("weeks", facts_on(date(1900, 1, 1), date(2199, 12, 31), *weekly(14)))
    assert len(found.strips) == 3


def test_what_has_no_day_or_hour_is_said() -> None:
    facts = [*facts_on(START), read_fact(Entry().facts()), *facts_at("2026-03-03T21:14")]
    assert picture("weeks", facts).notes == ("Not drawn, as the day is not known: 1.",)
    assert picture("hours", facts).notes[1:] == ("Not drawn, as the time is not known: 2.",)
    assert picture("gaps", facts).notes == ("Not drawn, as the day is not known: 1.",)


def test_kinds_are_called_by_their_names_largest_first() -> None:
    both = facts_on(START, behaviours=("call", "text"))
    found = picture("kinds", [*both, *facts_on(START, behaviours=("text",)), *facts_on(START)])
    assert rows(found) == {"TEXT": 2, "CALL": 1}
    assert found.reading == "Named most often is “TEXT”, in 2 of 3 entries."
    assert found.notes[1:] == ("Entries that leave this open: 1.",)


def test_kinds_that_tie_are_all_named_or_counted() -> None:
    two = picture("kinds", facts_on(START, behaviours=("call", "text")))
    assert two.reading == "Named most often are “CALL”; “TEXT”, each in 1 of 1 entries."
    four = picture("kinds", facts_on(START, behaviours=("call", "text", "email", "theft")))
    assert four.reading == "4 different ones are named, and the most for one is 1."


def test_terms_have_their_orders_name_and_words() -> None:
    facts = facts_on(START, terms_alleged=("ORD-1.T1", "ORD-2.T1", "ORD-9.T9"))
    found = {row.label: row.words for row in picture("terms", facts).rows}
    assert found["ORD-1, T1"] == "He must not ring. Or write."
    assert found["ORD-9.T9"] == ""
    long = found["ORD-2, T1"]
    assert long is not None
    assert len(long) <= by_name.TERM_WORDS + 1


def test_hours_are_a_whole_day() -> None:
    found = picture("hours", facts_at("2026-03-03T21:14", "2026-03-04T21:59", "2026-03-05T00:00"))
    assert rows(found) == {"00:00–01:00": 1, "21:00–22:00": 2}
    assert found.strips[0].counts == (1, *[0] * 20, 2, 0, 0)
    assert found.reading == "The most in one hour is 2 of 3 with a time: 21:00–22:00."


def test_ways_reports_and_gaps_show_every_answer_but_no_empty_silence() -> None:
    facts = facts_on(START, START, direct_or_indirect="direct", report_status="reported")
    facts += facts_on(START + timedelta(days=40), direct_or_indirect="indirect_online")
    ways, reports, gaps = (picture(code, facts) for code in ("ways", "reports", "gaps"))
    assert "Left open" not in rows(ways)
    assert rows(reports)["Left open"] == 1
    assert ways.reading == "2 of 3 came directly, and 1 through other people or online."
    assert reports.reading == "2 of 3 entries are down as reported."
    assert {label: count for label, count in rows(gaps).items() if count} == {
        "Same day": 1,
        "More than 30 days": 1,
    }
    assert gaps.reading == (
        "Counted in days, half of the gaps are 0 or shorter, and the longest is 40."
    )


@pytest.mark.parametrize(
    ("days", "label"),
    [(0, "Same day"), (1, "Next day"), (2, "2 to 3 days"), (3, "2 to 3 days"), (4, "4 to 7 days"),
     (7, "4 to 7 days"), (8, "8 to 14 days"), (14, "8 to 14 days"), (15, "15 to 30 days"),
     (30, "15 to 30 days"), (31, "More than 30 days")],
)  # fmt: skip
def test_each_gap_stands_in_its_line(days: int, label: str) -> None:
    assert rows(picture("gaps", facts_on(START, START + timedelta(days=days))))[label] == 1


def test_bars_are_as_long_as_their_numbers() -> None:
    assert 'width="100"' in charts.bar(7, 7)
    assert 'width="42.86"' in charts.bar(3, 7)
    assert 'width="0"' in charts.bar(0, 7)
    drawn = re.findall(
        r'x="(\d+)" y="([\d.]+)" width="8" height="([\d.]+)"', charts.columns((2, 0, 1), 2)
    )
    assert drawn == [("1", "0", "100"), ("21", "50", "50")]


def test_the_markup_has_no_word_colour_or_style() -> None:
    markup = charts.columns((1, 2), 2) + charts.bar(1, 2)
    assert not re.search(r"style|#[0-9a-f]{3}|rgb|script", markup)
    assert re.sub(r"<[^>]*>", "", markup) == ""
