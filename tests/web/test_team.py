"""An agency's lead: inviting, suspending, inviting again; and everybody's own passkeys and code."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from diary.errors import NotFoundError
from diary.services import agencies, joining, practitioners
from diary.services.agencies import Org
from diary.services.house import House
from tests.clock import Clock
from tests.conftest import browser_of
from tests.passkeys import Passkey
from tests.practitioners import OWN, Worker, agency, join, sign_in, worker

EYES = {"Accept": "text/html"}
LINK = re.compile(r"/work/join/[\w-]{43}")
CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")
INVITED = {"name": "Ira Bell", "role": "Officer 1172"}


@pytest.fixture
def org(house: House) -> Org:
    return agency(house)


@pytest.fixture
def lead(app: Flask, house: House, org: Org) -> Worker:
    return worker(app, house, org=org, name="Lena Osei", lead=True)


@pytest.fixture
def ira(app: Flask, house: House, org: Org, lead: Worker) -> Worker:
    return worker(app, house, org=org, name="Ira Bell")


def link_of(lead: Worker, answer: TestResponse) -> str:
    assert answer.headers["Location"] == "/work/team/invited", answer.text
    found = LINK.search(lead.client.get("/work/team/invited").text)
    assert found
    return found[0]


def test_a_lead_lets_somebody_in(app: Flask, house: House, lead: Worker) -> None:
    link = link_of(lead, lead.client.post("/work/team/invite", data=INVITED))
    assert "Ira Bell" in lead.client.get("/work/team").text
    assert join(browser_of(app), link, Passkey()).status_code == 303
    people = {(one.name, one.role, one.lead) for one in agencies.members(house)}
    assert ("Ira Bell", "Officer 1172", False) in people


@pytest.mark.parametrize("wrong", [{"name": ""}, {"role": " "}, {"name": "x" * 50_000}])
def test_what_is_wrong_is_said_and_the_rest_stays(lead: Worker, wrong: dict[str, str]) -> None:
    answer = lead.client.post("/work/team/invite", data=INVITED | wrong)
    assert answer.status_code == 400
    for name, value in INVITED.items():
        assert (value in answer.text) is (name not in wrong)


def test_the_link_is_shown_until_it_ends_and_kept_nowhere(
    app: Flask, house: House, lead: Worker, clock: Clock
) -> None:
    link = link_of(lead, lead.client.post("/work/team/invite", data=INVITED))
    assert link in lead.client.get("/work/team/invited").text
    assert link not in lead.client.get("/work/team").text
    clock.pass_(hours=73)
    form = lead.passkey.show(lead.client.get("/work/sign-in").text)
    lead.client.post("/work/sign-in", data=form)
    assert lead.client.get("/work/team/invited").headers["Location"] == "/work/team"


def test_an_invitation_is_taken_back(app: Flask, house: House, org: Org, lead: Worker) -> None:
    link = link_of(lead, lead.client.post("/work/team/invite", data=INVITED))
    (waiting,) = agencies.waiting(house, org.id)
    back = f"/work/team/invitations/{waiting.id.hex()}/take-back"
    assert lead.client.post(back).status_code == 303
    assert browser_of(app).get(link).status_code == 404
    assert lead.client.post(back).status_code == 404


def test_how_to_reach_somebody_is_kept_and_shown_on_no_page(
    app: Flask, house: House, org: Org, lead: Worker
) -> None:
    contact = "07700 900123"
    link = link_of(lead, lead.client.post("/work/team/invite", data=INVITED | {"contact": contact}))
    (waiting,) = agencies.waiting(house, org.id)
    assert waiting.contact == contact
    client = browser_of(app)
    pages = [client.get(link).text, lead.client.get("/work/team").text]
    assert join(client, link, Passkey()).status_code == 303
    (member,) = [one for one in agencies.members(house, org.id) if one.contact]
    pages += [client.get("/work/me").text, lead.client.get(f"/work/team/{member.account_id}").text]
    assert not any(contact in page for page in pages)


def test_a_lead_suspends_and_invites_again(
    app: Flask, house: House, lead: Worker, ira: Worker
) -> None:
    page = f"/work/team/{ira.account_id}"
    assert "share again" in lead.client.get(page).text
    link = link_of(lead, lead.client.post(f"{page}/invite-again"))
    assert ira.client.get("/work/me", headers=EYES).status_code == 401
    assert sign_in(browser_of(app), ira.passkey).status_code == 403
    again = browser_of(app)
    assert join(again, link, Passkey()).status_code == 303
    assert len(agencies.members(house)) == 3
    assert again.get("/work/me").status_code == 200


def test_suspending_ends_every_session(lead: Worker, ira: Worker, app: Flask) -> None:
    other = browser_of(app)
    sign_in(other, ira.passkey)
    lead.client.post(f"/work/team/{ira.account_id}/suspend")
    for client in (other, ira.client):
        assert client.get("/work/settings", headers=EYES).status_code == 401


def test_nobody_suspends_themselves(house: House, lead: Worker) -> None:
    for what in ("suspend", "invite-again"):
        assert lead.client.post(f"/work/team/{lead.account_id}/{what}").status_code == 404
    assert not practitioners.card(house, lead.account_id).suspended


def test_what_matters_asks_for_the_passkey_again(lead: Worker, ira: Worker, clock: Clock) -> None:
    clock.pass_(minutes=11)
    for path in ("/work/team/invite", "/work/settings/passkey"):
        answer = lead.client.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/work/sign-in?next=")
    answer = lead.client.post(f"/work/team/{ira.account_id}/suspend", headers=EYES)
    assert (answer.status_code, 'action="/work/sign-in"' in answer.text) == (401, True)
    assert ira.client.get("/work/me").status_code == 200
    answer = lead.client.post("/work/team/invite", data=INVITED, headers=EYES)
    assert "Ira Bell" in answer.text, "what was typed waits behind the lock"
    assert "What you typed is kept." in answer.text


# One's own


def add(person: Worker, passkey: Passkey) -> TestResponse:
    page = "/work/settings/passkey"
    return person.client.post(page, data=passkey.make(person.client.get(page).text))


def test_a_second_passkey_is_the_way_back(app: Flask, house: House, ira: Worker) -> None:
    second = Passkey()
    assert add(ira, second).headers["Location"] == "/work/settings"
    elsewhere = browser_of(app)
    sign_in(elsewhere, ira.passkey)
    lost = f"/work/settings/passkeys/{ira.passkey.id.hex()}/remove"
    assert ira.client.post(lost).status_code == 303
    assert elsewhere.get("/work/me").status_code == 401, "it may lie where it was lost"
    assert sign_in(browser_of(app), ira.passkey).status_code == 403
    client = browser_of(app)
    assert sign_in(client, second).status_code == 303
    (last,) = joining.listed(house, ira.vault)
    answer = client.post(f"/work/settings/passkeys/{last.id}/remove")
    assert (answer.status_code, "your only passkey" in answer.text) == (400, True)


def test_a_second_passkey_without_prf_asks_for_words_once(app: Flask, ira: Worker) -> None:
    page, second, third = "/work/settings/passkey", Passkey(has_prf=False), Passkey(has_prf=False)
    form = second.make(ira.client.get(page).text)
    answer = ira.client.post(page, data=form)
    assert (answer.status_code, "A passphrase as well" in answer.text) == (200, True)
    assert ira.client.post(page, data=form | OWN).status_code == 303
    assert add(ira, third).status_code == 303
    answer = sign_in(browser_of(app), third)
    assert (answer.status_code, "Your passphrase" in answer.text) == (200, True)
    assert sign_in(browser_of(app), ira.passkey).status_code == 303


def test_a_passkey_of_somebody_else_cannot_be_added(lead: Worker, ira: Worker) -> None:
    taken = replace(Passkey(), id=lead.passkey.id)
    assert add(ira, taken).status_code == 403
    page = "/work/settings/passkey"
    form = Passkey().make(lead.client.get(page).text)
    assert ira.client.post(page, data=form).status_code == 403, "asked of another account"


def test_there_is_a_most(ira: Worker) -> None:
    for _ in range(joining.MOST_PASSKEYS - 1):
        assert add(ira, Passkey()).status_code == 303
    assert add(ira, Passkey()).status_code == 400


def test_the_code_stays_until_another_is_wanted(
    house: House, ira: Worker, lead: Worker, clock: Clock
) -> None:
    def shown() -> str:
        found = CODE.search(ira.client.get("/work/me").text)
        assert found
        return found[0]

    first = shown()
    assert shown() == first
    assert practitioners.by_code(house, first, by="x").account_id == ira.account_id
    ira.client.post("/work/me/code")
    assert shown() != first
    with pytest.raises(NotFoundError):
        practitioners.by_code(house, first, by="x")
    later = shown()
    clock.pass_(minutes=14)
    assert shown() == later
    clock.pass_(minutes=1)
    assert shown() != later


def test_the_six_words_are_on_the_page_and_the_square_has_no_style(
    house: House, ira: Worker
) -> None:
    page = ira.client.get("/work/me").text
    for word in practitioners.card(house, ira.account_id).fingerprint.split():
        assert f"<li>{word}</li>" in page
    assert "<svg" in page
    assert " style=" not in page


def test_where_one_is_signed_in(app: Flask, ira: Worker) -> None:
    other = browser_of(app)
    sign_in(other, ira.passkey)
    page = ira.client.get("/work/devices").text
    assert page.count("This one") == 1
    assert "End this one" in page
    assert ira.client.post("/work/devices/end-others").status_code == 303
    assert other.get("/work/devices").status_code == 401
    assert "Nowhere else." in ira.client.get("/work/devices").text
