"""The passphrase is gone too: the recovery code lets her in, once and under a new one."""

from __future__ import annotations

from playwright.sync_api import expect

from e2e.people import OWN_WORDS, Survivor

TOLD = "I wrote this before I lost everything."


def test_the_code_lets_her_in_and_sets_a_new_passphrase(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    old = nad.secrets.passphrase
    nad.leave()
    phone = nad.elsewhere()
    phone.recover(own_words=OWN_WORDS)
    assert nad.secrets.passphrase != old
    phone.open(entry)
    phone.sees(TOLD)
    phone.leave()
    phone.sign_in()
    phone.read(TOLD)
    phone.go_away()


def test_the_old_passphrase_and_the_old_code_open_nothing(nad: Survivor) -> None:
    nad.write(TOLD)
    old_passphrase, old_code = nad.secrets.passphrase, nad.secrets.code
    phone = nad.elsewhere()
    phone.recover()
    phone.leave()
    phone.first_visit()
    phone.fill("Name", nad.secrets.name)
    phone.fill("Passphrase", old_passphrase)
    phone.press("Open")
    phone.sees("That name and those words do not fit together.")
    assert nad.secrets.code != old_code
    phone.give_code(old_code)
    phone.sees("do not fit together")
    phone.go_away()


def test_other_places_are_signed_out_by_it(nad: Survivor) -> None:
    phone = nad.elsewhere()
    phone.recover()
    nad.open("/diary")
    nad.sees_lock()
    phone.go_away()


def test_nothing_else_opens_before_the_new_passphrase_is_set(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    phone = nad.elsewhere()
    phone.first_visit()
    phone.give_code(nad.secrets.code)
    expect(phone.heading("A new passphrase")).to_be_visible()
    phone.open(entry)
    phone.does_not_see(TOLD)
    phone.go_away()


def test_before_it_is_lost_both_can_be_changed(nad: Survivor) -> None:
    nad.write(TOLD)
    nad.change_passphrase(OWN_WORDS)
    nad.change_code()
    nad.leave()
    phone = nad.elsewhere()
    phone.recover()
    phone.read(TOLD)
    phone.go_away()
