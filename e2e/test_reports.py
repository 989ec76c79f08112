"""Telling somebody, what came later, the plan looked at again, and one page to show."""

from __future__ import annotations

import re

import pypdf
from playwright.sync_api import expect

from e2e.people import Survivor, Words


def test_report_record_and_review(nad: Survivor) -> None:
    day = {"Day": "2026-03-03", "Time, if you know it": "21:14"}
    entry = nad.write(Words("He rang at the gate.", when="Earlier", boxes=day))
    nad.open(entry)
    nad.tell_somebody("Police, by 101", day="2026-03-04", number="0914")
    nad.sees("If you have a moment, you can look at your safety plan again.")
    nad.follow("Look at the plan")
    nad.press("I have looked at it")
    nad.sees("It is noted that you looked at the plan.")
    nad.open("/reports")
    nad.sees("Told: Wednesday 4 March 2026", "Happened: Tuesday 3 March 2026, 21:14")
    nad.follow("Police, by 101")
    nad.add_later("They rang back.")
    nad.sees("They rang back.", "0914")
    nad.open(f"{entry}/one-page")
    page = pypdf.PdfReader(nad.download("Save the page").path()).pages
    assert len(page) == 1
    assert re.search(r"(?s)He rang at the gate\..*0914.*They rang back\.", page[0].extract_text())


def test_a_step_of_the_plan(nad: Survivor) -> None:
    nad.open("/plan")
    nad.follow("Add a step")
    nad.fill("What is the step?", "A chain on the door")
    nad.page.get_by_label("Locks and home safety").check()
    nad.press("Save")
    expect(nad.heading("Locks and home safety")).to_be_visible()
    nad.sees("A chain on the door")
