"""Orders that somebody sees as they were, though the court made a later one that they do not see.

A later order is a record of its own: it goes to nobody because an earlier one did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from diary.domain.order import Order
from diary.domain.sharing import MARKS, Redacted
from diary.insights import order_versions
from diary.services import consents, own
from diary.services.house import House
from diary.services.own import Own
from diary.vault.case import Case
from diary.vault.vault import Vault


class Replaced(NamedTuple):
    """The latest of an order's versions that they see, and the latest that there is."""

    old: Own[Order]
    new: Own[Order]


def unshared(house: House, vault: Vault, grant_id: str) -> list[Replaced]:
    """Return the shared orders that have a later one which this share does not hold.

    What does not open is left out: it takes nobody's page away. NotFoundError once it has ended.
    """
    with house.store.read() as conn:
        _, grant = consents.live(conn, house, vault, grant_id)
        if not (held := _held(conn, Case(grant))):
            return []
        orders = own.every_in(conn, vault, Order).items
    after = {one.id: _later(one, orders) for one in orders if one.id in held}
    found = (_replaced(one, after) for one in orders if after.get(one.id))
    return [one for one in found if one is not None]


def _held(conn: Connection, case: Case) -> set[str]:
    """Return the ids, in her diary, of the orders that can be read, whole or as copies."""
    shared = case.heads(conn)
    whole = {head.record.hex() for head in shared.listed(Order.kind)}
    copies = shared.listed(Redacted.kind)
    return whole | {head.parent.hex() for head in copies if head.mark == MARKS[Order.kind]}


def _later(old: Own[Order], orders: Sequence[Own[Order]]) -> tuple[Own[Order], ...]:
    by_body = {id(one.body): one for one in orders}
    later = order_versions.later(old.body, [one.body for one in orders])
    return tuple(by_body[id(body)] for body in later)


def _replaced(old: Own[Order], after: Mapping[str, tuple[Own[Order], ...]]) -> Replaced | None:
    """Return it with the latest, by what comes after each order that is seen.

    None where the latest is seen too, or takes the place of one between that is seen: then it is
    that one which is named, and the older is known to be old.
    """
    later = after[old.id]
    new = later[-1]
    if new.id in after or any(new in after.get(between.id, ()) for between in later):
        return None
    return Replaced(old, new)
