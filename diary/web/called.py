"""What a record is called where things of different kinds stand together."""

from __future__ import annotations

from flask_babel import gettext as _

from diary.content import agency, order_type
from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.kept import PrivateNote
from diary.domain.order import Order
from diary.domain.people import Person, Told
from diary.domain.plan import Lead
from diary.domain.report import Report
from diary.text import N_
from diary.web.texts import when
from diary.web.visible import first_words, shortened, visible

_SORTS = {
    Entry.kind: N_("Entry"),
    Order.kind: N_("Order"),
    Report.kind: N_("Report"),
    Person.kind: N_("Person"),
    Told.kind: N_("Who knows about an order"),
    Lead.kind: N_("What else may show it"),
    PrivateNote.kind: N_("Private note"),
}


def sort_of(body: Record) -> str:
    """Say what sort of thing it is."""
    return str(_(_SORTS[body.kind]))


def called(body: Record) -> str:
    """Say which one it is, in its own words as far as it has any."""
    if isinstance(body, Entry):
        return first_words(body) or str(_("No words yet."))
    if isinstance(body, Order):
        return order_called(body)
    if isinstance(body, Report):
        return told_called(body)
    return shortened(next(iter(_words_of(body)), ""))


def _words_of(body: Record) -> list[str]:
    names = ("name", "who", "sort", "holder", "text", "description", "original_name")
    return [words for name in names if (words := getattr(body, name, ""))]


def told_called(body: Report) -> str:
    """Say who was told."""
    known = agency(body.to)
    if known is None:
        return visible(body.agency or body.name_rank or body.reference)
    return str(_(known.label))


def order_called(body: Order) -> str:
    """Say in plain words what sort of order it is."""
    known = order_type(body.type)
    return visible(body.type) if known is None else str(_(known.label_plain))


def dated(entry: Entry) -> str:
    """Say when it happened, as an entry is named in a list; and that it does not hold, if so."""
    time = when(entry.when)
    return time if entry.withdrawn is None else str(_("%(time)s, taken back", time=time))


def happened(body: Record) -> str:
    """Say when it was, of what has a time of its own."""
    if isinstance(body, Entry):
        return dated(body)
    return when(body.reported) if isinstance(body, Report) else ""
