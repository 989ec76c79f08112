"""Counting: per week, per kind, per term, by hour, direct or not, reported or not, and gaps.

Only what was said is counted, as exactly as it was said. A day counts in its week but at no hour;
a month counts in no week. A local time counts as it was written, also on the two nights when the
clocks change. What was taken back is left out. Nothing is weighed, scored or named here.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple, cast

from diary.domain.base import Facts

REPORTED = "reported"
Said = tuple[str, str, list[str], str, str, list[str], bool]  # the order of `Entry.facts`
_WEEK = 7


class Fact(NamedTuple):
    """One entry in short: its day and hour where each is known, and the days it lies between."""

    day: date | None
    hour: int | None
    first: date | None
    last: date | None
    kinds: tuple[str, ...]
    channel: str
    report: str
    terms: tuple[str, ...]
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Span:
    """From which day to which day is counted; None leaves that side open."""

    start: date | None = None
    end: date | None = None

    @property
    def is_all(self) -> bool:
        """Whether everything is counted, also what has no date."""
        return self.start is None and self.end is None

    def holds(self, fact: Fact) -> bool:
        """Tell whether an entry happened in this time for sure."""
        if self.is_all:
            return True
        if fact.first is None or fact.last is None:
            return False
        return (self.start is None or self.start <= fact.first) and (
            self.end is None or fact.last <= self.end
        )

    def touches(self, fact: Fact) -> bool:
        """Tell whether an entry may have happened in this time, and may not have."""
        if self.holds(fact) or fact.first is None or fact.last is None:
            return False
        return (self.start is None or self.start <= fact.last) and (
            self.end is None or fact.first <= self.end
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """What is counted, and how many are not: taken back, without a date, or of an unsure month."""

    facts: tuple[Fact, ...]
    withdrawn: int = 0
    undated: int = 0
    unsure: int = 0


def read_fact(said: Facts, *, reported: bool = False) -> Fact:
    """Read what an entry says in short; `reported` when a report of hers names it."""
    precision, local, kinds, channel, report, terms, withdrawn = cast("Said", said)
    day = hour = first = last = None
    if precision == "month":
        first = date.fromisoformat(f"{local}-01")
        last = first.replace(day=monthrange(first.year, first.month)[1])
    elif precision != "not_sure":
        day = first = last = date.fromisoformat(local[:10])
        hour = None if precision == "date_only" else int(local[11:13])
    if reported:
        report = REPORTED
    return Fact(day, hour, first, last, tuple(kinds), channel, report, tuple(terms), withdrawn)


def sample(facts: Iterable[Fact], span: Span) -> Sample:
    """Choose what is counted, and count what is left out."""
    every = list(facts)
    held = every if span.is_all else [fact for fact in every if span.holds(fact)]
    kept = [fact for fact in every if not fact.withdrawn]
    return Sample(
        tuple(fact for fact in held if not fact.withdrawn),
        withdrawn=sum(fact.withdrawn for fact in held),
        undated=sum(fact.first is None for fact in kept),
        unsure=0 if span.is_all else sum(span.touches(fact) for fact in kept),
    )


def days(facts: Iterable[Fact]) -> list[date]:
    """Return the days that are known, oldest first, each as often as it comes."""
    return sorted(fact.day for fact in facts if fact.day is not None)


def weeks(days: Iterable[date]) -> dict[date, int]:
    """Count per week that has any, by its Monday (ISO 8601); weeks come as their days do."""
    found = Counter((day.toordinal() - 1) // _WEEK for day in days)  # day 1 was a Monday
    return {date.fromordinal(week * _WEEK + 1): count for week, count in found.items()}


def weeks_between(first: date, last: date) -> list[date]:
    """Return every Monday from one to another."""
    return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1, _WEEK)]


def weeks_of(year: int) -> list[date]:
    """Return the Mondays of a year's weeks (ISO 8601: the 4th of January lies in the first)."""
    return [date.fromisocalendar(year, week, 1) for week in range(1, weeks_in(year) + 1)]


def weeks_in(year: int) -> int:
    """Return how many weeks a year has: the 28th of December always lies in the last."""
    return date(year, 12, 28).isocalendar().week


def kinds(facts: Iterable[Fact]) -> Counter[str]:
    """Count per kind; an entry that names several counts once in each."""
    return Counter(kind for fact in facts for kind in set(fact.kinds))


def terms(facts: Iterable[Fact]) -> Counter[str]:
    """Count per term of an order; an entry that names several counts once in each."""
    return Counter(term for fact in facts for term in set(fact.terms))


def hours(facts: Iterable[Fact]) -> list[int]:
    """Count per hour of the day, 0 to 23, where a time was said."""
    found = Counter(fact.hour for fact in facts)
    return [found[hour] for hour in range(24)]


def channels(facts: Iterable[Fact]) -> Counter[str]:
    """Count how it came: directly, through a person, online."""
    return Counter(fact.channel for fact in facts)


def reports(facts: Iterable[Fact]) -> Counter[str]:
    """Count what was said about reporting it."""
    return Counter(fact.report for fact in facts)


def gaps(days: Iterable[date]) -> list[int]:
    """Return how many days lie between each day and the next, shortest first; 0 is the same."""
    return sorted((after - before).days for before, after in pairwise(days))


def middle(values: Sequence[int]) -> int:
    """Return the value which at least half of the sorted values do not exceed."""
    return values[(len(values) - 1) // 2]
