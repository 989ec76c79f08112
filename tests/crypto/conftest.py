"""What the tests of sealed things share."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from diary.crypto.errors import OpenError

Refuses = Callable[[Callable[[bytes], object], bytes], None]


@pytest.fixture
def refuses_changes() -> Refuses:
    """Every flipped bit, every truncation and anything added must be refused."""

    def check(opens: Callable[[bytes], object], sealed: bytes) -> None:
        for changed in _changed(sealed):
            with pytest.raises(OpenError):
                opens(changed)

    return check


def _changed(sealed: bytes) -> Iterator[bytes]:
    rng = random.Random(len(sealed))
    for position in _some(rng, len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1 << rng.randrange(8)
        yield bytes(changed)
    for end in _some(rng, len(sealed)):
        yield sealed[:end]
        yield sealed[end + 1 :]
    yield sealed + b"\x00"
    yield sealed + sealed


def _some(rng: random.Random, size: int) -> list[int]:
    return list(range(size)) if size < 300 else sorted(rng.sample(range(size), 60))
