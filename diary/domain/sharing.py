"""Letting one named person read: what was agreed, and what was left out."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import JsonValue

from diary.domain.base import Line, Part, Record, Words
from diary.domain.ids import Id


class Shared(Part):
    """One record that was shared, in the version that was shown, and what was left out of it.

    `copy_id` is the redacted record that is shared in its place, where something was left out.
    """

    record: Id
    version: int
    left_out: tuple[Line, ...] = ()
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
    from_name: Line = ""  # what the practitioner reads in place of her sign-in name
    purpose: Line
    reason: Words = ""
    items: tuple[Shared, ...] = ()
    permission: Literal["view", "download"] = "view"
    starts: datetime
    ends: datetime
    adds_until: datetime | None = None
    sees_other_agencies: bool = False
    wording_version: Line
    wording: Words
    ended_at: datetime | None = None
    ended_by: Literal["", "owner", "time", "agency"] = ""


class Redacted(Record):
    """A copy of a version with parts left out, made for one grant; it says what it comes from."""

    kind: ClassVar[str] = "redacted"
    of: Id
    of_version: int
    of_kind: Line
    left_out: tuple[Line, ...]
    body: JsonValue
