"""The pattern document: the same counts as the page's, drawn and as tables, and no judgement."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pypdf
import pytest

from diary.bundle.contents import Contents, EntryItem, OrderItem, ReportItem
from diary.bundle.documents import Typesetting
from diary.bundle.pattern import counted, pattern
from diary.domain.entry import Entry, Withdrawn
from diary.domain.order import Order, Term
from diary.domain.report import Report
from diary.domain.when import When
from diary.insights import pictures
from diary.insights.picture import TITLES
from tests.proof import bundles

HOSTILE = '#panic("x") \\ $ <b> \u202e " ) ] *bold*'
DAYS = ("2026-03-02", "2026-03-03", "2026-03-12", "2026-12-31")


def entry(number: int, day: str, **said: object) -> EntryItem:
    when = When.at("exact", f"{day}T21:14")
    return EntryItem((bundles.opened(number, Entry.model_validate({"when": when, **said})),))


def contents(items: tuple[EntryItem, ...] = ()) -> Contents:
    found = items or tuple(
        entry(
            100 + number, day, behaviours=("call",), direct_or_indirect="direct",
            terms_alleged=("ORD-1.T1", HOSTILE), report_status="not_reported",
        )
        for number, day in enumerate(DAYS)
    )  # fmt: skip
    order = Order(
        reference="ORD-1", type="other", terms=(Term(term_id="ORD-1.T1", text_from_order=HOSTILE),)
    )
    report = Report(reference="REP-1", entries=(found[0].latest.record_id,))
    return replace(
        bundles.contents(),
        entries=found,
        orders=(OrderItem((bundles.opened(200, order),), "ORD-1"),),
        reports=(ReportItem(report, report.entries),),
    )


def data(given: Contents) -> Any:
    (found,) = pattern(given)
    return found


def numbers(found: Any) -> dict[str, dict[str, str]]:
    return {
        one["title"]: {row["label"]: row["count"] for row in one["rows"]}
        for one in found["pictures"]
    }


def test_it_counts_what_goes_along() -> None:
    found = numbers(data(contents()))
    assert list(found) == list(TITLES.values())
    assert found["By week"] == {"2 Mar 2026": "2", "9 Mar 2026": "1", "28 Dec 2026": "1"}
    assert found["What it was"] == {"A phone call": "4"}
    assert found["Time of day"] == {"21:00–22:00": "4"}
    assert found["Reported or not"]["Reported"] == "1"
    assert found["Reported or not"]["Not reported"] == "3"
    assert found["Parts of an order"]["ORD-1, T1"] == "4"


def test_too_little_makes_no_document() -> None:
    items = contents().entries
    assert list(pattern(contents(items[: pictures.FEW - 1]))) == []
    assert list(pattern(contents(items[: pictures.FEW]))) != []


def test_what_was_withdrawn_is_left_out_and_said() -> None:
    items = (*contents().entries, entry(300, "2026-03-03", withdrawn=Withdrawn()))
    found = data(contents(items))
    assert len(counted(contents(items)).facts) == len(items) - 1
    assert "Withdrawn by the writer, and left out: 1." in found["opening"]


@pytest.fixture(scope="module")
def pages() -> str:
    made = Typesetting("pattern.typ", data(contents())).finish()
    assert made.standard == "a-3a+ua-1"
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(made.data)).pages)


def test_it_is_set_with_its_numbers_and_what_was_typed_is_only_text(pages: str) -> None:
    shown = " ".join(pages.split())
    assert '#panic("x")' in shown
    assert "*bold*" in shown
    assert "[U+202E]" in shown
    assert "A phone call" in shown
    assert "Counted in days, half of the gaps are 9 or shorter, and the longest is 294." in shown


def test_it_says_what_it_is_not(pages: str) -> None:
    shown = " ".join(pages.split())
    assert "This is not a risk assessment. There is no score in it" in shown
    assert not re.search(r"high risk|escalat|offen[cs]e|criminal|danger|harass", shown, re.I)


def test_many_weeks_are_drawn_with_words_beside_them() -> None:
    items = tuple(
        entry(400 + week, f"2026-{1 + week // 4:02}-{1 + 7 * (week % 4):02}") for week in range(20)
    )
    found = data(contents(items))
    (strip,) = found["pictures"][0]["strips"]
    assert strip["svg"].count("<rect") == len(found["pictures"][0]["rows"]) == 20
    assert Typesetting("pattern.typ", found).finish().standard == "a-3a+ua-1"
