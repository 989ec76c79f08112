"""Reading orders: all of them, one with its versions, and which was in force at a time.

`for_moment` answers for an entry: it binds to the version that was in force when it happened, by
that version's reference. An entry never changes when an order does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from diary.domain.order import Order
from diary.domain.when import When
from diary.insights import order_versions
from diary.insights.in_force import Standing, standing
from diary.services import own
from diary.services.house import House
from diary.services.own import Listed, Own
from diary.vault.vault import Vault

_RANK = {"yes": 0, "not_known": 1, "no": 2}


class Bound(NamedTuple):
    """An order, and whether it was in force: `standing.state`, with its reason to be said."""

    order: Own[Order]
    standing: Standing


class Family(NamedTuple):
    """All versions of one order, the earliest first."""

    versions: tuple[Own[Order], ...]

    @property
    def newest(self) -> Own[Order]:
        """The version that nothing came after."""
        return self.versions[-1]


class Read(NamedTuple):
    """One version of an order: its wordings, its family, and what came after it."""

    own: Own[Order]
    wordings: tuple[Own[Order], ...]
    family: tuple[Own[Order], ...]
    later: tuple[Own[Order], ...]


def read(house: House, vault: Vault, record_id: str) -> Read:
    """Read one version of an order by its id, or raise NotFoundError."""
    with house.store.read() as conn:
        wordings = tuple(own.versions_in(conn, vault, Order, record_id))
        listed = own.every_in(conn, vault, Order).items
    newest = wordings[-1]
    bodies = [one.body for one in listed]
    after = {one.reference for one in order_versions.later(newest.body, bodies)}
    having = (
        one.versions for one in grouped(listed) if any(v.id == record_id for v in one.versions)
    )
    family = next(having, (newest,))
    later = tuple(one for one in family if one.body.reference in after)
    return Read(newest, wordings, family, later)


def every(house: House, vault: Vault) -> Listed[Order]:
    """Return every version of every order, newest first, and how many do not open."""
    return own.every(house, vault, Order)


def families(house: House, vault: Vault) -> tuple[tuple[Family, ...], int]:
    """Return the orders with their versions, the latest made first, and how many do not open."""
    listed = every(house, vault)
    return grouped(listed.items), listed.damaged


def grouped(orders: Sequence[Own[Order]]) -> tuple[Family, ...]:
    """Group orders that are versions of one another."""
    bodies = [one.body for one in orders]
    roots: dict[str, list[Own[Order]]] = {}
    for one in orders:
        roots.setdefault(order_versions.root(one.body, bodies), []).append(one)
    return tuple(Family(_sorted(found, bodies)) for found in roots.values())


def _sorted(found: list[Own[Order]], bodies: Sequence[Order]) -> tuple[Own[Order], ...]:
    place = {id(body): n for n, body in enumerate(order_versions.family(found[0].body, bodies))}
    return tuple(sorted(found, key=lambda one: place.get(id(one.body), 0)))


def family(house: House, vault: Vault, reference: str) -> tuple[Own[Order], ...]:
    """Return all versions of the order that has this reference; none for an unknown one."""
    with house.store.read() as conn:
        return family_in(conn, vault, reference)


def family_in(conn: Connection, vault: Vault, reference: str) -> tuple[Own[Order], ...]:
    """Return the same within a transaction."""
    found = grouped(own.every_in(conn, vault, Order).items)
    having = (one.versions for one in found if reference in _references(one))
    return next(having, ())


def _references(one: Family) -> set[str]:
    return {version.body.reference for version in one.versions}


def for_moment(house: House, vault: Vault, when: When) -> list[Bound]:
    """Say of every version of every order whether it was in force then.

    Those that were come first, then those of which it is not known. No order at all is an empty
    list. Bind an entry by `bound.order.body.reference`.
    """
    return bound_at(every(house, vault).items, when)


def bound_at(orders: Sequence[Own[Order]], when: When) -> list[Bound]:
    """Answer the same for orders that were read already."""
    bodies = [one.body for one in orders]
    found = [
        Bound(one, standing(one.body, when, order_versions.later(one.body, bodies)))
        for one in orders
    ]
    return sorted(found, key=lambda bound: _RANK[bound.standing.state])
