"""What did not open: counted, so that one damaged record is neither hidden nor hides the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Unopened:
    """Versions that are damaged or gone, by record id and number, and rows that nobody can name."""

    named: set[tuple[str, int]] = field(default_factory=set)
    nameless: int = 0

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.named) + self.nameless

    @property
    def ids(self) -> tuple[str, ...]:
        """The records that are known by their id."""
        return tuple(sorted({record_id for record_id, _ in self.named}))

    def add(self, record_id: str, version: int) -> None:
        """Count one version, once."""
        self.named.add((record_id, version))

    def add_missing(self, record_id: str, present: Iterable[int]) -> None:
        """Count the versions that are gone from between 1 and the newest one."""
        there = set(present)
        for version in set(range(1, max(there) + 1)) - there:
            self.add(record_id, version)

    def join(self, other: Unopened) -> None:
        """Count what another count holds, too."""
        self.named |= other.named
        self.nameless += other.nameless
