"""Somebody comes for the first time, writes something down, and sees it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from e2e.conftest import Arrive
from e2e.people import OWN_WORDS, Survivor, Words

TOLD = "He waited outside the shop again."
TELLING = re.compile(r"abus|breach|evidence|violen|victim|police|diary", re.IGNORECASE)


def test_the_first_page_gives_nothing_away(arrive: Arrive) -> None:
    person = arrive()
    person.first_visit()
    expect(person.page).to_have_title("Notes")
    assert not TELLING.search(person.page.get_by_role("main").inner_text())
    names = [cookie["name"] for cookie in person.context.cookies()]
    assert not TELLING.search(" ".join(names))


def test_no_address_or_number_is_asked_for(arrive: Arrive) -> None:
    person = arrive()
    person.begin()
    person.sees("No e-mail, no phone number.")
    assert len(person.offered_words().split()) == 6
    asked = person.page.get_by_role("main").get_by_role("textbox")
    labels = {box.get_attribute("id") for box in asked.all()}
    assert not any("mail" in str(label) or "phone" in str(label) for label in labels)


def test_a_weak_passphrase_is_refused_with_a_reason(arrive: Arrive) -> None:
    person = arrive()
    person.begin()
    for weak, reason in {
        "summer": "Use at least 15 characters.",
        "passwordpassword": "That could be guessed.",
        "nadia walks her dog": "Leave your name out of it.",
    }.items():
        person.fill("A name to sign in with", "Nadia")
        person.choose_own_words(weak)
        person.press("Go on")
        person.sees("Please look at this again", reason)
    person.choose_own_words(OWN_WORDS, again="copper lantern river")
    person.press("Go on")
    person.sees("The two are not the same.")


def test_the_recovery_code_is_shown_once_and_typed_back(arrive: Arrive) -> None:
    person = arrive()
    person.begin()
    person.fill("A name to sign in with", "Ros")
    person.choose_own_words(OWN_WORDS)
    person.press("Go on")
    code = person.shown_code()
    person.follow("I have written it down")
    person.fill("Type the code from your paper", code[:-1] + ("2" if code[-1] != "2" else "3"))
    person.press("Open the diary")
    person.sees("That is not the code yet.")
    person.fill("Type the code from your paper", code.lower())
    person.press("Open the diary")
    expect(person.page.get_by_label("What happened?")).to_be_visible()
    person.open("/start/code")
    person.does_not_see(code)


def test_one_box_is_enough(nad: Survivor) -> None:
    nad.write(TOLD)
    nad.sees("It is on the server. You can close this.")
    nad.follow("Done")
    nad.sees(TOLD)


def test_everything_that_she_can_add_is_shown(nad: Survivor) -> None:
    told = {
        "Day": "2026-03-03",
        "Time, if you know it": "21:14",
        "Where was it?": "The bus stop",
        "Who was there?": "Marla\nThe driver",
        "What was said or written, word for word": "“You will see.”",
        "How it was for you": "I could not sleep.",
    }
    entry = nad.write(Words(TOLD, when="Earlier", boxes=told))
    nad.open(entry)
    nad.sees(TOLD, "Tuesday 3 March 2026, 21:14", "The bus stop", "Marla", "The driver")
    nad.sees("“You will see.”", "I could not sleep.", "Received here")


def test_every_certainty_is_said_as_it_was_given(nad: Survivor) -> None:
    day, time, month = "Day", "Time, if you know it", "Or only the month"
    said = {
        "Tuesday 3 March 2026, time not known": Words("a", "Earlier", {day: "2026-03-03"}),
        "Some time in March 2026": Words("b", "Earlier", {month: "2026-03"}),
        "Not sure when": Words("c", "Not sure"),
        "Sunday 25 October 2026, 01:30 (the clocks changed that night)": Words(
            "d", "Earlier", {day: "2026-10-25", time: "01:30"}
        ),
    }
    for words in said.values():
        nad.write(words)
    nad.follow("Diary")
    nad.sees(*said)


def test_the_diary_shows_the_newest_first_and_finds_words(nad: Survivor) -> None:
    days = {"2026-03-01": "A quiet day.", "2026-05-02": "A letter came.", "2026-04-03": "A call."}
    for day, told in days.items():
        nad.write(Words(told, when="Earlier", boxes={"Day": day}))
    nad.follow("Diary")
    items = nad.page.get_by_role("article").all_inner_texts()
    order = [next(told for told in days.values() if told in item) for item in items]
    assert order == ["A letter came.", "A call.", "A quiet day."]
    nad.search("letter")
    nad.sees("1 entry with these words.", "A letter came.")
    nad.does_not_see("A quiet day.")
