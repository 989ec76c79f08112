"""Settings, devices and health, page by page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.services.house import House
from diary.store.db import Store
from tests.clock import Clock
from tests.conftest import PASSPHRASE, Person, browser_of

NEW = "violin harbour teaspoon maple"
CURRENT = {"current": PASSPHRASE}
CHANGED = {"choice": "own", "passphrase": NEW, "again": NEW, "words": ""}


def second_browser(app: Flask, passphrase: str = PASSPHRASE) -> FlaskClient:
    client = browser_of(app)
    client.post("/sign-in", data={"name": "Nad", "passphrase": passphrase})
    return client


def test_a_new_passphrase(signed_in: Person, app: Flask) -> None:
    other = second_browser(app)
    page = signed_in.client.get("/settings/passphrase").text
    assert "A sudden change may be noticed" in page
    answer = signed_in.client.post("/settings/passphrase", data=CHANGED | CURRENT)
    assert answer.headers["Location"] == "/settings"
    assert "new passphrase is set" in signed_in.client.get("/settings").text
    assert "new passphrase is set" not in signed_in.client.get("/settings").text
    assert other.get("/diary").status_code == 200  # not ticked, not ended
    assert second_browser(app).get("/diary").status_code == 401
    assert second_browser(app, NEW).get("/diary").status_code == 200


def test_a_new_passphrase_may_not_hold_the_name(signed_in: Person) -> None:
    weak = "nad likes rivers and walnuts"
    form = {"choice": "own", "passphrase": weak, "again": weak}
    answer = signed_in.client.post("/settings/passphrase", data=form | CURRENT)
    assert answer.status_code == 400
    assert "Leave your name out" in answer.text


def test_a_new_code(signed_in: Person, app: Flask) -> None:
    answer = signed_in.client.post("/settings/code", data=CURRENT)
    assert answer.headers["Location"] == "/start/code"
    page = signed_in.client.get("/start/code").text
    code = "-".join(re.findall(r"<span>([0-9A-Z]{4})</span>", page))
    answer = signed_in.client.post("/start/code/check", data={"code": code} | CURRENT)
    assert answer.headers["Location"] == "/settings"
    assert "new recovery code is in force" in signed_in.client.get("/settings").text
    for typed, status in ((signed_in.code, 403), (code, 303)):
        form = {"name": "Nad", "code": typed}
        assert browser_of(app).post("/way-back", data=form).status_code == status


def test_closing_asks_first_then_shows_nothing(signed_in: Person, app: Flask, house: House) -> None:
    other = second_browser(app)
    assert signed_in.client.post("/settings/close").status_code == 400
    answer = signed_in.client.post("/settings/close", data={"sure": "1"} | CURRENT)
    assert answer.headers["Location"] == "/"
    for client in (signed_in.client, other):
        assert client.get("/diary").status_code == 401
    form = {"name": "Nad", "passphrase": PASSPHRASE}
    closed = browser_of(app).post("/sign-in", data=form)
    unknown = browser_of(app).post("/sign-in", data=form | {"name": "nobody"})
    assert closed.status_code == unknown.status_code == 403
    assert closed.text.replace("Nad", "nobody") == unknown.text
    back = browser_of(app).post("/way-back", data={"name": "Nad", "code": signed_in.code})
    assert back.headers["Location"] == "/way-back/new"


@pytest.mark.parametrize("path", ["/settings/passphrase", "/settings/code", "/settings/close"])
def test_each_asks_for_the_passphrase_again(signed_in: Person, clock: Clock, path: str) -> None:
    clock.pass_(minutes=11)
    assert signed_in.client.get(path).headers["Location"].startswith("/unlock")
    answer = signed_in.client.post(path, data={"sure": "1"} | CURRENT)
    assert answer.status_code == 401
    assert PASSPHRASE not in answer.text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/settings/passphrase", CHANGED),
        ("/settings/code", {}),
        ("/settings/close", {"sure": "1"}),
    ],
)
def test_a_fresh_session_alone_takes_no_account_away(
    signed_in: Person, app: Flask, path: str, form: dict[str, str]
) -> None:
    asked = 'name="current" type="password"'
    assert asked in signed_in.client.get(path).text
    for current in ({}, {"current": ""}, {"current": NEW}):
        answer = signed_in.client.post(path, data=form | current)
        assert answer.status_code == 403
        assert asked in answer.text
        assert "That is not your passphrase." in answer.text
        assert NEW not in answer.text
    assert signed_in.client.get("/write").status_code == 200
    assert second_browser(app).get("/diary").status_code == 200
    assert signed_in.client.post(path, data=form | CURRENT).status_code == 303


def test_a_new_code_that_was_left_on_the_screen_needs_it_too(signed_in: Person, app: Flask) -> None:
    signed_in.client.post("/settings/code", data=CURRENT)
    page = signed_in.client.get("/start/code").text
    code = "-".join(re.findall(r"<span>([0-9A-Z]{4})</span>", page))
    assert 'name="current"' in signed_in.client.get("/start/code/check").text
    answer = signed_in.client.post("/start/code/check", data={"code": code})
    assert answer.status_code == 403
    form = {"name": "Nad", "code": code}
    assert browser_of(app).post("/way-back", data=form).status_code == 403
    back = browser_of(app).post("/way-back", data=form | {"code": signed_in.code})
    assert back.status_code == 303


def test_guesses_there_are_slowed_together(signed_in: Person) -> None:
    paths = ("/settings/passphrase", "/settings/code", "/settings/close", "/unlock")
    form = CHANGED | {"sure": "1", "current": "a guess"}
    answers = [signed_in.client.post(paths[n % 4], data=form).status_code for n in range(12)]
    assert answers == [403] * 10 + [429] * 2
    answer = signed_in.client.post("/settings/close", data={"sure": "1"} | CURRENT)
    assert answer.status_code == 429
    assert "Too many tries." in answer.text


def test_the_list_of_devices(signed_in: Person, app: Flask) -> None:
    page = signed_in.client.get("/devices").text
    assert "This one" in page
    assert "End all but this one" not in page
    other = second_browser(app)
    page = signed_in.client.get("/devices").text
    ends = re.findall(r'action="(/devices/[0-9a-f]{64}/end)"', page)
    assert len(ends) == 1
    assert signed_in.client.post(ends[0]).status_code == 303
    assert other.get("/diary").status_code == 401
    assert signed_in.client.post(ends[0]).status_code == 404


def test_all_others_are_ended(signed_in: Person, app: Flask) -> None:
    others = [second_browser(app) for _ in range(2)]
    assert signed_in.client.post("/devices/end-others").status_code == 303
    assert [other.get("/diary").status_code for other in others] == [401, 401]
    assert signed_in.client.get("/diary").status_code == 200


def test_health_is_one_word(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    monkeypatch.setattr(Store, "writable", lambda *_: False)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (503, "unwritable\n")
