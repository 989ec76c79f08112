"""Nine months on: the pictures of a whole diary, on a small phone, with a tap to their tables."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from e2e.conftest import Arrive
from e2e.people import OWN_WORDS, Survivor
from e2e.states import READER, load_example
from tests.running import Server

PICTURES = (
    "By week", "What it was", "Time of day", "Parts of an order",
    "How it came", "Reported or not", "Time in between",
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(server: Server, tmp_path_factory: pytest.TempPathFactory) -> None:
    load_example(server, tmp_path_factory.mktemp("words"))


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def reader(arrive: Arrive, filled: None, request: pytest.FixtureRequest) -> Survivor:
    person = arrive(java_script_enabled=request.param)
    person.secrets.name, person.secrets.passphrase = READER, OWN_WORDS
    person.sign_in()
    person.follow("More")
    person.follow("Patterns", exact=False)
    return person


def numbers(person: Survivor) -> list[int]:
    cells = person.page.get_by_role("table").get_by_role("cell")
    return [int(text) for text in cells.all_inner_texts()]


def test_every_picture_has_its_sentence_and_its_table(reader: Survivor) -> None:
    for title in PICTURES:
        reader.page.get_by_role("navigation", name="Pictures").get_by_role(
            "link", name=title
        ).click()
        expect(reader.heading(title)).to_be_visible()
        expect(reader.page.locator(".chart").first).to_be_visible()
        expect(reader.page.get_by_role("table")).to_have_count(0)
        reader.page.get_by_text("The same as a table").click()
        expect(reader.page.get_by_role("table")).to_be_visible()
        assert max(numbers(reader)) > 0
    reader.sees("This page counts and draws what you wrote. It is not a risk assessment.")
    reader.follow("Whom to ask")
    expect(reader.heading("Someone to talk to")).to_be_visible()


def test_a_shorter_time_counts_less_and_goes_along(reader: Survivor) -> None:
    def counted() -> int:
        said = reader.page.get_by_text(re.compile(r"^\d+ entr(y is|ies are) counted\.$"))
        return int(said.inner_text().split()[0])

    whole = counted()
    reader.page.get_by_text("Choose a time").click()
    reader.fill("First day", "2026-06-01")
    reader.fill("Last day", "2026-08-31")
    reader.press("Show this time")
    part = counted()
    assert 0 < part < whole
    reader.follow("Reported or not")
    assert counted() == part
    reader.follow("Show everything")
    assert counted() == whole


def test_an_empty_diary_is_told_kindly(nad: Survivor) -> None:
    nad.open("/patterns")
    nad.sees("There is nothing to draw yet, and that is fine.")
    expect(nad.page.locator(".chart")).to_have_count(0)
