"""The lines of an order, in its own words: what they may not do, and what is still allowed.

A line gets its id once ("ORD-1.T3"); the id of a line that was taken out is never given again, as
an entry may name it.
"""

from __future__ import annotations

from typing import Literal

from diary.domain.order import Order, Term
from diary.errors import ConflictError, NotFoundError
from diary.services import own
from diary.services.house import House
from diary.services.own import Own
from diary.vault.vault import Vault

Sort = Literal["terms", "exceptions"]


def lines_of(order: Order, sort: Sort) -> tuple[Term, ...]:
    """Return the lines of one sort."""
    return order.terms if sort == "terms" else order.exceptions


def find(order: Order, term_id: str) -> tuple[Sort, Term]:
    """Return a line and its sort, or raise NotFoundError."""
    sorts: tuple[Sort, ...] = ("terms", "exceptions")
    for sort in sorts:
        for line in lines_of(order, sort):
            if line.term_id == term_id:
                return sort, line
    raise NotFoundError


def add(
    house: House, vault: Vault, record_id: str, line: Term, *, sort: Sort, base: int
) -> Own[Order]:
    """Add a line at the end, under the next id. The same form sent twice adds it once."""
    with house.store.write() as conn:
        versions = own.versions_in(conn, vault, Order, record_id)
        newest = versions[-1]
        seen = next((one for one in versions if one.version == base), newest).body
        if _came(newest.body, seen, line, sort):
            return newest
        number = 1 + max(newest.body.terms_given, *map(_number, _all_lines(newest.body)), 0)
        named = line.model_copy(update={"term_id": f"{newest.body.reference}.T{number}"})
        lines = (*lines_of(newest.body, sort), named)
        body = newest.body.model_copy(update={sort: lines, "terms_given": number})
        return own.change_in(conn, house, vault, body, record_id=record_id, base=newest.version)


def put(
    house: House, vault: Vault, record_id: str, line: Term, *, base: int, gone: bool = False
) -> Own[Order]:
    """Put a line in the place of the one with its id, or take it out.

    ConflictError when that line was changed since version `base`.
    """
    with house.store.write() as conn:
        versions = own.versions_in(conn, vault, Order, record_id)
        newest = versions[-1]
        seen = next((one for one in versions if one.version == base), newest).body
        sort, now = find(newest.body, line.term_id)
        if now not in (line, *lines_of(seen, sort)):
            raise ConflictError
        lines = [
            line if one.term_id == line.term_id else one for one in lines_of(newest.body, sort)
        ]
        kept = tuple(one for one in lines if not (gone and one.term_id == line.term_id))
        number = max(newest.body.terms_given, *map(_number, _all_lines(newest.body)))
        body = newest.body.model_copy(update={sort: kept, "terms_given": number})
        return own.change_in(conn, house, vault, body, record_id=record_id, base=newest.version)


def _came(newest: Order, seen: Order, line: Term, sort: Sort) -> bool:
    """Tell whether the very same line was added since."""
    known = {one.term_id for one in _all_lines(seen)}
    said = (line.text_from_order, line.clause_codes)
    return any(
        (one.text_from_order, one.clause_codes) == said
        for one in lines_of(newest, sort)
        if one.term_id not in known
    )


def _all_lines(order: Order) -> tuple[Term, ...]:
    return (*order.terms, *order.exceptions)


def _number(line: Term) -> int:
    """Return the number in an id that was given here or brought in: 3 of ORD-1.T3."""
    text = line.term_id.rpartition(".")[2].lstrip("TEX")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
