"""Setting a bundle's documents ahead of the stream, so that sending waits for none of them.

One process sets at a time, beside the sending of the files; a few sets of documents wait for their
turn to be sent, so that memory does not grow with the bundle. The order stays that of asking: what
a bundle holds, and where, does not hang on which was ready first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

from diary.bundle.documents import Pdf, Typesetting
from diary.canonical import JsonValue

AHEAD = 8  # sets of documents, of some 2 MB each, that are ready before they are sent


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents of one sort, by path, that one process sets."""

    template: str
    documents: Sequence[tuple[str, JsonValue]]


class Press:
    """Sets every batch, at most AHEAD of them before they are asked for. Close it when done."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self._batches = batches
        self._pool = ThreadPoolExecutor(max_workers=1)  # so only one asks for the next batch
        self._lock, self._stopped = Lock(), False
        self._under_way: Typesetting | None = None
        self._batch: Batch | None = None
        self._waiting = deque(self._pool.submit(self._set) for _ in range(AHEAD))

    def __enter__(self) -> Press:
        return self

    def __exit__(self, *_: object) -> None:
        """End what is under way; nothing more begins."""
        with self._lock:
            self._stopped = True
            if self._under_way is not None:
                self._under_way.kill()
        self._pool.shutdown(cancel_futures=True)

    def finished(self) -> Iterator[tuple[str, Pdf]]:
        """Yield each document with its path, or raise TypesettingError."""
        while (made := self._next().result()) is not None:
            yield from made

    def _next(self) -> Future[list[tuple[str, Pdf]] | None]:
        self._waiting.append(self._pool.submit(self._set))
        return self._waiting.popleft()

    def _set(self) -> list[tuple[str, Pdf]] | None:
        """Set the next batch whole; None when there is no other one."""
        batch, self._batch = self._batch or next(self._batches, None), None
        under_way = None if batch is None else self._begin(batch)
        if batch is None or under_way is None:
            return None
        try:
            self._batch = next(self._batches, None)  # made ready while the process sets this one
        except BaseException:
            under_way.stop()
            raise
        pdfs = under_way.finish_all()
        return [(path, pdf) for (path, _), pdf in zip(batch.documents, pdfs, strict=True)]

    def _begin(self, batch: Batch) -> Typesetting | None:
        with self._lock:
            if self._stopped:
                return None
            self._under_way = Typesetting(batch.template, *(data for _, data in batch.documents))
            return self._under_way
