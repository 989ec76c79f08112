"""What a practitioner records beside a diary, in the order of the briefing (H8.56).

Their own, authored, never inside her entries.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from diary.domain.base import Day, Line, Record, Words, YesNo
from diary.domain.claimed import Claimed

Said = YesNo | Literal[""]


class PracticeRecord(Record):
    """One record of a practitioner."""

    kind: ClassVar[str] = "practice_record"
    author_name: Line = ""
    author_role: Line = ""
    author_organisation: Line = ""
    order_in_place: Said = ""
    order_type: Line = ""
    brief_details: Words = ""
    end_date: Day = ""
    copy_seen: bool | None = None
    copy_held: bool | None = None
    reported_to_me_at: Line = ""  # UTC, RFC 3339
    happened_at: Line = ""  # local time, as said
    detail: Words = ""
    who_else_there: Words = ""
    other_witnesses: Words = ""
    part_of_order_and_how: Words = ""
    action_taken: Words = ""
    refs: Words = ""
    who_else_informed: Words = ""
    safety_plan_reviewed: Line = ""
    written_agreement_reviewed: Line = ""
    increased_risk_noted: bool | None = None
    is_pattern: Said = ""
    linked_entries: tuple[Line, ...] = ()
    locks_home_security: Words = ""
    claimed: Claimed | None = None
