"""What stands beside an entry in records of its own, and what its words point to."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection

from diary.domain.entry import Entry
from diary.domain.kept import PrivateNote
from diary.domain.order import Order, Term
from diary.domain.people import Person
from diary.domain.plan import Lead, PlanLook
from diary.domain.report import Report
from diary.errors import DamagedError, NotFoundError
from diary.services import own, reporting
from diary.services.house import House
from diary.services.own import Own
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Beside:
    """All that an entry's page shows besides the entry; what does not open is left to its page."""

    leads: tuple[Own[Lead], ...]
    look: Own[PlanLook] | None
    note: Own[PrivateNote] | None
    reports: tuple[Own[Report], ...]
    linked: tuple[Own[Entry], ...]
    people: frozenset[str]
    orders: dict[str, Own[Order]]
    terms: dict[str, Term]


def of_entry(house: House, vault: Vault, entry_id: str, wordings: Sequence[Entry]) -> Beside:
    """Read it for all wordings of an entry."""
    newest = wordings[-1]
    with house.store.read() as conn:
        orders = _orders(conn, vault) if any(_names_order(one) for one in wordings) else {}
        looks = own.below(conn, vault, PlanLook, entry_id)
        notes = own.below(conn, vault, PrivateNote, entry_id)
        return Beside(
            leads=tuple(own.below(conn, vault, Lead, entry_id)),
            look=looks[-1] if looks else None,
            note=notes[-1] if notes else None,
            reports=tuple(reporting.of_entry_in(conn, vault, entry_id)),
            linked=tuple(_linked(conn, vault, newest)),
            people=_known(conn, vault, wordings),
            orders=orders,
            terms={term.term_id: term for one in orders.values() for term in _every_term(one.body)},
        )


def _names_order(entry: Entry) -> bool:
    return bool(entry.order_ref or entry.terms_alleged)


def _orders(conn: Connection, vault: Vault) -> dict[str, Own[Order]]:
    found = vault.scan(conn, Order.kind, unopened=Unopened())
    return {one.body.reference: one for one in (own.as_own(opened, Order) for opened in found)}


def _every_term(order: Order) -> tuple[Term, ...]:
    return (*order.terms, *order.exceptions)


def _linked(conn: Connection, vault: Vault, entry: Entry) -> list[Own[Entry]]:
    found = []
    for one in entry.linked:
        with suppress(NotFoundError, DamagedError):
            found.append(own.one_in(conn, vault, Entry, one))
    return found


def _known(conn: Connection, vault: Vault, wordings: Sequence[Entry]) -> frozenset[str]:
    """Return which of the people named as witnesses are still in the list of people."""
    named = {one.person for entry in wordings for one in entry.witnesses if one.person}
    listed = {head.record.hex() for head in vault.heads(conn).listed(Person.kind)} if named else ()
    return frozenset(named.intersection(listed))
