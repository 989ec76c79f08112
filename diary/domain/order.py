"""An order of a court, or anything that binds like one, in the words that stand in it.

A variation or an extension is an order record of its own that `supersedes` the one before: what
binds has changed. Mending a slip of the pen is a new version of the same record. Only the type is
needed; everything else may be empty or "not sure".
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from diary.domain.base import Day, Line, Part, Record, Words, YesNo
from diary.domain.claimed import Claimed

ServedHow = Literal["", "personal", "court_present", "post", "police", "not_sure"]
OrderStatus = Literal["", "active", "interim", "expired", "varied", "discharged", "not_sure"]


class Term(Part):
    """One thing that the other person must or must not do, in the order's own words.

    `term_id` ("ORD-1v2.T3") is given once in a diary and never used again.
    """

    term_id: Line
    clause_codes: tuple[Line, ...] = ()
    text_from_order: Words = ""


class Zone(Part):
    """A place to stay away from; the radius in metres, where the order gives one."""

    label: Line = ""
    radius_m: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    description: Words = ""


class Order(Record):
    """One order as it was made at one time (fields: H2.6)."""

    kind: ClassVar[str] = "order"
    reference: Line
    type: Line
    jurisdiction: Line = "england_wales"
    court_name: Line = ""
    case_number: Line = ""
    made_on: Day = ""
    served_on: Day = ""
    served_how: ServedHow = ""
    respondent_aware: YesNo | Literal[""] = ""
    without_notice: YesNo | Literal[""] = ""
    ends: Literal["", "on", "until_further_order", "not_sure"] = ""
    expires_on: Day = ""
    return_hearing_on: Day = ""
    protected_people: tuple[Line, ...] = ()
    respondent_name: Line = ""
    respondent_dob: Day = ""
    power_of_arrest: Literal["", "yes", "no", "na", "not_sure"] = ""
    terms: tuple[Term, ...] = ()
    exceptions: tuple[Term, ...] = ()
    zones: tuple[Zone, ...] = ()
    terms_given: int = 0  # the highest term number ever given in this order
    status: OrderStatus = ""
    supersedes: Line = ""  # the reference of the order that this one took the place of
    notes: Words = ""
    claimed: Claimed | None = None

    def moment(self) -> datetime | None:
        """Sort by the day it was made, where that is known."""
        if not self.made_on:
            return None
        return datetime.combine(date.fromisoformat(self.made_on), time(12), tzinfo=UTC)
