"""The phone is gone: everything is there from another one, and the old one is shut out."""

from __future__ import annotations

from playwright.sync_api import expect

from e2e.people import Survivor

TOLD = "He took the phone out of my hand."


def test_everything_is_there_from_an_empty_browser(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    other = nad.sign_in_elsewhere()
    other.read(TOLD)
    expect(other.page).to_have_url(entry)
    other.go_away()


def test_the_old_phone_is_shown_and_ended(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    other = nad.sign_in_elsewhere()
    other.open("/devices")
    other.sees("This one", "Chrome on")
    other.end_session()
    other.go_away()
    nad.open(entry)
    nad.sees_lock()
    nad.does_not_see(TOLD)


def test_all_others_end_at_once(nad: Survivor) -> None:
    second, third = nad.sign_in_elsewhere(), nad.sign_in_elsewhere()
    third.open("/devices")
    third.press("End all but this one")
    third.sees("Nowhere else.")
    for person in (nad, second):
        person.open("/diary")
        person.sees_lock()
    second.go_away()
    third.go_away()


def test_a_wrong_passphrase_and_an_unknown_name_get_one_answer(nad: Survivor) -> None:
    nad.write(TOLD)
    stranger = nad.elsewhere()
    answers = []
    for name in (nad.secrets.name, "Nobody here"):
        stranger.first_visit()
        stranger.fill("Name", name)
        stranger.fill("Passphrase", "something else entirely")
        stranger.press("Open")
        stranger.sees("That name and those words do not fit together.")
        # The text as it was sent: what is laid out depends on whether the style has come.
        sent = stranger.page.get_by_role("main").text_content() or ""
        answers.append(sent.replace(name, ""))
    assert answers[0]
    assert answers[0] == answers[1]
    stranger.go_away()
