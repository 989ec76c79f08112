"""Whom to call (H1.4): services with their numbers, as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from diary.content.reading import raw


@dataclass(frozen=True, slots=True)
class Helpline:
    """A service that somebody can call; only what was confirmed is ever shown."""

    id: str
    name: str
    who: str
    number: str
    number_confirmed: bool
    hours: str
    hours_confirmed: bool
    note: str
    sources: tuple[str, ...]

    @property
    def dial(self) -> str:
        """The number as a phone dials it."""
        return self.number.replace(" ", "")


@dataclass(frozen=True, slots=True)
class Helplines:
    """Whom to call at once, whom to talk to, and when this list was last looked at."""

    reviewed_on: date
    emergency: Helpline
    others: tuple[Helpline, ...]


@cache
def helplines() -> Helplines:
    """Read the list of helplines; what is not confirmed stays in the file and off the page."""
    data = raw("helplines")
    known = [_helpline(row) for row in data["helpline"]]
    return Helplines(
        reviewed_on=data["reviewed_on"],
        emergency=next(line for line in known if line.id == data["emergency"]),
        others=tuple(
            line for line in known if line.number_confirmed and line.id != data["emergency"]
        ),
    )


def _helpline(row: dict[str, object]) -> Helpline:
    sources = row["sources"]
    if not isinstance(sources, list) or not sources:
        raise ValueError("a helpline without a source")
    return Helpline(
        id=str(row["id"]),
        name=str(row["name"]),
        who=str(row["who"]),
        number=str(row["number"]),
        number_confirmed=row["number_confirmed"] is True,
        hours=str(row.get("hours", "")),
        hours_confirmed=row.get("hours_confirmed") is True,
        note=str(row.get("note", "")),
        sources=tuple(str(source) for source in sources),
    )
