"""Closing a practitioner's account: what is destroyed, what stays with whom, and who cannot yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from diary.domain.ids import new_id
from diary.domain.practice import Override, PracticeRecord
from diary.errors import DiaryError, NotFoundError
from diary.services import (
    agencies,
    check,
    closing,
    override_steps,
    overrides,
    practice,
    practice_seen,
    practitioners,
    sharing,
    trusted_helper,
    upkeep,
)
from diary.services.agencies import Org
from diary.services.house import House
from diary.store import grants as rows
from diary.store.models import metadata
from diary.vault.vault import Vault
from tests import cases as told
from tests.clock import Clock
from tests.conftest import PASSPHRASE, Person, browser_of
from tests.passkeys import Passkey
from tests.practitioners import Worker, agency, sign_in, worker
from tests.services.test_overrides import in_her_diary

EYES = {"Accept": "text/html"}
PAGE = "/work/settings/close"
SAID = Override(lawful_reason="Danger.", what="Where he waits.", to_whom="Police")
UNSAFE = SAID.model_copy(update={"unsafe_to_notify": True, "why_unsafe": "He reads along."})


@pytest.fixture
def org(house: House) -> Org:
    return agency(house)


@pytest.fixture
def maya(app: Flask, house: House, org: Org) -> Worker:
    return worker(app, house, org=org)


@pytest.fixture
def lena(app: Flask, house: House, org: Org) -> Worker:
    return worker(app, house, org=org, name="Lena Osei", lead=True)


def close(who: Worker, passkey: Passkey | None = None, **more: str) -> TestResponse:
    form = (passkey or who.passkey).show(who.client.get(PAGE).text)
    return who.client.post(PAGE, data=form | {"sure": "1"} | more, headers=EYES)


def shared(house: House, owner: Vault, who: Worker) -> str:
    return told.share(house, owner, who.vault, told.tell(house, owner))


def wrote(house: House, who: Worker, case_id: str) -> str:
    body = PracticeRecord(detail="She rang me.")
    return practice.add(house, who.vault, case_id, body, record_id=new_id())


def passed_on(house: House, who: Worker, case_id: str, said: Override, decider: str = "") -> str:
    return overrides.ask(house, who.vault, case_id, said, decider=decider, record_id=new_id())


def test_it_is_closed_at_once_everywhere_and_for_good(
    app: Flask, house: House, maya: Worker
) -> None:
    code = practitioners.introduce(house, maya.account_id).code
    elsewhere = browser_of(app)
    sign_in(elsewhere, maya.passkey)
    assert close(maya).headers["Location"] == "/work/sign-in"
    for client in (maya.client, elsewhere):
        assert client.get("/work/me", headers=EYES).status_code == 401
    assert sign_in(browser_of(app), maya.passkey).status_code == 403
    with pytest.raises(DiaryError):
        practitioners.by_code(house, code, by="x")
    with pytest.raises(DiaryError):
        trusted_helper.find(house, maya.vault, code)


@pytest.mark.parametrize("lead", [True, False])
def test_a_lead_who_closes_the_account_keeps_no_link_to_come_back_by(
    app: Flask, house: House, org: Org, maya: Worker, lena: Worker, *, lead: bool
) -> None:
    worker(app, house, org=org, name="Ira Bell", lead=True)
    who = lena if lead else maya
    kept = agencies.invite(house, org_id=org.id, name="Nobody", role="Lead", lead=True)
    said = "Invitations of your team that nobody has used yet." in who.client.get(PAGE).text
    assert close(who).status_code == 303
    assert said is lead
    if lead:
        with pytest.raises(NotFoundError):
            agencies.invited(house, kept.token)
    else:
        assert agencies.invited(house, kept.token).name == "Nobody"


def test_what_he_wrote_stays_with_her_and_the_case_ends(
    house: House, vault: Vault, maya: Worker
) -> None:
    case_id = shared(house, vault, maya)
    written = wrote(house, maya, case_id)
    assert close(maya).status_code == 303
    seen = practice_seen.one(house, vault, written).written
    assert (seen.record.body.detail, seen.record.body.author_name) == ("She rang me.", "Maya Thorn")
    share = sharing.share(house, vault, case_id)
    assert (share.state, share.ended_at, share.reader_closed) == ("ended", house.now(), True)
    with house.store.read() as conn:
        row = rows.by_id(conn, case_id)
        assert row
        assert (row.grantee_key, row.owner_key, row.heads) == (None, None, None)
        assert rows.wrapped(conn, case_id) == set()
    event = told.events(house, vault)[-1]
    assert (event.action, event.subject, event.note) == ("share_ended", case_id, "closed")


def test_nothing_that_his_key_opened_is_left(
    app: Flask, house: House, vault: Vault, maya: Worker
) -> None:
    """Somebody with his private key and the whole database opens nothing of his, and no way in."""
    sign_in(browser_of(app), maya.passkey)
    practitioners.introduce(house, maya.account_id)
    case_id = shared(house, vault, maya)
    record = wrote(house, maya, case_id)
    with house.store.read() as conn:
        row = rows.by_id(conn, case_id)
    assert row
    assert row.grantee_key
    kept = {maya.vault.unlocked.keys.private, row.grantee_key, maya.passkey.id}
    assert close(maya).status_code == 303
    me = maya.account_id
    with house.store.read() as conn:
        lying = {
            table.name: [tuple(row) for row in conn.execute(select(table))]
            for table in metadata.sorted_tables
        }
        with pytest.raises(DiaryError):
            maya.vault.get(conn, record)
    cells = [value for every in lying.values() for row in every for value in row]
    assert not any(
        secret in value for secret in kept for value in cells if isinstance(value, bytes)
    )
    holding = {name for name, every in lying.items() for row in every if me in row}
    assert holding == {"accounts", "practitioners", "slots", "helpers", "grants"}
    assert maya.vault.diary_id not in {value for value in cells if isinstance(value, str)}


def test_the_store_is_whole_afterwards(house: House, vault: Vault, maya: Worker) -> None:
    wrote(house, maya, shared(house, vault, maya))
    assert close(maya).status_code == 303
    upkeep.stamp(house)
    upkeep.sweep(house)
    assert check.check(house).faults == ()


def test_the_slots_are_filled_with_something_else(house: House, maya: Worker) -> None:
    tables = metadata.tables["slots"], metadata.tables["helpers"]

    def kept() -> set[bytes]:
        with house.store.read() as conn:
            queries = [select(one.c.sealed).where(one.c.account_id == maya.account_id)
                       for one in tables]  # fmt: skip
            return {value for query in queries for value in conn.execute(query).scalars()}

    before = kept()
    assert close(maya).status_code == 303
    assert len(kept()) == len(before) == 5
    assert not kept() & before


REFUSED: dict[str, Callable[[Worker, Worker], TestResponse]] = {
    "not sure": lambda maya, _: maya.client.post(
        PAGE, data=maya.passkey.show(maya.client.get(PAGE).text), headers=EYES
    ),
    "no passkey": lambda maya, _: maya.client.post(PAGE, data={"sure": "1"}, headers=EYES),
    "another's passkey": lambda maya, lena: close(maya, lena.passkey),
    "another key": lambda maya, _: close(maya, replace(maya.passkey, key=Passkey().key)),
    "asked for signing in": lambda maya, _: maya.client.post(
        PAGE,
        data=maya.passkey.show(maya.client.get("/work/sign-in").text) | {"sure": "1"},
        headers=EYES,
    ),
}


@pytest.mark.parametrize("how", REFUSED)
def test_only_who_is_sure_and_shows_a_passkey_of_this_account_closes_it(
    maya: Worker, lena: Worker, how: str
) -> None:
    answer = REFUSED[how](maya, lena)
    assert answer.status_code in {400, 403}
    assert 'data-passkey="get"' in answer.text
    assert maya.client.get("/work/me").status_code == 200
    assert close(maya).status_code == 303


def test_an_answer_for_closing_signs_nobody_in(app: Flask, maya: Worker) -> None:
    form = maya.passkey.show(maya.client.get(PAGE).text)
    assert maya.client.post("/work/sign-in", data=form).status_code == 403


def test_the_page_asks_for_the_passkey_again_when_it_was_shown_long_ago(
    maya: Worker, clock: Clock
) -> None:
    clock.pass_(minutes=11)
    assert maya.client.get(PAGE).headers["Location"].startswith("/work/sign-in?next=")


# Who cannot yet


def asked(who: Worker) -> dict[str, str]:
    """The page as it was asked for, answered and not sent yet."""
    return who.passkey.show(who.client.get(PAGE).text) | {"sure": "1"}


def test_the_last_who_leads_others_cannot_go_before_there_is_another(
    app: Flask, house: House, org: Org, maya: Worker, lena: Worker
) -> None:
    second = worker(app, house, org=org, name="Second", lead=True)
    form = asked(lena)
    agencies.suspend(house, account_id=second.account_id)
    answer = lena.client.post(PAGE, data=form, headers=EYES)
    assert (answer.status_code, "the only one who leads" in answer.text) == (400, True)
    assert "data-passkey" not in lena.client.get(PAGE, headers=EYES).text
    worker(app, house, org=org, name="Third", lead=True)
    assert close(lena).status_code == 303
    assert [one.name for one in agencies.members(house) if one.closed] == ["Lena Osei"]


def test_who_leads_nobody_else_can_go(house: House, lena: Worker) -> None:
    assert close(lena).status_code == 303
    assert [one.closed for one in agencies.members(house)] == [True]


def test_what_nobody_else_can_read_is_put_before_somebody_first(
    app: Flask, house: House, org: Org, vault: Vault, maya: Worker
) -> None:
    case_id, form = shared(house, vault, maya), asked(maya)
    made = passed_on(house, maya, case_id, UNSAFE)
    answer = maya.client.post(PAGE, data=form, headers=EYES)
    assert (answer.status_code, "has no second person yet" in answer.text) == (400, True)
    second = worker(app, house, org=org, name="Second", lead=True)
    override_steps.put_before(house, maya.vault, made, decider=second.account_id)
    assert close(maya).status_code == 303
    assert overrides.one(house, second.vault, made).body.author_name == "Maya Thorn"
    override_steps.decide(house, second.vault, made, agrees=False)
    assert len(in_her_diary(house, vault)) == 2


def test_what_she_can_read_hinders_nobody(house: House, vault: Vault, maya: Worker) -> None:
    case_id = shared(house, vault, maya)
    passed_on(house, maya, case_id, SAID)
    override_steps.tell_her(house, maya.vault, passed_on(house, maya, case_id, UNSAFE))
    assert close(maya).status_code == 303
    assert len(in_her_diary(house, vault)) == 2


def test_what_the_second_person_left_undecided_goes_to_another(
    app: Flask, house: House, org: Org, vault: Vault, maya: Worker, lena: Worker
) -> None:
    second = worker(app, house, org=org, name="Second", lead=True)
    made = passed_on(house, maya, shared(house, vault, maya), UNSAFE, lena.account_id)
    assert close(lena).status_code == 303
    assert overrides.one(house, maya.vault, made).needs_decider
    override_steps.put_before(house, maya.vault, made, decider=second.account_id)
    assert override_steps.decide(house, second.vault, made, agrees=True).state == "agreed"


def left_alone(maya: Worker, house: House, *, closes: bool) -> None:
    """She leaves, by herself or suspended."""
    if closes:
        assert close(maya).status_code == 303
    else:
        agencies.suspend(house, account_id=maya.account_id)


@pytest.mark.parametrize("closes", [False, True])
@pytest.mark.parametrize("is_decided", [False, True])
def test_the_last_who_can_read_what_she_is_not_told_lets_her_read_it_first(
    app: Flask, house: House, org: Org, vault: Vault, maya: Worker, lena: Worker,
    *, closes: bool, is_decided: bool,
) -> None:  # fmt: skip
    worker(app, house, org=org, name="Second", lead=True)
    made = passed_on(house, maya, shared(house, vault, maya), UNSAFE, lena.account_id)
    if is_decided:
        override_steps.decide(house, lena.vault, made, agrees=True)
    assert closing.hindrance(house, lena.vault) is None, "its author can still read it"
    form = asked(lena)
    left_alone(maya, house, closes=closes)
    answer = lena.client.post(PAGE, data=form, headers=EYES)
    assert (answer.status_code, "nobody else can read it any more" in answer.text) == (400, True)
    assert override_steps.tell_her(house, lena.vault, made).is_told
    assert close(lena).status_code == 303


@pytest.mark.parametrize("closes", [False, True])
def test_its_author_stays_where_who_agreed_has_gone(
    app: Flask, house: House, org: Org, vault: Vault, maya: Worker, lena: Worker, *, closes: bool
) -> None:
    worker(app, house, org=org, name="Second", lead=True)
    made = passed_on(house, maya, shared(house, vault, maya), UNSAFE, lena.account_id)
    override_steps.decide(house, lena.vault, made, agrees=True)
    assert closing.hindrance(house, maya.vault) is None, "who agreed can still read it"
    form = asked(maya)
    left_alone(lena, house, closes=closes)
    answer = maya.client.post(PAGE, data=form, headers=EYES)
    assert (answer.status_code, "nobody else can read it any more" in answer.text) == (400, True)
    override_steps.tell_her(house, maya.vault, made)
    assert close(maya).status_code == 303


# Who sees what of it


def test_the_lead_sees_that_it_was_closed_and_can_invite_again(
    app: Flask, house: House, maya: Worker, lena: Worker
) -> None:
    assert close(maya).status_code == 303
    assert "Closed" in lena.client.get("/work/team", headers=EYES).text
    page = f"/work/team/{maya.account_id}"
    told_ = lena.client.get(page, headers=EYES).text
    assert "They closed the account themselves." in told_
    assert "Suspend them" not in told_
    again = lena.client.post(f"{page}/invite-again", headers=EYES)
    assert again.status_code == 303
    (waiting,) = agencies.waiting(house, lena_org(house, lena))
    assert waiting.name == "Maya Thorn"


def lena_org(house: House, lena: Worker) -> str:
    return practitioners.card(house, lena.account_id).org_id


def test_she_is_told_of_the_share_and_of_her_helper(
    app: Flask, house: House, signed_in: Person, maya: Worker
) -> None:
    case_id = shared(house, signed_in.vault, maya)
    code = practitioners.introduce(house, maya.account_id).code
    trusted_helper.choose(house, signed_in.vault, code, called="Nad", label="Maya")
    lost = "Your helper cannot help you back in any more."
    assert lost not in signed_in.client.get("/settings").text
    assert close(maya).status_code == 303
    page = signed_in.client.get(f"/sharing/{case_id}").text
    assert "They closed their account on" in page
    assert "What they wrote stays with you." in page
    assert lost in signed_in.client.get("/settings").text
    client = browser_of(app)
    client.post("/sign-in", data={"name": signed_in.name, "passphrase": PASSPHRASE})
    assert lost in client.get("/write").text
    assert lost not in client.get("/write").text, "once each time that she signs in"
    chosen = trusted_helper.current(house, signed_in.vault)
    assert chosen
    assert not chosen.can_help


def test_nothing_can_be_shared_with_somebody_who_has_closed(
    app: Flask, house: House, org: Org, vault: Vault, maya: Worker
) -> None:
    told_ = told.tell(house, vault)
    ended = told.share(house, vault, maya.vault, told_)
    assert close(maya).status_code == 303
    with pytest.raises(DiaryError):
        practice.kept(house, maya.vault)
    with pytest.raises(DiaryError):
        wrote(house, maya, ended)
