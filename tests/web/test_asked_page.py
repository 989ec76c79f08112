"""A long list has the pages that it has: no other is shown, and none is called empty."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from diary.domain.event import Event
from diary.services import deletion
from diary.services.house import House
from diary.services.paging import place
from diary.store.models import records
from tests import cases
from tests.conftest import Person
from tests.practitioners import agency
from tests.practitioners import worker as at_work
from tests.services.sharers import Worker, drafted, left, shared, worker
from tests.services.test_entries import write
from tests.services.test_reports import tell

FAR = "999999"
NOTHING = ("Nothing is here", "There is no entry yet", "No entry has", "Nobody has looked", "0 ent")


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house)


@pytest.fixture
def entries(house: House, signed_in: Person) -> list[str]:
    """Two pages, the second with one entry: the oldest, “call 0”."""
    return [write(house, signed_in.vault, f"call {number}") for number in range(21)]


def require_last(page: str, *said: str) -> None:
    """Require the last page of two."""
    assert re.search(r"Page 2 of 2", page), re.findall(r"Page \d+ of \d+", page)
    for text in said:
        assert text in page
    for text in NOTHING:
        assert text not in page


@pytest.mark.parametrize("asked", ["3", FAR, "9" * 30])
@pytest.mark.parametrize("query", ["", "q=call&"])
@pytest.mark.usefixtures("entries")
def test_the_diary_ends_with_its_last_page(signed_in: Person, asked: str, query: str) -> None:
    require_last(signed_in.client.get(f"/diary?{query}page={asked}").text, "call 0")


def test_a_page_that_was_emptied_is_the_one_before_it(
    house: House, signed_in: Person, entries: list[str]
) -> None:
    deletion.remove(house, signed_in.vault, entries[0])
    page = signed_in.client.get("/diary?page=2").text
    assert "call 1" in page
    assert "Nothing is here" not in page
    assert 'class="pager"' not in page


def test_a_page_of_damaged_entries_is_not_called_empty(
    house: House, signed_in: Person, entries: list[str]
) -> None:
    with house.store.write() as conn:
        signed_in.vault.refresh_heads(conn)
        where = records.c.record_id == entries[0]
        conn.execute(update(records).where(where).values(sealed=b"x" * 200))
    page = signed_in.client.get("/diary?page=2").text
    require_last(page, "1 entry is damaged and cannot be shown")


def test_reports_end_with_their_last_page(house: House, signed_in: Person) -> None:
    for _ in range(21):
        tell(house, signed_in.vault)
    page = signed_in.client.get(f"/reports?page={FAR}").text
    require_last(page)
    assert page.count('class="card"') == 1
    only = signed_in.client.get(f"/reports?only=no-number&page={FAR}").text
    require_last(only)
    assert only.count('class="card"') == 1


def test_what_is_chosen_and_looked_at_to_share(
    house: House, signed_in: Person, who: Worker, entries: list[str]
) -> None:
    draft = drafted(house, signed_in.vault, who, entries=entries)
    for query in ("", "q=call&"):
        page = signed_in.client.get(f"/sharing/new/{draft}/entries?{query}page={FAR}").text
        require_last(page, "call 0")
    signed_in.client.post(f"/sharing/new/{draft}/words", data={"agree": "yes"})
    require_last(signed_in.client.get(f"/sharing/new/{draft}/look?page={FAR}").text, "call 0")


def test_what_they_see_and_who_looked(
    house: House, signed_in: Person, who: Worker, entries: list[str]
) -> None:
    grant = shared(house, signed_in.vault, who, entries=entries)
    require_last(signed_in.client.get(f"/sharing/{grant}/what?page={FAR}").text, "call 0")
    for _ in range(41):
        body = Event(action="looked", actor="practitioner", subject=entries[0], note="entry")
        left(house, who, grant, body)
    for path in (f"/sharing/{grant}/looks", "/sharing/looks"):
        page = signed_in.client.get(f"{path}?page={FAR}").text
        assert page.count('class="lines"') == 1
        assert page.count("<li>\n    <p>") == 1
        assert "?page=1" in page
        assert "Nobody has looked" not in page


def test_the_entries_of_a_case(app: Flask, house: House, signed_in: Person) -> None:
    maya = at_work(app, house, org=agency(house))
    ids = [write(house, signed_in.vault, f"call {number}") for number in range(21)]
    case = cases.grant(house, signed_in.vault, maya.vault, ids)
    page = maya.client.get(
        f"/work/cases/{case}/entries?page={FAR}", headers={"Accept": "text/html"}
    )
    require_last(page.text, "call 0")


@pytest.mark.parametrize(
    ("asked", "total", "page", "pages"),
    [(1, 0, 1, 1), (9, 0, 1, 1), (0, 40, 1, 2), (3, 40, 2, 2), (3, 41, 3, 3), (-1, 1, 1, 1)],
)
def test_a_place_is_one_that_there_is(asked: int, total: int, page: int, pages: int) -> None:
    there = place(asked, total)
    assert (there.page, there.pages) == (page, pages)
    assert there.offset < max(total, 1)


def test_no_room_reads_the_number_of_a_page_in_its_own_way() -> None:
    """The one helper is used everywhere: a new list cannot forget the end."""
    web = Path(__file__).parents[2] / "diary"
    reading = [path.name for path in web.rglob("*.py") if '.get("page"' in path.read_text()]
    assert reading == ["asked_page.py"]
    sizes = [path for path in (web / "services").glob("*.py") if "* (page - 1)" in path.read_text()]
    assert sizes == []
