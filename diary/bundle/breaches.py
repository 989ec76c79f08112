"""A page for each entry that names an order or a term of one, in the order of the chronology."""

from __future__ import annotations

from collections.abc import Iterator

from diary.bundle import wording
from diary.bundle.breach_report import TITLE, breach_report
from diary.bundle.breach_rows import Breach
from diary.bundle.contents import Contents, EntryItem
from diary.bundle.documents import page
from diary.bundle.names import BREACHES
from diary.canonical import JsonValue
from diary.domain.order import Order
from diary.domain.plan import PlanLook


def breaches(contents: Contents) -> Iterator[tuple[str, JsonValue]]:
    """Yield the path of each page, and what it shows. What she took back has none."""
    orders, looks = _orders(contents), _looks(contents)
    frame = page(contents, TITLE)
    for number, item in enumerate(naming_an_order(contents), start=1):
        breach = Breach(
            item=item,
            orders=orders,
            reports=tuple(contents.reports_of(item.id)),
            look=looks.get(item.id),
            shared=contents.shared,
        )
        name = f"BR-{number:03}"
        yield f"{BREACHES}{name}.pdf", breach_report(breach, frame, contents.say, reference=name)


def naming_an_order(contents: Contents) -> list[EntryItem]:
    """Return the entries that name an order or a term of one, and were not taken back."""
    return [
        item
        for item in wording.in_order(contents.entries)
        if item.body.withdrawn is None and (item.body.order_ref or item.body.terms_alleged)
    ]


def _orders(contents: Contents) -> tuple[Order, ...]:
    """Return the orders that go along, and those that replaced them: their days are counted."""
    found = {item.body.reference: item.body for item in contents.orders}
    later = {one.reference: one for item in contents.orders for one in item.later}
    return tuple((later | found).values())


def _looks(contents: Contents) -> dict[str, PlanLook]:
    """Return the newest look at the plan after each entry."""
    found = dict[str, PlanLook]()
    for opened in contents.beside:
        if isinstance(opened.body, PlanLook) and opened.parent:
            found[opened.parent] = opened.body
    return found
