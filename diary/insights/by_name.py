"""Pictures by name: what it was, which part of an order, how it came, and whether reported.

Sentences say how things were named by the writer, and never what they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from diary.insights import patterns
from diary.insights.patterns import Fact
from diary.insights.picture import MANY_TIED, TITLES, Picture, Row, Words, left_out
from diary.text import N_

TERM_WORDS = 200  # of a term that stands beside its bar
UNSAID = ""
WAYS = {
    "direct": N_("Direct"),
    "indirect_person": N_("Through another person"),
    "indirect_online": N_("Online or by a device"),
    "unknown": N_("Not known"),
    UNSAID: N_("Left open"),
}
REPORTS = {
    "reported": N_("Reported"),
    "not_reported": N_("Not reported"),
    "going_to_report": N_("Going to report"),
    "not_sure": N_("Not sure"),
    UNSAID: N_("Left open"),
}
SEVERAL = N_("One entry can name several of these, and counts in each.")
AS_YOU_SEE = N_("It shows which part was named, as the writer sees it. It decides nothing.")


def kinds(facts: Sequence[Fact], words: Words) -> Picture:
    """Draw what was named as having happened."""
    found = _by_size(patterns.kinds(facts))
    rows = tuple(Row(words.kind(kind), count) for kind, count in found)
    reading = _most_often(rows, len(facts), words)
    notes = (words.say(SEVERAL), *_open(sum(not fact.kinds for fact in facts), words))
    heading = words.say(N_("Kind"))
    return Picture("kinds", words.say(TITLES["kinds"]), reading, heading, rows, notes)


def terms(facts: Sequence[Fact], words: Words) -> Picture:
    """Draw which terms of orders were named."""
    found = _by_size(patterns.terms(facts))
    rows = tuple(Row(name, count, own) for term, count in found for name, own in [words.term(term)])
    reading = _most_often(rows, len(facts), words)
    left_open = _open(sum(not fact.terms for fact in facts), words)
    notes = (words.say(AS_YOU_SEE), words.say(SEVERAL), *left_open)
    heading = words.say(N_("Part"))
    return Picture("terms", words.say(TITLES["terms"]), reading, heading, rows, notes)


def term_name(term: str, known: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Name a term by its order, with the order's words; one of no known order by its id alone."""
    if term not in known:
        return term, ""
    order, text = known[term]
    line = " ".join(text.split())
    cut = line if len(line) <= TERM_WORDS else line[:TERM_WORDS].rpartition(" ")[0] + "…"
    return f"{order}, {term.removeprefix(f'{order}.')}", cut


def _most_often(rows: Sequence[Row], total: int, words: Words) -> str:
    most = max(row.count for row in rows)
    top = [row.label for row in rows if row.count == most]
    if len(top) > MANY_TIED:
        said = N_("%(different)s different ones are named, and the most for one is %(most)s.")
        return words.say(said, different=len(rows), most=most)
    if len(top) > 1:
        said = N_("Named most often are %(names)s, each in %(most)s of %(total)s entries.")
    else:
        said = N_("Named most often is %(names)s, in %(most)s of %(total)s entries.")
    return words.say(said, names="; ".join(f"“{name}”" for name in top), most=most, total=total)


def ways(facts: Sequence[Fact], words: Words) -> Picture:
    """Draw how many came directly, and how many through others."""
    found = patterns.channels(facts)
    reading = words.say(
        N_("%(direct)s of %(total)s came directly, and %(others)s through other people or online."),
        direct=found["direct"],
        total=len(facts),
        others=found["indirect_person"] + found["indirect_online"],
    )
    rows = _named(found, WAYS, words)
    heading = words.say(N_("Direct or through others"))
    return Picture("ways", words.say(TITLES["ways"]), reading, heading, rows)


def reports(facts: Sequence[Fact], words: Words) -> Picture:
    """Draw how many are down as reported."""
    found = patterns.reports(facts)
    said = N_("%(reported)s of %(total)s entries are down as reported.")
    reading = words.say(said, reported=found[patterns.REPORTED], total=len(facts))
    rows = _named(found, REPORTS, words)
    heading = words.say(N_("Reported?"))
    return Picture("reports", words.say(TITLES["reports"]), reading, heading, rows)


def _by_size(found: Counter[str]) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def _named(found: Counter[str], names: dict[str, str], words: Words) -> tuple[Row, ...]:
    return tuple(
        Row(words.say(name), found[code]) for code, name in names.items() if code or found[code]
    )


def _open(number: int, words: Words) -> Iterator[str]:
    return left_out(N_("Entries that leave this open: %(number)s."), number, words)
