"""Text as it can be shown: what a page has no sign for gets one, and nothing vanishes.

The words themselves are kept as they were written; only what is shown is changed. Control
characters are drawn with the Control Pictures block of Unicode (U+2400).
"""

from __future__ import annotations

from diary.domain.entry import Entry

FIRST_WORDS = 140
_LEFT = "\n\t"
_SIGNS = (
    {code: 0x2400 + code for code in range(0x20) if chr(code) not in _LEFT}
    | {0x7F: 0x2421}
    | dict.fromkeys(range(0x80, 0xA0), 0x2426)
)
_HALVES = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)


def visible(text: str) -> str:
    """Return the text with a sign for everything that a page cannot show."""
    text = text.replace("\r\n", "\n")
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_SIGNS).translate(_HALVES)


def is_whole(text: str) -> bool:
    """Tell whether every character arrived whole (no half of a surrogate pair)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def first_words(entry: Entry) -> str:
    """Return the first words of an entry for a list."""
    return shortened(
        entry.what_happened.strip() or entry.exact_words.strip() or entry.how_it_was.strip()
    )


def shortened(text: str) -> str:
    """Return the first words of a text, cut between words where there is a gap."""
    start = visible(" ".join(text[: 4 * FIRST_WORDS].split()))
    if len(start) <= FIRST_WORDS:
        return start
    cut = start[: FIRST_WORDS - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"
