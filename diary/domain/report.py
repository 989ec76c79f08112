"""Telling somebody about it: to whom, when, both kinds of reference, and what came of it.

One report may be about several entries and one entry may be told to several people. That a report
is about an entry is also a small record below the entry, so that lists need not open the report.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from diary.domain.base import Day, Line, Part, Record, Words
from diary.domain.claimed import Claimed
from diary.domain.ids import Id
from diary.domain.when import When

Recipient = Literal[
    "", "police_999", "police_101", "police_online", "police_station", "police_officer",
    "probation", "social_worker", "IDVA", "solicitor", "court", "school", "landlord", "other",
]  # fmt: skip
ReportOutcome = Literal[
    "", "none_yet", "logged", "crime_recorded", "arrest", "charged", "NFA", "referral_MARAC",
    "other",
]  # fmt: skip


NO_REFERENCE, NO_REPLY = 1, 2  # marks of a report, added up


class FollowUp(Part):
    """What came later, and on which day."""

    on: Day = ""
    note: Words = ""


class Report(Record):
    """One report (fields: H4.21). When it was told and when it happened are always apart."""

    kind: ClassVar[str] = "report"
    reference: Line
    entries: tuple[Id, ...] = ()
    to: Recipient = ""
    reported: When = Field(default_factory=When)
    happened: When = Field(default_factory=When)  # what they were told of when it happened
    name_rank: Line = ""
    agency: Line = ""
    incident_ref: Line = ""
    crime_ref: Line = ""
    what_said: Words = ""
    their_action: Words = ""
    outcome: ReportOutcome = ""
    next_contact: Day = ""
    follow_ups: tuple[FollowUp, ...] = ()
    claimed: Claimed | None = None

    def moment(self) -> datetime | None:
        """Sort by when it was told, where that is known."""
        return self.reported.sort_moment()

    def mark(self) -> int:
        """Say what is still open about it, so that lists can count without opening."""
        bare = not (self.incident_ref.strip() or self.crime_ref.strip())
        return NO_REFERENCE * bare | NO_REPLY * (self.outcome in {"", "none_yet"})


def is_early(told: When, happened: When) -> bool:
    """Tell whether, as both are written, it was told before it happened, by whole days.

    Hours of one day are never weighed: what is known of them may be too little.
    """
    if "not_sure" in {told.precision, happened.precision}:
        return False
    length = 7 if "month" in {told.precision, happened.precision} else 10
    return told.local[:length] < happened.local[:length]


class ReportLink(Record):
    """That a report is about the entry which this record belongs to; `live` until it is not."""

    kind: ClassVar[str] = "report_link"
    report: Id
    live: bool = True

    def mark(self) -> int:
        """Return 1 while it holds, so that lists can count without opening."""
        return int(self.live)
