"""The safety plan: one plan, changed part by part, looked at as a whole."""

from __future__ import annotations

import pytest

from diary.domain.plan import Agreement, PlanItem, PlanLook, Review
from diary.errors import ConflictError, NotFoundError
from diary.services import deletion, own, plan, plan_looks
from diary.services.house import House
from diary.vault.vault import Vault
from tests.services.test_entries import write

LOCK = PlanItem(item_id="1", text="Chain on the door", category="locks", status="active")
SCHOOL = PlanItem(item_id="2", text="Code word", category="children")


def test_steps_and_agreements_are_one_plan(house: House, vault: Vault) -> None:
    plan.put_step(house, vault, LOCK, seen=None)
    plan.put_step(house, vault, SCHOOL, seen=None)
    kept = plan.put_agreement(house, vault, Agreement(item_id="3", name="SoE"), seen=None)
    assert kept.body.items == (LOCK, SCHOOL)
    assert [one.name for one in kept.body.agreements] == ["SoE"]
    assert len(plan.versions(house, vault)) == 3


def test_a_form_that_is_sent_twice_adds_one_step(house: House, vault: Vault) -> None:
    for _ in range(2):
        kept = plan.put_step(house, vault, LOCK, seen=None)
    assert (kept.body.items, kept.version) == ((LOCK,), 1)


def test_two_tabs_change_different_steps(house: House, vault: Vault) -> None:
    for one in (LOCK, SCHOOL):
        plan.put_step(house, vault, one, seen=None)
    done = LOCK.model_copy(update={"status": "done"})
    other = SCHOOL.model_copy(update={"text": "New code word"})
    plan.put_step(house, vault, done, seen=LOCK)
    kept = plan.put_step(house, vault, other, seen=SCHOOL)
    assert kept.body.items == (done, other)
    with pytest.raises(ConflictError):
        plan.put_step(house, vault, LOCK.model_copy(update={"text": "x"}), seen=LOCK)


def test_looking_at_the_whole_plan(house: House, vault: Vault) -> None:
    dropped = SCHOOL.model_copy(update={"status": "dropped"})
    for one in (LOCK, dropped):
        plan.put_step(house, vault, one, seen=None)
    for _ in range(2):
        kept = plan.look(house, vault, Review(on="2026-03-04", with_whom="Ros"), agreed_with="Ros")
    assert [item.last_reviewed_on for item in kept.body.items] == ["2026-03-04", ""]
    assert [(one.on, one.with_whom) for one in kept.body.reviews] == [("2026-03-04", "Ros")]
    assert kept.body.agreed_with == "Ros"
    plan.look(house, vault, Review(on="2026-01-01"), agreed_with="Ros")
    assert plan.step(plan.as_seen(house, vault, 0)[0], "1").last_reviewed_on == "2026-03-04"


def test_it_is_offered_after_an_entry_until_it_is_answered(house: House, vault: Vault) -> None:
    first, second = write(house, vault, "a"), write(house, vault, "b")
    assert plan.offer(house, vault, [first, second]) == first
    plan_looks.say(house, vault, first, PlanLook(state="not_now"))
    assert plan.offer(house, vault, [first, second]) == second
    plan.look(house, vault, Review(on="2026-03-04"), agreed_with="", after=[second])
    assert plan.offer(house, vault, [first, second]) == ""
    with house.store.read() as conn:
        looks = own.below(conn, vault, PlanLook, second)
    assert [(one.body.state, one.body.on) for one in looks] == [("done_on", "2026-03-04")]


def test_what_was_needed_is_done_after_a_look(house: House, vault: Vault) -> None:
    entry = write(house, vault, "a")
    plan_looks.say(house, vault, entry, PlanLook(state="needed"))
    assert plan.offer(house, vault, [entry]) == entry
    plan.look(house, vault, Review(on="2026-03-04"), agreed_with="", after=[entry])
    found = plan_looks.of_entry(house, vault, entry)
    assert found is not None
    assert found.body == PlanLook(state="done_on", on="2026-03-04")


def test_after_an_entry_that_is_gone_nothing_is_offered(house: House, vault: Vault) -> None:
    entry = write(house, vault, "a")
    deletion.remove(house, vault, entry)
    assert plan.offer(house, vault, [entry, "0" * 32, "x"]) == ""
    plan.look(house, vault, Review(on="2026-03-04"), agreed_with="", after=[entry, "0" * 32])
    assert len(plan.versions(house, vault)) == 1


def test_another_diary_has_another_plan(house: House, vault: Vault, other_vault: Vault) -> None:
    plan.put_step(house, vault, LOCK, seen=None)
    assert plan.read(house, other_vault) is None
    with pytest.raises(NotFoundError):
        plan.step(plan.as_seen(house, other_vault, 0)[0], "1")
