"""The pages of the safety plan."""

from __future__ import annotations

import pytest

from diary.domain.plan import Agreement, PlanItem
from diary.services import plan
from diary.services.house import House
from tests.conftest import Person
from tests.web.test_write import HOSTILE, box

STEP, PAPER = "b" * 32, "c" * 32


def add(person: Person, **more: str) -> int:
    data = {"id": STEP, "text": "Chain on the door", "category": "locks", **more}
    return int(person.client.post("/plan/step/new", data=data).status_code)


def step(house: House, person: Person) -> PlanItem:
    return plan.step(plan.as_seen(house, person.vault, 0)[0], STEP)


def test_an_empty_plan_says_one_kind_sentence(signed_in: Person) -> None:
    page = signed_in.client.get("/plan").text
    assert "One step is enough to begin" in page
    assert "Look at the whole plan now" not in page


def test_a_step_stands_under_its_heading_with_its_days(house: House, signed_in: Person) -> None:
    assert add(signed_in, review_on="2026-12-01") == 303
    page = signed_in.client.get("/plan").text
    assert page.index("Locks and home safety") < page.index("Chain on the door")
    assert "look again Tuesday 1 December 2026" in page
    assert step(house, signed_in).status == "active"
    assert step(house, signed_in).added_on


def test_nothing_typed_is_lost(signed_in: Person) -> None:
    data = {"id": STEP, "text": "  ", "category": "locks", "review_on": "soon"}
    answer = signed_in.client.post("/plan/step/new", data=data)
    assert answer.status_code == 400
    assert 'value="soon"' in answer.text
    assert 'value="locks" id="f-category-3" checked' in answer.text


def test_a_step_changes_and_how_it_read_stays(house: House, signed_in: Person) -> None:
    add(signed_in)
    data = {"base": "1", "text": "Two chains", "category": "home", "status": "done"}
    assert signed_in.client.post(f"/plan/step/{STEP}", data=data).status_code == 303
    assert "Two chains" in signed_in.client.get("/plan").text
    assert "Chain on the door" in signed_in.client.get("/plan/earlier").text


def test_what_is_not_needed_any_more_is_folded_away(signed_in: Person) -> None:
    add(signed_in)
    data = {"base": "1", "text": "Chain on the door", "category": "locks", "status": "dropped"}
    signed_in.client.post(f"/plan/step/{STEP}", data=data)
    page = signed_in.client.get("/plan").text
    assert page.index("Not needed any more") < page.index("Chain on the door")


def test_of_two_tabs_the_second_is_told(house: House, signed_in: Person) -> None:
    add(signed_in)
    url, data = f"/plan/step/{STEP}", {"base": "1", "category": "locks", "status": "active"}
    assert signed_in.client.post(url, data={**data, "text": "first"}).status_code == 303
    answer = signed_in.client.post(url, data={**data, "text": "second"})
    assert answer.status_code == 409
    assert "first" in answer.text
    assert box(answer.text, "text") == "second"
    assert step(house, signed_in).text == "first"
    again = {**data, "base": "2", "text": "both"}
    assert signed_in.client.post(url, data=again).status_code == 303
    assert step(house, signed_in).text == "both"


def test_what_a_file_brought_stays_what_it_was(house: House, signed_in: Person) -> None:
    item = PlanItem(item_id=STEP, text="Move", category="elsewhere", status="overdue")
    plan.put_step(house, signed_in.vault, item, seen=None)
    page = signed_in.client.get(f"/plan/step/{STEP}").text
    assert "Later than planned" in page
    data = {"base": "1", "text": "Ask about a move", "status": "overdue"}
    assert signed_in.client.post(f"/plan/step/{STEP}", data=data).status_code == 303
    assert step(house, signed_in) == item.model_copy(update={"text": "Ask about a move"})


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_odd_texts_survive_the_form(house: House, signed_in: Person, text: str) -> None:
    item = PlanItem(item_id=STEP, text=text)
    plan.put_step(house, signed_in.vault, item, seen=None)
    page = signed_in.client.get(f"/plan/step/{STEP}").text
    data = {"base": "1", "text": box(page, "text"), "category": "home"}
    assert signed_in.client.post(f"/plan/step/{STEP}", data=data).status_code == 303
    assert step(house, signed_in).text == text


def test_an_agreement(house: House, signed_in: Person) -> None:
    data = {"id": PAPER, "name": "Statement of expectations", "made_on": "2026-03-01",
            "with_whom": "Social worker", "text": "He stays away."}  # fmt: skip
    assert signed_in.client.post("/plan/agreement/new", data=data).status_code == 303
    page = signed_in.client.get("/plan").text
    assert all(text in page for text in ("Statement of expectations", "He stays away.", "1 March"))
    url = f"/plan/agreement/{PAPER}"
    assert signed_in.client.post(url, data={"base": "1", "name": ""}).status_code == 400
    changed = {**data, "base": "1", "review_on": "2026-12-01"}
    assert signed_in.client.post(url, data=changed).status_code == 303
    said = plan.agreement(plan.as_seen(house, signed_in.vault, 0)[0], PAPER)
    assert said == Agreement.model_validate(
        {"item_id": PAPER, **{k: v for k, v in changed.items() if k not in {"id", "base"}}}
    )


def test_looking_at_the_whole_plan_is_noted(signed_in: Person) -> None:
    add(signed_in)
    data = {"on": "2026-03-04", "with_whom": "Ros", "note": "All well", "agreed_with": "Ros T"}
    assert signed_in.client.post("/plan/look", data=data).status_code == 303
    page = signed_in.client.get("/plan").text
    for text in ("Wednesday 4 March 2026", "All well", "Ros T", "It is noted"):
        assert text in page
    wrong = signed_in.client.post("/plan/look", data={"on": "x", "note": "typed"})
    assert wrong.status_code == 400
    assert box(wrong.text, "note") == "typed"


@pytest.mark.parametrize("path", ["/plan/step/nobody", "/plan/agreement/nobody"])
def test_what_is_not_in_the_plan_is_not_there(signed_in: Person, path: str) -> None:
    assert signed_in.client.get(path).status_code == 404
    assert signed_in.client.post(path, data={"text": "x", "name": "x"}).status_code == 404
    add(signed_in)
    assert signed_in.client.get(path).status_code == 404
