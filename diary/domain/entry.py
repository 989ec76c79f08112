"""A diary entry: what happened, in her words, and whatever else she chose to add.

Everything but the entry itself may be empty or "not sure". What must never leave with an entry
(the private note, how to reach a witness) is a record of its own, so no key opens both.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from diary.domain.base import Facts, Line, Part, Record, Words, YesNo
from diary.domain.claimed import Claimed
from diary.domain.ids import Id
from diary.domain.when import When

PlaceType = Literal[
    "", "home", "outside_home", "street", "car", "shop", "work", "school", "relative_home",
    "court", "public_place", "phone", "online", "other", "not_sure",
]  # fmt: skip
Behaviour = Literal[
    "call", "voicemail", "text", "messaging_app", "email", "social_post", "social_message",
    "letter_gift", "through_other_person", "through_child", "came_to_home", "came_to_work",
    "came_to_school", "nearby_zone", "followed", "watched", "tracking_device", "account_access",
    "smart_home", "property_damage", "theft", "threat", "physical", "strangulation", "sexual",
    "economic", "pets", "child_related", "image_sharing", "false_report_or_litigation", "other",
]  # fmt: skip
# Questions that have no "not sure" among their answers, and were answered so.
Unsure = Literal[
    "behaviours", "exact_words", "who_was_there", "children_present", "witnesses", "terms_alleged",
    "person_responsible", "how_it_was", "fear_level", "injuries", "thread_context", "until",
]  # fmt: skip


class Witness(Part):
    """Who saw or heard it. How to reach them is a record of its own, below the person's."""

    name_or_description: Line = ""
    saw_or_heard: Line = ""
    person: Id | None = None


class Withdrawn(Part):
    """She took the entry back, without removing it."""

    said_on: Line = ""
    reason: Words = ""


class Entry(Record):
    """One entry (fields: the incident record of the requirements, H3.12).

    `order_ref` is an order's reference ("ORD-1v2") and `terms_alleged` holds ids of its terms
    ("ORD-1v2.T3"). Leads and the look at the safety plan are records of their own.
    """

    kind: ClassVar[str] = "entry"
    what_happened: Words = ""
    when: When = Field(default_factory=When)
    until: When | None = None
    place: Line = ""
    place_type: PlaceType = ""
    inside_zone: YesNo | Literal[""] = ""
    coords: tuple[float, float] | None = None
    exact_words: Words = ""
    lang: Line = "en"
    exact_words_lang: Line = "en"
    how_it_was: Words = ""
    changed_daily_life: Words = ""
    fear_level: Annotated[int, Field(ge=0, le=10)] | Literal["skip"] | None = None
    who_was_there: tuple[Line, ...] = ()
    children_present: tuple[Line, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    behaviours: tuple[Behaviour, ...] = ()
    direct_or_indirect: Literal[
        "", "direct", "indirect_person", "indirect_online", "unknown"
    ] = ""  # fmt: skip
    via_whom: Line = ""
    person_responsible: Line = ""
    how_i_know: Words = ""
    who_started_contact: Literal["", "them", "me", "neither", "not_sure", "skip"] = ""
    injuries: Words = ""
    damage: Words = ""
    medical_attention: Words = ""
    order_ref: Line = ""
    terms_alleged: tuple[Line, ...] = ()
    how_breached: Words = ""
    thread_context: Literal["", "full", "partial", "single"] = ""
    linked: tuple[Line, ...] = ()
    report_status: Literal["", "not_reported", "reported", "going_to_report", "not_sure"] = ""
    reports: tuple[Line, ...] = ()
    outcome: Words = ""
    withdrawn: Withdrawn | None = None
    not_sure: tuple[Unsure, ...] = ()
    change_reason: Words = ""
    claimed: Claimed | None = None

    def moment(self) -> datetime | None:
        """Sort by when it happened, where that is known."""
        return self.when.sort_moment()

    def search_text(self) -> str:
        """Return the words that search looks in."""
        return "\n".join(
            (
                self.what_happened,
                self.exact_words,
                self.place,
                self.how_it_was,
                *self.who_was_there,
                self.when.words,
            )
        )

    def facts(self) -> Facts:
        """Return what the pattern page counts (see `insights.patterns.Fact`, in this order)."""
        return [
            self.when.precision,
            self.when.local,
            list(self.behaviours),
            self.direct_or_indirect,
            self.report_status,
            list(self.terms_alleged),
            self.withdrawn is not None,
        ]
