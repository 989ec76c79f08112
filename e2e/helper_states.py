"""Every page of the way back with a helper, on her side and on the helper's."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from e2e.helpers import agree, ask, choose, come_back, look_up, pass_hours, see_whose, short_code
from e2e.people import Secrets, Survivor
from tests.running import Server

State = tuple[str, Survivor]
OPTIONS = {"is_mobile": False, "has_touch": False, "service_workers": "block"}


def helping(person: Survivor, server: Server) -> Iterator[State]:
    """Walk through it with two browsers; the page stands still while its state is looked at."""
    nad, ros = (
        Survivor(person.browser, server.url, secrets=Secrets(name), **OPTIONS)
        for name in ("Nad helped", "Ros helps")
    )
    nad.sign_up()
    ros.sign_up()
    for name in choosing(nad, ros):
        yield name, ros if name.startswith("helping") else nad
    phone = nad.elsewhere(**OPTIONS)
    yield from asking(nad, ros, phone, server)
    for one in (nad, ros, phone):
        one.go_away()


def choosing(nad: Survivor, ros: Survivor) -> Iterator[str]:
    nad.open("/settings/helper")
    yield "helper-none"
    ros.open("/settings/helping")
    yield "helping"
    code = short_code(ros)
    yield "helping-code-shown"
    look_up(nad, "2222")
    yield "helper-find-wrong"
    look_up(nad, code)
    yield "helper-choose"
    nad.press("Let them be my helper")
    expect(nad.heading("Please look at this again")).to_be_visible()
    yield "helper-choose-wrong"
    look_up(nad, code)
    choose(nad)
    yield "helper-set"
    nad.open("/settings/helper/remove")
    yield "helper-remove"


def asking(nad: Survivor, ros: Survivor, phone: Survivor, server: Server) -> Iterator[State]:
    phone.open("/way-back/helper")
    yield "helper-ask", phone
    code = ask(phone)
    yield "helper-asked", phone
    with phone.page.expect_navigation():
        phone.follow("I have written it down")
    yield "helper-open", phone
    come_back(phone, code)
    yield "helper-not-yet", phone
    ros.open("/settings/helping/code")
    yield "helping-code", ros
    see_whose(ros, code)
    yield "helping-agree", ros
    agree(ros)
    yield "helping-done", ros
    nad.open("/diary")
    yield "helper-notice", nad
    nad.press("Stop it")
    nad.sees("It is stopped.")
    yield "helper-stopped", nad
    code = ask(phone)
    see_whose(ros, code)
    agree(ros)
    pass_hours(server, 72)
    come_back(phone, code)
    expect(phone.heading("A new passphrase")).to_be_visible()
    yield "helper-new-passphrase", phone
