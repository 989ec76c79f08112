"""Who knows about an order: who was told, when, and whether they have a copy."""

from __future__ import annotations

from collections.abc import Collection

from diary.domain.people import Told
from diary.services import own
from diary.services.house import House
from diary.services.own import Listed, Own
from diary.vault.vault import Vault


def every(house: House, vault: Vault) -> Listed[Told]:
    """Return everybody, by the day they were told; those without a day last."""
    listed = own.every(house, vault, Told)
    return Listed(tuple(sorted(listed.items, key=_day)), listed.damaged)


def _day(one: Own[Told]) -> tuple[bool, str]:
    return not one.body.told_on, one.body.told_on


def of_orders(house: House, vault: Vault, references: Collection[str]) -> tuple[Own[Told], ...]:
    """Return who knows of one of these orders."""
    found = every(house, vault).items
    return tuple(one for one in found if set(one.body.orders) & set(references))
