"""Sealed files on disk: one file per blob id, in two-hex folders.

This floor sees only sealed bytes. Two rules keep a power cut from making a false promise:

- bytes are on the disk (`fsync` of file and folder) before the database says that they are;
- after a crash the database is right, and `cut` takes away what lies beyond its word.

The unfinished end of an upload (less than one part) is a small object of its own beside the blob,
replaced as a whole, so that the earlier one is still there if the power fails in between.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from diary.domain.ids import is_id
from diary.errors import DamagedError, NotFoundError, StoreFullError, StoreUnavailableError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW


@contextmanager
def _answered() -> Iterator[None]:
    """Turn what the disk says into the two errors a person can be told."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StoreFullError from error
        raise StoreUnavailableError from error


class Blobs:
    """A folder of sealed files. Holds no open handle, so any process may use it at any time."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, blob_id: str, at: int, data: bytes | memoryview) -> None:
        """Put sealed bytes at a place in the blob; it is made when it is not there."""
        with _answered():
            handle = self._open(self._path(blob_id), os.O_WRONLY | os.O_CREAT)
            try:
                _write_all(handle, at, data)
            finally:
                os.close(handle)

    def cut(self, blob_id: str, size: int) -> None:
        """Take away what lies beyond `size`; fewer bytes than that mean damage."""
        with _answered():
            handle = self._open(self._path(blob_id), os.O_WRONLY | os.O_CREAT)
            try:
                if os.fstat(handle).st_size < size:
                    raise DamagedError
                os.ftruncate(handle, size)
            finally:
                os.close(handle)

    def sync(self, blob_id: str) -> None:
        """Return when the blob and its name are on the disk."""
        with _answered():
            path = self._path(blob_id)
            _sync(path)
            _sync(path.parent)
            _sync(self.root)

    def put_tail(self, blob_id: str, number: int, data: bytes) -> None:
        """Replace the unfinished end `number` as a whole, on the disk when this returns."""
        with _answered():
            path = self._tail(blob_id, number)
            fresh = path.with_suffix(".new")
            handle = self._open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            try:
                _write_all(handle, 0, data)
                os.fsync(handle)
            finally:
                os.close(handle)
            fresh.replace(path)
            _sync(path.parent)

    def tail(self, blob_id: str, number: int) -> bytes:
        """Return the unfinished end `number`."""
        try:
            return self._tail(blob_id, number).read_bytes()
        except FileNotFoundError as error:
            raise DamagedError from error

    def drop_tails(self, blob_id: str, *, keep: int | None = None) -> None:
        """Remove unfinished ends but the one in use."""
        kept = None if keep is None else self._tail(blob_id, keep)
        with _answered():
            for path in self._path(blob_id).parent.glob(f"{blob_id}.*"):
                if path != kept:
                    path.unlink(missing_ok=True)

    def open(self, blob_id: str) -> BinaryIO:
        """Open a blob for reading."""
        try:
            return self._path(blob_id).open("rb", buffering=0)
        except FileNotFoundError as error:
            raise DamagedError from error

    def size(self, blob_id: str) -> int:
        """Return how many sealed bytes lie there; 0 when there is none."""
        with _answered():
            try:
                return self._path(blob_id).stat().st_size
            except FileNotFoundError:
                return 0

    def remove(self, blob_id: str) -> None:
        """Remove a blob and its unfinished end; not there is as good as removed."""
        self.drop_tails(blob_id)
        with _answered():
            self._path(blob_id).unlink(missing_ok=True)

    def ids(self, *, before: float | None = None) -> Iterator[str]:
        """Name every blob, or only those untouched since `before` (seconds)."""
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/*")):
            with suppress(FileNotFoundError):
                if is_id(path.stem) and (before is None or path.stat().st_mtime < before):
                    yield path.stem

    def check(self) -> None:
        """Raise unless the folder can be written now."""
        with _answered():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = self.root / f".probe-{os.getpid()}"
            probe.write_bytes(b"\0")
            probe.unlink()

    def _path(self, blob_id: str) -> Path:
        # The only place where an id becomes a path: nothing but 32 hex digits may.
        if not is_id(blob_id):
            raise NotFoundError
        return self.root / blob_id[:2] / blob_id

    def _tail(self, blob_id: str, number: int) -> Path:
        return self._path(blob_id).with_suffix(f".{number}")

    def _open(self, path: Path, flags: int) -> int:
        try:
            return os.open(path, flags | _FLAGS, 0o600)
        except FileNotFoundError:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(path, flags | _FLAGS, 0o600)


def _write_all(handle: int, at: int, data: bytes | memoryview) -> None:
    view = memoryview(data)
    while view:
        done = os.pwrite(handle, view, at)
        view, at = view[done:], at + done


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
