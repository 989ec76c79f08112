"""Media: bytes become sealed parts here, and sealed parts bytes.

A file is a row of sealed parts of 1 MiB (C2SP chunked encryption), each bound to its file, its
number and whether it is the last. Its key is the secret of the record that names the file; until
then it lies in the upload's state, sealed under the diary key. Memory does not grow with a file,
and no byte of it ever lies on a disk unsealed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from diary.crypto import envelope, stream
from diary.crypto.errors import OpenError
from diary.crypto.stream import (
    Bytes,
    open_part,
    open_part_into,
    part_context,
    seal_part,
    seal_part_into,
)
from diary.errors import DamagedError
from diary.store.blob_store import BlobStore
from diary.vault.records import Keys

PART = stream.PART
SEALED_PART = stream.sealed_size(PART)
_TAIL = b"tail"

new_key = envelope.new_key


class Writer:
    """Takes a file's bytes in pieces of any size and writes them as sealed parts.

    A part is written when the next byte comes or the file ends, so that the last part is always
    known as the last. `pause` makes everything taken so far safe; another process may go on.
    """

    def __init__(self, blobs: BlobStore, blob_id: str, key: bytes, *, received: int = 0) -> None:
        self._blobs, self._blob_id, self._key = blobs, blob_id, key
        self._number, self._fill = divmod(received, PART)
        self._buffer, self._sealed = bytearray(PART), bytearray(stream.ROOM)
        blobs.cut(blob_id, self._number * SEALED_PART)
        if self._fill:
            self._buffer[: self._fill] = self._tail()

    @property
    def written(self) -> int:
        """How many whole parts were written; `sync` makes them safe."""
        return self._number

    @property
    def received(self) -> int:
        """How many bytes were taken in all."""
        return self._number * PART + self._fill

    def feed(self, data: Bytes) -> None:
        """Take bytes."""
        view = memoryview(data)
        while view:
            if self._fill == PART:
                self._put(last=False)
            size = min(len(view), PART - self._fill)
            self._buffer[self._fill : self._fill + size] = view[:size]
            self._fill += size
            view = view[size:]

    def pause(self) -> int:
        """Make every byte safe; return how many there are. More may come later."""
        if self._fill == PART:
            self._put(last=False)
        self._blobs.sync(self._blob_id)
        if self._fill:
            context = self._context(last=False) + _TAIL
            sealed = seal_part(self._key, self._view(), context)
            self._blobs.put_tail(self._blob_id, self._number, sealed)
        return self.received

    def tidy(self) -> None:
        """Remove what `pause` replaced, once the database has the new count."""
        self._blobs.drop_tails(self._blob_id, keep=self._number if self._fill else None)

    def finish(self) -> int:
        """Write the last part, make the file safe and return its size."""
        size = self.received
        self._put(last=True)
        self._blobs.sync(self._blob_id)
        return size

    def _put(self, *, last: bool) -> None:
        context = self._context(last=last)
        size = seal_part_into(self._key, self._view(), context, self._sealed)
        with memoryview(self._sealed)[:size] as sealed:
            self._blobs.write(self._blob_id, self._number * SEALED_PART, sealed)
        self._number, self._fill = self._number + 1, 0

    def _view(self) -> memoryview:
        return memoryview(self._buffer)[: self._fill]

    def _context(self, *, last: bool) -> bytes:
        return part_context(bytes.fromhex(self._blob_id), self._number, last=last)

    def _tail(self) -> bytes:
        """Open the unfinished part; after a crash it may hold more than was promised."""
        sealed = self._blobs.tail(self._blob_id, self._number)
        try:
            plain = open_part(self._key, sealed, self._context(last=False) + _TAIL)
        except OpenError as error:
            raise DamagedError from error
        if len(plain) < self._fill:
            raise DamagedError
        return plain[: self._fill]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a finished file, whole or any range of it. Holds a key: keep it no longer than needed.

    Every part is opened whole before any byte of it is given out, so nothing unverified leaves.
    """

    blobs: BlobStore
    blob_id: str
    key: bytes
    size: int

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Give the bytes from `start` up to `stop`, a part at a time."""
        stop = self.size if stop is None else min(stop, self.size)
        with self.blobs.open(self.blob_id) as blob:
            for number in range(start // PART, max(0, stop - 1) // PART + 1 if stop else 0):
                plain = self.part(blob, number)
                base = number * PART
                yield plain[max(0, start - base) : stop - base]

    def read(self, start: int, length: int) -> bytes:
        """Return a short range."""
        return b"".join(self.chunks(start, start + length))

    def check(self) -> str:
        """Read everything back, open it, and return its SHA-256; DamagedError if not whole."""
        return Checker(self).finish()

    def part(self, blob: BinaryIO, number: int) -> bytes:
        """Open one part, or raise DamagedError."""
        blob.seek(number * SEALED_PART)
        sealed = blob.read(SEALED_PART)
        try:
            plain = open_part(self.key, sealed, self._context(number))
        except OpenError as error:
            raise DamagedError from error
        if len(plain) != self._plain_size(number):
            raise DamagedError
        return plain

    def part_into(self, blob: BinaryIO, number: int, room: Room) -> memoryview:
        """Open one part into memory that is used again for the next one."""
        blob.seek(number * SEALED_PART)
        sealed = memoryview(room.sealed)[: blob.readinto(room.sealed)]  # type: ignore[attr-defined]
        try:
            size = open_part_into(self.key, sealed, self._context(number), room.plain)
        except OpenError as error:
            raise DamagedError from error
        if size != self._plain_size(number):
            raise DamagedError
        return memoryview(room.plain)[:size]

    def _context(self, number: int) -> bytes:
        last = number == _last_part(self.size)
        return part_context(bytes.fromhex(self.blob_id), number, last=last)

    def _plain_size(self, number: int) -> int:
        return self.size - number * PART if number == _last_part(self.size) else PART


class Room:
    """Memory for one part, sealed and opened: fresh memory costs more than the opening."""

    def __init__(self) -> None:
        self.sealed = bytearray(SEALED_PART)
        self.plain = bytearray(stream.ROOM)


class Checker:
    """Reads a file back part by part while the rest of it is still coming."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._digest = hashlib.sha256()
        self._next = 0
        self._room = Room()

    def read_back(self, parts: int) -> None:
        """Read, open and count every part up to this number of parts."""
        with self._reader.blobs.open(self._reader.blob_id) as blob:
            for number in range(self._next, parts):
                self._digest.update(self._reader.part_into(blob, number, self._room))
        self._next = max(self._next, parts)

    def finish(self) -> str:
        """Read the rest back and return the SHA-256 in hex; DamagedError if it is not whole.

        The size on the disk must be exact: bytes after the last part are damage too.
        """
        reader = self._reader
        if reader.blobs.size(reader.blob_id) != sealed_size(reader.size):
            raise DamagedError
        self.read_back(_last_part(reader.size) + 1)
        return self._digest.hexdigest()


def sealed_size(size: int) -> int:
    """Tell how many bytes a file of this size takes on the disk when sealed."""
    last = _last_part(size)
    return last * SEALED_PART + stream.sealed_size(size - last * PART)


def _last_part(size: int) -> int:
    return max(0, size - 1) // PART


def seal_state(keys: Keys, upload_id: str, state: bytes) -> bytes:
    """Seal what an unfinished upload is (its key and its name are in it)."""
    return envelope.seal(keys.diary_key, envelope.pad(state), aad=_state_aad(keys, upload_id))


def open_state(keys: Keys, upload_id: str, sealed: bytes) -> bytes:
    """Open an upload's state, or raise DamagedError."""
    try:
        aad = _state_aad(keys, upload_id)
        return envelope.unpad(envelope.open_(keys.diary_key, sealed, aad=aad))
    except OpenError as error:
        raise DamagedError from error


def _state_aad(keys: Keys, upload_id: str) -> bytes:
    return f"upload diary/v1 {keys.diary_id} {upload_id}".encode()
