"""Two at the same time, for certain: each reads before either writes, unless one has to wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
PATIENCE_SECONDS = 0.5  # where one waits for the other, as it should, nobody comes to meet it


def meeting(read: Callable[P, T]) -> Callable[P, T]:
    """Return the same reading, which lets nobody go on before another has read too."""
    both = threading.Barrier(2)

    def met(*args: P.args, **kwargs: P.kwargs) -> T:
        found = read(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            both.wait(PATIENCE_SECONDS)
        return found

    return met


def at_once(*doing: Callable[[], object]) -> None:
    """Do all of these, each in a thread of its own, and wait for them."""
    threads = [threading.Thread(target=one) for one in doing]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
