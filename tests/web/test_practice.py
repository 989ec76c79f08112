"""The form of a practitioner's record: bad input at every box, nothing lost, nothing forged."""

from __future__ import annotations

import pytest
from flask import Flask

from diary.domain.practice import PracticeRecord
from diary.services import practice
from diary.services.house import House
from diary.vault.vault import Vault
from diary.web.practice_form import CHOICES, REVIEWS, TICKS, WORDS
from tests import cases as told
from tests.cases import Told
from tests.practitioners import Worker, agency, worker
from tests.web.test_cases import EYES, RECORD, write_record


def kept(house: House, maya: Worker) -> list[PracticeRecord]:
    return [one.body for one in practice.kept(house, maya.vault).items]


def test_a_full_record_comes_back_as_it_was_written(
    house: House, maya: Worker, case_id: str, diary: Told
) -> None:
    said = {name: f"words for {name}\nand more" for name in WORDS}
    said |= dict.fromkeys(CHOICES, "not_sure") | dict.fromkeys(TICKS, "yes")
    said |= dict.fromkeys(REVIEWS, "planned")
    said |= {"order_type": "NMO", "end_date": "2027-01-02", "linked": diary.entry}
    said |= {"happened_day": "3/3/2026", "happened_time": "21:14"}
    record_id = write_record(maya, case_id, **said)
    (one,) = kept(house, maya)
    for name in WORDS:
        assert getattr(one, name) == said[name]
    assert (one.copy_seen, one.is_pattern, one.safety_plan_reviewed) == (
        True,
        "not_sure",
        "planned",
    )
    assert one.reported_to_me_at == "2026-03-04T09:15:00.000Z"
    assert one.happened_at == "2026-03-03T21:14"
    assert one.linked_entries == (diary.entry,)
    for path in (f"/work/cases/{case_id}/records/{record_id}", f"/work/records/{record_id}"):
        page = maya.client.get(path, headers=EYES).text
        assert "words for locks_home_security" in page
        assert "Maya Thorn" in page
        assert "asked for by a court" in page


def test_only_the_day_is_needed(house: House, maya: Worker, case_id: str) -> None:
    path = f"/work/cases/{case_id}/records/new"
    answer = maya.client.post(path, data={"detail": "No day."}, headers=EYES)
    assert answer.status_code == 400
    assert "Write the day on which it was reported to you." in answer.text
    assert "No day." in answer.text, "what was typed stays"
    assert maya.client.post(path, data={"reported_day": "2026-03-04"}).status_code == 303
    assert [one.reported_to_me_at for one in kept(house, maya)] == ["2026-03-04"]


@pytest.mark.parametrize(
    ("box", "value"),
    [
        *((name, "x" * 100_001) for name in WORDS),
        ("detail", "half \ud800"),
        ("reported_day", "31/2/2026"),
        ("reported_day", "yesterday"),
        ("reported_time", "25:99"),
        ("reported_day", ""),
        ("happened_day", "2026-13-01"),
        ("happened_time", "9"),
        ("end_date", "soon"),
        ("linked", "0" * 32),
        ("corrects", "0" * 32),
    ],
)
def test_what_cannot_be_used_is_said_at_its_box(
    house: House, maya: Worker, case_id: str, box: str, value: str
) -> None:
    form = {**RECORD, "action_taken": "Rang 101.", box: value}
    if box == "happened_time":
        form["happened_day"] = "2026-03-03"
    if box == "reported_day" and not value:
        form["reported_time"] = ""
    path = f"/work/cases/{case_id}/records/new"
    data = {name: text.encode("utf-8", "surrogatepass") for name, text in form.items()}
    answer = maya.client.post(path, data=data, headers=EYES)
    assert answer.status_code in {400, 404, 413}, answer.status_code
    assert kept(house, maya) == []
    if box not in {"corrects", "action_taken"}:
        assert "Rang 101." in answer.text


@pytest.mark.parametrize(
    ("box", "value"),
    [
        *((name, "maybe") for name in (*CHOICES, *TICKS, *REVIEWS)),
        ("order_type", "no-such"),
        ("linked", "../.."),
        ("corrects", "x"),
        ("id", "../../x"),
        ("id", ""),
    ],
)
def test_what_is_no_choice_is_nothing(
    house: House, maya: Worker, case_id: str, box: str, value: str
) -> None:
    path = f"/work/cases/{case_id}/records/new"
    assert maya.client.post(path, data={**RECORD, box: value}).status_code == 303
    assert "maybe" not in str(kept(house, maya))


def test_nobody_signs_for_somebody_else(house: House, maya: Worker, case_id: str) -> None:
    write_record(
        maya, case_id, author_name="The Court", author_role="Judge", author_organisation="Court",
        about="0" * 32, override="x",
    )  # fmt: skip
    (one,) = kept(house, maya)
    assert (one.author_name, one.author_organisation) == ("Maya Thorn", "Harbour Advice")
    assert (one.about, one.override) == (case_id, None)


def test_a_correction_begins_with_what_is_corrected(
    house: House, maya: Worker, case_id: str
) -> None:
    first = write_record(maya, case_id, detail="On Monday.", copy_seen="no", refs="22/1")
    page = maya.client.get(f"/work/cases/{case_id}/records/new?corrects={first}", headers=EYES).text
    assert "On Monday." in page
    assert 'value="2026-03-04"' in page
    assert 'value="09:15"' in page
    second = write_record(maya, case_id, detail="On Tuesday.", corrects=first)
    page = maya.client.get(f"/work/cases/{case_id}/records/{first}", headers=EYES).text
    assert "This was corrected later." in page
    assert second in page
    assert {one.detail for one in kept(house, maya)} == {"On Monday.", "On Tuesday."}


def test_there_is_no_way_to_change_or_remove_one(app: Flask) -> None:
    ways = [
        (rule.rule, sorted(rule.methods or ()))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("practice.") and "POST" in (rule.methods or ())
    ]
    assert [rule for rule, _ in ways] == ["/work/cases/<case_id>/records/new"]


def test_what_was_typed_waits_behind_the_lock(maya: Worker, case_id: str) -> None:
    maya.client.post("/sign-out")
    path = f"/work/cases/{case_id}/records/new"
    answer = maya.client.post(path, data=RECORD, headers=EYES)
    assert answer.status_code == 401
    assert "She rang me." in answer.text


def test_own_records_of_nobody_else(app: Flask, house: House, maya: Worker, case_id: str) -> None:
    record_id = write_record(maya, case_id)
    bo = worker(app, house, org=agency(house, "Quay Street"), name="Bo")
    assert bo.client.get(f"/work/records/{record_id}", headers=EYES).status_code == 404
    assert "She rang me." not in bo.client.get("/work/records", headers=EYES).text
    assert maya.client.get("/work/records", headers=EYES).status_code == 200


@pytest.mark.parametrize("name", ["id", "corrects", "linked"])
def test_a_number_that_did_not_arrive_whole_breaks_no_page(
    maya: Worker, case_id: str, name: str
) -> None:
    path = f"/work/cases/{case_id}/records/new"
    answer = maya.client.post(path, data={name: b"\xed\xa0\x80"}, headers=EYES)
    assert answer.status_code == 400


def test_saved_again_with_other_words_or_in_another_case_nothing_is_dropped(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    other = told.share(house, vault, maya.vault, diary)
    form = {"id": told.any_id(), "reported_day": "2026-11-01"}
    for case, words in ((case_id, "one"), (case_id, "two"), (case_id, "two"), (other, "two")):
        path = f"/work/cases/{case}/records/new"
        answer = maya.client.post(path, data=form | {"detail": words}, headers=EYES)
        assert answer.status_code == 303
    found = sorted((one.detail, one.about) for one in kept(house, maya))
    assert found == sorted([("one", case_id), ("two", case_id), ("two", other)])
