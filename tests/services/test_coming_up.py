"""What is near: orders that end, leads, the plan, reports; and nothing that is over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.order import Order
from diary.domain.plan import Agreement, Lead, Plan, PlanItem
from diary.domain.report import Report
from diary.services import coming_up, entries, own
from diary.services.coming_up import Coming
from diary.services.house import House
from diary.vault.vault import Vault

TODAY = date(2026, 3, 3)


def after(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def order(days: int, **fields: object) -> Order:
    told = {"reference": "ORD-1", "type": "NMO", "ends": "on", "expires_on": after(days)} | fields
    return Order.model_validate(told)


def listed(house: House, vault: Vault) -> list[tuple[str, int]]:
    return [(one.kind, one.left) for one in coming_up.listed(house, vault, today=TODAY)]


@pytest.mark.parametrize(
    ("left", "within"),
    [(91, None), (90, 90), (61, 90), (60, 60), (30, 30), (14, 14), (7, 7), (0, 7), (-1, None)],
)
def test_an_order_is_near_within_90_60_30_14_and_7_days(
    house: House, vault: Vault, left: int, within: int | None
) -> None:
    own.add(house, vault, order(left), record_id=new_id())
    found = coming_up.listed(house, vault, today=TODAY)
    assert [one.within for one in found] == ([within] if within else [])


@pytest.mark.parametrize(
    "fields",
    [
        {"ends": "until_further_order"},
        {"ends": "not_sure"},
        {"status": "discharged"},
        {"made_on": "2026-12-01"},
        {"expires_on": ""},
    ],
)
def test_an_order_without_a_sure_end_is_not_near(
    house: House, vault: Vault, fields: dict[str, object]
) -> None:
    own.add(house, vault, order(10, **fields), record_id=new_id())
    assert listed(house, vault) == []


def test_only_the_newest_version_of_an_order_is_near(house: House, vault: Vault) -> None:
    own.add(house, vault, order(3), record_id=new_id())
    newer = order(40, reference="ORD-1v2", supersedes="ORD-1")
    own.add(house, vault, newer, record_id=new_id())
    assert listed(house, vault) == [("order", 40)]


def test_leads_the_plan_and_reports_come_up_the_nearest_first(house: House, vault: Vault) -> None:
    entry = entries.record(house, vault, Entry(what_happened="x"), record_id=new_id()).record_id
    for state in ("", "kept"):
        lead = Lead(sort="camera", expires_on=after(5), state=state)
        own.add(house, vault, lead, record_id=new_id(), parent=entry)
    items = (
        PlanItem(item_id="P1", text="locks", review_on=after(2)),
        PlanItem(item_id="P2", text="done", review_on=after(2), status="done"),
    )
    agreed = Agreement(item_id="P3", name="with the school", review_on=after(-3))
    own.add(house, vault, Plan(items=items, agreements=(agreed,)), record_id=new_id())
    report = Report(reference="REP-1", next_contact=after(1), agency="Police")
    own.add(house, vault, report, record_id=new_id())
    assert listed(house, vault) == [("plan", -3), ("report", 1), ("plan", 2), ("lead", 5)]
    lead_now = next(one for one in _all(house, vault) if one.kind == "lead")
    assert (lead_now.parent, lead_now.words) == (entry, "camera")


def _all(house: House, vault: Vault) -> tuple[Coming, ...]:
    return coming_up.listed(house, vault, today=TODAY)


def test_what_is_long_past_or_far_away_is_not_shown(house: House, vault: Vault) -> None:
    for days in (-20, 400):
        report = Report(reference=f"REP{days}", next_contact=after(days))
        own.add(house, vault, report, record_id=new_id())
    assert listed(house, vault) == []
