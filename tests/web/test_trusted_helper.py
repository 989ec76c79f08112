"""A trusted helper, page by page: two browsers, nobody else, and every word in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.content import consent_text, helplines
from diary.services import accounts, trusted_helper
from diary.services.accounts import Caller
from diary.services.house import House
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import PASSPHRASE, Person, browser_of
from tests.practitioners import agency, worker
from tests.test_pseudo_locale import Reader, bracketed, catalogue

__all__ = ["bracketed", "catalogue"]
CODE = re.compile(r"<span>([0-9A-Z]{4})</span>")
SHORT = re.compile(r'dir="auto">([0-9A-Z]{4}-[0-9A-Z]{4})<')
WORDS = re.compile(r'<ol class="six".*?</ol>', re.DOTALL)
NEW = "violin harbour teaspoon maple"
CURRENT = {"current": PASSPHRASE}
EYES = {"Accept": "text/html"}
ASKED = "Somebody asked for a new way in on"


@dataclass(frozen=True)
class Friend:
    """Somebody else with an account, at another browser."""

    client: FlaskClient
    vault: Vault


@pytest.fixture
def friend(app: Flask, house: House) -> Friend:
    made = accounts.sign_up(
        house, name="Ros", passphrase=PASSPHRASE, caller=Caller("192.0.2.9", b"o" * 32)
    )
    vault = Vault(made.unlocked)
    code = accounts.new_code(vault)
    accounts.confirm_code(house, vault, shown=code, typed=code)
    client = browser_of(app)
    client.post("/sign-in", data={"name": "Ros", "passphrase": PASSPHRASE})
    return Friend(client, vault)


def short_code(client: FlaskClient) -> tuple[str, str]:
    """Show a code to be found by; return it with the six words."""
    assert client.post("/settings/helping").status_code == 303
    page = client.get("/settings/helping").text
    code, words = SHORT.search(page), WORDS.search(page)
    assert code
    assert words
    return code[1], words[0]


def choose(person: Person, code: str, **more: str) -> FlaskClient:
    form = {"code": code, "same": "yes", "called": "Nad", "label": "My sister"} | CURRENT | more
    answer = person.client.post("/settings/helper/choose", data=form)
    assert answer.headers["Location"] == "/settings/helper", answer.text
    return person.client


def ask(app: Flask, name: str = "Nad") -> str:
    """Ask at an empty browser; return the code from the page."""
    page = browser_of(app).post("/way-back/helper", data={"name": name})
    assert page.status_code == 200
    return "-".join(CODE.findall(page.text))


def agree(client: FlaskClient, code: str) -> None:
    seen = client.post("/settings/helping/code", data={"code": code})
    assert seen.status_code == 200
    assert ">Nad<" in seen.text
    answer = client.post("/settings/helping/agree", data={"code": code, "sure": "yes"})
    assert answer.headers["Location"] == "/settings/helping/code"


def again(client: FlaskClient, name: str) -> None:
    client.post("/sign-in", data={"name": name, "passphrase": PASSPHRASE})


def test_the_whole_way_back(app: Flask, signed_in: Person, friend: Friend, clock: Clock) -> None:
    code, words = short_code(friend.client)
    found = signed_in.client.post("/settings/helper/find", data={"code": code.lower()})
    assert words in found.text
    choose(signed_in, code)
    page = signed_in.client.get("/settings/helper").text
    assert "Your helper is set." in page
    assert "My sister" in page
    request = ask(app)
    agree(friend.client, request)
    assert "You have done your part." in friend.client.get("/settings/helping/code").text
    phone, form = browser_of(app), {"name": "Nad", "code": request}
    early = phone.post("/way-back/helper/open", data=form)
    assert "It cannot open before" in early.text
    clock.pass_(hours=72)
    answer = phone.post("/way-back/helper/open", data=form)
    assert answer.headers["Location"] == "/way-back/new"
    assert phone.get("/diary").headers["Location"] == "/way-back/new"
    assert "Everywhere else you are signed out" in phone.get("/way-back/new").text
    chosen = {"choice": "own", "passphrase": NEW, "again": NEW, "words": ""}
    assert phone.post("/way-back/new", data=chosen).headers["Location"] == "/start/code"
    shown = "-".join(CODE.findall(phone.get("/start/code").text))
    done = phone.post("/start/code/check", data={"code": shown})
    assert done.headers["Location"] == "/write"
    assert "Nobody is set." in phone.get("/settings/helper").text
    assert signed_in.client.get("/diary").status_code == 401
    replayed = browser_of(app).post("/way-back/helper/open", data=form)
    assert "it does not open" in replayed.text
    old = browser_of(app).post("/sign-in", data={"name": "Nad", "passphrase": PASSPHRASE})
    assert old.status_code == 403


def test_one_tap_stops_it_from_any_page(
    app: Flask, signed_in: Person, friend: Friend, clock: Clock
) -> None:
    choose(signed_in, short_code(friend.client)[0])
    assert ASKED not in signed_in.client.get("/diary").text
    request = ask(app)
    agree(friend.client, request)
    for path in ("/write", "/diary", "/more", "/settings", "/help"):
        page = signed_in.client.get(path).text
        assert ASKED in page, path
        assert 'action="/settings/helper/stop"' in page
        assert "helper" not in page.split(ASKED)[1].split("</form>")[0].split("Stop it")[0]
    assert ASKED not in friend.client.get("/write").text
    clock.pass_(minutes=20)  # long after the passphrase was typed: stopping never waits
    answer = signed_in.client.post("/settings/helper/stop")
    assert answer.status_code == 303
    assert "It is stopped." in signed_in.client.get("/settings/helper").text
    assert ASKED not in signed_in.client.get("/write").text
    clock.pass_(hours=72)
    form = {"name": "Nad", "code": request}
    assert "it does not open" in browser_of(app).post("/way-back/helper/open", data=form).text


def test_a_name_that_is_there_is_answered_like_one_that_is_not(
    app: Flask, signed_in: Person, friend: Friend, clock: Clock
) -> None:
    choose(signed_in, short_code(friend.client)[0])
    names = {"Nad": "", "Not here": ""}
    pages = []
    for name in names:
        answer = browser_of(app).post("/way-back/helper", data={"name": name})
        names[name] = "-".join(CODE.findall(answer.text))
        pages.append((answer.status_code, CODE.sub("", answer.text), list(answer.headers.keys())))
    assert pages[0] == pages[1]
    for hours in (0, 72, 24):
        clock.pass_(hours=hours)
        answers = [
            browser_of(app).post("/way-back/helper/open", data={"name": name, "code": code})
            for name, code in names.items()
        ]
        assert {answer.status_code for answer in answers} == {200}
        assert answers[0].text == answers[1].text
        assert list(answers[0].headers.keys()) == list(answers[1].headers.keys())


def test_who_is_not_the_helper_is_told_nothing(
    app: Flask, house: House, signed_in: Person, friend: Friend
) -> None:
    choose(signed_in, short_code(friend.client)[0])
    request, never = ask(app), ask(app, "Not here")
    own = signed_in.client.post("/settings/helping/code", data={"code": request})
    nobody = signed_in.client.post("/settings/helping/code", data={"code": never})
    assert own.status_code == nobody.status_code == 404
    assert own.text.replace(request, never) == nobody.text
    maya = worker(app, house, org=agency(house))
    assert maya.client.post("/work/helping", data={"code": request}).status_code == 404


def test_a_practitioner_helps_from_their_own_side(
    app: Flask, house: House, signed_in: Person
) -> None:
    maya = worker(app, house, org=agency(house))
    shown = re.search(SHORT, maya.client.get("/work/me").text)
    assert shown
    page = signed_in.client.post("/settings/helper/find", data={"code": shown[1]}).text
    assert "Maya Thorn" in page
    assert "What do you call them?" not in page
    choose(signed_in, shown[1], label="")
    request = ask(app)
    assert "/work/helping" in maya.client.get("/work/settings").text
    assert ">Nad<" in maya.client.post("/work/helping", data={"code": request}).text
    unsure = maya.client.post("/work/helping/agree", data={"code": request})
    assert unsure.status_code == 400
    sure = maya.client.post("/work/helping/agree", data={"code": request, "sure": "yes"})
    assert sure.headers["Location"] == "/work/helping"
    assert "You have done your part." in maya.client.get("/work/helping").text


def test_choosing_asks_for_words_names_and_the_passphrase(
    signed_in: Person, friend: Friend, house: House
) -> None:
    code = short_code(friend.client)[0]
    good = {"code": code, "same": "yes", "called": "Nad", "label": "R"} | CURRENT
    for wrong, said in (
        ({"same": None}, "Compare the six words first"),
        ({"current": "x"}, "That is not your passphrase."),
        ({"called": " "}, "Please type a name."),
        ({"label": ""}, "Please type a name."),
    ):
        form = {name: value for name, value in (good | wrong).items() if value is not None}
        answer = signed_in.client.post("/settings/helper/choose", data=form)
        assert answer.status_code in {400, 403}
        assert said in answer.text
        assert PASSPHRASE not in answer.text
    unknown = signed_in.client.post("/settings/helper/choose", data=good | {"code": "2222"})
    assert unknown.status_code == 404
    assert trusted_helper.current(house, signed_in.vault) is None


def test_letting_go_asks_for_the_passphrase(signed_in: Person, friend: Friend) -> None:
    choose(signed_in, short_code(friend.client)[0])
    assert 'href="/settings/helper/remove"' in signed_in.client.get("/settings/helper").text
    asked = signed_in.client.get("/settings/helper/remove").text
    assert all(line in asked for line in consent_text().pause)
    assert all(f"tel:{line.dial}" in asked for line in helplines().others)
    refused = signed_in.client.post("/settings/helper/remove")
    assert refused.status_code == 403
    assert all(line in refused.text for line in consent_text().pause)
    answer = signed_in.client.post("/settings/helper/remove", data=CURRENT)
    assert answer.status_code == 303
    assert "Nobody is your helper now." in signed_in.client.get("/settings/helper").text


@pytest.mark.parametrize(
    "path", ["/settings/helper/find", "/settings/helping/code", "/work/helping"]
)
def test_each_asks_again_after_a_while(
    app: Flask, house: House, signed_in: Person, clock: Clock, path: str
) -> None:
    maya = worker(app, house, org=agency(house))
    client = maya.client if path.startswith("/work") else signed_in.client
    assert client.get(path).status_code == 200
    clock.pass_(minutes=11)
    assert client.get(path).status_code == 303


def test_what_is_missing_is_said_at_its_box(app: Flask) -> None:
    empty = browser_of(app).post("/way-back/helper", data={"name": " "})
    assert empty.status_code == 400
    assert "Type the name you sign in with." in empty.text
    wrong = browser_of(app).post("/way-back/helper/open", data={"name": "N", "code": "x"})
    assert wrong.status_code == 403
    assert "do not fit together" in wrong.text
    for _ in range(30):
        last = browser_of(app).post("/way-back/helper", data={"name": "Nad"})
    assert last.status_code == 429


def test_every_word_can_be_translated(
    bracketed: Flask, house: House, signed_in: Person, clock: Clock
) -> None:
    other = Caller("192.0.2.9", b"o" * 32)
    ros = Vault(accounts.sign_up(house, name="Ros", passphrase=PASSPHRASE, caller=other).unlocked)
    helper = browser_of(bracketed)
    code = accounts.new_code(ros)
    accounts.confirm_code(house, ros, shown=code, typed=code)
    again(helper, "Ros")
    out = browser_of(bracketed)
    pages: dict[str, list[str]] = {}

    def take(client: FlaskClient, path: str, **form: str) -> str:
        """Read a page, or a form's answer."""
        answer = client.post(path, data=form, headers=EYES) if form else client.get(path)
        pages[f"{len(pages)} {path}"] = Reader(answer.text).escaped
        return answer.text

    short = short_code(helper)[0]
    take(helper, "/settings/helping")
    take(signed_in.client, "/settings/helper/find", code=short)
    take(signed_in.client, "/settings/helper/choose", code=short)
    choose(signed_in, short, called="1", label="2")
    take(signed_in.client, "/settings/helper")
    request = "-".join(CODE.findall(take(out, "/way-back/helper", name="Nad")))
    take(signed_in.client, "/settings/helper")
    take(helper, "/settings/helping/code", code=request)
    take(helper, "/settings/helping/code", code="x")
    take(helper, "/settings/helping/agree", code=request)
    helper.post("/settings/helping/agree", data={"code": request, "sure": "1"})
    take(helper, "/settings/helping/code")
    take(out, "/way-back/helper/open", name="Nad", code=request)
    clock.pass_(hours=72)
    never = "-".join(CODE.findall(take(out, "/way-back/helper", name="Bo")))
    clock.pass_(hours=72)
    take(out, "/way-back/helper/open", name="Bo", code=never)
    out.post("/way-back/helper/open", data={"name": "Nad", "code": request})
    take(out, "/way-back/new")
    assert {path: found for path, found in pages.items() if found} == {}
