"""What was passed on without asking: two people, once, and it opens nothing."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import update

from diary.canonical import utc_text
from diary.domain.clock import to_ms
from diary.domain.practice import Override, PracticeRecord
from diary.errors import BadInputError, ConflictError
from diary.services import agencies, looks, override_steps, overrides, practice_seen
from diary.services.cases import NotSharedError
from diary.services.house import House
from diary.services.practice_seen import Written
from diary.store import accounts, orgs
from diary.store import overrides as rows
from diary.store.models import practitioners
from diary.vault.vault import Vault
from tests import cases as told
from tests.cases import Told
from tests.practitioners import agency, worker
from tests.services.test_practice import hers, shelf

EYES = {"Accept": "text/html"}
SAID = Override(lawful_reason="A child is in danger.", what="Where he waits.", to_whom="Police")
UNSAFE = SAID.model_copy(update={"unsafe_to_notify": True, "why_unsafe": "He reads along."})


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
def case_id(house: House, vault: Vault, people: People, diary: Told) -> str:
    return told.share(house, vault, people.maya.vault, diary)


def ask(house: House, people: People, case_id: str, said: Override = SAID) -> str:
    return overrides.ask(
        house, people.maya.vault, case_id, said,
        decider=people.lena.account_id, record_id=told.any_id(),
    )  # fmt: skip


def in_her_diary(house: House, vault: Vault) -> list[tuple[str, str]]:
    """What she can read of it: what was told, and what was decided; as often as it stands there."""
    said = [one.override for one in hers(house, vault)]
    return sorted((one.what, one.decision) for one in said if one)


def seen_by_her(house: House, vault: Vault) -> tuple[Written, ...]:
    return practice_seen.every(house, vault).items


def test_it_is_hers_to_read_at_once_and_the_decision_is_added(
    house: House, vault: Vault, people: People, case_id: str
) -> None:
    at = utc_text(house.now())
    made = ask(house, people, case_id)
    (record,) = hers(house, vault)
    assert record.override == SAID.model_copy(update={"written_at": at})
    assert (record.author_name, record.about) == ("Maya Thorn", case_id)
    seen = overrides.one(house, people.lena.vault, made)
    assert (seen.state, seen.is_mine_to_decide, seen.body) == ("waiting", True, record)
    decided = override_steps.decide(house, people.lena.vault, made, agrees=True)
    assert (decided.state, decided.is_told) == ("agreed", True)
    (more,) = [one for one in hers(house, vault) if one != record]
    (first,) = [one.record.id for one in seen_by_her(house, vault) if one.record.body == record]
    assert (more.corrects, more.author_name) == (first, "Maya Thorn")
    assert more.override
    assert (more.override.decision, more.override.approved_by) == ("agreed", "Lena Osei")
    events = [(one.subject, one.note) for one in told.events(house, vault)]
    assert events == [(case_id, "override"), (case_id, "override decided")]
    found = looks.looks(house, vault, grant_id=case_id).items
    assert {look.share and look.share.consent.name for look in found} == {"Maya Thorn"}
    assert [one.state for one in overrides.every(house, people.maya.vault)] == ["agreed"]


WAS, YES, NO = ("Where he waits.", ""), ("Where he waits.", "agreed"), (SAID.what, "not agreed")


@pytest.mark.parametrize(
    ("unsafe", "agrees", "she_is_told", "read"),
    [
        (False, True, False, [WAS, YES]),
        (False, False, False, [WAS, NO]),
        (True, True, False, []),
        (True, True, True, [WAS, YES]),
        (True, False, False, [WAS, NO]),
        (True, False, True, [WAS, NO]),
    ],
)
def test_it_stays_out_of_her_diary_only_where_both_hold_that_unsafe(
    house: House, vault: Vault, people: People, case_id: str,
    *, unsafe: bool, agrees: bool, she_is_told: bool, read: list[tuple[str, str]],
) -> None:  # fmt: skip
    said = UNSAFE if unsafe else SAID
    made = ask(house, people, case_id, said)
    assert in_her_diary(house, vault) == ([] if unsafe else [WAS])
    lena = people.lena.vault
    decided = override_steps.decide(house, lena, made, agrees=agrees, she_is_told=she_is_told)
    assert in_her_diary(house, vault) == read
    assert len(told.events(house, vault)) == len(read)
    assert decided.is_told == bool(read)
    state = "agreed" if agrees else "not agreed"
    assert overrides.one(house, people.maya.vault, made).state == state


@pytest.mark.parametrize("who", ["maya", "lena"])
@pytest.mark.parametrize("is_decided", [False, True])
def test_that_it_is_unsafe_can_be_lifted_later(
    house: House, vault: Vault, people: People, case_id: str, who: str, *, is_decided: bool
) -> None:
    made = ask(house, people, case_id, UNSAFE)
    lena, somebody = people.lena.vault, getattr(people, who).vault
    if is_decided:
        override_steps.decide(house, lena, made, agrees=True)
    for _ in range(2):
        assert override_steps.tell_her(house, somebody, made).is_told
        assert in_her_diary(house, vault) == ([WAS, YES] if is_decided else [WAS])
    if not is_decided:
        override_steps.decide(house, lena, made, agrees=True)
        assert in_her_diary(house, vault) == [WAS, YES], "it cannot be hidden again"
    for stranger in (people.ira.vault, people.bo.vault, vault):
        with pytest.raises(NotSharedError):
            override_steps.tell_her(house, stranger, made)


def test_without_a_second_person_it_is_written_down_and_decided_later(
    app: Flask, house: House, vault: Vault, diary: Told
) -> None:
    org = agency(house, "Small Aid")
    only = worker(app, house, org=org, name="Ada Only", lead=True)
    case_id = told.share(house, vault, only.vault, diary)
    made = overrides.ask(house, only.vault, case_id, SAID, decider="", record_id=told.any_id())
    assert in_her_diary(house, vault) == [WAS]
    (seen,) = overrides.every(house, only.vault)
    assert (seen.state, seen.decider, seen.needs_decider) == ("waiting", "", True)
    with pytest.raises(NotSharedError):
        override_steps.decide(house, only.vault, made, agrees=True)
    with pytest.raises(BadInputError):
        override_steps.put_before(house, only.vault, made, decider=only.account_id)
    second = worker(app, house, org=org, name="Bea Second", lead=True)
    asked = override_steps.put_before(house, only.vault, made, decider=second.account_id)
    assert (asked.decider, asked.needs_decider) == ("Bea Second", False)
    override_steps.decide(house, second.vault, made, agrees=True)
    assert in_her_diary(house, vault) == [WAS, YES]


def test_another_is_asked_only_where_the_first_cannot_decide_any_more(
    app: Flask, house: House, vault: Vault, people: People, case_id: str
) -> None:
    (org,) = [one for one in agencies.every_org(house) if one.name == "Harbour Advice"]
    third = worker(app, house, org=org, name="Third", lead=True)
    made, maya = ask(house, people, case_id), people.maya.vault
    for decider in (third, people.bo, people.ira, people.maya):
        with pytest.raises((ConflictError, BadInputError)):
            override_steps.put_before(house, maya, made, decider=decider.account_id)
    agencies.suspend(house, account_id=people.lena.account_id)
    assert overrides.one(house, maya, made).needs_decider
    for somebody in (third.vault, people.ira.vault):
        with pytest.raises(NotSharedError):
            override_steps.put_before(house, somebody, made, decider=third.account_id)
    override_steps.put_before(house, maya, made, decider=third.account_id)
    override_steps.decide(house, third.vault, made, agrees=False)
    assert in_her_diary(house, vault) == [WAS, NO]


def test_an_id_of_hers_is_not_taken_for_it(
    house: House, vault: Vault, people: People, diary: Told, case_id: str
) -> None:
    for said, an_id in ((SAID, diary.second), (UNSAFE, diary.entry)):
        made = overrides.ask(
            house, people.maya.vault, case_id, said,
            decider=people.lena.account_id, record_id=an_id,
        )  # fmt: skip
        assert overrides.one(house, people.lena.vault, made).is_told == (said == SAID)
    override_steps.decide(house, people.lena.vault, made, agrees=False)
    assert in_her_diary(house, vault) == [WAS, WAS, NO]
    with house.store.read() as conn:
        assert len(vault.versions(conn, diary.entry)) == 1


def test_it_is_decided_once(house: House, vault: Vault, people: People, case_id: str) -> None:
    made = ask(house, people, case_id)
    override_steps.decide(house, people.lena.vault, made, agrees=False)
    override_steps.decide(house, people.lena.vault, made, agrees=True)
    assert overrides.one(house, people.lena.vault, made).state == "not agreed"
    assert in_her_diary(house, vault) == [WAS, NO]


def test_only_the_one_who_was_asked_decides(
    house: House, vault: Vault, other_vault: Vault, people: People, case_id: str
) -> None:
    made = ask(house, people, case_id)
    for somebody in (people.maya, people.ira, people.bo):
        with pytest.raises(NotSharedError):
            override_steps.decide(house, somebody.vault, made, agrees=True)
    for stranger in (people.ira.vault, people.bo.vault, other_vault, vault):
        with pytest.raises(NotSharedError):
            overrides.one(house, stranger, made)
    assert in_her_diary(house, vault) == [WAS]


@pytest.mark.parametrize("change", ["not lead", "another agency"])
def test_who_decides_leads_the_authors_agency_at_that_moment(
    house: House, vault: Vault, people: People, case_id: str, change: str
) -> None:
    made, lena = ask(house, people, case_id), people.lena
    (other,) = [one.id for one in agencies.every_org(house) if one.name == "Quay Street"]
    values: dict[str, object] = {"lead": False} if change == "not lead" else {"org_id": other}
    with house.store.write() as conn:
        mine = practitioners.c.account_id == lena.account_id
        conn.execute(update(practitioners).where(mine).values(values))
    with pytest.raises(NotSharedError):
        override_steps.decide(house, lena.vault, made, agrees=True)
    seen = overrides.one(house, people.maya.vault, made)
    assert (seen.state, seen.needs_decider) == ("waiting", True)
    assert in_her_diary(house, vault) == [WAS]


def test_the_author_decides_nothing_even_where_the_row_says_so(
    house: House, vault: Vault, people: People, diary: Told
) -> None:
    """A lead who passed something on herself, with a row that names her as the second person."""
    case_id = told.share(house, vault, people.lena.vault, diary)
    made = overrides.ask(
        house, people.lena.vault, case_id, SAID, decider="", record_id=told.any_id()
    )
    with house.store.read() as conn:
        row = rows.by_id(conn, made)
    assert row
    assert row.decided_by == people.lena.account_id
    with pytest.raises(NotSharedError):
        override_steps.decide(house, people.lena.vault, made, agrees=True)
    assert overrides.one(house, people.lena.vault, made).state == "waiting"


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
        override_steps.decide(house, people.lena.vault, made, agrees=True)
    assert in_her_diary(house, vault) == [WAS]


def test_it_opens_nothing_and_no_other_agency_reads_it(
    house: House, vault: Vault, people: People, diary: Told, case_id: str
) -> None:
    other = told.share(house, vault, people.bo.vault, diary, sees_other_agencies=True, org="b" * 32)
    made = ask(house, people, case_id)
    override_steps.decide(house, people.lena.vault, made, agrees=True)
    practice_seen.pass_on(house, vault)
    assert shelf(house, people.bo.vault, other).records == ()
    with pytest.raises(NotSharedError):
        shelf(house, people.lena.vault, case_id)


def test_what_was_told_can_be_written_down_after_the_share_has_ended(
    house: House, vault: Vault, people: People, case_id: str
) -> None:
    told.end(house, case_id)
    made = ask(house, people, case_id)
    override_steps.decide(house, people.lena.vault, made, agrees=True)
    assert in_her_diary(house, vault) == [WAS, YES]


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
    decided = override_steps.decide(house, people.lena.vault, made, agrees=True)
    assert (decided.state, decided.is_told, decided.can_be_told) == ("agreed", False, False)
    body = overrides.one(house, people.maya.vault, made).body
    assert body.override
    assert body.override.what == SAID.what
    assert not override_steps.tell_her(house, people.maya.vault, made).is_told


# The pages

FORM = {
    "what": "Where he waits.",
    "to_whom": "Police, the desk",
    "lawful_reason": "A child is in danger.",
}


def test_the_form_and_the_decision(
    house: House, vault: Vault, people: People, case_id: str
) -> None:
    client, path = people.maya.client, f"/work/passed-on/new/{case_id}"
    page = client.get(path, headers=EYES).text
    assert "It opens nothing" in page or "This opens nothing" in page
    assert "Lena Osei" in page
    assert "Ira" not in page
    form = {**FORM, "decider": people.lena.account_id, "id": told.any_id()}
    for _ in range(2):
        made = client.post(path, data=form, headers=EYES)
        assert made.status_code == 303, made.text
    where = made.headers["Location"]
    assert "I agree" not in client.get(where, headers=EYES).text
    assert "for you to decide" in people.lena.client.get("/work/passed-on", headers=EYES).text
    assert "I agree" in people.lena.client.get(where, headers=EYES).text
    for said in ({}, {"agrees": "perhaps"}):
        again = people.lena.client.post(where, data=said, headers=EYES)
        assert again.status_code == 400
        assert 'href="#f-agrees">Choose one of the answers.' in again.text
        assert 'id="f-agrees"' in again.text
        assert "I agree" in again.text
    assert client.post(where, data={}, headers=EYES).status_code == 303, "not his to decide"
    assert in_her_diary(house, vault) == [WAS]
    assert people.lena.client.post(where, data={"agrees": "yes"}).status_code == 303
    assert in_her_diary(house, vault) == [WAS, YES]
    assert "She can read it." in client.get(where, headers=EYES).text


def test_the_pages_of_what_is_unsafe_to_tell(
    house: House, vault: Vault, people: People, case_id: str
) -> None:
    client = people.maya.client
    form = {**FORM, "decider": people.lena.account_id, "unsafe": "yes",
            "why_unsafe": "He reads along."}  # fmt: skip
    made = client.post(f"/work/passed-on/new/{case_id}", data=form, headers=EYES)
    where = made.headers["Location"]
    assert "She is not told" in client.get(where, headers=EYES).text
    assert "I agree, and telling her is unsafe" in people.lena.client.get(where, headers=EYES).text
    assert people.lena.client.post(where, data={"agrees": "yes"}).status_code == 303
    assert in_her_diary(house, vault) == []
    assert "She can read it now" in client.get(where, headers=EYES).text
    assert client.post(f"{where}/tell-her").status_code == 303
    assert in_her_diary(house, vault) == [WAS, YES]
    assert "She can read it now" not in client.get(where, headers=EYES).text


def test_the_pages_where_there_is_no_second_person(
    app: Flask, house: House, vault: Vault, diary: Told
) -> None:
    org = agency(house, "Small Aid")
    only = worker(app, house, org=org, name="Ada Only")
    case_id = told.share(house, vault, only.vault, diary)
    page = only.client.get(f"/work/passed-on/new/{case_id}", headers=EYES).text
    assert "no second person yet" in page
    made = only.client.post(f"/work/passed-on/new/{case_id}", data=FORM, headers=EYES)
    where = made.headers["Location"]
    assert "There is no second person yet." in only.client.get(where, headers=EYES).text
    assert "no second person yet" in only.client.get("/work/passed-on", headers=EYES).text
    lead = worker(app, house, org=org, name="Bea Lead", lead=True)
    assert "Bea Lead" in only.client.get(where, headers=EYES).text
    ask_them = f"{where}/second-person"
    assert only.client.post(ask_them, data={"decider": "x"}, headers=EYES).status_code == 400
    assert only.client.post(ask_them, data={"decider": lead.account_id}).status_code == 303
    assert "I agree" in lead.client.get(where, headers=EYES).text


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
    form = {**FORM, "decider": people.lena.account_id, "case": case_id, box: value}
    path = f"/work/passed-on/new/{form.pop('case')}"
    answer = people.maya.client.post(path, data=form, headers=EYES)
    assert answer.status_code == status, answer.text
    assert overrides.every(house, people.maya.vault) == []
    if status == 400 and box != "what":
        assert "Where he waits." in answer.text


def test_among_what_he_wrote_it_stands_with_its_first_words(
    house: House, people: People, case_id: str
) -> None:
    ask(house, people, case_id)
    page = people.maya.client.get("/work/records", headers=EYES).text
    assert re.search(r'class="first"[^>]*>Where he waits\.<', page)


def test_a_forged_approval_is_not_taken(
    house: House, vault: Vault, people: People, case_id: str
) -> None:
    form = {
        **FORM, "decider": people.lena.account_id,
        "approved_by": "Lena Osei", "approved_at": "2026-03-03T00:00:00.000Z",
    }  # fmt: skip
    people.maya.client.post(f"/work/passed-on/new/{case_id}", data=form, headers=EYES)
    (asked,) = overrides.every(house, people.maya.vault)
    assert asked.body.override
    assert asked.body.override.approved_by == ""
    assert isinstance(asked.body, PracticeRecord)
    assert in_her_diary(house, vault) == [WAS]
