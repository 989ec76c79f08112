"""A key's fingerprint as six words, short enough to be read out over the telephone.

2,048 words of four to seven letters, no two with the same first four (chosen from the EFF's long
list, CC BY 3.0), so each says 11 bits: six words are the first 66 bits of a SHA-256. Whoever wanted
another key with the same words would have to make some 2^66 keys. The list never changes, because
words are kept with what was agreed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

WORDS = 6
_BITS = 11


def words_of(digest: bytes) -> str:
    """Return the six words of a digest."""
    number = int.from_bytes(digest[:9], "big") >> (72 - WORDS * _BITS)
    places = [number >> (_BITS * place) & (2**_BITS - 1) for place in reversed(range(WORDS))]
    return " ".join(_list()[place] for place in places)


@cache
def _list() -> tuple[str, ...]:
    path = Path(__file__).with_name("fingerprint_words.txt")
    return tuple(path.read_text(encoding="ascii").split())
