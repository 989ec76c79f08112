"""What the looking process and its parent say to each other, over two pipes.

Parent to child: length (4) ‖ JSON job, then for every request length (4) ‖ bytes.
Child to parent: `R` ‖ offset (8) ‖ length (4) asks for bytes; `D` ‖ length (4) ‖ JSON ends, and
the pictures that the JSON lists follow one after the other.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping
from typing import IO, Any

LENGTH = struct.Struct(">I")
ASK = struct.Struct(">cQI")
WANT, DONE = b"R", b"D"
MOST = 1 << 20  # bytes in one answer


def read_exactly(pipe: IO[bytes], size: int) -> bytes:
    """Read so many bytes, or raise EOFError when the other side is gone."""
    data = pipe.read(size)
    if len(data) != size:
        raise EOFError
    return data


def send(pipe: IO[bytes], data: bytes) -> None:
    """Send a length and bytes."""
    pipe.write(LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes], most: int) -> bytes:
    """Read a length and bytes; EOFError for more than `most`."""
    (size,) = LENGTH.unpack(read_exactly(pipe, LENGTH.size))
    if size > most:
        raise EOFError
    return read_exactly(pipe, size)


def send_json(pipe: IO[bytes], value: Mapping[str, Any]) -> None:
    """Send a JSON object."""
    send(pipe, json.dumps(value).encode())


class Remote(io.RawIOBase):
    """A file whose bytes are with the parent: read and seek ask for them over the pipe."""

    def __init__(self, size: int, answers: IO[bytes], asks: IO[bytes]) -> None:
        super().__init__()
        self._size, self._at = size, 0
        self._answers, self._asks = answers, asks

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be sought in."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Say where we are."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Ask the parent for the next bytes."""
        view = memoryview(buffer).cast("B")
        want = min(len(view), MOST, max(0, self._size - self._at))
        if not want:
            return 0
        self._asks.write(ASK.pack(WANT, self._at, want))
        self._asks.flush()
        data = receive(self._answers, want)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
