"""What a practitioner types is kept until it is saved, and given back where the case has closed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask

from diary.domain.clock import to_ms
from diary.services import drafts
from diary.services.house import House
from diary.store import orgs
from diary.store.models import drafts as rows
from diary.store.models import grants
from diary.vault.vault import Vault
from diary.web.not_kept import Asked
from diary.web.overrides import ASKED
from diary.web.practice_form import asked
from tests import cases as told
from tests.cases import NAME, Told
from tests.conftest import Person, browser_of
from tests.practitioners import Worker, agency, sign_in, worker
from tests.web.boxes import Boxes

EYES = {"Accept": "text/html"}
TYPED = "She rang me from the call box and"
WRITING = "This is what you were writing."
LOST = "This is not shared with you any more. It was not kept here."
HERS = (NAME, "He stood at the gate.", "Called eleven times.")
FORMS = ("/work/cases/{}/records/new", "/work/passed-on/new/{}")
BOX = dict(zip(FORMS, ("detail", "what"), strict=True))
FULL = {
    FORMS[0]: {"reported_day": "2026-03-04", "detail": TYPED},
    FORMS[1]: {"what": TYPED, "to_whom": "Police", "lawful_reason": "A child is in danger."},
}


@pytest.fixture
def maya(app: Flask, house: House) -> Worker:
    return worker(app, house, org=agency(house), lead=True)


def keep(who: Worker | Person, path: str, **typed: str) -> int:
    return who.client.post("/drafts", data={"draft-of": path} | typed).status_code


def kept_rows(house: House) -> int:
    with house.store.read() as conn:
        return len(conn.execute(rows.select()).all())


def shown(maya: Worker, path: str) -> str:
    answer = maya.client.get(path, headers=EYES)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("form", FORMS)
def test_it_outlives_leaving_and_signing_in_again(
    app: Flask, maya: Worker, case_id: str, form: str
) -> None:
    path = form.format(case_id)
    assert keep(maya, path, **{BOX[form]: TYPED}) == 204
    maya.client.get("/leave")
    maya.client = browser_of(app)
    assert sign_in(maya.client, maya.passkey).status_code == 303
    page = shown(maya, path)
    assert Boxes(page).forms[path][BOX[form]] == TYPED
    assert WRITING in page


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_send_what_is_typed_and_say_when_nobody_is_there(
    maya: Worker, case_id: str, form: str
) -> None:
    page = shown(maya, form.format(case_id))
    assert "keep.js" in page
    inside = page.partition('<form class="stack"')[2].partition("</form>")[0]
    assert "data-no-connection hidden" in inside


@pytest.mark.parametrize("form", FORMS)
def test_saving_the_form_forgets_it(house: House, maya: Worker, case_id: str, form: str) -> None:
    path = form.format(case_id)
    keep(maya, path, **{BOX[form]: TYPED})
    assert maya.client.post(path, data={BOX[form]: TYPED}, headers=EYES).status_code == 400
    assert kept_rows(house) == 1, "a form that is refused keeps it"
    assert maya.client.post(path, data=FULL[form], headers=EYES).status_code == 303
    assert kept_rows(house) == 0
    assert WRITING not in shown(maya, path)


@pytest.mark.parametrize("form", FORMS)
def test_it_can_be_started_without_it(maya: Worker, case_id: str, form: str) -> None:
    path = form.format(case_id)
    keep(maya, path, **{BOX[form]: TYPED})
    without = Boxes(shown(maya, path)).forms["/drafts/empty"]
    assert maya.client.post("/drafts/empty", data=without).location == path
    assert TYPED not in shown(maya, path)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_typed_about_one_case_is_not_shown_as_about_another(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told, form: str
) -> None:
    other = told.share(house, vault, maya.vault, diary)
    keep(maya, form.format(case_id), **{BOX[form]: TYPED})
    page = shown(maya, form.format(other))
    assert TYPED not in page
    assert WRITING not in page


@pytest.mark.parametrize(
    "path",
    ["/write", "/told/new", "/reports/new", "/settings/passphrase", "/work/team/invite",
     "/work/settings/close", "/work/settings/passkey", "/work/sign-in", "/work/passed-on",
     "/work/passed-on/" + "0" * 32, "/work/cases", "/work/records", "/nowhere", ""],
)  # fmt: skip
def test_only_these_two_forms_of_theirs_have_one(house: House, maya: Worker, path: str) -> None:
    assert keep(maya, path, what_happened=TYPED, name=TYPED) == 404
    assert maya.client.post("/drafts/empty", data={"draft-of": path}).status_code == 404
    assert kept_rows(house) == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_survivor_keeps_nothing_for_them(house: House, signed_in: Person, form: str) -> None:
    assert keep(signed_in, form.format("0" * 32), detail=TYPED) == 404
    assert kept_rows(house) == 0


def test_it_is_sealed_in_their_own_vault(
    house: House, vault: Vault, maya: Worker, case_id: str
) -> None:
    path = FORMS[0].format(case_id)
    keep(maya, path, detail=TYPED)
    assert drafts.read(house, maya.vault, path) == [("detail", TYPED)]
    assert drafts.read(house, vault, path) is None
    with house.store.read() as conn:
        (row,) = conn.execute(rows.select()).all()
    assert row.diary_id == maya.vault.diary_id
    assert TYPED.encode() not in row.sealed


def test_whoever_is_suspended_keeps_nothing(house: House, maya: Worker) -> None:
    with house.store.write() as conn:  # by the row alone: the session is there still
        orgs.suspend(conn, maya.account_id, to_ms(house.now()))
    assert keep(maya, FORMS[0].format("0" * 32), detail=TYPED) == 401
    assert kept_rows(house) == 0


@pytest.mark.parametrize("day", ["2026-03-04", "", "31/2/2026"])
def test_words_about_a_case_that_ended_meanwhile_are_given_back(
    house: House, maya: Worker, case_id: str, diary: Told, day: str
) -> None:
    path = FORMS[0].format(case_id)
    keep(maya, path, detail=TYPED)
    told.end(house, case_id)
    form = {"reported_day": day, "detail": TYPED, "linked": diary.entry, "copy_seen": "not_sure"}
    answer = maya.client.post(path, data=form, headers=EYES)
    assert answer.status_code == 404
    assert LOST in answer.text
    assert f"Detail\n{TYPED}" in answer.text
    assert day in answer.text
    assert "Have you seen a copy?\nNot sure" in answer.text
    for hers in (*HERS, diary.entry, case_id):
        assert hers not in answer.text
    assert kept_rows(house) == 0, "nobody could reach it any more"
    assert maya.client.get(path, headers=EYES).status_code == 404


def test_words_about_somebody_who_is_gone_are_given_back(
    house: House, maya: Worker, case_id: str
) -> None:
    with house.store.write() as conn:
        conn.execute(grants.delete())
    answer = maya.client.post(FORMS[1].format(case_id), data=FULL[FORMS[1]], headers=EYES)
    assert answer.status_code == 404
    assert LOST in answer.text
    assert f"What did you tell?\n{TYPED}" in answer.text
    assert "Why is it lawful?\nA child is in danger." in answer.text
    assert case_id not in answer.text


@pytest.mark.parametrize("form", FORMS)
def test_it_says_of_a_case_that_ended_what_it_says_of_one_that_never_was(
    house: House, maya: Worker, case_id: str, form: str
) -> None:
    with house.store.write() as conn:
        conn.execute(grants.delete())
    for typed in (FULL[form], {}):
        ended, never = (
            maya.client.post(form.format(one), data=typed, headers=EYES)
            for one in (case_id, "0" * 32)
        )
        assert (ended.status_code, ended.text) == (never.status_code, never.text)
        assert ("readonly" in ended.text) == bool(typed)


@pytest.mark.parametrize(
    ("form", "questions"), [(FORMS[0], asked()), (FORMS[1], ASKED)], ids=["record", "passed on"]
)
def test_what_is_given_back_is_all_that_the_form_asks_in_its_words(
    maya: Worker, case_id: str, form: str, questions: Sequence[Asked]
) -> None:
    page = shown(maya, form.format(case_id))
    boxes = {name for one in questions for name in one.boxes}
    for one in questions:
        assert one.label in page
        assert all(f'name="{name}"' in page for name in one.boxes)
    inside = page.partition('<form class="stack"')[2].partition("</form>")[0]
    named = {part.partition('"')[0] for part in inside.split(' name="')[1:]}
    assert named - boxes <= {"id", "corrects", "linked"}
