"""Practitioners for tests: invited, joined through the pages, signed in."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.services import agencies, sessions
from diary.services.agencies import Org
from diary.services.house import House
from diary.vault.keyring import Unlocked
from diary.vault.vault import Vault
from diary.web.session import COOKIE
from tests.conftest import PASSPHRASE, browser_of
from tests.passkeys import Passkey

OWN = {"choice": "own", "passphrase": PASSPHRASE, "again": PASSPHRASE}


@dataclass
class Worker:
    """A practitioner who is signed in, and the passkey in the pocket."""

    client: FlaskClient
    vault: Vault
    passkey: Passkey = field(repr=False)

    @property
    def account_id(self) -> str:
        return self.vault.account_id


def agency(house: House, name: str = "Harbour Advice") -> Org:
    return agencies.add_org(house, name)


def invite(house: House, org: Org, *, name: str = "Maya Thorn", lead: bool = False) -> str:
    link = agencies.invite(house, org_id=org.id, name=name, role="Adviser", lead=lead)
    return f"/work/join/{link.token}"


def join(client: FlaskClient, link: str, passkey: Passkey) -> TestResponse:
    """Use an invitation as a browser does; words are chosen where the passkey gives nothing."""
    form = passkey.make(client.get(link).text)
    answer = client.post(link, data=form)
    if answer.status_code == 200:
        answer = client.post(link, data=form | OWN)
    return answer


def sign_in(client: FlaskClient, passkey: Passkey) -> TestResponse:
    return client.post("/work/sign-in", data=passkey.show(client.get("/work/sign-in").text))


def unlocked_in(house: House, client: FlaskClient) -> Unlocked:
    """What the session of a browser has opened."""
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    live = sessions.find(house, cookie.value)
    assert live is not None
    return live.content.unlocked


def worker(
    app: Flask, house: House, *, org: Org, name: str = "Maya Thorn", lead: bool = False
) -> Worker:
    """Somebody of an agency, joined and signed in a moment ago."""
    client, passkey = browser_of(app), Passkey()
    answer = join(client, invite(house, org, name=name, lead=lead), passkey)
    assert answer.status_code == 303, answer.text
    return Worker(client, Vault(unlocked_in(house, client)), passkey)
