"""Sealed files in a bucket that speaks S3: one object for each sealed part.

This floor sees only sealed bytes, and so does whoever runs the bucket. What keeps "saved" true:

- an object is there as a whole or not at all, and for good once its PUT was answered;
- nothing is put behind anybody's back: `write` and `put_tail` return when they were answered;
- the database is right, as on a folder: `cut` takes away what lies beyond its word.

Which bucket is a setting; address, region and keys are read by the library, from the variables
that every S3 client knows (`AWS_…`).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from io import BufferedReader
from typing import Any, BinaryIO

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from diary.domain.ids import is_id
from diary.errors import DamagedError, NotFoundError, StoreFullError, StoreUnavailableError
from diary.settings import Bucket
from diary.store.parts import Parts

PATIENCE = timedelta(seconds=20)
_TAIL = "tail-"
# S3 has no one word for "no room": MinIO, Ceph and SeaweedFS each say it in their own.
_CODE = re.compile(r"<Code>(\w{3,40})</Code>", re.ASCII)
_NO_ROOM = re.compile(r"status code: 507|<Code>\w*(?:StorageFull|QuotaExceeded)</Code>")


@contextmanager
def _answered() -> Iterator[None]:
    """Turn what the bucket says into the two errors a person can be told.

    Its own words go no further: they may repeat the name of a key. Only the one word by which S3
    calls what is wrong is put down for the operator.
    """
    try:
        yield
    except (BaseError, OSError, ValueError) as error:
        if _NO_ROOM.search(str(error)):
            raise StoreFullError from None
        code = _CODE.search(str(error))
        sys.stderr.write(f"Bucket: {code[1] if code else type(error).__name__}\n")
        raise StoreUnavailableError from None


class BucketBlobs:
    """A bucket of sealed parts, each `part` bytes long but the last of its blob."""

    def __init__(self, bucket: Bucket, *, part: int, patience: timedelta = PATIENCE) -> None:
        self._bucket, self._part, self._patience = bucket, part, patience

    def write(self, blob_id: str, at: int, data: bytes | memoryview) -> None:
        """Put one sealed part at its place in the blob."""
        number, rest = divmod(at, self._part)
        if rest or len(data) > self._part:
            raise ValueError("a bucket takes whole parts only")
        self._put(_key(blob_id, _name(number)), bytes(data))  # the caller uses its memory again

    def cut(self, blob_id: str, size: int) -> None:
        """Take away what lies beyond `size`; fewer bytes than that mean damage."""
        parts = self._parts(blob_id)
        whole, rest = divmod(size, self._part)
        if any(parts.get(number) != self._part for number in range(whole)):
            raise DamagedError
        if rest:
            self._shorten(blob_id, whole, rest)
        beyond = [number for number in parts if number >= whole + bool(rest)]
        self._delete(_key(blob_id, _name(number)) for number in beyond)

    def _shorten(self, blob_id: str, number: int, size: int) -> None:
        key = _key(blob_id, _name(number))
        held = self._get(key)
        if len(held) < size:
            raise DamagedError
        if len(held) > size:
            self._put(key, held[:size])

    def sync(self, blob_id: str) -> None:
        """Nothing is left to do: what was answered is safe."""

    def put_tail(self, blob_id: str, number: int, data: bytes) -> None:
        """Replace the unfinished end `number` as a whole; it is safe when this returns."""
        self._put(_key(blob_id, _TAIL + _name(number)), data)

    def tail(self, blob_id: str, number: int) -> bytes:
        """Return the unfinished end `number`."""
        found = self._get(_key(blob_id, _TAIL + _name(number)))
        if not found:
            raise DamagedError
        return found

    def drop_tails(self, blob_id: str, *, keep: int | None = None) -> None:
        """Remove unfinished ends but the one in use."""
        kept = None if keep is None else _TAIL + _name(keep)
        names = [name for name in self._lying(blob_id) if name.startswith(_TAIL)]
        self._delete(_key(blob_id, name) for name in names if name != kept)

    def open(self, blob_id: str) -> BinaryIO:
        """Open a blob for reading: a part is asked for when it is read, and no other."""
        if not self._parts(blob_id):
            raise DamagedError
        return BufferedReader(
            Parts(lambda number: self._get(_key(blob_id, _name(number))), self._part)
        )

    def size(self, blob_id: str) -> int:
        """Return how many sealed bytes lie there; 0 when there is none."""
        return sum(self._parts(blob_id).values())

    def remove(self, blob_id: str) -> None:
        """Remove every part and unfinished end; not there is as good as removed."""
        self._delete(_key(blob_id, name) for name in self._lying(blob_id))

    def ids(self, *, before: float | None = None) -> Iterator[str]:
        """Name every blob, or only those of which no object was put since `before` (seconds)."""
        newest: dict[str, float] = {}
        for path, _, put_at in self._list(None):
            blob_id = path.split("/")[1] if path.count("/") == 2 else ""
            if is_id(blob_id):
                newest[blob_id] = max(put_at, newest.get(blob_id, put_at))
        yield from sorted(one for one, at in newest.items() if before is None or at < before)

    def check(self) -> None:
        """Raise unless the bucket can be written now."""
        probe = f".probe-{os.getpid()}"
        self._put(probe, b"\0")
        self._delete([probe])

    def _parts(self, blob_id: str) -> dict[int, int]:
        """Return the size of every part by its number."""
        return {int(name): size for name, size in self._lying(blob_id).items() if name.isdigit()}

    def _lying(self, blob_id: str) -> dict[str, int]:
        """Return the size of every object of a blob by its name."""
        return {path.split("/")[2]: size for path, size, _ in self._list(_key(blob_id))}

    @cached_property
    def _client(self) -> S3Store:
        # Made when it is first used: its threads do not live through the fork of the server.
        seconds = f"{self._patience.total_seconds():.0f}s"
        options: dict[str, Any] = {"timeout": seconds, "connect_timeout": seconds}
        return S3Store(
            self._bucket.name,
            prefix=self._bucket.prefix or None,
            retry_config={"max_retries": 2, "retry_timeout": self._patience},
            **options,  # and not `client_options`, which takes the place of AWS_ALLOW_HTTP
        )

    def _put(self, key: str, data: bytes) -> None:
        with _answered():
            obstore.put(self._client, key, data, use_multipart=False)

    def _get(self, key: str) -> bytes:
        """Return an object; one that is not there reads as nothing, a bucket that is not raises."""
        with _answered():
            try:
                return bytes(obstore.get(self._client, key).bytes())
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return b""

    def _list(self, folder: str | None) -> Sequence[tuple[str, int, float]]:
        """Return path, size and time of every object in a folder."""
        with _answered():
            found = obstore.list(self._client, folder, chunk_size=1000)
            return [
                (one["path"], one["size"], one["last_modified"].timestamp())
                for batch in found
                for one in batch
            ]

    def _delete(self, keys: Iterable[str]) -> None:
        with _answered():
            obstore.delete(self._client, list(keys))


def _key(blob_id: str, *name: str) -> str:
    # The only place where an id becomes a key: nothing but 32 hex digits may.
    if not is_id(blob_id):
        raise NotFoundError
    return "/".join((blob_id[:2], blob_id, *name))


def _name(number: int) -> str:
    return f"{number:08d}"
