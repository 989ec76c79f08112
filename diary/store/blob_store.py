"""What every place for sealed files can do, be it a folder or a bucket.

Whoever keeps a file knows no more than this, so that nothing above depends on where it lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol


class BlobStore(Protocol):
    """Sealed files by id. Nothing is held open, so any process may use it at any time."""

    def write(self, blob_id: str, at: int, data: bytes | memoryview) -> None:
        """Put sealed bytes at a place in the blob; it is made when it is not there."""

    def cut(self, blob_id: str, size: int) -> None:
        """Take away what lies beyond `size`; fewer bytes than that mean damage."""

    def sync(self, blob_id: str) -> None:
        """Return when all that was written survives a power cut."""

    def put_tail(self, blob_id: str, number: int, data: bytes) -> None:
        """Replace the unfinished end `number` as a whole; it is safe when this returns."""

    def tail(self, blob_id: str, number: int) -> bytes:
        """Return the unfinished end `number`."""

    def drop_tails(self, blob_id: str, *, keep: int | None = None) -> None:
        """Remove unfinished ends but the one in use."""

    def open(self, blob_id: str) -> BinaryIO:
        """Open a blob for reading."""

    def size(self, blob_id: str) -> int:
        """Return how many sealed bytes lie there; 0 when there is none."""

    def remove(self, blob_id: str) -> None:
        """Remove a blob and its unfinished end; not there is as good as removed."""

    def ids(self, *, before: float | None = None) -> Iterator[str]:
        """Name every blob, or only those untouched since `before` (seconds)."""

    def check(self) -> None:
        """Raise unless it can be written now."""
