"""How to reach witnesses: one document, for the police alone, and nowhere else in a bundle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from diary.bundle import choices, wording
from diary.bundle.contents import Contents, Reachable
from diary.bundle.documents import line, page, paragraphs
from diary.canonical import JsonValue
from diary.text import N_, Say

ONLY_POLICE = N_(
    "For the police only. Do not pass this page on to anybody, and do not disclose it with the rest"
    " of the bundle."
)
HOW = N_("Please reach each person only in the way that is written here.")
NO_WISH = N_("This person does not want to be contacted, or it is not known. Ask the writer first.")
ENTRY = N_("Entry %(number)s")


def contacts(contents: Contents) -> Iterator[JsonValue]:
    """Yield what the document shows; nothing where there is nobody to reach."""
    if not contents.witnesses:
        return
    say = contents.say
    places = {
        item.latest.record_id: number
        for number, item in enumerate(wording.in_order(contents.entries), start=1)
    }
    yield {
        **page(contents, N_("How to reach witnesses")),
        "opening": [say(ONLY_POLICE), say(HOW)],
        "facts": [],
        "parts": [
            _witness(one, places, say)
            for one in sorted(
                contents.witnesses, key=lambda one: min(places[e] for e, _ in one.saw)
            )
        ],
    }


def _by_entry(found: Iterable[Reachable], places: dict[str, int]) -> list[Reachable]:
    return sorted(found, key=lambda one: min(places[entry] for entry, _ in one.saw))


def _witness(one: Reachable, places: dict[str, int], say: Say) -> JsonValue:
    rows = (*_rows(one, say), *_saw(one, places, say))
    return {
        "heading": line(one.person.name),
        "short": True,
        "lines": [{"label": label, "value": paragraphs(text)} for label, text in rows if text],
    }


def _rows(one: Reachable, say: Say) -> Iterator[tuple[str, str]]:
    contact = one.contact
    yield say(N_("Who that is")), one.person.relation
    if contact.may_be_contacted in {"no", "not_sure", ""}:
        yield say(N_("May be contacted")), say(NO_WISH)
    else:
        yield say(N_("May be contacted")), choices.said(contact.may_be_contacted, say)
    if contact.may_be_contacted == "no":
        return  # their wish: how to reach them stays at home
    yield say(N_("Telephone")), contact.phone
    yield say(N_("Email")), contact.email
    yield say(N_("Address")), contact.address
    yield say(N_("How to reach them safely")), contact.how_to_contact_safely
    yield say(N_("Also known")), contact.text


def _saw(one: Reachable, places: dict[str, int], say: Say) -> Iterator[tuple[str, str]]:
    for number, saw in sorted((places[entry], saw) for entry, saw in one.saw):
        yield say(ENTRY, number=number), saw
