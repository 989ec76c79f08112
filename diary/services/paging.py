"""Pages of a long list: whatever number is asked for, one that there is.

What stood on the last page may be gone since its address was made, and an address can be typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol, TypeVar

PER_PAGE = 20


class Counted(Protocol):
    """What was found of a list, and how many there are in all."""

    @property
    def total(self) -> int:
        """How many there are in all."""


Found = TypeVar("Found", bound=Counted)
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Place:
    """One page of a list: its number, and how many pages there are (one, if there is nothing)."""

    page: int
    pages: int
    size: int = PER_PAGE

    @property
    def offset(self) -> int:
        """How many stand before it."""
        return self.size * (self.page - 1)

    def of(self, items: Sequence[One]) -> Sequence[One]:
        """Return what stands on it."""
        return items[self.offset : self.offset + self.size]


def place(asked: int, total: int, *, size: int = PER_PAGE) -> Place:
    """Return the page that is asked for, or the nearest one that there is."""
    pages = max(1, ceil(total / size))
    return Place(min(max(asked, 1), pages), pages, size)


def find_page(asked: int, find: Callable[[int], Found]) -> tuple[Found, Place]:
    """Find a page of a list whose length is known only when some of it was found.

    `find` takes how many stand before the page.
    """
    found = find(PER_PAGE * (max(asked, 1) - 1))
    there = place(asked, found.total)
    return (found if there.page == max(asked, 1) else find(there.offset)), there
