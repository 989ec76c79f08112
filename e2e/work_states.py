"""Every page of those who sign in with a passkey, in every state that somebody can meet."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Browser, expect

from e2e.people import OWN_WORDS, Practitioner
from tests.running import Server

State = tuple[str, Practitioner]
OPTIONS = {"is_mobile": False, "has_touch": False, "service_workers": "block"}


def invited(server: Server, name: str, *more: str) -> str:
    who = ("--org", "Harbour Advice", "--name", name, "--role", "Adviser", *more)
    return server.command("practitioner", "invite", *who).stdout.splitlines()[-1]


def work_states(browser: Browser, server: Server) -> Iterator[State]:
    server.command("org", "add", "Harbour Advice")
    lead, other = (
        Practitioner(browser, server.url, has_prf=prf, **OPTIONS) for prf in (True, False)
    )
    for name in ways_in(lead, invited(server, "Lena Osei", "--lead")):
        yield name, lead
    for name in with_words(other, invited(server, "Maya Thorn")):
        yield name, other
    for name in own_pages(lead):
        yield name, lead
    for name in team(lead):
        yield name, lead
    gone = Practitioner(browser, server.url, has_prf=True, **OPTIONS)
    gone.join(invited(server, "Owen Reed"))
    gone.is_in()
    for name in closing(gone):
        yield name, gone
    gone.go_away()
    for name in after_closing(lead):
        yield name, lead
    lead.go_away()
    other.go_away()


def ways_in(person: Practitioner, link: str) -> Iterator[str]:
    person.open("/work")
    expect(person.page.get_by_role("button", name="Use my passkey")).to_be_visible()
    yield "work-lock"
    person.open(link)
    expect(person.page.get_by_role("button", name="Make my passkey")).to_be_visible()
    yield "work-join"
    person.press("Make my passkey")
    person.is_in()
    yield "work-settings"
    person.sign_out()
    person.sign_in_with_passkey()


def with_words(person: Practitioner, link: str) -> Iterator[str]:
    person.join(link)
    expect(person.heading("A passphrase as well")).to_be_visible()
    yield "work-choose-words"
    person.choose_own_words("summer")
    person.press("Go on")
    expect(person.heading("Please look at this again")).to_be_visible()
    yield "work-choose-words-wrong"
    person.choose_own_words(OWN_WORDS)
    person.press("Go on")
    person.is_in()
    person.sign_out()
    person.show_passkey()
    expect(person.heading("Your passphrase")).to_be_visible()
    yield "work-words"
    person.lock_phone()
    person.open("/work/sign-in")
    person.press("Use my passkey")
    person.sees("Nothing was sent:")
    yield "work-lock-stopped"


def own_pages(person: Practitioner) -> Iterator[str]:
    person.own_code()
    yield "work-me"
    person.open("/work/settings/passkey")
    yield "work-passkey"
    person.add_authenticator(transport="usb")
    person.press("Make a passkey")
    person.sees("Passkey 2")
    yield "work-settings-two"
    person.open("/work/devices")
    yield "work-devices"


def team(person: Practitioner) -> Iterator[str]:
    person.open("/work/team/invite")
    yield "work-invite"
    person.press("Make the link")
    expect(person.heading("Please look at this again")).to_be_visible()
    yield "work-invite-wrong"
    person.invite("Ira Bell", "Officer 1172")
    yield "work-invited"
    person.follow("Team")
    person.sees("Ira Bell")
    yield "work-team"
    person.follow("Maya Thorn")
    expect(person.heading("Maya Thorn")).to_be_visible()
    yield "work-member"


def closing(person: Practitioner) -> Iterator[str]:
    person.follow("Close the account")
    person.sees("What goes", "What stays")
    yield "work-close"
    person.press("Close with my passkey")
    person.sees("Tick the box if you want to close the account.")
    yield "work-close-not-sure"
    person.page.get_by_label("Yes, close it for good").check()
    person.press("Close with my passkey")
    person.sees_lock()


def after_closing(person: Practitioner) -> Iterator[str]:
    person.open("/work/settings/close")
    person.sees("You are the only one who leads your agency.")
    yield "work-close-not-yet"
    person.open("/work/team")
    person.follow("Owen Reed")
    person.sees("They closed the account themselves.")
    yield "work-member-closed"
