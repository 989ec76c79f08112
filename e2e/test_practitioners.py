"""Practitioners with Chromium's own authenticator, with the PRF extension and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from e2e.people import OWN_WORDS, Practitioner
from tests.running import Server

Come = Callable[..., Practitioner]


@pytest.fixture
def come(browser: Browser, server: Server) -> Iterator[Come]:
    """A practitioner with an empty browser; takes has_prf and the options of a browser context."""
    came: list[Practitioner] = []

    def come(**options: Any) -> Practitioner:
        came.append(Practitioner(browser, server.url, **options))
        return came[-1]

    yield come
    for person in came:
        person.go_away()


@pytest.fixture(scope="module")
def agency(server: Server) -> str:
    assert server.command("org", "add", "Harbour Advice").returncode == 0
    return "Harbour Advice"


def link(server: Server, agency: str, *more: str) -> str:
    """Invite on the command line, as whoever runs the service does."""
    who = ("--org", agency, "--name", "Maya Thorn", "--role", "Adviser", *more)
    made = server.command("practitioner", "invite", *who)
    assert made.returncode == 0, made.stderr
    return made.stdout.splitlines()[-1]


def test_joining_and_signing_in_with_a_passkey_alone(
    come: Come, server: Server, agency: str
) -> None:
    maya = come()
    maya.join(link(server, agency))
    maya.is_in()
    maya.sees("You have one passkey.")
    code, words = maya.own_code(), maya.own_words()
    assert len(words) == 6
    assert maya.own_code() == code
    expect(maya.page.get_by_role("img", name="The same code")).to_be_visible()
    maya.sign_out()
    maya.sign_in_with_passkey()
    assert maya.own_words() == words


def test_a_passkey_without_prf_is_used_with_a_passphrase(
    come: Come, server: Server, agency: str
) -> None:
    maya = come(has_prf=False)
    maya.join(link(server, agency))
    expect(maya.heading("A passphrase as well")).to_be_visible()
    maya.choose_own_words(OWN_WORDS)
    maya.press("Go on")
    maya.is_in()
    words = maya.own_words()
    maya.sign_out()
    maya.show_passkey()
    maya.fill("Passphrase", "some other words entirely")
    maya.press("Open")
    maya.sees("That is not your passphrase.")
    maya.fill("Passphrase", OWN_WORDS)
    maya.press("Open")
    maya.page.wait_for_url("**/work")
    assert maya.own_words() == words


def test_a_second_passkey_is_the_way_back(come: Come, server: Server, agency: str) -> None:
    maya = come()
    maya.join(link(server, agency))
    maya.is_in()
    maya.follow("Add a passkey")
    maya.press("Make a passkey")
    maya.sees("This phone or computer holds one of your passkeys already.")
    maya.add_authenticator(transport="usb")
    maya.press("Make a passkey")
    maya.is_in()
    maya.sees("Passkey 2")
    words = maya.own_words()
    maya.sign_out()
    maya.lose(maya.phone)
    maya.sign_in_with_passkey()
    assert maya.own_words() == words


def test_the_wrong_finger_is_said_and_nothing_is_lost(
    come: Come, server: Server, agency: str
) -> None:
    maya = come()
    invitation = link(server, agency)
    maya.lock_phone()
    maya.join(invitation)
    maya.sees("Nothing was sent:")
    maya.lose(maya.phone)
    maya.add_authenticator()
    maya.press("Make my passkey")
    maya.is_in()
    maya.open(invitation)
    maya.sees("There is nothing here.")


def test_a_lead_lets_somebody_in_and_out_again(come: Come, server: Server, agency: str) -> None:
    lead, ira = come(), come()
    lead.join(link(server, agency, "--lead"))
    lead.is_in()
    ira.join(lead.invite("Ira Bell", "Officer 1172"))
    ira.is_in()
    lead.follow("Team")
    lead.follow("Ira Bell")
    lead.press("Suspend them")
    lead.sees("Suspended")
    ira.follow("Code")
    ira.show_passkey()
    ira.sees("That did not work, and nothing was opened.")
    lead.press("Invite again")
    new = lead.page.locator("p.link").inner_text()
    again = come()
    again.join(new)
    again.is_in()


def test_a_closed_account_opens_nothing_any_more(come: Come, server: Server, agency: str) -> None:
    maya = come()
    maya.join(link(server, agency))
    maya.is_in()
    maya.follow("Close the account")
    maya.page.get_by_label("Yes, close it for good").check()
    maya.press("Close with my passkey")
    maya.show_passkey()
    maya.sees("That did not work, and nothing was opened.")
    said = server.command("practitioner", "list").stdout
    assert "(closed)" in said


def test_another_browser_has_no_passkey(come: Come) -> None:
    somebody = come()
    somebody.open("/work/me")
    somebody.lock_phone()
    somebody.show_passkey()
    somebody.sees("Nothing was sent:")


def test_without_javascript_it_is_said_in_words(come: Come, server: Server, agency: str) -> None:
    maya = come(java_script_enabled=False)
    maya.open("/work/sign-in")
    maya.sees("A passkey needs JavaScript")
    expect(maya.page.get_by_role("button", name="Use my passkey")).to_have_count(0)
    maya.open(link(server, agency))
    maya.sees("Maya Thorn", "A passkey needs JavaScript")
