"""What stands beside the entries of a case: orders, the plan and the people."""

from __future__ import annotations

from dataclasses import dataclass

from diary.domain.order import Order
from diary.domain.people import Contact, OtherPerson, Person, Told
from diary.domain.plan import Plan
from diary.services import orders
from diary.services.case_reading import Open, Piece
from diary.services.orders import Family
from diary.services.own import Own


@dataclass(frozen=True, slots=True)
class Plans:
    """The safety plan, where it was shared."""

    plan: Piece[Plan] | None
    damaged: int


@dataclass(frozen=True, slots=True)
class People:
    """Who the people are: each with how to reach them, where that was shared."""

    persons: tuple[tuple[Piece[Person], tuple[Piece[Contact], ...]], ...]
    other: Piece[OtherPerson] | None
    told: tuple[Piece[Told], ...]
    damaged: int


def families(found: Open) -> tuple[Family, ...]:
    """Return the shared orders with their versions, the latest made first."""
    return orders.grouped([as_own(one) for one in found.every(Order)])


def as_own(one: Piece[Order]) -> Own[Order]:
    """Give an order the shape that its versions are told apart by."""
    return Own(one.id, one.version, one.body, one.written_at, one.received_at)


def order(found: Open, order_id: str) -> tuple[Piece[Order], tuple[Own[Order], ...]]:
    """Read one order with its other versions, or raise NotFoundError."""
    one = found.one(Order, order_id)
    having = (
        family.versions
        for family in families(found)
        if any(version.id == order_id for version in family.versions)
    )
    return one, next(having, ())


def plan(found: Open) -> Plans:
    """Read the safety plan."""
    every = found.every(Plan)
    return Plans(every[0] if every else None, found.lost.number)


def people(found: Open) -> People:
    """Read who the people are."""
    persons = found.every(Person)
    below = found.below(Contact, [one.id for one in persons])
    others = found.every(OtherPerson)
    return People(
        persons=tuple((one, tuple(below[one.id])) for one in persons),
        other=others[0] if others else None,
        told=tuple(found.every(Told)),
        damaged=found.lost.number,
    )


def term_names(found: Open) -> dict[str, tuple[str, str]]:
    """Return each term's order and its words, by its id."""
    return {
        term.term_id: (one.body.reference, term.text_from_order)
        for one in found.every(Order)
        for term in (*one.body.terms, *one.body.exceptions)
    }
