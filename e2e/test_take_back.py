"""Taking back: an entry that stays and is marked, one that is removed and can come back, and the
account with everything in it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.conftest import Arrive
from e2e.people import Survivor

TOLD = "I am not sure that I want to keep this."


@pytest.mark.parametrize("script", [True, False])
def test_an_entry_is_taken_back_and_stands_again(arrive: Arrive, script: bool) -> None:
    nad = arrive(java_script_enabled=script)
    nad.sign_up()
    entry = nad.write(TOLD)
    nad.take_back(entry, "It was the new caretaker.")
    nad.sees(TOLD, "Taken back", "It was the new caretaker.")
    nad.follow("Diary")
    nad.sees("taken back")
    nad.open(entry)
    nad.follow("Let it stand again")
    nad.press("Let it stand again")
    nad.sees("It stands again.", TOLD)
    nad.follow("Diary")
    nad.sees(TOLD)
    nad.does_not_see("taken back")


def test_an_entry_goes_at_once_and_comes_back_with_the_code(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    nad.remove(entry)
    nad.does_not_see(TOLD)
    nad.open(entry)
    nad.does_not_see(TOLD)
    nad.bring_back(TOLD)
    nad.read(TOLD)
    expect(nad.page).to_have_url(entry)


def test_removing_says_first_what_it_does(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    nad.open(entry)
    nad.follow("Remove")
    nad.sees("For 7 days you can bring it back with your recovery code.")
    nad.sees("After that it is gone for good.")
    nad.follow("Keep it")
    nad.sees(TOLD)


def test_nothing_shows_that_something_waits(nad: Survivor) -> None:
    nad.follow("Diary")
    before = nad.page.get_by_role("main").inner_text()
    pages = {}
    for path in ("/more", "/settings", "/bring-back"):
        nad.open(path)
        pages[path] = nad.page.get_by_role("main").inner_text()
    nad.remove(nad.write(TOLD))
    nad.follow("Diary")
    assert nad.page.get_by_role("main").inner_text() == before
    for path, text in pages.items():
        nad.open(path)
        assert nad.page.get_by_role("main").inner_text() == text


def test_a_wrong_code_brings_nothing_back(nad: Survivor) -> None:
    nad.remove(nad.write(TOLD))
    nad.open("/bring-back")
    nad.fill("Your recovery code", "2222-2222-2222-2222-2222-2222-2222-2222")
    nad.press("Go on")
    nad.sees("That is not the recovery code.")
    nad.does_not_see(TOLD)


def test_the_account_closes_with_everything_in_it(nad: Survivor) -> None:
    nad.write(TOLD)
    second = nad.sign_in_elsewhere()
    nad.close_account()
    second.open("/diary")
    second.sees_lock()
    second.give_passphrase()
    second.sees("That name and those words do not fit together.")
    second.go_away()


def test_the_code_opens_a_closed_account_while_it_waits(nad: Survivor) -> None:
    nad.write(TOLD)
    nad.close_account()
    nad.recover()
    nad.read(TOLD)


def test_a_left_open_page_is_not_enough_to_close_the_account(nad: Survivor) -> None:
    nad.open("/settings/close")
    nad.page.get_by_label("Yes, close it with everything in it").check()
    nad.fill("Your passphrase now", "what somebody else would guess")
    nad.press("Close the account")
    nad.sees("That is not your passphrase.")
    nad.write(TOLD)
