"""Two tabs change one entry: the second is told, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from e2e.people import Survivor

FIRST, HERE, THERE = "A car outside.", "A red car outside.", "A car outside, for an hour."


def test_the_second_is_told_and_keeps_what_it_typed(nad: Survivor) -> None:
    entry = nad.write(FIRST)
    nad.open(f"{entry}/change")
    tab = nad.context.new_page()
    tab.goto(f"{entry}/change")
    tab.get_by_label("What happened?").fill(THERE)
    nad.fill("What happened?", HERE)
    nad.press("Save")
    expect(nad.page).to_have_url(entry)
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("This was changed somewhere else.").first).to_be_visible()
    expect(tab.get_by_text(HERE)).to_be_visible()
    expect(tab.get_by_label("What happened?")).to_have_value(THERE)
    tab.get_by_role("button", name="Save").click()
    expect(tab).to_have_url(entry)
    expect(tab.get_by_text("Read it as it was")).to_have_count(2)
    for one in tab.get_by_text("Read it as it was").all():
        one.click()
    for words in (FIRST, HERE, THERE):
        expect(tab.get_by_text(words, exact=True).first).to_be_visible()


def test_a_form_that_is_sent_twice_files_one_entry(nad: Survivor) -> None:
    nad.tell(FIRST)
    nad.press("Save")
    nad.sees("Saved at")
    nad.page.go_back()
    if nad.page.get_by_label("What happened?").input_value() == FIRST:
        nad.press("Save")
        nad.sees("Saved at")
    nad.follow("Diary")
    expect(nad.page.get_by_role("article")).to_have_count(1)


def test_what_was_typed_outlives_a_session_that_ended(nad: Survivor) -> None:
    nad.tell(HERE)
    other = nad.sign_in_elsewhere()
    other.end_session()
    nad.press("Save")
    nad.sees("What you typed is kept.")
    nad.give_passphrase()
    expect(nad.page.get_by_label("What happened?")).to_have_value(HERE)
    nad.does_not_see("Please choose the files again.")
    nad.press("Save")
    nad.sees("Saved at")
    other.read(HERE)
    other.go_away()


def test_files_that_the_lock_cannot_keep_are_asked_for_again(nad: Survivor, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Gate, 21:14\n")
    nad.tell(HERE)
    nad.choose([note])
    other = nad.sign_in_elsewhere()
    other.end_session()
    other.go_away()
    nad.press("Save")
    nad.sees("What you typed is kept.")
    nad.give_passphrase()
    expect(nad.page.get_by_label("What happened?")).to_have_value(HERE)
    nad.sees("Please choose the files again.")
