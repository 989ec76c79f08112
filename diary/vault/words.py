"""Searching opened words: every word of the query must stand somewhere, in any case.

Nothing that could be searched without the diary key is ever stored.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

from diary.vault.records import Opened


def fold(text: str) -> str:
    """Return the text as search compares it (compatibility form, no case)."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def matcher(query: str) -> Callable[[Opened], bool]:
    """Return a test for opened records.

    The raw envelope is looked at first, without reading its JSON: most records are passed over
    there, and only likely ones are read in full.
    """
    words = fold(query).split()
    raw = [json.dumps(word, ensure_ascii=False)[1:-1] for word in words]

    def matches(opened: Opened) -> bool:
        text = fold(opened.canonical.decode())
        if not all(word in text for word in raw):
            return False
        said = fold(opened.body.search_text())
        return all(word in said for word in words)

    return matches
