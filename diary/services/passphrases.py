"""Passphrases: six random words on offer, and weak ones refused with a reason.

Words: the EFF's long list (CC BY 3.0), as the package xkcdpass ships it; six of them are 77 bits.
Strength: NIST SP 800-63B-4 asks for length and a list of what is guessed first, and against rules
of composition; zxcvbn is that list, and 15 characters the length. Pasting is always allowed.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import cache

import zxcvbn
from xkcdpass import xkcd_password

from diary.errors import BadInputError, DiaryError
from diary.text import N_

SHORTEST = 15
LONGEST = 200
_WORDS = 6
_STRONG = 3
_LOOKED_AT = 72  # zxcvbn's own limit: its work grows faster than the text
_UNKIND = (
    "choke", "hurt", "kill", "overkill", "punch", "slap", "strangle", "undead", "violat", "breach",
    "evidence", "police", "survivor", "domestic", "cornstalk", "stalk", "victim", "abus", "court",
)  # fmt: skip


@cache
def _list() -> tuple[str, ...]:
    path = xkcd_password.locate_wordfile("eff-long")
    words = xkcd_password.generate_wordlist(wordfile=path, min_length=3, max_length=9)
    return tuple(sorted(word for word in words if not word.startswith(_UNKIND)))


def offered() -> str:
    """Offer six random words."""
    return " ".join(secrets.choice(_list()) for _ in range(_WORDS))


def tidy(typed: str) -> str:
    """Return a passphrase as it counts: a copied line end or a doubled space changes nothing."""
    return " ".join(whole(typed[: LONGEST * 2]).split())


def whole(text: str) -> str:
    """Return text without halves of characters, which no keyboard makes and nothing can hash."""
    return text.encode(errors="replace").decode()


def require_strong(passphrase: str, name: str) -> None:
    """Raise BadInputError with the reason when a passphrase could be guessed."""
    if reason := _weakness(passphrase, name):
        raise BadInputError(fields={"passphrase": reason})


def _weakness(passphrase: str, name: str) -> DiaryError | None:
    if len(passphrase) > LONGEST:
        return DiaryError(N_("That is longer than %(most)s characters."), most=LONGEST)
    if len(passphrase) < SHORTEST:
        return DiaryError(
            N_("Use at least %(least)s characters. Four or more words are best."), least=SHORTEST
        )
    if _names(_folded(passphrase), _folded(name)):
        return DiaryError(N_("Leave your name out of it. That is what people try first."))
    found = zxcvbn.zxcvbn(passphrase[:_LOOKED_AT], user_inputs=[name])
    if found["score"] < _STRONG:
        return DiaryError(N_("That could be guessed. Use words that have nothing to do with you."))
    return None


def _names(passphrase: str, name: str) -> bool:
    """Tell whether the name stands in it: as a word of its own, or anywhere if it is long."""
    words = re.findall(r"\w+", passphrase)
    return len(name) >= 3 and (name in words or (len(name) >= 5 and name in passphrase))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
