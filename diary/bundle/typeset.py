"""The typesetter, alone in a process of its own with limits on memory and time.

Run as a file, not as part of the package: it imports typst and nothing of ours. Everything comes
as JSON on standard input, each document's data as a text of JSON in it, and goes out on standard
output, each PDF after a line that says its standard and its length, so no plain text ever lies in a
file.
What a person typed is data inside that JSON and is never read as markup.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import typst

MEMORY = 1536 * 1024 * 1024
SECONDS = 120
ROUNDS = 400
Standard = Literal["a-3a", "ua-1"]
TAGGED: tuple[Standard, ...] = ("a-3a", "ua-1")
PLAIN: tuple[Standard, ...] = ()
VARIATION, KEYCAP = "\ufe0f", "\u20e3"
_REFUSED = re.compile(r'(?:text|codepoint) `"((?:[^"\\]|\\.)*)"`')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_PROBE = """
#set document(title: "probe", date: none)
#set text(font: ("Libertinus Serif",))
#for sign in json(bytes(sys.inputs.data)) [#par(sign)]
"""


def typeset(order: dict[str, Any]) -> Iterator[tuple[bytes, str]]:
    """Yield each PDF, and in which standard it could be made ("" for a plain PDF)."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=order["fonts"])
    for data in order["documents"]:
        yield _typeset(order["source"], data, fonts)


def _typeset(source: str, data: str, fonts: typst.Fonts) -> tuple[bytes, str]:
    # Signs that only dress the one before them: with them no font draws a plain digit either.
    shown = data.replace(VARIATION, "")
    signs = sorted({sign for sign in set(shown) if not sign.isascii()})
    for unknown in undrawable(signs, fonts) | {KEYCAP}:
        shown = shown.replace(unknown, named(unknown))  # a name is ASCII: none is named twice
    for standards in (TAGGED, PLAIN):
        try:
            return compile_(source, shown, fonts, standards), "+".join(standards)
        except typst.TypstError:
            if not standards:
                raise
    raise AssertionError


def compile_(source: str, data: str, fonts: typst.Fonts, standards: Sequence[Standard]) -> bytes:
    """Compile with the data as input, never as part of the source."""
    return typst.compile(
        source.encode(),
        format="pdf",
        sys_inputs={"data": data},
        font_paths=fonts,
        pdf_standards=list(standards),
    )


def undrawable(signs: list[str], fonts: typst.Fonts) -> set[str]:
    """Find the characters that no font draws or PDF/A forbids: ask the typesetter itself."""
    unknown: set[str] = set()
    for _ in range(ROUNDS):
        left = [sign for sign in signs if sign not in unknown]
        if not left:
            break
        try:
            compile_(_PROBE, json.dumps(left, ensure_ascii=False), fonts, TAGGED)
            break
        except typst.TypstError as error:
            refused = _REFUSED.search(str(error))
            if not refused:
                break
            unknown |= set(_ESCAPE.sub(_unescaped, refused[1])) & set(left)
    return unknown


def named(char: str) -> str:
    """Write a character that cannot be drawn by its name and number."""
    name = unicodedata.name(char, "").lower()
    return f"[{name} U+{ord(char):04X}]" if name else f"[U+{ord(char):04X}]"


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _ESCAPES.get(match[2], match[2])


def limit() -> None:
    """Bound this process; it may write no file at all."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit()
    for made, standard in typeset(json.load(sys.stdin.buffer)):
        sys.stdout.buffer.write(f"{standard} {len(made)}\n".encode() + made)
