"""Which orders are versions of one another: what the court changed or extended, and into what.

A version says what it took the place of. Where that one is gone, the reference still tells
("ORD-1v3" came after "ORD-1"). Orders that name each other in a ring are not followed for ever.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from diary.domain.order import Order

_VERSION = re.compile(r"(?P<first>.+?)v(?P<number>[0-9]{1,6})", re.ASCII)


def first_reference(reference: str) -> str:
    """Return the reference of the first version: ORD-1 for ORD-1v3."""
    found = _VERSION.fullmatch(reference)
    return found["first"] if found else reference


def version_number(reference: str) -> int:
    """Return which version a reference names; the first has no number of its own."""
    found = _VERSION.fullmatch(reference)
    return int(found["number"]) if found else 1


def before(order: Order, orders: Sequence[Order]) -> tuple[str, ...]:
    """Return the references of the versions before this one, the nearest first."""
    known = {one.reference: one for one in orders}
    seen: list[str] = []
    at = order.supersedes
    while at and at not in seen and at != order.reference:
        seen.append(at)
        at = known[at].supersedes if at in known else ""
    return tuple(seen)


def root(order: Order, orders: Sequence[Order]) -> str:
    """Return what all versions of one order have in common: the first one's reference."""
    chain = before(order, orders)
    return first_reference(chain[-1] if chain else order.reference)


def family(order: Order, orders: Sequence[Order]) -> list[Order]:
    """Return every version of one order, the earliest first."""
    own = root(order, orders)
    found = [one for one in orders if root(one, orders) == own]
    return sorted(found, key=lambda one: (len(before(one, orders)), version_number(one.reference)))


def later(order: Order, orders: Sequence[Order]) -> list[Order]:
    """Return the versions that came after this one."""
    return [one for one in family(order, orders) if _is_after(one, order, orders)]


def _is_after(one: Order, order: Order, orders: Sequence[Order]) -> bool:
    if one.reference == order.reference:
        return False
    chain = before(one, orders)
    if order.reference in chain:
        # Two that name each other as the earlier one: neither is known to be the later.
        return one.reference not in before(order, orders)
    same = first_reference(one.reference) == first_reference(order.reference)
    return same and version_number(one.reference) > version_number(order.reference)
