"""The pattern page: what is drawn is what the table says, and nothing is scored or named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

import pytest
from flask.testing import FlaskClient

from diary.content import guidance
from diary.domain.entry import Entry
from diary.domain.order import Order, Term
from diary.domain.when import When
from diary.insights.picture import TITLES
from diary.services.house import House
from tests.conftest import Person

HOSTILE = "<script>alert(1)</script><b>it\u202e"
JUDGING = re.compile(
    r"\b(risk (?:level|score)|high risk|escalat|offen[cs]e|illegal|criminal|guilty|breach|danger"
    r"|getting worse|increas|well done|score[sd]?)\b",
    re.IGNORECASE,
)


def incident(number: int) -> Entry:
    day, month = 1 + number % 28, 1 + number % 9
    when = {
        0: When.at("exact", f"2026-{month:02}-{day:02}T{number % 24:02}:10"),
        1: When.at("date_only", f"2026-{month:02}-{day:02}"),
        2: When.at("month", f"2026-{month:02}"),
        3: When(),
    }[number % 5 % 4]
    return Entry(
        what_happened="x",
        when=when,
        behaviours=(("call", "text"), ("threat",), ())[number % 3],
        direct_or_indirect=("direct", "indirect_person", "")[number % 3],
        report_status=("reported", "", "not_reported", "not_sure")[number % 4],
        terms_alleged=(("ORD-1.T1",), (HOSTILE, "ORD-1.T1"), ())[number % 3],
    )


def keep(house: House, person: Person, entries: Sequence[Entry]) -> None:
    order = Order(
        reference="ORD-1", type="other", terms=(Term(term_id="ORD-1.T1", text_from_order=HOSTILE),)
    )
    with house.store.write() as conn:
        for body in (*entries, order):
            person.vault.keep(conn, body, at=house.now())


@pytest.fixture
def client(house: House, signed_in: Person) -> FlaskClient:
    """Somebody with sixty entries."""
    keep(house, signed_in, [incident(number) for number in range(60)])
    return signed_in.client


def drawn(page: str) -> list[float]:
    """How long every bar is, in the order in which they stand."""
    columns = re.findall(r'<svg class="columns".*?</svg>', page)
    if columns:
        return [float(high) for high in re.findall(r'height="([\d.]+)"/', "".join(columns))]
    return [float(wide) for wide in re.findall(r'<rect width="([\d.]+)"', page)]


def table(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<td class="number">(\d+)</td>', page)]


@pytest.mark.parametrize("code", TITLES)
def test_what_is_drawn_is_what_the_table_says(client: FlaskClient, code: str) -> None:
    page = client.get(f"/patterns?show={code}").text
    numbers = table(page)
    assert numbers
    assert drawn(page) == [pytest.approx(100 * one / max(numbers), abs=0.01) for one in numbers]
    beside = re.findall(r'<span class="number">(\d+)</span>', page)
    assert list(map(int, beside)) in (numbers, [max(numbers)])


@pytest.mark.parametrize("code", TITLES)
def test_it_names_nothing_and_scores_nothing(client: FlaskClient, code: str) -> None:
    page = unescape(client.get(f"/patterns?show={code}").text)
    said = re.sub(r"<[^>]*>", " ", page.partition("<main")[2])
    for text in ("not_a_risk_assessment", "repeated"):
        for line in guidance(text).lines:
            assert line in page
            said = said.replace(line, "")
    assert JUDGING.findall(said) == []
    assert "It is not a risk assessment." in page
    assert 'href="/help"' in page.partition("<main")[2]


def test_words_of_an_order_stay_words(client: FlaskClient) -> None:
    page = client.get("/patterns?show=terms").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "ORD-1, T1" in page
    assert "<b>" not in page


def test_one_picture_at_a_time_and_a_way_to_the_others(client: FlaskClient) -> None:
    page = client.get("/patterns").text
    assert page.count('<section class="stack picture"') == 1
    links = re.findall(r'href="/patterns\?show=(\w+)"', page)
    assert links == list(TITLES)
    assert 'show=weeks" aria-current="page"' in page
    assert client.get("/patterns?show=nonsense").text == page


def test_a_range_is_kept_from_picture_to_picture(client: FlaskClient) -> None:
    page = unescape(client.get("/patterns?show=ways&from=1/2/2026&to=2026-05-31").text)
    assert "/patterns?show=gaps&from=1/2/2026&to=2026-05-31" in page
    assert 'value="1/2/2026"' in page
    assert "Not counted, as there is no date: 12." in page
    whole = client.get("/patterns?show=ways").text
    assert sum(table(page)) < sum(table(whole)) == 60
    assert "Without a date, and counted where none is needed: 12." in whole


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("from=2026-03-03&to=2026-03-02", "The last day is before the first."),
        ("from=soon", "Write the day like 3/3/2026."),
        ("to=2026-02-30", "There is no such day."),
        ("from=0001-01-01", "That year is too far away."),
    ],
)
def test_a_time_that_cannot_be_is_answered_at_its_box(
    client: FlaskClient, asked: str, said: str
) -> None:
    answer = client.get(f"/patterns?{asked}")
    assert answer.status_code == 400
    assert answer.text.count(said) == 2
    for typed in re.findall("=([^&]+)", asked):
        assert f'value="{typed}"' in answer.text
    assert "<svg class=" not in answer.text.replace('<svg class="icon"', "")


def test_a_time_with_nothing_in_it_says_so(client: FlaskClient) -> None:
    page = client.get("/patterns?from=2030-01-01").text
    assert "There is too little in this time to draw." in page
    assert "Show everything" in page
    assert not drawn(page)


def test_a_small_diary_gets_one_kind_sentence(house: House, signed_in: Person) -> None:
    for entries in ([], [incident(0), incident(5)]):
        keep(house, signed_in, entries)
        page = signed_in.client.get("/patterns").text
        assert "There is nothing to draw yet, and that is fine." in page
        assert not drawn(page)
        assert not table(page)


def test_entries_that_say_nothing_draw_nothing(house: House, signed_in: Person) -> None:
    keep(house, signed_in, [Entry(what_happened="x")] * 5)
    page = signed_in.client.get("/patterns").text
    assert "There is nothing to draw yet, and that is fine." in page


def test_the_page_is_light_and_has_no_style_or_script_of_its_own(client: FlaskClient) -> None:
    for code in TITLES:
        page = client.get(f"/patterns?show={code}")
        main = page.text.partition("<main")[2]
        assert not re.search(r"\sstyle=|<style|<script|\son\w+=", main)
        assert len(page.data) < 30_000


def test_more_leads_there(signed_in: Person) -> None:
    assert 'href="/patterns"' in signed_in.client.get("/more").text
