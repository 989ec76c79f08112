"""The safety plan, and what is looked at again after something happened."""

from __future__ import annotations

from typing import ClassVar, Literal

from diary.domain.base import Day, Line, Part, Record, Words
from diary.domain.claimed import Claimed


class PlanItem(Part):
    """One step of the plan: what to do, of which sort, and when to look at it again."""

    item_id: Line
    text: Words
    category: Line = ""
    added_on: Day = ""
    review_on: Day = ""
    last_reviewed_on: Day = ""
    status: Literal["", "active", "done", "overdue", "dropped"] = ""


class Review(Part):
    """One look at the whole plan, with whom."""

    on: Day = ""
    with_whom: Line = ""
    note: Words = ""


class Agreement(Part):
    """A written agreement, or a statement of expectations."""

    item_id: Line
    name: Line
    with_whom: Line = ""
    made_on: Day = ""
    review_on: Day = ""
    text: Words = ""


class Plan(Record):
    """The safety plan of a diary: there is one."""

    kind: ClassVar[str] = "plan"
    agreed_with: Line = ""
    items: tuple[PlanItem, ...] = ()
    reviews: tuple[Review, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    items_given: int = 0  # the highest number ever given to an item or agreement
    claimed: Claimed | None = None


class PlanLook(Record):
    """Whether the plan was looked at again after the entry that this belongs to (H3.12)."""

    kind: ClassVar[str] = "plan_look"
    state: Literal["needed", "done_on", "not_now"] = "not_now"
    on: Day = ""


class Lead(Record):
    """Something outside the diary that may show what the entry above it tells of, and until when.

    A shop's camera is written over after some weeks; `expires_on` lets it come up in time.
    """

    kind: ClassVar[str] = "lead"
    sort: Line = ""
    holder: Line = ""
    expires_on: Day = ""
    state: Literal["", "asked", "kept", "gone"] = ""
