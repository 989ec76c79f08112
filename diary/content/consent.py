"""What is agreed to when a diary is shared (H8.54): its words with their version, as dated data."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated

from pydantic import Field

from diary.content.reading import Content, Text, raw, reviewed


class Purpose(Content):
    """One purpose to choose."""

    code: Text
    text: Text


class ConsentText(Content):
    """The words, what a share can be for, and what is said before one ends."""

    version: Text
    lines: Annotated[tuple[Text, ...], Field(min_length=1)]
    adding: Annotated[tuple[Text, ...], Field(min_length=1)]
    pause: Annotated[tuple[Text, ...], Field(min_length=1)]
    pause_end: Text
    pause_one: Text
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1)]
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    reviewed_on: date
    reviewed_by: str

    def texts(self) -> tuple[str, ...]:
        """Return every text of it that a page may translate."""
        before = (*self.pause, self.pause_end, self.pause_one)
        said = (*self.lines, *self.adding)
        return (*said, *before, *(one.text for one in self.purposes))

    def purpose(self, code: str) -> Purpose | None:
        """Return the purpose of that code, if it is one of these."""
        return next((one for one in self.purposes if one.code == code), None)


@cache
def consent_text() -> ConsentText:
    """Read the words that are in force."""
    data, (on, by) = raw("consent"), reviewed("consent")
    return ConsentText(
        version=data["version"],
        lines=data["lines"],
        adding=data["adding"],
        pause=data["pause"],
        pause_end=data["pause_end"],
        pause_one=data["pause_one"],
        purposes=data["purpose"],
        sources=data["sources"],
        reviewed_on=on,
        reviewed_by=by,
    )
