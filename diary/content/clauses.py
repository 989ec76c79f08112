"""What orders usually say (H1.2): plain words to pick from. The order's own words stand first."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated, Literal

from pydantic import Field

from diary.content.reading import Content, Text, raw, reviewed


class Clause(Content):
    """One thing that an order may say. `cy` is empty where nobody has translated it."""

    code: Text
    text: Text
    cy: str
    channel: Literal["direct", "indirect", ""]
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    reviewed_on: date
    reviewed_by: str


@cache
def clauses() -> tuple[Clause, ...]:
    """Return every clause; exceptions are the last."""
    on, by = reviewed("clauses")
    dated = {"reviewed_on": on, "reviewed_by": by}
    return tuple(Clause.model_validate(row | dated) for row in raw("clauses")["clause"])


@cache
def _by_code() -> dict[str, Clause]:
    return {one.code: one for one in clauses()}


def clause(code: str) -> Clause | None:
    """Return the clause of that code, if it is one of these."""
    return _by_code().get(code)
