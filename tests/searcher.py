"""Looks for words and files in everything that lies on a disk.

Every text is looked for whole or in slices of 16 bytes, in the shapes in which a program might
have left it: UTF-8, UTF-16, JSON escapes, form encoding, Base64 at any alignment. Files are looked
for in slices taken all over them. One pass over the bytes: whatever holds a slice holds, at an
address that four divides, four bytes that begin within the slice's first four.
"""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote_plus

SLICE = 16
FILE_SLICE = 32
SHORTEST = 8  # what is shorter is found in random bytes sooner or later
_HEX = re.compile(rb"(?:[0-9a-f]{2}){16,}")


def shapes(text: str) -> Iterator[bytes]:
    """Every way in which a text may lie somewhere."""
    plain = text.encode(errors="surrogatepass")
    yield plain
    yield text.encode("utf-16-le", errors="surrogatepass")
    yield json.dumps(text)[1:-1].encode()
    yield quote_plus(plain).encode()
    for shift in range(3):  # the characters at either end also hold bits of their neighbours
        coded = base64.b64encode(bytes(shift) + plain).rstrip(b"=")
        yield coded[(0, 2, 3)[shift] : -1]


def slices(shape: bytes) -> Iterator[bytes]:
    """A text in slices, so that a part of it is found too."""
    yield shape[:SLICE]
    for start in range(8, len(shape) - SLICE + 1, 8):
        yield shape[start : start + SLICE]


def file_slices(content: bytes, count: int = 400) -> Iterator[bytes]:
    """Slices from all over a file; runs of few different bytes say nothing."""
    step = max(FILE_SLICE, len(content) // count)
    for start in range(0, len(content) - FILE_SLICE, step):
        piece = content[start : start + FILE_SLICE]
        if len(set(piece)) > FILE_SLICE // 2:
            yield piece


class Searcher:
    """A set of slices, and where they are."""

    def __init__(self, texts: Iterable[str], files: Iterable[bytes] = ()) -> None:
        self._by_gram: dict[bytes, set[bytes]] = defaultdict(set)
        for text in texts:
            for shape in shapes(text):
                self._add(slices(shape))
        for content in files:
            self._add(file_slices(content))

    def _add(self, found: Iterator[bytes]) -> None:
        for piece in found:
            if len(piece) >= SHORTEST and len(set(piece)) > 3:
                for start in range(4):
                    self._by_gram[piece[start : start + 4]].add(piece)

    def without(self, known: Iterable[bytes]) -> None:
        """Forget what also stands where nobody has written anything."""
        for content in known:
            for piece in self.find(content):
                for start in range(4):
                    self._by_gram[piece[start : start + 4]].discard(piece)

    def find(self, content: bytes) -> set[bytes]:
        """Every slice that is in these bytes."""
        grams = self._by_gram
        found = set[bytes]()
        for at in range(0, len(content) - 3, 4):
            if (pieces := grams.get(content[at : at + 4])) is not None:
                around = content[max(0, at - 4) : at + FILE_SLICE + 4]
                found.update(piece for piece in pieces if piece in around)
        return found


def lying(*folders: Path) -> dict[str, bytes]:
    """Every byte in these folders, by file."""
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def unhexed(dump: bytes) -> bytes:
    """A database dump with its binary values beside it as bytes."""
    return dump + b"\n".join(bytes.fromhex(run[0].decode()) for run in _HEX.finditer(dump))


def hits(searcher: Searcher, contents: Mapping[str, bytes]) -> dict[str, set[bytes]]:
    """What was found, by place; empty is what it should be."""
    found = {place: searcher.find(content) for place, content in contents.items()}
    return {place: pieces for place, pieces in found.items() if pieces}
