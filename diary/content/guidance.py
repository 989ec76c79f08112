"""Short dated texts on what to think of. What they say of law is shown only when confirmed."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated

from pydantic import Field

from diary.content.reading import Content, Statements, Text, raw, reviewed


class Guidance(Content):
    """One text: a heading and its sentences, of which a page may make a list."""

    key: Text
    title: Text
    lines: Annotated[Statements, Field(min_length=1)]
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    reviewed_on: date
    reviewed_by: str


@cache
def all_guidance() -> dict[str, Guidance]:
    """Return every text by its key."""
    on, by = reviewed("guidance")
    dated = {"reviewed_on": on, "reviewed_by": by}
    known = (Guidance.model_validate(row | dated) for row in raw("guidance")["guidance"])
    return {one.key: one for one in known}


def guidance(key: str) -> Guidance:
    """Return the text of that key."""
    return all_guidance()[key]
