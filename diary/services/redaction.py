"""Leaving fields out of what is shared: which fields belong together, and what stays of a record.

The choice is by groups that a person can understand. What is left out is taken out of the body
before it is sealed for the grant: it is under no key that its reader gets (H8.53).
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.order import Order

# Groups of an entry's fields, in the order in which they are asked for.
ENTRY: dict[str, tuple[str, ...]] = {
    "when": ("when", "until"),
    "place": ("place", "place_type", "inside_zone"),
    "home": (),  # the same fields, of what happened at home, or where no sort of place was picked
    "what": ("what_happened", "withdrawn"),
    "words": ("exact_words", "thread_context"),
    "terms": ("order_ref", "terms_alleged", "how_breached"),
    "who": ("who_was_there", "children_present", "witnesses", "person_responsible", "via_whom"),
    "how": ("behaviours", "direct_or_indirect", "who_started_contact", "how_i_know"),
    "harm": ("injuries", "damage", "medical_attention"),
    "feelings": ("how_it_was", "changed_daily_life", "fear_level"),
    "told": ("report_status", "reports", "outcome"),
    "map": ("coords",),
    "rest": ("linked", "change_reason", "claimed"),
}
ORDER: dict[str, tuple[str, ...]] = {
    "zones": ("zones",),
    "order_notes": ("notes", "protected_people", "respondent_dob", "claimed"),
}
GROUPS = (*ENTRY, *ORDER)
USUAL = ("when", "place", "what", "words", "terms")
_ALWAYS = frozenset({"lang", "exact_words_lang"})  # in which language what stays is written
_UNSURE = "not_sure"
# Whoever picked no sort of place may have written her own address: that counts as home.
_HOME = frozenset({"", _UNSURE, "home", "outside_home", "relative_home"})
TAKEN_BACK = "withdrawn"
_OF_KIND = {Entry.kind: ENTRY, Order.kind: ORDER}
MODELS: tuple[type[Record], ...] = (Entry, Order)
# What is in no group goes with every copy: which order it is, and what it says.
STAYS: dict[str, frozenset[str]] = {
    Entry.kind: frozenset(),
    Order.kind: frozenset({
        "reference", "type", "jurisdiction", "court_name", "case_number", "made_on", "served_on",
        "served_how", "respondent_aware", "without_notice", "ends", "expires_on",
        "return_hearing_on", "respondent_name", "power_of_arrest", "terms", "exceptions",
        "terms_given", "status", "supersedes",
    }),
}  # fmt: skip
Body = dict[str, Any]


def staying(kind: str, body: Body, groups: Collection[str]) -> Body:
    """Return what stays of a record's body when these groups of fields go along."""
    left_out = _left_out(kind, body, groups)
    stays = {name: value for name, value in body.items() if name not in left_out}
    if _UNSURE in stays and kind == Entry.kind:
        stays[_UNSURE] = [name for name in stays[_UNSURE] if name not in _fields_out(kind, groups)]
        if not stays[_UNSURE]:
            del stays[_UNSURE]
    if kind == Entry.kind and body.get(TAKEN_BACK) is not None and TAKEN_BACK not in stays:
        stays[TAKEN_BACK] = {}  # that she took it back is always said; why, only with its group
    return stays


@cache
def _groups_out(kind: str, groups: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in _OF_KIND.get(kind, {}) if name not in groups)


def groups_out(kind: str, groups: Collection[str]) -> tuple[str, ...]:
    """Return the groups of a kind that were not chosen; whether they held anything is not said."""
    return _groups_out(kind, frozenset(groups))


def _left_out(kind: str, body: Body, groups: Collection[str]) -> frozenset[str]:
    out = _fields_out(kind, groups)
    if kind == Entry.kind and body.get("place_type", "") in _HOME and "home" not in groups:
        return out | {"place", "inside_zone", "coords"}
    return out


def _fields_out(kind: str, groups: Collection[str]) -> frozenset[str]:
    return _out(kind, frozenset(groups))


@cache
def _out(kind: str, groups: frozenset[str]) -> frozenset[str]:
    """Return the fields of the groups that stay behind; asked for each record of thousands."""
    every = _OF_KIND.get(kind, {})
    return frozenset(name for group in every if group not in groups for name in every[group])


def grouped(kind: str) -> set[str]:
    """Return every field of a kind that belongs to a group, or says how the others are written."""
    return {name for names in _OF_KIND[kind].values() for name in names} | _ALWAYS | {_UNSURE}
