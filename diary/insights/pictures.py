"""Seven pictures of a diary: each a title, one sentence that reads it, its numbers, and its notes.

The numbers are the table; what is drawn is drawn from the same numbers. Sentences say what was
counted and how it was named by the writer, and never what it means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from diary.insights import patterns
from diary.insights.patterns import Fact, Sample
from diary.text import N_, Say

FEW = 3  # with fewer entries there is nothing to draw
FEW_WEEKS = 12  # so many are drawn as lines with their dates; more stand side by side
ONE_STRIP = 60  # more weeks than this are drawn year by year
MANY_TIED = 3
TERM_WORDS = 200  # of a term that stands beside its bar
UNSAID = ""


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


TITLES = {
    "weeks": N_("By week"),
    "kinds": N_("What it was"),
    "hours": N_("Time of day"),
    "terms": N_("Parts of an order"),
    "ways": N_("How it came"),
    "reports": N_("Reported or not"),
    "gaps": N_("Time in between"),
}
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
GAPS = (
    (0, N_("Same day")), (1, N_("Next day")), (3, N_("2 to 3 days")), (7, N_("4 to 7 days")),
    (14, N_("8 to 14 days")), (30, N_("15 to 30 days")), (10**6, N_("More than 30 days")),
)  # fmt: skip
NO_DAY = N_("Not drawn, as the day is not known: %(number)s.")
NO_HOUR = N_("Not drawn, as the time is not known: %(number)s.")
SEVERAL = N_("One entry can name several of these, and counts in each.")
AS_YOU_SEE = N_("It shows which part was named, as the writer sees it. It decides nothing.")
AS_WRITTEN = N_("Times count as they were written, also on nights when the clocks change.")


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
    return _MAKERS[code](found.facts, words)


def term_name(term: str, known: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Name a term by its order, with the order's words; one of no known order by its id alone."""
    if term not in known:
        return term, ""
    order, text = known[term]
    line = " ".join(text.split())
    cut = line if len(line) <= TERM_WORDS else line[:TERM_WORDS].rpartition(" ")[0] + "…"
    return f"{order}, {term.removeprefix(f'{order}.')}", cut


def _weeks(facts: Sequence[Fact], words: Words) -> Picture:
    days = patterns.days(facts)
    found = patterns.weeks(days)
    most = max(found.values())
    top = [week for week, count in found.items() if count == most]
    values = {"first": words.day(days[0]), "last": words.day(days[-1]), "most": most}
    if len(top) == 1:
        said = N_(
            "From %(first)s to %(last)s, the most in one week is %(most)s,"
            " in the week from %(week)s."
        )
        values["week"] = words.day(top[0])
    else:
        said = N_(
            "From %(first)s to %(last)s, the most in one week is %(most)s, in %(weeks)s weeks."
        )
        values["weeks"] = len(top)
    rows = tuple(Row(words.day(week), count) for week, count in found.items())
    return Picture(
        "weeks", words.say(TITLES["weeks"]), words.say(said, **values),
        words.say(N_("Week from Monday")), rows,
        tuple(_left_out(NO_DAY, len(facts) - len(days), words)), tuple(_strips(found, words)),
    )  # fmt: skip


def _strips(found: dict[date, int], words: Words) -> Iterator[Strip]:
    """Lay the weeks side by side: all in one strip, or a strip for each year that has any."""
    every = patterns.weeks_between(min(found), max(found))
    if len(found) <= FEW_WEEKS:
        return
    if len(every) <= ONE_STRIP:
        yield _strip(every, found, words)
        return
    for year in sorted({week.isocalendar().year for week in found}):
        yield _strip(patterns.weeks_of(year), found, words)


def _strip(every: Sequence[date], found: Mapping[date, int], words: Words) -> Strip:
    """Lay weeks side by side; a mark says the day on which its third of them begins."""
    starts = (every[0] + timedelta(days=7 * len(every) * third // 3) for third in range(3))
    return Strip(tuple(found.get(week, 0) for week in every), tuple(map(words.day, starts)))


def _kinds(facts: Sequence[Fact], words: Words) -> Picture:
    found = _by_size(patterns.kinds(facts))
    rows = tuple(Row(words.kind(kind), count) for kind, count in found)
    reading = _most_often(rows, len(facts), words)
    notes = (words.say(SEVERAL), *_open(sum(not fact.kinds for fact in facts), words))
    heading = words.say(N_("Kind"))
    return Picture("kinds", words.say(TITLES["kinds"]), reading, heading, rows, notes)


def _terms(facts: Sequence[Fact], words: Words) -> Picture:
    found = _by_size(patterns.terms(facts))
    rows = tuple(Row(name, count, own) for term, count in found for name, own in [words.term(term)])
    reading = _most_often(rows, len(facts), words)
    left_open = _open(sum(not fact.terms for fact in facts), words)
    notes = (words.say(AS_YOU_SEE), words.say(SEVERAL), *left_open)
    heading = words.say(N_("Part"))
    return Picture("terms", words.say(TITLES["terms"]), reading, heading, rows, notes)


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


def _hours(facts: Sequence[Fact], words: Words) -> Picture:
    found = patterns.hours(facts)
    most, total = max(found), sum(found)
    top = [_clock(hour) for hour, count in enumerate(found) if count == most]
    if len(top) > MANY_TIED:
        said = N_("In no hour are there more than %(most)s, of %(total)s with a time.")
    else:
        said = N_("The most in one hour is %(most)s of %(total)s with a time: %(hours)s.")
    return Picture(
        "hours", words.say(TITLES["hours"]),
        words.say(said, most=most, total=total, hours=", ".join(top)),
        words.say(N_("Hour")),
        tuple(Row(_clock(hour), count) for hour, count in enumerate(found) if count),
        (words.say(AS_WRITTEN), *_left_out(NO_HOUR, len(facts) - total, words)),
        (Strip(tuple(found), ("00:00", "06:00", "12:00", "18:00")),),
    )  # fmt: skip


def _clock(hour: int) -> str:
    return f"{hour:02}:00–{hour + 1:02}:00"


def _ways(facts: Sequence[Fact], words: Words) -> Picture:
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


def _reports(facts: Sequence[Fact], words: Words) -> Picture:
    found = patterns.reports(facts)
    said = N_("%(reported)s of %(total)s entries are down as reported.")
    reading = words.say(said, reported=found[patterns.REPORTED], total=len(facts))
    rows = _named(found, REPORTS, words)
    heading = words.say(N_("Reported?"))
    return Picture("reports", words.say(TITLES["reports"]), reading, heading, rows)


def _gaps(facts: Sequence[Fact], words: Words) -> Picture:
    found = patterns.gaps(patterns.days(facts))
    said = N_(
        "Counted in days, half of the gaps are %(middle)s or shorter, and the longest is"
        " %(longest)s."
    )
    reading = words.say(said, middle=patterns.middle(found), longest=found[-1])
    sizes = Counter(next(label for most, label in GAPS if gap <= most) for gap in found)
    rows = tuple(Row(words.say(label), sizes[label]) for _, label in GAPS)
    notes = tuple(_left_out(NO_DAY, len(facts) - len(found) - 1, words))
    heading = words.say(N_("From one to the next"))
    return Picture("gaps", words.say(TITLES["gaps"]), reading, heading, rows, notes)


def _by_size(found: Counter[str]) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def _named(found: Counter[str], names: dict[str, str], words: Words) -> tuple[Row, ...]:
    return tuple(
        Row(words.say(name), found[code]) for code, name in names.items() if code or found[code]
    )


def _left_out(note: str, number: int, words: Words) -> Iterator[str]:
    if number:
        yield words.say(note, number=number)


def _open(number: int, words: Words) -> Iterator[str]:
    return _left_out(N_("Entries that leave this open: %(number)s."), number, words)


_MAKERS: dict[str, Callable[[Sequence[Fact], Words], Picture]] = {
    "weeks": _weeks,
    "kinds": _kinds,
    "terms": _terms,
    "hours": _hours,
    "ways": _ways,
    "reports": _reports,
    "gaps": _gaps,
}
