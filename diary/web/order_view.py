"""Everything that the page of one order shows, read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from diary.content import OrderType, clause
from diary.domain.order import Order
from diary.domain.people import Told
from diary.insights.in_force import ENDS_FIRST, REPLACED_FIRST, Standing, on_day
from diary.services import entries, orders, told
from diary.services.coming_up import REMIND
from diary.services.entries import Attached
from diary.services.own import Own
from diary.web import order_words
from diary.web.house import current_house, current_vault


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order with its versions, its files and who knows of it."""

    own: Own[Order]
    wordings: tuple[Own[Order], ...]
    family: tuple[Own[Order], ...]
    later: tuple[Own[Order], ...]
    type: OrderType
    now: Standing | None
    files: tuple[Attached, ...]
    files_damaged: bool
    told: tuple[Own[Told], ...]
    odd_days: tuple[str, ...]

    @property
    def order(self) -> Order:
        """The newest wording of this version."""
        return self.own.body

    @property
    def through_others(self) -> tuple[str, ...]:
        """Return what was ticked of contact through somebody or something else."""
        found = (clause(code) for line in self.order.terms for code in line.clause_codes)
        return tuple(dict.fromkeys(one.text for one in found if one and one.channel == "indirect"))

    @property
    def ends_soon(self) -> bool:
        """Tell whether its last day is within the days in which one is reminded."""
        end = self.order.expires_on
        if not end or self.later or self.order.ends in {"until_further_order", "not_sure"}:
            return False
        return 0 <= (date.fromisoformat(end) - order_words.today()).days <= max(REMIND)


def view_of(order_id: str) -> OrderView:
    """Read an order with all that belongs to it, or raise NotFoundError."""
    house, vault = current_house(), current_vault()
    read = orders.read(house, vault, order_id)
    bodies = [one.body for one in read.later]
    found = on_day(read.own.body, order_words.today(), bodies)
    attached, damaged = entries.files_below(house, vault, order_id)
    references = {one.body.reference for one in read.family}
    return OrderView(
        own=read.own,
        wordings=read.wordings,
        family=read.family,
        later=read.later,
        type=order_words.type_of(read.own.body),
        now=found if _worth_saying(found) else None,
        files=attached,
        files_damaged=damaged,
        told=told.of_orders(house, vault, references),
        odd_days=tuple(order_words.odd_days(read.own.body)),
    )


def _worth_saying(found: Standing) -> bool:
    """Tell what is sure, and what cannot be right; what was not written is no news."""
    return found.state != "not_known" or found in {ENDS_FIRST, REPLACED_FIRST}
