"""The questions in the briefing's order (H3.16), under the headings of the list."""

from __future__ import annotations

from itertools import groupby

from diary.errors import NotFoundError
from diary.text import N_
from diary.web.guided import after, happened, people, under_order
from diary.web.guided.step import Step

_WHEN, _WHAT = N_("When and where"), N_("What happened")
_WHO, _ORDER = N_("Who was there"), N_("The order")
_DONE, _HOW, _PROOF = N_("What was done"), N_("How it was"), N_("What else may show it")

STEPS = (
    Step("when", _WHEN, N_("When was it?"), ("when", "until"),
         happened.show_when, happened.read_when, ("until",)),
    Step("where", _WHEN, N_("Where was it?"), ("place", "place_type", "inside_zone"),
         happened.show_where, happened.read_where),
    Step("what", _WHAT, N_("What did they do?"), ("behaviours",),
         happened.show_what, happened.read_what, ("behaviours",)),
    Step("words", _WHAT, N_("What was said or written?"), ("exact_words",),
         happened.show_words, happened.read_words, ("exact_words",)),
    Step("through", _WHAT, N_("How did it reach you?"), ("direct_or_indirect", "via_whom"),
         happened.show_through, happened.read_through),
    Step("by-whom", _WHAT, N_("Who did it?"), ("person_responsible", "how_i_know"),
         happened.show_who_did, happened.read_who_did, ("person_responsible",)),
    Step("first", _WHAT, N_("Who made contact first?"), ("who_started_contact",),
         happened.show_first, happened.read_first),
    Step("who", _WHO, N_("Who was there?"), ("who_was_there", "children_present"),
         people.show_there, people.read_there, ("who_was_there", "children_present")),
    Step("witnesses", _WHO, N_("Who saw or heard it?"), ("witnesses",),
         people.show_witnesses, people.read_witnesses, ("witnesses",)),
    Step("order", _ORDER, N_("Which part of the order, and how?"),
         ("order_ref", "terms_alleged", "how_breached"),
         under_order.show_order, under_order.read_order, ("terms_alleged",)),
    Step("done", _DONE, N_("What was done?"), ("report_status", "outcome"),
         after.show_done, after.read_done),
    Step("how", _HOW, N_("How was it for you?"),
         ("how_it_was", "fear_level", "changed_daily_life"),
         after.show_how, after.read_how, ("how_it_was", "fear_level")),
    Step("harm", _HOW, N_("Was anybody hurt, or anything broken?"),
         ("injuries", "damage", "medical_attention"),
         after.show_harm, after.read_harm, ("injuries",)),
    Step("proof", _PROOF, N_("What else may show it?"), ("thread_context",),
         after.show_proof, after.read_proof, ("thread_context",)),
)  # fmt: skip


def groups() -> list[tuple[str, list[Step]]]:
    """Return the questions under their headings."""
    return [(group, list(steps)) for group, steps in groupby(STEPS, key=lambda step: step.group)]


def step_of(key: str) -> Step:
    """Return the question of that name, or raise NotFoundError."""
    for step in STEPS:
        if step.key == key:
            return step
    raise NotFoundError


def neighbours(step: Step) -> tuple[str, str]:
    """Return the questions before and after; empty at either end."""
    keys = ["", *(one.key for one in STEPS), ""]
    at = keys.index(step.key)
    return keys[at - 1], keys[at + 1]
