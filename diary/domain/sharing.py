"""Letting one named person read: what was agreed, and what was left out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import ValidationError

from diary.domain.base import Facts, Line, Part, Record, Words
from diary.domain.entry import Entry
from diary.domain.ids import Id
from diary.domain.order import Order
from diary.domain.people import Person, Told
from diary.domain.plan import Plan
from diary.domain.report import Report
from diary.domain.when import When


class Shared(Part):
    """One record that was shared, in the version that was shown.

    `copy_id` is the redacted record that is shared in its place, where something was left out: all
    but the consent's `fields`.
    """

    record: Id
    version: int
    copy_id: Id | None = None


class Consent(Record):
    """What she agreed to, sealed with the words that were on the page (H8.53–54).

    A grant and its consent have one id. Ending it early is a new version with `ended_at`.
    """

    kind: ClassVar[str] = "consent"
    grantee: Id
    name: Line
    organisation: Line
    role: Line = ""
    fingerprint: Line
    org: Line = ""  # the agency's id: two of one agency are one agency
    from_name: Line = ""  # what the practitioner reads in place of her sign-in name
    purpose: Line
    reason: Words = ""
    items: tuple[Shared, ...] = ()
    fields: tuple[Line, ...] = ()  # the groups of fields that go along (`services.redaction`)
    permission: Literal["view", "download"] = "view"
    starts: datetime
    ends: datetime
    adds_until: datetime | None = None
    sees_other_agencies: bool = False
    wording_version: Line
    wording: Words
    ended_at: datetime | None = None
    ended_by: Literal["", "owner"] = ""  # nothing: by its own end


class Redacted(Record):
    """A copy of a version with parts left out, made for one grant; it says what it comes from.

    It sorts, is found and is counted as what it is a copy of. Its parent is that record, so it is
    removed and destroyed with it. What was left out is not in it: `body` holds what stayed.
    """

    kind: ClassVar[str] = "redacted"
    of: Id
    of_version: int
    of_kind: Line
    left_out: tuple[Line, ...]
    body: dict[str, Any]  # JSON, as it was sealed

    def whole(self) -> Record | None:
        """Return what is left as a record of its own kind; None where it is none."""
        try:
            return COPIED[self.of_kind].model_validate(self.body)
        except (KeyError, ValidationError):
            return None

    def moment(self) -> datetime | None:
        """Sort where the original would."""
        if self.of_kind == Entry.kind:
            return self._happened()
        found = self.whole()
        return None if found is None else found.moment()

    def _happened(self) -> datetime | None:
        """Read the time alone: entries are copied by the thousand."""
        try:
            return When.model_validate(self.body.get("when", {})).sort_moment()
        except ValidationError:
            return None

    def search_text(self) -> str:
        """Return the words of what is left."""
        found = self.whole()
        return "" if found is None else found.search_text()

    def mark(self) -> int:
        """Return of which kind it is a copy, so that lists need not open it."""
        return MARKS.get(self.of_kind, 0)

    def facts(self) -> Facts | None:
        """Return what is counted of what is left."""
        found = self.whole()
        return None if found is None else found.facts()


# What can be shared with parts left out. A mark is kept in indexes: it never changes.
COPIED: dict[str, type[Record]] = {
    one.kind: one for one in (Entry, Order, Report, Plan, Person, Told)
}
MARKS = {kind: number for number, kind in enumerate(COPIED, start=1)}
