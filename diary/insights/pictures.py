"""The seven pictures of a diary, and which of them there is something for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from diary.insights import by_name, over_time
from diary.insights.patterns import Fact, Sample
from diary.insights.picture import TITLES, Picture, Words

FEW = 3  # with fewer entries there is nothing to draw
MAKERS: Mapping[str, Callable[[Sequence[Fact], Words], Picture]] = {
    "weeks": over_time.weeks,
    "kinds": by_name.kinds,
    "hours": over_time.hours,
    "terms": by_name.terms,
    "ways": by_name.ways,
    "reports": by_name.reports,
    "gaps": over_time.gaps,
}


def available(found: Sample) -> list[str]:
    """Return the codes of the pictures that would have something to show."""
    facts = found.facts
    days = sum(fact.day is not None for fact in facts)
    has = {
        "weeks": days > 0,
        "kinds": any(fact.kinds for fact in facts),
        "terms": any(fact.terms for fact in facts),
        "hours": any(fact.hour is not None for fact in facts),
        "ways": any(fact.channel for fact in facts),
        "reports": any(fact.report for fact in facts),
        "gaps": days > 1,
    }
    return [code for code in TITLES if has[code]]


def picture(code: str, found: Sample, words: Words) -> Picture:
    """Make one of the pictures that are available."""
    return MAKERS[code](found.facts, words)
