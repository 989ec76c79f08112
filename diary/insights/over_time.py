"""Pictures over time: week by week, by the hour of the day, and the time in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from diary.insights import patterns
from diary.insights.patterns import Fact
from diary.insights.picture import MANY_TIED, TITLES, Picture, Row, Strip, Words, left_out
from diary.text import N_

FEW_WEEKS = 12  # so many are drawn as lines with their dates; more stand side by side
ONE_STRIP = 60  # more weeks than this are drawn year by year
GAPS = (
    (0, N_("Same day")), (1, N_("Next day")), (3, N_("2 to 3 days")), (7, N_("4 to 7 days")),
    (14, N_("8 to 14 days")), (30, N_("15 to 30 days")), (10**6, N_("More than 30 days")),
)  # fmt: skip
NO_DAY = N_("Not drawn, as the day is not known: %(number)s.")
NO_HOUR = N_("Not drawn, as the time is not known: %(number)s.")
AS_WRITTEN = N_("Times count as they were written, also on nights when the clocks change.")


def weeks(facts: Sequence[Fact], words: Words) -> Picture:
    """Draw how many there are in each week."""
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
        tuple(left_out(NO_DAY, len(facts) - len(days), words)), tuple(_strips(found, words)),
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


def hours(facts: Sequence[Fact], words: Words) -> Picture:
    """Draw at which hours of the day, where a time was said."""
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
        (words.say(AS_WRITTEN), *left_out(NO_HOUR, len(facts) - total, words)),
        (Strip(tuple(found), ("00:00", "06:00", "12:00", "18:00")),),
    )  # fmt: skip


def _clock(hour: int) -> str:
    return f"{hour:02}:00–{hour + 1:02}:00"


def gaps(facts: Sequence[Fact], words: Words) -> Picture:
    """Draw how many days lie between one and the next."""
    found = patterns.gaps(patterns.days(facts))
    said = N_(
        "Counted in days, half of the gaps are %(middle)s or shorter, and the longest is"
        " %(longest)s."
    )
    reading = words.say(said, middle=patterns.middle(found), longest=found[-1])
    sizes = Counter(next(label for most, label in GAPS if gap <= most) for gap in found)
    rows = tuple(Row(words.say(label), sizes[label]) for _, label in GAPS)
    notes = tuple(left_out(NO_DAY, len(facts) - len(found) - 1, words))
    heading = words.say(N_("From one to the next"))
    return Picture("gaps", words.say(TITLES["gaps"]), reading, heading, rows, notes)
