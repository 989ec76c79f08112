"""A file that lies in parts of one size, read as if it were one."""

from __future__ import annotations

import io
from collections.abc import Callable

from typing_extensions import Buffer


class Parts(io.RawIOBase):
    """Asks for a part when it is read and holds one at a time; the first that is empty is the end.

    `fetch` returns a part by its number, and nothing for one that is not there.
    """

    def __init__(self, fetch: Callable[[int], bytes], part: int) -> None:
        self._fetch, self._part = fetch, part
        self._at, self._number, self._held = 0, -1, b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from any place."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, counted from the start or from here."""
        if whence not in {io.SEEK_SET, io.SEEK_CUR}:
            raise io.UnsupportedOperation("where it ends is not known")
        self._at = offset + (self._at if whence == io.SEEK_CUR else 0)
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def readinto(self, buffer: Buffer, /) -> int:
        """Read up to the end of the part that holds the place."""
        room = memoryview(buffer).cast("B")
        number, skip = divmod(self._at, self._part)
        if number != self._number:
            self._number, self._held = number, self._fetch(number)
        piece = memoryview(self._held)[skip : skip + len(room)]
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
