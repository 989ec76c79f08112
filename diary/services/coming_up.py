"""What has a day that is near: an order that ends, a camera that records over, a day to look again.

It is worked out when a page is opened. Nothing is sent, and nothing is kept of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection

from diary.domain.order import Order
from diary.domain.plan import Lead, Plan
from diary.domain.report import Report
from diary.insights import order_versions
from diary.insights.in_force import ends_before_made
from diary.services import own
from diary.services.house import House
from diary.services.own import Own
from diary.vault.vault import Vault

REMIND = (90, 60, 30, 14, 7)
PASSED = 14  # a day to look again stays for so many days after it
AHEAD = {"order": max(REMIND), "lead": 60, "plan": 30, "report": 30}
Kind = Literal["order", "lead", "plan", "report"]


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing with a day. `id` is its record's; `parent` what that belongs to."""

    kind: Kind
    on: date
    left: int
    id: str
    words: str
    parent: str = ""
    order: Order | None = None

    @property
    def within(self) -> int | None:
        """The smallest of the days in `REMIND` that it is within."""
        return min((step for step in REMIND if 0 <= self.left <= step), default=None)


def listed(house: House, vault: Vault, *, today: date) -> tuple[Coming, ...]:
    """Return everything that is near, the nearest first."""
    with house.store.read() as conn:
        found = list(_all(conn, vault, today))
    return tuple(sorted((one for one in found if _is_near(one)), key=lambda one: one.left))


def _is_near(one: Coming) -> bool:
    behind = PASSED if one.kind in {"plan", "report"} else 0
    return -behind <= one.left <= AHEAD[one.kind]


def _all(conn: Connection, vault: Vault, today: date) -> Iterator[Coming]:
    heads = vault.heads(conn)  # once: the page that shows this is opened all the time
    yield from _orders(own.every_in(conn, vault, Order, heads=heads).items, today)
    for lead in own.every_in(conn, vault, Lead, heads=heads).items:
        body = lead.body
        if body.expires_on and body.state not in {"kept", "gone"}:
            words = body.sort or body.holder
            yield _coming("lead", body.expires_on, today, lead, words)
    for plan in own.every_in(conn, vault, Plan, heads=heads).items:
        yield from _plan(plan, today)
    for report in own.every_in(conn, vault, Report, heads=heads).items:
        if report.body.next_contact:
            words = report.body.agency or report.body.name_rank
            yield _coming("report", report.body.next_contact, today, report, words)


def _orders(found: tuple[Own[Order], ...], today: date) -> Iterator[Coming]:
    bodies = [one.body for one in found]
    for one in found:
        if _has_end(one.body) and not order_versions.later(one.body, bodies):
            coming = _coming("order", one.body.expires_on, today, one, one.body.reference)
            yield Coming(coming.kind, coming.on, coming.left, one.id, coming.words, "", one.body)


def _has_end(order: Order) -> bool:
    open_ended = order.ends in {"until_further_order", "not_sure"}
    over = order.status in {"discharged", "expired"}
    return bool(order.expires_on) and not (open_ended or over or ends_before_made(order))


def _plan(plan: Own[Plan], today: date) -> Iterator[Coming]:
    for item in plan.body.items:
        if item.review_on and item.status not in {"done", "dropped"}:
            yield _coming("plan", item.review_on, today, plan, item.text)
    for agreed in plan.body.agreements:
        if agreed.review_on:
            yield _coming("plan", agreed.review_on, today, plan, agreed.name)


def _coming(
    kind: Kind,
    on: str,
    today: date,
    one: Own[Order] | Own[Lead] | Own[Plan] | Own[Report],
    words: str,
) -> Coming:
    day = date.fromisoformat(on)
    return Coming(kind, day, (day - today).days, one.id, words, one.parent or "")
