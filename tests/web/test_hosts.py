"""By which names the service is reached, and that no passkey is bound to any other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.app import create_app
from diary.errors import SettingsError
from diary.services.house import House
from diary.settings import Settings
from tests.conftest import browser_of
from tests.passkeys import Passkey, options_on
from tests.practitioners import agency, invite, join, worker
from tests.test_routes import UNKNOWN, address, rules

EYES = {"Accept": "text/html"}
REFUSED = "This page is not open under this address."
OTHERS = (
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "notlocalhost",
    "localhost.",
    "10.0.0.1",
    "[::2]",
)


class Named(FlaskClient):
    """A browser that came by a name of its own."""

    host = ""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        headers = {**EYES, "Host": self.host}
        return super().open(*args, **{**options, "headers": headers})


def at(app: Flask, host: str) -> FlaskClient:
    client = Named(app, use_cookies=True)
    client.environ_base |= browser_of(app).environ_base
    client.host = host
    return client


@pytest.fixture
def named(settings: Settings, house: House) -> Flask:
    """The same service, told by which names it is reached."""
    house = replace(house, settings=replace(settings, hosts=("notes.example", "n.example")))
    return create_app(house.settings, house=house)


@pytest.mark.parametrize("host", [*OTHERS, *(f"{one}:8000" for one in OTHERS)])
def test_no_passkey_is_asked_for_under_a_name_that_was_not_set(
    app: Flask, house: House, host: str
) -> None:
    link, client = invite(house, agency(house)), at(app, host)
    for path in ("/work/sign-in", "/work", "/work/settings/passkey", link):
        answer = client.get(path)
        assert (answer.status_code, REFUSED in answer.text) == (403, True), path
        assert "data-options" not in answer.text, path
    assert client.get("/").status_code == 200, "her own pages answer as before"


def test_every_page_that_can_ask_for_a_passkey_looks_at_the_name(app: Flask) -> None:
    for rule in rules(app):
        url = address(app, rule, UNKNOWN)
        if url.startswith("/work"):
            for method in ("GET", "POST"):
                answer = at(app, "evil.example").open(url, method=method)
                assert "data-options" not in answer.text, url
                assert answer.status_code in {403, 405}, url


def test_what_a_relay_passes_on_joins_nobody(app: Flask, house: House) -> None:
    link, relay = invite(house, agency(house)), at(app, "evil.example")
    form = Passkey(origin="https://evil.example", rp_id="evil.example").make(
        browser_of(app).get(link).text
    )
    assert relay.post(link, data=form).status_code == 403
    assert join(browser_of(app), link, Passkey()).status_code == 303


def test_a_relay_adds_no_passkey_with_a_session_that_is_open(app: Flask, house: House) -> None:
    maya = worker(app, house, org=agency(house))
    headers = EYES | {"Host": "evil.example"}
    assert maya.client.get("/work/settings/passkey", headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_on_this_machine_they_answer(app: Flask, host: str) -> None:
    assert at(app, host).get("/work/sign-in").status_code == 200


@pytest.mark.parametrize("host", ["notes.example", "NOTES.example:443", "n.example:8000"])
def test_under_a_name_that_was_set_everything_answers(
    named: Flask, house: House, host: str
) -> None:
    client = at(named, host)
    assert client.get("/").status_code == 200
    asked = options_on(client.get("/work/sign-in").text)
    assert asked["rpId"] == host.partition(":")[0].lower()


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "x.notes.example", "notes.example.", ""]
)
def test_where_names_are_set_nothing_answers_under_another_but_health(
    named: Flask, host: str
) -> None:
    client = at(named, host)
    for path in ("/", "/help", "/sign-in", "/work/sign-in", "/static/app.css", "/nothing"):
        answer = client.get(path)
        assert (answer.status_code, REFUSED in answer.text) == (403, True), path
    assert client.get("/healthz").text == "ok\n"


def test_the_setting_takes_names_alone() -> None:
    env = {"DIARY_HOSTS": "Notes.example, n.example"}
    assert Settings.from_env(env).hosts == ("notes.example", "n.example")
    for wrong in ("https://n.example", "n.example:80", ".example", "*", "n.example/"):
        with pytest.raises(SettingsError):
            Settings.from_env({"DIARY_HOSTS": wrong})
