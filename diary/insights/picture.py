"""What a picture is: a title, one sentence that reads it, its numbers, and its notes.

The numbers are the table; what is drawn is drawn from the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from diary.text import N_, Say

MANY_TIED = 3  # so many that are equal are named; more are counted
TITLES = {
    "weeks": N_("By week"),
    "kinds": N_("What it was"),
    "hours": N_("Time of day"),
    "terms": N_("Parts of an order"),
    "ways": N_("How it came"),
    "reports": N_("Reported or not"),
    "gaps": N_("Time in between"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """How days, kinds and terms of orders are called; a term has its name and its own words."""

    say: Say
    day: Callable[[date], str]
    kind: Callable[[str], str]
    term: Callable[[str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One number; `words` are an order's own, and with them the label is nobody's to translate."""

    label: str
    count: int
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """Numbers that stand side by side; the marks stand where equal parts of it begin."""

    counts: tuple[int, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: strips if it has any, else each row as a bar."""

    code: str
    title: str
    reading: str
    heading: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    strips: tuple[Strip, ...] = ()

    @property
    def most(self) -> int:
        """The longest bar."""
        return max(row.count for row in self.rows)


def left_out(note: str, number: int, words: Words) -> Iterator[str]:
    """Say how many are left out of a picture, if any are."""
    if number:
        yield words.say(note, number=number)
