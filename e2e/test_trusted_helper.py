"""Phone, passphrase and code are all lost: a helper and three days let her in, and nobody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.conftest import Arrive
from e2e.helpers import (
    CALLED,
    LABEL,
    agree,
    ask,
    choose,
    come_back,
    look_up,
    pass_hours,
    see_whose,
    short_code,
    six_words,
)
from e2e.people import Survivor
from tests.running import Server

TOLD = "I wrote this before I lost everything."
ASKED = "Somebody asked for a new way in on"


@pytest.fixture
def ros(arrive: Arrive) -> Survivor:
    """A friend with an account of her own."""
    friend = arrive()
    friend.sign_up()
    return friend


def set_helper(nad: Survivor, ros: Survivor) -> None:
    look_up(nad, short_code(ros))
    assert six_words(nad) == six_words(ros)
    choose(nad)
    nad.sees(LABEL)


def test_she_comes_back_with_her_helper(nad: Survivor, ros: Survivor, server: Server) -> None:
    entry = nad.write(TOLD)
    set_helper(nad, ros)
    nad.leave()
    phone = nad.elsewhere()
    code = ask(phone)
    come_back(phone, code)
    phone.sees("It cannot open before")
    see_whose(ros, code)
    ros.sees(CALLED)
    agree(ros)
    pass_hours(server, 72)
    come_back(phone, code)
    expect(phone.heading("A new passphrase")).to_be_visible()
    phone.secrets.passphrase = phone.offered_words()
    phone.press("Set the passphrase")
    phone.keep_code()
    phone.open(entry)
    phone.sees(TOLD)
    phone.open("/settings/helper")
    phone.sees("Nobody is set.")
    phone.leave()
    come_back(phone, code)
    phone.sees("it does not open")
    phone.go_away()


def test_she_stops_it_with_one_tap(nad: Survivor, ros: Survivor, server: Server) -> None:
    set_helper(nad, ros)
    somebody = nad.elsewhere()  # the helper too, who knows her name
    code = ask(somebody)
    see_whose(ros, code)
    agree(ros)
    nad.open("/diary")
    nad.sees(ASKED)
    nad.press("Stop it")
    nad.sees("It is stopped.")
    nad.open("/diary")
    nad.does_not_see(ASKED)
    pass_hours(server, 80)
    come_back(somebody, code)
    somebody.sees("it does not open")
    somebody.go_away()


def test_her_signing_in_is_enough_to_stop_it(nad: Survivor, ros: Survivor, server: Server) -> None:
    set_helper(nad, ros)
    nad.leave()
    somebody = nad.elsewhere()
    code = ask(somebody)
    see_whose(ros, code)
    agree(ros)
    nad.sign_in()
    nad.sees(ASKED)
    pass_hours(server, 72)
    come_back(somebody, code)
    somebody.sees("it does not open")
    somebody.go_away()


def test_without_javascript(arrive: Arrive, server: Server) -> None:
    nad, ros = arrive(java_script_enabled=False), arrive(java_script_enabled=False)
    nad.sign_up()
    ros.sign_up()
    set_helper(nad, ros)
    nad.leave()
    code = ask(nad)
    see_whose(ros, code)
    agree(ros)
    pass_hours(server, 72)
    come_back(nad, code)
    expect(nad.heading("A new passphrase")).to_be_visible()
