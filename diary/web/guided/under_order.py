"""The question which part of which order it was, and how. Nothing is ever ticked for her."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from diary.content import clause, suggested_clauses
from diary.domain.entry import Entry
from diary.domain.order import Order, Term
from diary.services.orders import Bound
from diary.web.called import order_called
from diary.web.guided.step import Around, Changes, Pairs, Reading
from diary.web.order_words import standing
from diary.web.visible import visible

NONE = "none"


@dataclass(frozen=True, slots=True)
class TermShown:
    """One line of an order, in its own words; `fits` if what was ticked brings it to mind."""

    id: str
    words: str
    fits: bool


@dataclass(frozen=True, slots=True)
class OrderShown:
    """One order to choose from, and whether it was in force then."""

    reference: str
    called: str
    state: str
    why: str
    terms: tuple[TermShown, ...]


def show_order(entry: Entry) -> Pairs:
    """Fill in what she said of the order."""
    return [
        ("order_ref", entry.order_ref),
        ("how_breached", entry.how_breached),
        *(("terms", term) for term in entry.terms_alleged),
    ]


def read_order(reading: Reading) -> Changes:
    """Read which order and which of its terms; what is not on the page stays as it is."""
    listed = [bound.order.body for bound in reading.around.orders]
    ids = [term.term_id for body in listed for term in body.terms]
    ticked = reading.some("terms", ids)
    old = reading.old
    unshown = tuple(term for term in old.terms_alleged if term not in ids)
    return {
        "order_ref": _reference(reading, listed, ticked),
        "terms_alleged": (*unshown, *(one for one in ids if one in ticked)),
        "how_breached": reading.form.words("how_breached"),
    }


def _reference(reading: Reading, listed: list[Order], ticked: tuple[str, ...]) -> str:
    """Return the order that was chosen, else the one that the ticked lines belong to."""
    references = {body.reference for body in listed}
    chosen = reading.form.choice("order_ref", {NONE, *references})
    if chosen and chosen != NONE:
        return chosen
    of_terms = (
        body.reference for body in listed if any(term.term_id in ticked for term in body.terms)
    )
    if found := next(of_terms, ""):
        return found
    old = reading.old.order_ref
    return "" if chosen == NONE or old in references else old


def shown(around: Around, entry: Entry) -> list[OrderShown]:
    """Return the orders as they are offered: those that were in force first."""
    fitting = set(suggested_clauses(entry.behaviours))
    return [_shown(bound, fitting) for bound in around.orders]


def _shown(bound: Bound, fitting: set[str]) -> OrderShown:
    body = bound.order.body
    terms = tuple(
        TermShown(term.term_id, term_words(term), bool(fitting.intersection(term.clause_codes)))
        for term in body.terms
    )
    return OrderShown(
        body.reference, order_called(body), bound.standing.state, standing(bound.standing), terms
    )


def term_words(term: Term) -> str:
    """Return a term in the order's own words, else in those that it was picked by."""
    if term.text_from_order:
        return visible(term.text_from_order)
    known = (clause(code) for code in term.clause_codes)
    return "\n".join(str(_(one.text)) for one in known if one) or visible(term.term_id)
