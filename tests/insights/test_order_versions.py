"""Which orders are versions of one another."""

from __future__ import annotations

import pytest

from diary.domain.order import Order
from diary.insights.order_versions import family, first_reference, later, root, version_number


def order(reference: str, supersedes: str = "") -> Order:
    return Order(reference=reference, type="NMO", supersedes=supersedes)


FIRST, SECOND, THIRD = order("ORD-1"), order("ORD-1v2", "ORD-1"), order("ORD-1v3", "ORD-1v2")
OTHER = order("ORD-2")


def references(orders: list[Order]) -> list[str]:
    return [one.reference for one in orders]


def test_a_family_is_in_the_order_in_which_one_took_the_place_of_the_other() -> None:
    every = [THIRD, OTHER, FIRST, SECOND]
    for one in (FIRST, SECOND, THIRD):
        assert references(family(one, every)) == ["ORD-1", "ORD-1v2", "ORD-1v3"]
    assert references(later(FIRST, every)) == ["ORD-1v2", "ORD-1v3"]
    assert references(later(SECOND, every)) == ["ORD-1v3"]
    assert later(THIRD, every) == later(OTHER, every) == []


def test_a_version_that_was_removed_does_not_break_the_chain() -> None:
    every = [THIRD, FIRST]
    assert references(later(FIRST, every)) == ["ORD-1v3"]
    assert references(family(THIRD, every)) == ["ORD-1", "ORD-1v3"]


def test_one_order_can_take_the_place_of_another_of_a_different_name() -> None:
    swapped = order("RO-7", "ORD-1")
    assert references(later(FIRST, [swapped, FIRST])) == ["RO-7"]
    assert root(swapped, [swapped, FIRST]) == "ORD-1"


@pytest.mark.parametrize("ring", [[order("A", "A")], [order("A", "B"), order("B", "A")]])
def test_a_ring_ends(ring: list[Order]) -> None:
    for one in ring:
        assert later(one, ring) == []
        assert one in family(one, ring)


@pytest.mark.parametrize(
    ("reference", "first", "number"),
    [
        ("ORD-1", "ORD-1", 1),
        ("ORD-1v12", "ORD-1", 12),
        ("v2", "v2", 1),
        ("ORD-1v", "ORD-1v", 1),
        ("ORD-1v9999999", "ORD-1v9999999", 1),
    ],
)
def test_a_reference_tells_its_version(reference: str, first: str, number: int) -> None:
    assert (first_reference(reference), version_number(reference)) == (first, number)
