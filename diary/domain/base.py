"""The base of every record kind, and the shared types of its fields."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue, StringConstraints

YesNo = Literal["yes", "no", "not_sure"]


def _readable(text: str) -> str:
    """Keep every character as written, line ends too; refuse only what no file can hold.

    Lone surrogates are not characters (RFC 8785 section 3.2.2.2 refuses them): sealing them would
    make a text that nobody can read back.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("unreadable") from error
    return text


LINE = 1000
WORDS = 100_000
Words = Annotated[str, StringConstraints(max_length=WORDS), AfterValidator(_readable)]
Line = Annotated[str, StringConstraints(max_length=LINE), AfterValidator(_readable)]


def _real_day(text: str) -> str:
    """Take a day of the calendar (ISO 8601, 2026-03-03), or nothing where none was said."""
    if text and date.fromisoformat(text).isoformat() != text:
        raise ValueError("not a day")
    return text


Day = Annotated[str, AfterValidator(_real_day)]
Facts = list[JsonValue]


class Part(BaseModel):
    """A part of a record's body, frozen like the whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Record(BaseModel):
    """One sealed record's body. Frozen: a change is a new version, never an edit."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[str]

    def moment(self) -> datetime | None:
        """When it sorts in its list, if not by the time of writing."""
        return None

    def search_text(self) -> str:
        """Return the words that search looks in."""
        return ""

    def hides_parent(self) -> bool:
        """Tell whether this record keeps its parent out of every list."""
        return False

    def mark(self) -> int:
        """Return a number from 0 to 127 that can be listed without opening the record."""
        return 0

    def facts(self) -> Facts | None:
        """Return what the pattern page counts of it, in short; None for what is not counted."""
        return None
