"""The question which part of which order it was, and how. Nothing is ever ticked for her."""

from __future__ import annotations

from diary.domain.entry import Entry
from diary.web.guided.step import Changes, Pairs, Reading


def show_order(entry: Entry) -> Pairs:
    """Fill in what she said of the order."""
    return [
        ("order_ref", entry.order_ref),
        ("how_breached", entry.how_breached),
        *(("terms", term) for term in entry.terms_alleged),
    ]


def read_order(reading: Reading) -> Changes:
    """Read which order and which of its terms; what is not on the page stays as it is."""
    shown = {term.term_id for one in reading.around.orders for term in one.body.terms}
    unshown = tuple(term for term in reading.old.terms_alleged if term not in shown)
    ticked = reading.some("terms", shown)
    listed = [one.body for one in reading.around.orders]
    in_order = [term.term_id for body in listed for term in body.terms]
    terms = (*unshown, *(term for term in in_order if term in ticked))
    chosen = reading.form.choice("order_ref", {body.reference for body in listed})
    of_terms = [
        body.reference for body in listed if any(one.term_id in ticked for one in body.terms)
    ]
    return {
        "order_ref": chosen or next(iter(of_terms), reading.old.order_ref),
        "terms_alleged": terms,
        "how_breached": reading.form.words("how_breached"),
    }
