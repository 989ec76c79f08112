"""What one order says, as the writer copied it: made, served, ends, and its terms word for word."""

from __future__ import annotations

from collections.abc import Iterator

from diary.bundle import breach_rows, derived, wording
from diary.bundle.contents import Contents, OrderItem
from diary.bundle.documents import line, page, paragraphs
from diary.canonical import JsonValue
from diary.domain.order import Order, Term, Zone
from diary.text import N_, Say

COPIED = N_(
    "This is what the writer copied from the order, and not the order itself. The court's own paper"
    " is what counts."
)
COPY = N_("The copy as it was received: %(files)s")
NO_COPY = N_("No copy of the court's paper is in this bundle.")
HISTORY = N_(
    "Written down %(first)s, last mended %(last)s. Each wording: data/machine/bundle.json."
)
COPY_MADE = N_("This copy was made %(time)s. Each wording: data/machine/bundle.json.")
WRITTEN = N_("Written down %(first)s.")
METRES = N_("%(metres)s metres")
NO_TERMS = N_("No terms are written down.")
ARREST = {
    "yes": N_("yes"), "no": N_("no"), "na": N_("does not apply"), "not_sure": N_("not sure"),
}  # fmt: skip


def documents(contents: Contents) -> Iterator[tuple[OrderItem, JsonValue]]:
    """Yield what is shown of each order."""
    for item in contents.orders:
        yield item, _order(item, contents)


def _order(item: OrderItem, contents: Contents) -> JsonValue:
    say, order = contents.say, item.body
    return {
        **page(contents, N_("Order and its terms")),
        "opening": [*_derived(item, say), say(COPIED), _copies(item, say), _history(item, say)],
        "facts": [_pair(label, text, say) for label, text in _facts(order, say) if text],
        "parts": [
            {"heading": say(heading), "short": False, "lines": lines}
            for heading, lines in (
                (N_("Terms"), [_term(one) for one in order.terms] or [_line("", say(NO_TERMS))]),
                (N_("Exceptions"), [_term(one) for one in order.exceptions]),
                (N_("Places to stay away from"), [_zone(one, say) for one in order.zones]),
            )
            if lines
        ],
    }


def _copies(item: OrderItem, say: Say) -> str:
    names = [copy.path(copy.enclosed) for copy in item.copies if copy.enclosed is not None]
    return say(COPY, files=", ".join(names)) if names else say(NO_COPY)


def _derived(item: OrderItem, say: Say) -> Iterator[str]:
    if told := derived.told(item.latest, say):
        yield told


def _history(item: OrderItem, say: Say) -> str:
    first, last = (wording.utc(item.versions[at].received_at, say) for at in (0, -1))
    if derived.copied(item.latest) is not None:
        return say(COPY_MADE, time=last)
    first += wording.since(item.versions[0], say, item.not_shared)
    return say(WRITTEN if len(item.versions) == 1 else HISTORY, first=first, last=last)


def _facts(order: Order, say: Say) -> Iterator[tuple[str, str]]:
    yield from breach_rows.known(order, say)
    yield N_("Took the place of"), order.supersedes
    yield N_("People it protects"), "; ".join(order.protected_people)
    yield N_("Whom it binds"), order.respondent_name
    yield N_("Power of arrest"), say(ARREST[order.power_of_arrest]) if order.power_of_arrest else ""
    yield N_("Next hearing"), breach_rows.day(order.return_hearing_on, say)


def _pair(label: str, text: str, say: Say) -> JsonValue:
    return {"label": say(label), "value": paragraphs(text)}


def _term(term: Term) -> JsonValue:
    return _line(term.term_id, term.text_from_order)


def _zone(zone: Zone, say: Say) -> JsonValue:
    size = "" if zone.radius_m is None else say(METRES, metres=zone.radius_m)
    return _line(zone.label, "\n".join(filter(None, (size, zone.description))))


def _line(label: str, text: str) -> JsonValue:
    return {"label": line(label), "value": paragraphs(text)}
