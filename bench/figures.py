"""One figure of the benchmark: the diary's, the baseline's, and their ratio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """A median of several runs beside the baseline's; `limit` is what the ratio must keep."""

    work: str
    ours: float
    plain: float | None
    unit: str
    limit: str
    held: bool

    def line(self) -> str:
        """Return one row of the printed table."""
        beside = "" if self.plain is None else f"{self.plain:10.2f}"
        ratio = "" if not self.plain else f"{self.ours / self.plain:8.2f}"
        mark = "yes" if self.held else "NO"
        row = f"{self.work:44} {self.ours:10.2f} {beside:>10} {ratio:>8}"
        return f"{row} {self.unit:6} {self.limit:22} {mark}"


HEADING = f"{'work':44} {'diary':>10} {'baseline':>10} {'ratio':>8} {'unit':6} {'limit':22} held"


def at_most(work: str, ours: float, plain: float, unit: str, times: float) -> Figure:
    """Say that ours costs at most so many times the baseline's."""
    limit = f"at most {times:g} x"
    return Figure(work, ours, plain, unit, limit, held=ours <= plain * times)


def at_least(work: str, ours: float, plain: float, unit: str, share: float) -> Figure:
    """Say that ours reaches at least this share of the baseline's."""
    limit = f"at least {share:g} x"
    return Figure(work, ours, plain, unit, limit, held=ours >= plain * share)


def below(work: str, ours: float, unit: str, most: float) -> Figure:
    """Say that a figure of ours alone stays below a limit."""
    return Figure(work, ours, None, unit, f"at most {most:g}", held=ours <= most)


def in_turn(
    runs: int, first: Callable[[], float], second: Callable[[], float]
) -> tuple[float, float]:
    """Run two measures in turn, so that a slow minute of the machine hits both; return medians."""
    pairs = [(first(), second()) for _ in range(runs)]
    return median(a for a, _ in pairs), median(b for _, b in pairs)
