"""Amending: the earlier wording stays and is shown."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from e2e.people import Survivor

FIRST, LATER, LAST = "He came at nine.", "He came at ten past nine.", "He came at half past nine."


def test_the_earlier_wording_stays(nad: Survivor) -> None:
    entry = nad.write(FIRST)
    nad.amend(entry, LATER, why="I looked at my phone again.")
    nad.sees(LATER, "How it changed", "I looked at my phone again.")
    nad.sees(re.compile("First written"), re.compile("Changed"))
    expect(nad.page.get_by_text(FIRST, exact=True)).to_be_hidden()
    nad.page.get_by_text("Read it as it was").click()
    nad.sees(FIRST)


def test_every_wording_can_be_read(nad: Survivor) -> None:
    entry = nad.write(FIRST)
    nad.amend(entry, LATER)
    nad.amend(entry, LAST)
    folded = nad.page.get_by_text("Read it as it was")
    expect(folded).to_have_count(2)
    for one in folded.all():
        one.click()
    nad.sees(FIRST, LATER, LAST)


def test_the_diary_shows_the_latest_and_says_that_it_changed(nad: Survivor) -> None:
    nad.amend(nad.write(FIRST), LATER)
    nad.follow("Diary")
    nad.sees(LATER, "changed")
    nad.does_not_see(FIRST)


def test_saving_without_a_change_adds_nothing(nad: Survivor) -> None:
    nad.amend(nad.write(FIRST), FIRST)
    nad.does_not_see("How it changed")
