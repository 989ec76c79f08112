"""What a practitioner records beside a diary, in the order of the briefing (H8.56).

Their own, authored, never inside her entries.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from diary.canonical import parse_utc
from diary.domain.base import Day, Line, Part, Record, Words, YesNo
from diary.domain.claimed import Claimed

Said = YesNo | Literal[""]


class Override(Part):
    """What was passed on without asking her, because somebody is at serious risk (H8.60).

    It opens nothing: it says what its author told to whom, why the law lets him, and what a second
    person thought of it: that one is `approved_by`, also where the decision is no.
    `unsafe_to_notify` keeps it out of her diary for as long as that holds, with the reason.
    """

    lawful_reason: Words
    what: Words
    to_whom: Line
    told_at: Line = ""  # local time, as said
    unsafe_to_notify: bool = False
    why_unsafe: Words = ""
    written_at: Line = ""  # UTC, RFC 3339, set by the server: she may be told later
    decision: Literal["", "agreed", "not agreed"] = ""
    approved_by: Line = ""
    approver_role: Line = ""
    approved_at: Line = ""  # UTC, RFC 3339


class PracticeRecord(Record):
    """One record of a practitioner. It is never changed: `corrects` names the one before it.

    Who wrote it is set by the server. `about` is the grant under which it was written.
    """

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
    reported_to_me_at: Line = ""  # UTC, RFC 3339, or the day alone
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
    about: Line = ""
    corrects: Line = ""
    override: Override | None = None
    claimed: Claimed | None = None

    def mark(self) -> int:
        """Return 1 for what was passed on without asking: no other agency is to read that."""
        return int(self.override is not None)

    @property
    def reported_local(self) -> str:
        """When it was told, in local time; as it was said where that is no moment."""
        try:
            moment = parse_utc(self.reported_to_me_at)
        except ValueError:
            return self.reported_to_me_at
        return moment.astimezone(ZoneInfo("Europe/London")).strftime("%Y-%m-%dT%H:%M")

    def moment(self) -> datetime | None:
        """Sort by when it was told, where that is known."""
        said = self.reported_to_me_at
        try:
            if len(said) == len("2026-03-03"):
                return datetime.combine(date.fromisoformat(said), time(12), tzinfo=UTC)
            return parse_utc(said)
        except ValueError:
            return None
