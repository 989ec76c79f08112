"""Text for people below the web floor: it is marked here, and said by a `Say` passed down.

Messages are gettext templates with `%(name)s` in them. Nothing below the web floor knows which
language is spoken: whoever starts a piece of work hands a `Say` down with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def N_(message: str) -> str:
    """Return the message unchanged; its only use is that extraction finds it."""
    return message


@dataclass(frozen=True, slots=True)
class Say:
    """Says marked messages in one language (a BCP 47 tag)."""

    translate: Callable[[str], str] = N_
    language: str = "en"

    def __call__(self, message: str, /, **values: object) -> str:
        """Translate a message, then put the values in."""
        said = self.translate(message)
        return said % values if values else said


ENGLISH = Say()
