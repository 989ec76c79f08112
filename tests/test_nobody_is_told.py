"""Nothing says whether somebody exists: whatever is wrong, the answer is one, byte for byte.

Each way at which a name, a code or a link can be tried is tried with people in every state, and
with somebody who never was: status, headers and page are the same but for what was typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.crypto import code as codes
from diary.domain.ids import new_id
from diary.domain.people import OtherPerson
from diary.services import accounts, agencies, asking, own, practitioners, trusted_helper
from diary.services.accounts import Caller
from diary.services.house import House
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import Person, browser_of
from tests.passkeys import Passkey
from tests.practitioners import Worker, agency, invite, join, worker
from tests.test_routes import enter

HERE = Caller(network="192.0.2.1", browser=b"b" * 32)
CALLED = "Nad from the choir"
# What is new on every page that holds it, whoever asks.
NEW_EACH_TIME = re.compile(r'data-options="[^"]*"|\b[2-9A-Z]{4}\b-?|name="id" value="\w+"')
WRONG_CODE = codes.show(bytes(16))


@dataclass(frozen=True)
class Town:
    """People in every state, and the names and codes by which each could be tried."""

    house: House
    names: dict[str, str]
    shown: dict[str, str]
    friends: dict[str, str]
    pleas: dict[str, str]
    links: dict[str, str]


@pytest.fixture
def maya(app: Flask, house: House) -> Worker:
    return worker(app, house, org=agency(house))


@pytest.fixture
def town(app: Flask, house: House, clock: Clock, signed_in: Person, maya: Worker) -> Town:
    enter(app, house, "Ros")
    closing = accounts.sign_in(
        house, name="Ros", passphrase=signed_in.passphrase, caller=HERE
    ).unlocked
    accounts.close(house, Vault(closing))
    enter(app, house, "Ann")
    friend = Vault(
        accounts.sign_in(house, name="Ann", passphrase=signed_in.passphrase, caller=HERE).unlocked
    )
    with_helper(house, signed_in.vault, friend)
    return Town(
        house,
        names={"with a helper": "Nad", "without": "Ann", "closing": "Ros", "worker": "Maya Thorn"},
        shown=shown_codes(app, house, clock, signed_in, maya),
        friends=friend_codes(house, clock, signed_in, friend),
        pleas={"for another helper": asking.ask(house, name="Nad", caller=HERE).code},
        links=links(app, house, clock),
    )


def with_helper(house: House, owner: Vault, friend: Vault) -> None:
    code = trusted_helper.introduce(house, friend.account_id).code
    trusted_helper.choose(house, owner, code, called=CALLED, label="A friend")


def shown_codes(
    app: Flask, house: House, clock: Clock, her: Person, maya: Worker
) -> dict[str, str]:
    """Codes of practitioners that are of no use to her."""
    org = agency(house, "Quay Street")
    suspended = worker(app, house, org=org, name="Sol Penn").account_id
    the_other = worker(app, house, org=org, name="Gareth Pikestaff").account_id
    own.add(house, her.vault, OtherPerson(name="Gareth Pikestaff"), record_id=new_id())
    over = practitioners.introduce(house, maya.account_id).code
    clock.pass_(hours=1)
    found = {
        "over": over,
        "suspended": practitioners.introduce(house, suspended).code,
        "the other person": practitioners.introduce(house, the_other).code,
    }
    agencies.suspend(house, account_id=suspended)
    return found


def friend_codes(house: House, clock: Clock, her: Person, friend: Vault) -> dict[str, str]:
    over = trusted_helper.introduce(house, friend.account_id).code
    clock.pass_(hours=1)
    return {"over": over, "her own": trusted_helper.introduce(house, her.vault.account_id).code}


def links(app: Flask, house: House, clock: Clock) -> dict[str, str]:
    org = agency(house, "Lamp House")
    over = invite(house, org, name="Ada")
    clock.pass_(days=4)
    used, back = invite(house, org, name="Ira"), invite(house, org, name="Bea")
    assert join(browser_of(app), used, Passkey()).status_code == 303
    (waiting,) = [one for one in agencies.waiting(house, org.id) if one.name == "Bea"]
    agencies.take_back(house, invitation_id=waiting.id.hex(), org_id=org.id)
    return {"over": over, "used": used, "taken back": back}


def said(answer: TestResponse, typed: str) -> tuple[int, str, list[str], str | None]:
    """All that an answer says but for what was typed, and what is new each time."""
    text = NEW_EACH_TIME.sub("", answer.text.replace(typed, ""))
    return answer.status_code, text, sorted(answer.headers.keys()), answer.headers.get("Location")


def post(app: Flask, path: str, typed: str, **form: str) -> tuple[object, ...]:
    """Try as somebody with an empty browser."""
    return said(browser_of(app).post(path, data=form), typed)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/sign-in", {"passphrase": "some other words entirely"}),
        ("/way-back", {"code": WRONG_CODE}),
        ("/way-back", {"code": "no code at all"}),
        ("/way-back/helper", {}),
        ("/way-back/helper/open", {"code": WRONG_CODE}),
        ("/way-back/helper/open", {"code": ""}),
    ],
)
def test_no_name_is_known_at_any_lock(
    app: Flask, town: Town, path: str, form: dict[str, str]
) -> None:
    never = post(app, path, "Nobody Ever", name="Nobody Ever", **form)
    for state, name in town.names.items():
        assert post(app, path, name, name=name, **form) == never, state


def back_in(her: Person) -> FlaskClient:
    """Sign in again: a good while has passed."""
    client = her.client
    answer = client.post("/sign-in", data={"name": her.name, "passphrase": her.passphrase})
    assert answer.status_code == 303
    return client


@pytest.mark.parametrize(
    "path", ["/sharing/new", "/settings/helper/find", "/settings/helping/code"]
)
def test_no_code_of_no_use_says_whose_it_is(town: Town, signed_in: Person, path: str) -> None:
    client = back_in(signed_in)
    tried = {
        "/sharing/new": town.shown,
        "/settings/helper/find": town.friends | town.shown,
        "/settings/helping/code": town.pleas,
    }[path]
    never = said(client.post(path, data={"code": "2222-2222"}), "2222-2222")
    assert never[0] in {400, 403, 404}
    for state, code in tried.items():
        assert said(client.post(path, data={"code": code}), code) == never, state


def test_a_worker_learns_no_more(app: Flask, town: Town, house: House) -> None:
    bo = worker(app, house, org=agency(house, "Bow Lane"), name="Bo Finch")
    (plea,) = town.pleas.values()
    never = said(bo.client.post("/work/helping", data={"code": WRONG_CODE}), WRONG_CODE)
    assert said(bo.client.post("/work/helping", data={"code": plea}), plea) == never


def test_no_link_says_whether_it_ever_was_one(app: Flask, town: Town) -> None:
    unknown = "/work/join/" + "f" * 43
    never = said(browser_of(app).get(unknown), unknown)
    assert never[0] == 404
    for state, link in town.links.items():
        assert said(browser_of(app).get(link), link) == never, state
