"""What was passed on without asking: two people, once, and it opens nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from diary.domain.clock import to_ms
from diary.domain.practice import Override, PracticeRecord
from diary.errors import BadInputError
from diary.services import looks, overrides, practice_seen
from diary.services.cases import NotSharedError
from diary.services.house import House
from diary.store import accounts, orgs
from diary.vault.vault import Vault
from tests import cases as told
from tests.cases import Told
from tests.practitioners import agency, worker
from tests.services.test_practice import hers, shelf

EYES = {"Accept": "text/html"}
SAID = Override(lawful_reason="A child is in danger.", what="Where he waits.", to_whom="Police")


class People:
    """An agency with somebody, two who lead it, and one of another agency."""

    def __init__(self, app: Flask, house: House) -> None:
        org = agency(house)
        self.maya = worker(app, house, org=org)
        self.lena = worker(app, house, org=org, name="Lena Osei", lead=True)
        self.ira = worker(app, house, org=org, name="Ira")
        self.bo = worker(app, house, org=agency(house, "Quay Street"), name="Bo", lead=True)


@pytest.fixture
def people(app: Flask, house: House) -> People:
    return People(app, house)


@pytest.fixture
def diary(house: House, vault: Vault) -> Told:
    return told.tell(house, vault)


@pytest.fixture
def case_id(house: House, vault: Vault, people: People, diary: Told) -> str:
    return told.share(house, vault, people.maya.vault, diary)


def ask(house: House, people: People, case_id: str, said: Override = SAID) -> str:
    return overrides.ask(
        house, people.maya.vault, case_id, said,
        decider=people.lena.account_id, record_id=told.any_id(),
    )  # fmt: skip


def test_nothing_is_hers_to_read_before_a_second_person_agrees(
    house: House, vault: Vault, people: People, case_id: str
) -> None:
    made = ask(house, people, case_id)
    assert (hers(house, vault), told.events(house, vault)) == ([], [])
    seen = overrides.one(house, people.lena.vault, made)
    assert (seen.state, seen.is_mine_to_decide, seen.body.override) == ("waiting", True, SAID)
    overrides.decide(house, people.lena.vault, made, agrees=True)
    (record,) = hers(house, vault)
    assert record.override
    assert (record.author_name, record.override.approved_by) == ("Maya Thorn", "Lena Osei")
    (event,) = told.events(house, vault)
    assert (event.subject, event.note) == (case_id, "override")
    (look,) = looks.looks(house, vault, grant_id=case_id).items
    assert (look.note, look.share.consent.name) == ("override", "Maya Thorn")
    assert [one.state for one in overrides.every(house, people.maya.vault)] == ["agreed"]


@pytest.mark.parametrize(("unsafe", "agrees"), [(True, True), (True, False), (False, False)])
def test_what_is_unsafe_or_not_agreed_stays_out_of_her_diary(
    house: House, vault: Vault, people: People, case_id: str, *, unsafe: bool, agrees: bool
) -> None:
    said = SAID.model_copy(update={"unsafe_to_notify": unsafe, "why_unsafe": "He reads along."})
    made = ask(house, people, case_id, said)
    overrides.decide(house, people.lena.vault, made, agrees=agrees)
    assert (hers(house, vault), told.events(house, vault)) == ([], [])
    state = "agreed" if agrees else "not agreed"
    assert overrides.one(house, people.maya.vault, made).state == state


def test_it_is_decided_once(house: House, vault: Vault, people: People, case_id: str) -> None:
    made = ask(house, people, case_id)
    overrides.decide(house, people.lena.vault, made, agrees=False)
    overrides.decide(house, people.lena.vault, made, agrees=True)
    assert overrides.one(house, people.lena.vault, made).state == "not agreed"
    assert hers(house, vault) == []


def test_only_the_one_who_was_asked_decides(
    house: House, vault: Vault, other_vault: Vault, people: People, case_id: str
) -> None:
    made = ask(house, people, case_id)
    for somebody in (people.maya, people.ira, people.bo):
        with pytest.raises(NotSharedError):
            overrides.decide(house, somebody.vault, made, agrees=True)
    for stranger in (people.ira.vault, people.bo.vault, other_vault, vault):
        with pytest.raises(NotSharedError):
            overrides.one(house, stranger, made)
    assert hers(house, vault) == []


def test_nobody_agrees_with_himself_nor_asks_somebody_who_does_not_lead(
    house: House, vault: Vault, people: People, diary: Told, case_id: str
) -> None:
    for decider in (people.maya, people.ira, people.bo):
        with pytest.raises(BadInputError):
            overrides.ask(
                house, people.maya.vault, case_id, SAID,
                decider=decider.account_id, record_id=told.any_id(),
            )  # fmt: skip
    led = told.share(house, vault, people.lena.vault, diary)
    assert overrides.deciders(house, people.lena.vault) == []
    with pytest.raises(BadInputError):
        overrides.ask(
            house, people.lena.vault, led, SAID,
            decider=people.lena.account_id, record_id=told.any_id(),
        )  # fmt: skip


def test_who_was_suspended_meanwhile_decides_nothing(
    house: House, vault: Vault, people: People, case_id: str
) -> None:
    made = ask(house, people, case_id)
    with house.store.write() as conn:
        orgs.suspend(conn, people.lena.account_id, to_ms(house.now()))
    with pytest.raises(NotSharedError):
        overrides.decide(house, people.lena.vault, made, agrees=True)
    assert hers(house, vault) == []


def test_it_opens_nothing_and_no_other_agency_reads_it(
    house: House, vault: Vault, people: People, diary: Told, case_id: str
) -> None:
    other = told.share(house, vault, people.bo.vault, diary, sees_other_agencies=True, org="b" * 32)
    made = ask(house, people, case_id)
    overrides.decide(house, people.lena.vault, made, agrees=True)
    practice_seen.pass_on(house, vault)
    assert shelf(house, people.bo.vault, other).records == ()
    with pytest.raises(NotSharedError):
        shelf(house, people.lena.vault, case_id)


def test_what_was_told_can_be_written_down_after_the_share_has_ended(
    house: House, vault: Vault, people: People, case_id: str
) -> None:
    told.end(house, case_id)
    made = ask(house, people, case_id)
    overrides.decide(house, people.lena.vault, made, agrees=True)
    assert len(hers(house, vault)) == 1


def test_a_case_that_was_never_his(house: House, people: People, case_id: str) -> None:
    for case in (case_id, "0" * 32, "x", ""):
        with pytest.raises(NotSharedError):
            overrides.may_ask(house, people.ira.vault, case)
    overrides.may_ask(house, people.maya.vault, case_id)


def test_the_agency_keeps_it_when_her_diary_is_gone(
    house: House, vault: Vault, people: People, case_id: str
) -> None:
    made = ask(house, people, case_id)
    with house.store.write() as conn:
        accounts.remove(conn, vault.account_id)
    decided = overrides.decide(house, people.lena.vault, made, agrees=True)
    assert decided.state == "agreed"
    assert overrides.one(house, people.maya.vault, made).body.override == SAID


# The pages

FORM = {
    "what": "Where he waits.",
    "to_whom": "Police, the desk",
    "lawful_reason": "A child is in danger.",
}


def test_the_form_and_the_decision(
    house: House, vault: Vault, people: People, case_id: str
) -> None:
    client, path = people.maya.client, "/work/passed-on/new"
    page = client.get(f"{path}?case={case_id}", headers=EYES).text
    assert "It opens nothing" in page or "This opens nothing" in page
    assert "Lena Osei" in page
    assert "Ira" not in page
    form = {**FORM, "case": case_id, "decider": people.lena.account_id, "id": told.any_id()}
    for _ in range(2):
        made = client.post(path, data=form, headers=EYES)
        assert made.status_code == 303, made.text
    where = made.headers["Location"]
    assert "I agree" not in client.get(where, headers=EYES).text
    assert "for you to decide" in people.lena.client.get("/work/passed-on", headers=EYES).text
    assert "I agree" in people.lena.client.get(where, headers=EYES).text
    assert people.lena.client.post(where, data={"agrees": "perhaps"}).status_code == 303
    assert hers(house, vault) == []
    assert people.lena.client.post(where, data={"agrees": "yes"}).status_code == 303
    assert len(hers(house, vault)) == 1
    assert "She can read it." in client.get(where, headers=EYES).text


@pytest.mark.parametrize(
    ("box", "value", "status"),
    [
        ("what", " ", 400), ("to_whom", "", 400), ("lawful_reason", "", 400),
        ("what", "x" * 100_001, 400), ("to_whom", "x" * 1001, 400), ("told_day", "soon", 400),
        ("told_time", "12:00", 400), ("decider", "", 400), ("decider", "0" * 32, 400),
        ("unsafe", "yes", 400), ("case", "0" * 32, 404), ("case", "", 404),
    ],
)  # fmt: skip
def test_bad_input(
    house: House, people: People, case_id: str, box: str, value: str, status: int
) -> None:
    form = {**FORM, "case": case_id, "decider": people.lena.account_id, box: value}
    answer = people.maya.client.post("/work/passed-on/new", data=form, headers=EYES)
    assert answer.status_code == status, answer.text
    assert overrides.every(house, people.maya.vault) == []
    if status == 400 and box != "what":
        assert "Where he waits." in answer.text


def test_a_forged_approval_is_not_taken(
    house: House, vault: Vault, people: People, case_id: str
) -> None:
    form = {
        **FORM, "case": case_id, "decider": people.lena.account_id,
        "approved_by": "Lena Osei", "approved_at": "2026-03-03T00:00:00.000Z",
    }  # fmt: skip
    people.maya.client.post("/work/passed-on/new", data=form, headers=EYES)
    (asked,) = overrides.every(house, people.maya.vault)
    assert asked.body.override
    assert asked.body.override.approved_by == ""
    assert isinstance(asked.body, PracticeRecord)
    assert hers(house, vault) == []
