"""Which orders go along with chosen entries, and the copies of them.

An order goes when a chosen entry names it or a term of it, or may have happened while it was in
force.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from diary.bundle import derived, names
from diary.domain.entry import Entry
from diary.domain.order import Order
from diary.insights import order_versions
from diary.insights.in_force import NO_DAY, standing
from diary.services.opening import every, files_of, versions
from diary.vault.reader import Reader as Records
from diary.vault.records import Opened
from diary.vault.unopened import Unopened

Versions = tuple[Opened, ...]


@dataclass(frozen=True, slots=True)
class AlongOrder:
    """One order with the chosen copies of it, and the orders that took its place."""

    versions: Versions
    stem: str
    later: tuple[Order, ...]
    files: tuple[Versions, ...]


def orders_of(conn: Connection, vault: Records, entries: Iterable[Entry]) -> list[Opened]:
    """Return the orders that would go along with entries, in the order of their references."""
    return _chosen_orders(list(every(conn, vault, Order.kind, Unopened())), list(entries))


def as_order(opened: Opened) -> Order:
    """Return an opened order's body."""
    return derived.body_as(opened, Order)


def along_with(
    conn: Connection,
    vault: Records,
    entries: list[Entry],
    files: frozenset[str] | None,
    unopened: Unopened,
) -> tuple[AlongOrder, ...]:
    """Open the orders that go along with entries, with those copies of them that were chosen."""
    orders = list(every(conn, vault, Order.kind, unopened))
    bodies = [as_order(one) for one in orders]
    chosen = _chosen_orders(orders, entries)
    stems = names.order_stems(as_order(one).reference for one in chosen)
    copies = files_of(conn, vault, chosen, unopened)
    return tuple(
        AlongOrder(
            versions=versions(conn, vault, one, unopened),
            stem=stem,
            later=tuple(order_versions.later(as_order(one), bodies)),
            files=tuple(
                versions(conn, vault, file, unopened)
                for file in copies[derived.origin(one)]
                if files is None or file.record_id in files
            ),
        )
        for one, stem in zip(chosen, stems, strict=True)
    )


def _chosen_orders(orders: list[Opened], entries: list[Entry]) -> list[Opened]:
    bodies = [as_order(one) for one in orders]
    named = {entry.order_ref for entry in entries}
    terms = {term for entry in entries for term in entry.terms_alleged}
    found = []
    for opened, order in zip(orders, bodies, strict=True):
        own = {term.term_id for term in (*order.terms, *order.exceptions)}
        later = order_versions.later(order, bodies)
        if order.reference in named or own & terms or _may_bind(order, later, entries):
            found.append(opened)
    return sorted(found, key=lambda one: (as_order(one).reference, one.record_id))


def _may_bind(order: Order, later: list[Order], entries: list[Entry]) -> bool:
    """Tell whether an entry may have happened while it was in force; without a day, none is."""
    found = (standing(order, entry.when, later) for entry in entries)
    return any(one.state != "no" and one != NO_DAY for one in found)
