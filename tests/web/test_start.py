"""Beginning and coming back, page by page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.services.house import House
from diary.store import sessions
from tests.conftest import PASSPHRASE, Person, browser_of
from tests.test_routes import PUBLIC, UNKNOWN, hers, walk

OWN = {"choice": "own", "passphrase": PASSPHRASE, "again": PASSPHRASE}
OPEN_MEANWHILE = {"start.code", "start.check_code", "start.confirm_code"}


def shown_code(client: FlaskClient) -> str:
    return "-".join(re.findall(r"<span>([0-9A-Z]{4})</span>", client.get("/start/code").text))


def begin(client: FlaskClient, **fields: str) -> int:
    return client.post("/start", data={"name": "Nad"} | OWN | fields).status_code


def test_offered_words_make_an_account(client: FlaskClient) -> None:
    found = re.search(r'name="words" value="([a-z- ]+)"', client.get("/start").text)
    assert found
    assert len(found[1].split()) == 6
    form = {"name": "Nad", "choice": "offered", "words": found[1], "passphrase": "", "again": ""}
    answer = client.post("/start", data=form)
    assert answer.headers["Location"] == "/start/code"
    client.post("/sign-out")
    signed = client.post("/sign-in", data={"name": "nad", "passphrase": found[1]})
    assert signed.status_code == 303


def test_other_words_are_offered_and_the_name_stays(client: FlaskClient) -> None:
    form = {"name": "Nad", "choice": "offered", "words": "one two", "other": "1"}
    answer = client.post("/start", data=form)
    assert answer.status_code == 200
    assert 'value="Nad"' in answer.text
    assert "one two" not in answer.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Choose a name"),
        ({"passphrase": "short", "again": "short"}, "at least 15"),
        ({"again": "something else"}, "not the same"),
        ({"passphrase": "", "again": ""}, "at least 15"),
        ({"choice": "offered", "words": "weak words"}, "at least 15"),
        ({"name": "copper"}, "Leave your name out"),
    ],
)
def test_what_cannot_be_used_is_said(
    client: FlaskClient, fields: dict[str, str], said: str
) -> None:
    answer = client.post("/start", data={"name": "Nad"} | OWN | fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert PASSPHRASE not in answer.text


def test_a_taken_name_is_answered_without_a_word_about_who(
    client: FlaskClient, signed_in: Person
) -> None:
    answer = client.post("/start", data={"name": " NAD "} | OWN)
    assert answer.status_code == 400
    assert "Please choose another name." in answer.text


def test_nothing_is_open_before_the_code_was_typed_back(client: FlaskClient, app: Flask) -> None:
    assert begin(client) == 303
    for rule, method, url in walk(app, UNKNOWN):
        if rule.endpoint in PUBLIC | OPEN_MEANWHILE or not hers(app, rule):
            continue
        answer = client.open(url, method=method)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/start/code"), url
    code = shown_code(client)
    assert client.post("/start/code/check", data={"code": "nonsense"}).status_code == 400
    answer = client.post("/start/code/check", data={"code": code.lower().replace("-", " ")})
    assert answer.headers["Location"] == "/write"
    assert client.get("/write").status_code == 200
    assert client.get("/start/code").headers["Location"] == "/write"


def test_the_same_code_is_shown_until_it_was_typed(client: FlaskClient) -> None:
    begin(client)
    assert shown_code(client) == shown_code(client)
    assert shown_code(client) not in client.get("/start/code/check").text


def test_leaving_before_it_was_typed_shows_a_new_one_next_time(client: FlaskClient) -> None:
    begin(client)
    first = shown_code(client)
    client.get("/leave")
    client.post("/sign-in", data={"name": "Nad", "passphrase": PASSPHRASE})
    assert client.get("/write").headers["Location"] == "/start/code"
    second = shown_code(client)
    assert first != second
    client.post("/start/code/check", data={"code": second})
    assert client.get("/write").status_code == 200


def test_the_way_back(signed_in: Person, app: Flask, house: House) -> None:
    phone = browser_of(app)
    wrong = phone.post("/way-back", data={"name": "Nad", "code": "2222"})
    assert wrong.status_code == 403
    answer = phone.post("/way-back", data={"name": "nad", "code": signed_in.code.lower()})
    assert answer.headers["Location"] == "/way-back/new"
    assert phone.get("/diary").headers["Location"] == "/way-back/new"
    new = "violin harbour teaspoon maple"
    form = {"choice": "own", "passphrase": new, "again": new, "words": "", "end": "1"}
    assert phone.post("/way-back/new", data=form | {"again": "x"}).status_code == 400
    assert phone.post("/way-back/new", data=form).headers["Location"] == "/start/code"
    code = shown_code(phone)
    assert phone.get("/diary").headers["Location"] == "/start/code"
    phone.post("/start/code/check", data={"code": code})
    assert phone.get("/diary").status_code == 200
    assert signed_in.client.get("/diary").status_code == 401  # she was asked, and it is ended
    old = browser_of(app)
    assert old.post("/way-back", data={"name": "Nad", "code": signed_in.code}).status_code == 403
    form = {"name": "Nad", "passphrase": PASSPHRASE}
    assert old.post("/sign-in", data=form).status_code == 403
    assert old.post("/sign-in", data=form | {"passphrase": new}).status_code == 303


def test_other_sessions_stay_if_she_says_so(signed_in: Person, app: Flask) -> None:
    phone = browser_of(app)
    phone.post("/way-back", data={"name": "Nad", "code": signed_in.code})
    new = "violin harbour teaspoon maple"
    phone.post("/way-back/new", data={"choice": "own", "passphrase": new, "again": new})
    assert signed_in.client.get("/diary").status_code == 200


def test_a_used_code_that_was_not_replaced_still_lets_her_in(
    signed_in: Person, app: Flask, house: House
) -> None:
    browser_of(app).post("/way-back", data={"name": "Nad", "code": signed_in.code})
    again = browser_of(app).post("/way-back", data={"name": "Nad", "code": signed_in.code})
    assert again.headers["Location"] == "/way-back/new"
    with house.store.read() as conn:
        assert len(sessions.of_account(conn, signed_in.vault.account_id)) == 3
