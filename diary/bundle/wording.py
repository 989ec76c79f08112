"""Saying times and texts so that nothing is smoothed over: certainty in words, odd signs shown."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from babel import Locale, dates

from diary.bundle import derived
from diary.bundle.contents import EntryItem, as_entry
from diary.domain.claimed import Claimed
from diary.domain.entry import Entry
from diary.domain.when import When
from diary.text import N_, Say
from diary.vault.records import Opened

NO_OFFSET = N_("(offset not known)")
UNKNOWN = N_("date not known")
NOT_STAMPED = N_("not yet time-stamped")
SKEW = timedelta(minutes=2)
CERTAINTY = {
    "exact": N_("exact"),
    "about": N_("about"),
    "date_only": N_("only the date is known"),
    "month": N_("only the month is known"),
    "not_sure": N_("not sure"),
}
CLOCKS = {
    "twice": N_(
        "the clocks went back: this time happened twice that night, and which is not known"
    ),
    "never": N_("the clocks went forward: this time did not happen that night; kept as written"),
}
UNTIL = N_("%(start)s until %(end)s")
SURE = N_("%(when)s (%(certainty)s)")
KNOWN_TWICE = N_("the clocks went back: this time happened twice that night; its offset says which")
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x85\x0b\x0c]")
_UNCOMMON = re.compile(r"[^\n\t\x20-\x7e]")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORMULA = re.compile(r"[\t\n]|\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]")
_LONG_WORD = re.compile(r"\S{60,}")


def since(first: Opened, say: Say, not_shared: tuple[int, ...] = ()) -> str:
    """Say that the oldest version here is not the first: those before did not open, or stayed."""
    if first.version == 1:
        return ""
    lost = N_("(version %(version)s; what came before it could not be opened)")
    stayed = N_("(version %(version)s; what came before it was not shared)")
    return " " + say(stayed if 1 in not_shared else lost, version=first.version)


def visible(text: str) -> str:
    """Show control characters and hidden direction marks; even out line ends."""
    if text.isascii() and text.isprintable():
        return text  # most of what is written, and quick to tell
    return _UNCOMMON.sub(lambda found: _shown(found[0]), _LINE_ENDS.sub("\n", text))


def _shown(char: str) -> str:
    hidden = char in _BIDI or unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"}
    return mark(char) if hidden else char


def mark(char: str) -> str:
    """Write a character that cannot be shown by its number."""
    return f"[U+{ord(char):04X}]"


def breakable(text: str) -> str:
    """Let a very long word break over lines: a zero-width space after each forty signs."""
    return _LONG_WORD.sub(
        lambda word: "\u200b".join(word[0][i : i + 40] for i in range(0, len(word[0]), 40)), text
    )


def cell(text: str) -> str:
    """Return a text for a table, so that no spreadsheet runs it as a formula."""
    shown = visible(text)
    return f"'{shown}" if _FORMULA.match(shown) else shown


def day_text(when: When, say: Say) -> str:
    """Say the day, as far as it is known."""
    if when.precision == "not_sure":
        return say(UNKNOWN)
    pattern = "LLLL yyyy" if when.precision == "month" else "EEEE d MMMM yyyy"
    return _formatted(when.naive(), pattern, say.language)


@lru_cache(maxsize=4096)  # a bundle says each day in several documents
def _formatted(local: datetime, pattern: str, language: str) -> str:
    return dates.format_date(local, pattern, locale=Locale.parse(language, sep="-"))


def iso_day(when: When, say: Say) -> str:
    """Write the day for a table."""
    return say(UNKNOWN) if when.precision == "not_sure" else when.local[:10]


def time_text(when: When, say: Say) -> str:
    """Write the local time with its offset, where both are known."""
    if when.precision not in {"exact", "about"}:
        return ""
    return f"{when.local[11:16]} {when.offset or say(NO_OFFSET)}"


def certainty(when: When, say: Say) -> str:
    """Say how sure the time is, in words, with what the clocks did that night and her own words."""
    said = [say(CERTAINTY[when.precision])]
    if when.state == "twice" and when.offset:
        said.append(say(KNOWN_TWICE))
    elif when.state in CLOCKS:
        said.append(say(CLOCKS[when.state]))
    return "; ".join([*said, when.words] if when.words else said)


def happened(when: When, say: Say, until: When | None = None) -> str:
    """Say when it happened in one line; an end that is less sure, or surer, says so itself."""
    said, sure = _moment(when, say), certainty(when, say)
    if until is None or until.precision == "not_sure":
        return say(SURE, when=said, certainty=sure)
    end, end_sure = _moment(until, say), certainty(until, say)
    if sure == end_sure:
        return say(SURE, when=say(UNTIL, start=said, end=end), certainty=sure)
    both = ((said, sure), (end, end_sure))
    start, end = (say(SURE, when=time, certainty=certain) for time, certain in both)
    return say(UNTIL, start=start, end=end)


def happened_in(opened: Opened, say: Say) -> str:
    """Say when it happened as an entry has it, or that a copy does not say."""
    if derived.lacks(opened, "when"):
        return say(derived.LEFT_OUT)
    body = as_entry(opened)
    return happened(body.when, say, body.until)


def _moment(when: When, say: Say) -> str:
    return " ".join(filter(None, (day_text(when, say), time_text(when, say))))


def utc(moment: datetime, say: Say) -> str:
    """Write a moment of one of our clocks."""
    return say(N_("%(time)s UTC"), time=f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}")


def claimed_written(claimed: Claimed | None, say: Say) -> str:
    """Say what an imported file says of the time of writing: a claim, never a receipt."""
    if claimed is None or not claimed.written_at:
        return ""
    if claimed.clock:
        said = N_("%(time)s (written, says the imported file, clock: %(clock)s)")
        return say(said, time=claimed.written_at, clock=claimed.clock)
    return say(N_("%(time)s (written, says the imported file)"), time=claimed.written_at)


def written_on(opened: Opened, body: Entry, say: Say) -> str:
    """Say when a version was written: the server's time, or an imported file's claim beside it."""
    received = utc(opened.received_at, say)
    if claim := claimed_written(body.claimed, say):
        return say(N_("%(claim)s; received %(time)s"), claim=claim, time=received)
    return received


def received(opened: Opened, say: Say) -> str:
    """Say when the server received it. A copy does not know when its original was."""
    if derived.copied(opened) is not None:
        return say(derived.NOT_HERE)
    return utc(opened.received_at, say)


def device_written(opened: Opened, say: Say) -> str:
    """Say what the phone's clock said."""
    if derived.copied(opened) is not None:
        return say(derived.NOT_HERE)
    return say(N_("not recorded")) if opened.device_at is None else utc(opened.device_at, say)


def skew(opened: Opened, say: Say) -> str:
    """Say by how much phone and server differ, when it is more than two minutes."""
    if opened.device_at is None or abs(opened.received_at - opened.device_at) <= SKEW:
        return ""
    minutes = round((opened.received_at - opened.device_at).total_seconds() / 60)
    slow = N_("the phone's clock stood %(minutes)s minutes before the server's")
    fast = N_("the phone's clock stood %(minutes)s minutes after the server's")
    return say(slow if minutes > 0 else fast, minutes=abs(minutes))


def clock_lines(opened: Opened, body: Entry, say: Say) -> list[tuple[str, str]]:
    """Return the four clocks side by side, and the claims of an imported file apart from them."""
    is_copy = derived.copied(opened) is not None
    lines = [
        (N_("Happened (what I say)"), happened_in(opened, say)),
        (N_("Written (what the phone said)"), device_written(opened, say)),
        (N_("Received (the server)"), received(opened, say)),
        (N_("Stamped (time-stamp authority)"), say(NOT_STAMPED)),
    ]
    if is_copy:
        lines.append((derived.MADE, utc(opened.received_at, say)))
    if difference := skew(opened, say):
        lines.append((N_("Difference"), difference))
    if body.claimed is not None:
        written = claimed_written(body.claimed, say) or "-"
        lines.append((N_("Brought in from"), body.claimed.source))
        lines.append((N_("Written, says the imported file"), written))
    return [(say(label), visible(text)) for label, text in lines]


def in_order(entries: tuple[EntryItem, ...]) -> list[EntryItem]:
    """Sort by when it happened; what has no date comes last, as it was received."""

    def place(item: EntryItem) -> tuple[bool, datetime, datetime, str]:
        moment = item.body.when.sort_moment()
        received = item.latest.received_at
        return (moment is None, moment or received, received, item.latest.record_id)

    return sorted(entries, key=place)


def is_rtl(text: str) -> bool:
    """Tell whether the first letter with a direction runs from right to left."""
    for char in text:
        if (way := unicodedata.bidirectional(char)) in {"L", "R", "AL"}:
            return way != "L"
    return False
