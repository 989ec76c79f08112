"""Everything that an entry says, in groups of facts, with words for its codes and nothing empty.

`facts_of` serves the newest wording and every earlier one alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from diary.content import behaviour
from diary.domain.entry import Entry, Unsure
from diary.services.beside import Beside
from diary.text import N_
from diary.web import entry_words
from diary.web.called import order_called
from diary.web.guided.under_order import term_words
from diary.web.texts import as_moment, when
from diary.web.visible import visible


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: a label, what we say, and what she or an order says in words of their own."""

    label: str
    ours: str = ""
    own: str = ""

    def __bool__(self) -> bool:
        """Tell whether there is anything to show."""
        return bool(self.ours or self.own)


@dataclass(frozen=True, slots=True)
class Group:
    """Some facts under one heading."""

    title: str
    facts: tuple[Fact, ...]


def facts_of(entry: Entry, beside: Beside) -> list[Group]:
    """Return what the entry says besides her first words."""
    said = _Said(entry)
    groups = (
        (N_("When and where"), _when_and_where(said)),
        (N_("What happened"), _what(said)),
        (N_("Who was there"), _who(said, beside)),
        (N_("The order"), _order(said, beside)),
        (N_("What was done"), _done(said)),
        (N_("How it was for you"), _how(said)),
        (N_("What else may show it"), [said.code("thread_context", N_("Messages that are kept"),
                                                 entry_words.THREADS)]),
        (N_("Taken back"), _withdrawn(said)),
    )  # fmt: skip
    found = ((title, tuple(fact for fact in facts if fact)) for title, facts in groups)
    return [Group(str(_(title)), facts) for title, facts in found if facts]


class _Said:
    """Reads fields of one entry as facts, "not sure" where that was the answer."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def words(self, name: str, label: str, unsure: Unsure | None = None) -> Fact:
        return Fact(str(_(label)), self._unsure(unsure), visible(getattr(self.entry, name)))

    def lines(self, name: str, label: str, unsure: Unsure | None = None) -> Fact:
        told = "\n".join(getattr(self.entry, name))
        return Fact(str(_(label)), self._unsure(unsure), visible(told))

    def code(
        self, name: str, label: str, words: Mapping[str, str], unsure: Unsure | None = None
    ) -> Fact:
        value = getattr(self.entry, name)
        known = str(_(words[value])) if value in words else ""
        return Fact(str(_(label)), known or self._unsure(unsure), "")

    def _unsure(self, question: Unsure | None) -> str:
        return str(_(entry_words.NOT_SURE)) if question in self.entry.not_sure else ""

    def made(self, label: str, ours: str, unsure: Unsure | None = None) -> Fact:
        return Fact(str(_(label)), ours or self._unsure(unsure))


def _when_and_where(said: _Said) -> Iterable[Fact]:
    entry = said.entry
    yield said.made(N_("Happened"), when(entry.when))
    yield said.made(N_("Until"), when(entry.until) if entry.until else "", "until")
    yield said.words("place", N_("Where"))
    yield said.code("place_type", N_("What sort of place"), entry_words.PLACES)
    yield said.code("inside_zone", N_("In an area they must stay out of"), entry_words.YES_NO)
    if entry.coords:
        yield Fact(str(_("Place on the map")), own=f"{entry.coords[0]}, {entry.coords[1]}")


def _what(said: _Said) -> Iterable[Fact]:
    codes = said.entry.behaviours
    labels = [str(_(one.label)) for one in map(behaviour, codes) if one is not None]
    yield said.made(N_("What they did"), "\n".join(labels), "behaviours")
    yield said.words("exact_words", N_("Word for word"), "exact_words")
    yield said.code("direct_or_indirect", N_("How it reached you"), entry_words.CHANNELS)
    yield said.words("via_whom", N_("Through whom"))
    yield said.words("person_responsible", N_("Who did it"), "person_responsible")
    yield said.words("how_i_know", N_("How you know"))
    yield said.code("who_started_contact", N_("Who made contact first"), entry_words.STARTED)


def _who(said: _Said, beside: Beside) -> Iterable[Fact]:
    yield said.lines("who_was_there", N_("Who was there"), "who_was_there")
    yield said.lines("children_present", N_("Children who were there"), "children_present")
    witnesses = said.entry.witnesses
    if not witnesses:
        yield said.made(N_("Who saw or heard it"), "", "witnesses")
    for one in witnesses:
        own = "\n".join(filter(None, (one.name_or_description, one.saw_or_heard)))
        gone = one.person and one.person not in beside.people
        note = _("This person is no longer in your list of people.") if gone else ""
        yield Fact(str(_("Saw or heard it")), str(note), visible(own))


def _order(said: _Said, beside: Beside) -> Iterable[Fact]:
    entry = said.entry
    known = beside.orders.get(entry.order_ref)
    if entry.order_ref:
        gone = _("This order is not in this diary now.")
        text = order_called(known.body) if known else str(gone)
        yield Fact(str(_("Which order")), text, visible(entry.order_ref))
    if not entry.terms_alleged:
        yield said.made(N_("Which part of it"), "", "terms_alleged")
    for term_id in entry.terms_alleged:
        term = beside.terms.get(term_id)
        words = term_words(term) if term else visible(term_id)
        note = "" if term else str(_("This part is not in this diary now."))
        yield Fact(str(_("Which part, as you see it")), note, words)
    yield said.words("how_breached", N_("How, in your words"))


def _done(said: _Said) -> Iterable[Fact]:
    yield said.code("report_status", N_("Reported?"), entry_words.REPORTED)
    yield said.words("outcome", N_("What came of it"))


def _how(said: _Said) -> Iterable[Fact]:
    fear = said.entry.fear_level
    skipped = str(_(entry_words.NOT_SAID)) if fear == "skip" else ""
    number = str(_("%(level)s out of 10", level=fear)) if isinstance(fear, int) else skipped
    yield said.words("how_it_was", N_("How it was"), "how_it_was")
    yield said.made(N_("How afraid you were"), number, "fear_level")
    yield said.words("changed_daily_life", N_("What it changed in your days"))
    yield said.words("injuries", N_("What was hurt"), "injuries")
    yield said.words("medical_attention", N_("Who looked at it"))
    yield said.words("damage", N_("What was broken or lost"))


def _withdrawn(said: _Said) -> Iterable[Fact]:
    back = said.entry.withdrawn
    if back is not None:
        read = as_moment(back.said_on) if back.said_on else str(_("no day"))
        yield Fact(str(_("On")), read, "" if read else visible(back.said_on))
        yield Fact(str(_("Why")), own=visible(back.reason))
