"""Plain text for people: paragraphs of translated sentences, set to a width that prints well."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

WIDTH = 80
TERM = 28
COMMAND, NO_BREAK = "python -m diary.proof", "\N{NO-BREAK SPACE}"


def paragraph(text: str) -> str:
    """Break a paragraph into lines, between words only: paths and commands stay whole."""
    return _wrap(text)


def terms(pairs: Iterable[tuple[str, str]]) -> str:
    """List terms, each with what it is beside it."""
    return "\n".join(_wrap(f"{term:<{TERM - 1}} {text}", under=" " * TERM) for term, text in pairs)


def code(text: str) -> str:
    """Set commands apart, as they are typed."""
    return textwrap.indent(text, "    ")


def page(*blocks: str) -> bytes:
    """Join blocks with an empty line between them."""
    return ("\n\n".join(blocks) + "\n").encode()


def _wrap(text: str, under: str = "") -> str:
    whole = text.replace(COMMAND, COMMAND.replace(" ", NO_BREAK))
    lines = textwrap.fill(
        whole, WIDTH, subsequent_indent=under, break_long_words=False, break_on_hyphens=False
    )
    return lines.replace(NO_BREAK, " ")
