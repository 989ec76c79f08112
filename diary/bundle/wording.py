"""Saying times and texts so that nothing is smoothed over: certainty in words, odd signs shown."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from diary.bundle.contents import EntryItem
from diary.domain.entry import Claimed, Entry
from diary.domain.when import When
from diary.vault.records import Opened

UNKNOWN = "date not known"
NOT_STAMPED = "not yet time-stamped"
SKEW = timedelta(minutes=2)
CERTAINTY = {
    "exact": "exact",
    "about": "about",
    "date_only": "only the date is known",
    "month": "only the month is known",
    "not_sure": "not sure",
}
CLOCKS = {
    "plain": "",
    "no_time": "",
    "twice": "the clocks went back: this time happened twice that night, and which is not known",
    "never": "the clocks went forward: this time did not happen that night; kept as written",
}
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x85\x0b\x0c]")
_UNCOMMON = re.compile(r"[^\n\t\x20-\x7e]")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORMULA = re.compile(r"[\t\n]|\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]")
_LONG_WORD = re.compile(r"\S{60,}")


def since(first: Opened) -> str:
    """Say that the oldest version here is not the first: the ones before it did not open."""
    if first.version == 1:
        return ""
    return f" (version {first.version}; what came before it could not be opened)"


def visible(text: str) -> str:
    """Show control characters and hidden direction marks; even out line ends."""
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


def day_text(when: When) -> str:
    """Say the day, as far as it is known."""
    if when.precision == "not_sure":
        return UNKNOWN
    moment = when.naive()
    if when.precision == "month":
        return f"{moment:%B %Y}"
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def iso_day(when: When) -> str:
    """Write the day for a table."""
    return UNKNOWN if when.precision == "not_sure" else when.local[:10]


def time_text(when: When) -> str:
    """Write the local time with its offset, where both are known."""
    if when.precision not in {"exact", "about"}:
        return ""
    return f"{when.local[11:16]} {when.offset or '(offset not known)'}"


def certainty(when: When) -> str:
    """Say how sure the time is, in words, with what the clocks did that night and her own words."""
    said = [CERTAINTY[when.precision], CLOCKS[when.state], when.words]
    return "; ".join(part for part in said if part)


def happened(when: When, until: When | None = None) -> str:
    """Say when it happened in one line."""
    parts = [day_text(when), time_text(when)]
    said = " ".join(part for part in parts if part)
    if until is not None and until.precision != "not_sure":
        said += " until " + " ".join(filter(None, (day_text(until), time_text(until))))
    return f"{said} ({certainty(when)})"


def utc(moment: datetime) -> str:
    """Write a moment of one of our clocks."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def claimed_written(claimed: Claimed | None) -> str:
    """Say what an imported file says of the time of writing: a claim, never a receipt."""
    if claimed is None or not claimed.written_at:
        return ""
    clock = f", clock: {claimed.clock}" if claimed.clock else ""
    return f"{claimed.written_at} (written, says the imported file{clock})"


def written_on(opened: Opened, body: Entry) -> str:
    """Say when a version was written: the server's time, or an imported file's claim beside it."""
    received = utc(opened.received_at)
    claim = claimed_written(body.claimed)
    return f"{claim}; received {received}" if claim else received


def device_written(opened: Opened) -> str:
    """Say what the phone's clock said."""
    return "not recorded" if opened.device_at is None else utc(opened.device_at)


def skew(opened: Opened) -> str:
    """Say by how much phone and server differ, when it is more than two minutes."""
    if opened.device_at is None or abs(opened.received_at - opened.device_at) <= SKEW:
        return ""
    minutes = round((opened.received_at - opened.device_at).total_seconds() / 60)
    order = "before" if minutes > 0 else "after"
    return f"the phone's clock stood {abs(minutes)} minutes {order} the server's"


def clock_lines(opened: Opened, body: Entry) -> list[tuple[str, str]]:
    """Return the four clocks side by side, and the claims of an imported file apart from them."""
    lines = [
        ("Happened (what I say)", happened(body.when, body.until)),
        ("Written (what the phone said)", device_written(opened)),
        ("Received (the server)", utc(opened.received_at)),
        ("Stamped (time-stamp authority)", NOT_STAMPED),
    ]
    if difference := skew(opened):
        lines.append(("Difference", difference))
    if body.claimed is not None:
        lines.append(("Brought in from", body.claimed.source))
        lines.append(("Written, says the imported file", claimed_written(body.claimed) or "-"))
    return [(label, visible(text)) for label, text in lines]


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
