"""Writing an order down, mending a slip in it, and noting that the court changed it.

What two tabs change at the same time is told apart by what each of them shows: two that mend
different parts both hold; of two that mend the same part, the second is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from diary.domain.kept import Profile
from diary.domain.order import Order
from diary.errors import ConflictError
from diary.insights import order_versions
from diary.insights.order_versions import first_reference, version_number
from diary.services import numbers, orders, own
from diary.services.house import House
from diary.services.own import Own
from diary.vault.vault import Vault

FIRST = "ORD-"


def write(house: House, vault: Vault, body: Order, *, record_id: str) -> Own[Order]:
    """File a new order under the next reference; a form that is sent twice files it once."""

    def file(conn: Connection) -> Own[Order]:
        reference = f"{FIRST}{_next_number(conn, house, vault)}"
        named = body.model_copy(update={"reference": reference})
        return own.add_in(conn, house, vault, named, record_id=record_id)

    return _once(house, vault, record_id, file)


def _once(
    house: House, vault: Vault, record_id: str, file: Callable[[Connection], Own[Order]]
) -> Own[Order]:
    """File under an id that may be filed already: then that is the answer."""
    try:
        with own.turn(house, vault) as conn:
            return file(conn)
    except ConflictError:
        for one in orders.every(house, vault).items:
            if one.id == record_id:
                return one
        raise


def _next_number(conn: Connection, house: House, vault: Vault) -> int:
    used = (one.body.reference for one in own.every_in(conn, vault, Order).items)
    return numbers.give(
        conn,
        vault,
        at=house.now(),
        given=lambda profile: profile.orders_given,
        store=lambda profile, number: profile.model_copy(update={"orders_given": number}),
        used=max(map(_number, used), default=0),
    )


def _number(reference: str) -> int:
    text = first_reference(reference).removeprefix(FIRST)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def mend(
    house: House, vault: Vault, record_id: str, changed: Mapping[str, object], *, base: int
) -> Own[Order]:
    """Change some fields of an order, as they were seen in version `base`.

    ConflictError when one of these fields was changed to something else since.
    """
    with own.turn(house, vault) as conn:
        newest = own.laid_over(own.versions_in(conn, vault, Order, record_id), changed, base=base)
        body = Order.model_validate({**dict(newest.body), **changed})
        return own.change_in(conn, house, vault, body, record_id=record_id, base=newest.version)


def vary(house: House, vault: Vault, record_id: str, body: Order, *, new: str) -> Own[Order]:
    """File what the court changed as the next version of an order, with terms of their own ids.

    `new` is the id made with the form. ConflictError when a version came after this one already.
    """

    def file(conn: Connection) -> Own[Order]:
        named = _next_version(conn, house, vault, record_id, body)
        return own.add_in(conn, house, vault, named, record_id=new)

    return _once(house, vault, new, file)


def _next_version(
    conn: Connection, house: House, vault: Vault, record_id: str, body: Order
) -> Order:
    before = own.one_in(conn, vault, Order, record_id).body
    bodies = [one.body for one in own.every_in(conn, vault, Order).items]
    if order_versions.later(before, bodies):
        raise ConflictError
    family = order_versions.family(before, bodies)
    first = first_reference(order_versions.root(before, bodies))
    number = numbers.give(
        conn,
        vault,
        at=house.now(),
        given=lambda profile: profile.order_versions.get(first, 1),
        store=lambda profile, number: _counted(profile, first, number),
        used=max(version_number(one.reference) for one in family),
    )
    return renamed(body, f"{first}v{number}", supersedes=before.reference)


def _counted(profile: Profile, first: str, number: int) -> Profile:
    return profile.model_copy(update={"order_versions": profile.order_versions | {first: number}})


def renamed(body: Order, reference: str, *, supersedes: str) -> Order:
    """Return an order under a new reference, each of its lines under a new id."""
    lines = [
        line.model_copy(update={"term_id": f"{reference}.T{number}"})
        for number, line in enumerate((*body.terms, *body.exceptions), 1)
    ]
    changed = {
        "reference": reference,
        "supersedes": supersedes,
        "terms": tuple(lines[: len(body.terms)]),
        "exceptions": tuple(lines[len(body.terms) :]),
        "terms_given": len(lines),
        "claimed": None,
    }
    return body.model_copy(update=changed)
