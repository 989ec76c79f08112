"""Practitioners' records: authored, signed by the server, only ever added to, hers to read."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from diary.domain.clock import to_ms
from diary.domain.practice import PracticeRecord
from diary.errors import BadInputError, ConflictError, NotFoundError
from diary.services import agencies, cases, practice, practice_seen
from diary.services.cases import Look, NotSharedError
from diary.services.house import House
from diary.services.practice import Shelf
from diary.store import accounts, orgs, records
from diary.store import grants as grant_rows
from diary.store.models import grants
from diary.vault import case as vault_case
from diary.vault.vault import Vault
from tests import cases as told
from tests.cases import Told
from tests.conftest import Person, browser_of
from tests.practitioners import Worker, agency, worker


@pytest.fixture
def bo(app: Flask, house: House) -> Worker:
    return worker(app, house, org=agency(house, "Quay Street"), name="Bo")


def add(house: House, me: Vault, case_id: str, **said: object) -> str:
    body = PracticeRecord.model_validate({"reported_to_me_at": "2026-03-04", **said})
    return practice.add(house, me, case_id, body, record_id=told.any_id())


def shelf(house: House, me: Vault, case_id: str) -> Shelf:
    return cases.read(house, me, case_id, Look("records"), lambda found: practice.every(found, me))


def hers(house: House, vault: Vault) -> list[PracticeRecord]:
    with house.store.read() as conn:
        bodies = [one.body for one in vault.scan(conn, PracticeRecord.kind)]
    return [one for one in bodies if isinstance(one, PracticeRecord)]


def test_a_record_is_signed_by_the_server_and_hers_to_read(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    forged = {"author_name": "Somebody Else", "author_organisation": "The Court", "about": "x"}
    record_id = add(
        house, maya.vault, case_id, detail="She rang me.", linked_entries=(diary.entry,), **forged
    )
    (seen,) = hers(house, vault)
    assert (seen.author_name, seen.author_role) == ("Maya Thorn", "Adviser")
    assert seen.author_organisation == "Harbour Advice"
    assert (seen.about, seen.linked_entries) == (case_id, (diary.entry,))
    (mine,) = shelf(house, maya.vault, case_id).records
    assert (mine.id, mine.body) == (record_id, seen)
    event = told.events(house, vault)[0]
    assert (event.action, event.subject) == ("practice_added", record_id)


def test_what_was_sent_twice_is_kept_once(
    house: House, vault: Vault, maya: Worker, case_id: str
) -> None:
    body, record_id = PracticeRecord(reported_to_me_at="2026-03-04"), told.any_id()
    for _ in range(2):
        assert practice.add(house, maya.vault, case_id, body, record_id=record_id) == record_id
    assert len(hers(house, vault)) == 1
    assert len(practice.kept(house, maya.vault).items) == 1


def test_a_correction_is_a_new_record_that_names_the_one_before(
    house: House, vault: Vault, maya: Worker, case_id: str
) -> None:
    first = add(house, maya.vault, case_id, detail="On Monday.")
    second = add(house, maya.vault, case_id, detail="On Tuesday.", corrects=first)
    found = shelf(house, maya.vault, case_id)
    assert found.corrected == {first: second}
    assert {one.detail for one in hers(house, vault)} == {"On Monday.", "On Tuesday."}
    for said in ({"detail": "On Friday."}, {"reported_to_me_at": "2020-03-03"}):
        newest = add(house, maya.vault, case_id, corrects=first, **said)
        assert shelf(house, maya.vault, case_id).corrected == {first: newest}


def test_no_record_is_ever_written_over(
    house: House, vault: Vault, maya: Worker, case_id: str
) -> None:
    record_id = add(house, maya.vault, case_id, detail="As it was.")
    body = PracticeRecord(detail="As I want it.")
    with house.store.read() as conn:
        grant = cases.live(conn, house, maya.vault, case_id)
    with pytest.raises(ConflictError), house.store.write() as conn:
        vault_case.leave_and_keep(conn, grant, body, at=house.now(), record_id=record_id)
    assert [one.detail for one in hers(house, vault)] == ["As it was."]


def test_an_id_of_hers_is_not_written_over(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    with pytest.raises(NotFoundError):
        practice.add(
            house, maya.vault, case_id,
            PracticeRecord(reported_to_me_at="2026-03-04"), record_id=diary.entry,
        )  # fmt: skip
    with house.store.read() as conn:
        assert len(vault.versions(conn, diary.entry)) == 1


def test_only_shared_entries_and_own_records_can_be_named(
    house: House, vault: Vault, maya: Worker, bo: Worker, case_id: str, diary: Told
) -> None:
    other = told.share(house, vault, bo.vault, diary)
    theirs = add(house, bo.vault, other, detail="Bo's.")
    for said in (
        {"linked_entries": (diary.secret,)},
        {"linked_entries": ("0" * 32,)},
        {"corrects": theirs},
        {"corrects": "0" * 32},
    ):
        with pytest.raises(BadInputError):
            add(house, maya.vault, case_id, **said)
    assert [one.detail for one in hers(house, vault)] == ["Bo's."]


def test_agencies_see_each_other_only_where_she_says_so(
    house: House, vault: Vault, maya: Worker, bo: Worker, case_id: str, diary: Told
) -> None:
    other = told.share(house, vault, bo.vault, diary, sees_other_agencies=True, org="b" * 32)
    add(house, maya.vault, case_id, detail="Maya's.")
    add(house, bo.vault, other, detail="Bo's.")
    assert [one.body.detail for one in shelf(house, bo.vault, other).records] == ["Bo's."]
    practice_seen.pass_on(house, vault)
    found = shelf(house, bo.vault, other)
    assert {one.body.detail for one in found.records} == {"Maya's.", "Bo's."}
    assert {one.body.detail for one in found.records if one.id in found.own} == {"Bo's."}
    assert [one.body.detail for one in shelf(house, maya.vault, case_id).records] == ["Maya's."]
    practice_seen.pass_on(house, vault)
    assert len(shelf(house, bo.vault, other).records) == 2


def test_nothing_is_passed_on_to_who_is_cut_off(
    house: House, vault: Vault, maya: Worker, bo: Worker, case_id: str, diary: Told
) -> None:
    other = told.share(house, vault, bo.vault, diary, sees_other_agencies=True, org="b" * 32)
    add(house, maya.vault, case_id, detail="Maya's.")
    with house.store.read() as conn:
        before = grant_rows.wrapped(conn, other)
    agencies.suspend(house, account_id=bo.account_id)
    assert practice_seen.pass_on(house, vault) == 0
    with house.store.read() as conn:
        assert grant_rows.wrapped(conn, other) == before


def test_two_of_one_agency_see_what_the_other_wrote(
    app: Flask, house: House, vault: Vault, bo: Worker, case_id: str, diary: Told, maya: Worker
) -> None:
    """Whoever stands in for somebody reads on where that one stopped, and no other agency does."""
    (org,) = [one for one in agencies.every_org(house) if one.name == "Harbour Advice"]
    ira = worker(app, house, org=org, name="Ira Bell")
    other = told.share(house, vault, bo.vault, diary, org="b" * 32)
    add(house, maya.vault, case_id, detail="Maya's.")
    add(house, bo.vault, other, detail="Bo's.")
    told.end(house, case_id)
    later = told.share(house, vault, ira.vault, diary)
    assert practice_seen.pass_on(house, vault) == 1
    found = shelf(house, ira.vault, later)
    assert [one.body.detail for one in found.records] == ["Maya's."]
    assert found.own == frozenset(), "it is not his to correct"
    assert [one.body.detail for one in shelf(house, bo.vault, other).records] == ["Bo's."]


def test_an_agency_that_nobody_named_is_nobodys(
    house: House, vault: Vault, maya: Worker, bo: Worker, diary: Told
) -> None:
    mine, other = (told.share(house, vault, one.vault, diary, org="") for one in (maya, bo))
    add(house, maya.vault, mine, detail="Maya's.")
    assert practice_seen.pass_on(house, vault) == 0
    assert shelf(house, bo.vault, other).records == ()


def test_it_is_passed_on_when_she_signs_in(
    app: Flask, house: House, signed_in: Person, maya: Worker, bo: Worker
) -> None:
    hers = signed_in.vault
    diary = told.tell(house, hers)
    case_id = told.share(house, hers, maya.vault, diary)
    other = told.share(house, hers, bo.vault, diary, sees_other_agencies=True, org="b" * 32)
    damaged = told.share(house, hers, bo.vault, diary, sees_other_agencies=True, org="b" * 32)
    with house.store.write() as conn:
        conn.execute(update(grants).where(grants.c.id == damaged).values(owner_key=b"x" * 60))
    form = {"name": signed_in.name, "passphrase": signed_in.passphrase}
    way_back = {"name": signed_in.name, "code": signed_in.code}
    for number, (path, data) in enumerate((("/sign-in", form), ("/way-back", way_back)), 1):
        add(house, maya.vault, case_id, detail=f"Maya's {number}.")
        assert browser_of(app).post(path, data=data).status_code == 303
        assert len(shelf(house, bo.vault, other).records) == number, path


def test_who_was_invited_again_is_told_why_nothing_is_there(maya: Worker) -> None:
    page = maya.client.get("/work/records", headers={"Accept": "text/html"}).text
    assert "Were you invited again with a new key?" in page


def test_the_author_keeps_what_he_wrote_and_nothing_of_hers(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    record_id = add(house, maya.vault, case_id, detail="Mine.", linked_entries=(diary.entry,))
    told.end(house, case_id)
    with pytest.raises(NotSharedError):
        shelf(house, maya.vault, case_id)
    with pytest.raises(NotSharedError):
        add(house, maya.vault, case_id, detail="Too late.")
    (kept,) = practice.kept(house, maya.vault).items
    assert (kept.id, kept.body.detail) == (record_id, "Mine.")
    assert told.NAME not in str(kept)
    with house.store.write() as conn:
        owner = vault.account_id
        accounts.remove(conn, owner)
    assert practice.kept_one(house, maya.vault, record_id).body.detail == "Mine."


def test_she_keeps_it_when_its_author_is_gone(
    house: House, vault: Vault, maya: Worker, case_id: str
) -> None:
    add(house, maya.vault, case_id, detail="Mine.")
    with house.store.write() as conn:
        accounts.remove(conn, maya.account_id)
    assert [one.detail for one in hers(house, vault)] == ["Mine."]
    assert told.events(house, vault)


def test_who_is_suspended_reads_and_writes_nothing(
    house: House, maya: Worker, case_id: str
) -> None:
    add(house, maya.vault, case_id)
    with house.store.write() as conn:
        orgs.suspend(conn, maya.account_id, to_ms(house.now()))
    for call in (
        lambda: practice.kept(house, maya.vault),
        lambda: add(house, maya.vault, case_id),
        lambda: shelf(house, maya.vault, case_id),
    ):
        with pytest.raises(NotSharedError):
            call()


def test_a_full_store_keeps_neither_copy(
    house: House, vault: Vault, maya: Worker, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = records.add, []

    def fails_at_the_second(*args: object) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise ConflictError
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(records, "add", fails_at_the_second)
    with pytest.raises(NotFoundError):
        add(house, maya.vault, case_id)
    monkeypatch.undo()
    assert hers(house, vault) == []
    assert practice.kept(house, maya.vault).items == ()
