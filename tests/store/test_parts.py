from __future__ import annotations

import io

import pytest

from diary.store.parts import Parts

PART = 20_000  # more than a reader takes at once
DATA = bytes(number % 251 for number in range(2 * PART + 77))


@pytest.fixture
def asked() -> list[int]:
    return []


@pytest.fixture
def parts(asked: list[int]) -> io.BufferedReader:
    def fetch(number: int) -> bytes:
        asked.append(number)
        return DATA[number * PART : (number + 1) * PART]

    return io.BufferedReader(Parts(fetch, PART))


def test_a_part_is_asked_for_once_and_no_other_with_it(
    parts: io.BufferedReader, asked: list[int]
) -> None:
    parts.seek(PART)
    assert parts.read(PART) == DATA[PART : 2 * PART]
    assert asked == [1]
    room = bytearray(PART)
    parts.seek(0)
    assert parts.readinto(room) == PART
    assert room == DATA[:PART]
    assert asked == [1, 0]


def test_it_reads_as_one_and_ends_with_the_last_part(parts: io.BufferedReader) -> None:
    assert parts.read() == DATA
    assert parts.read(1) == b""


def test_where_it_ends_is_not_known(parts: io.BufferedReader) -> None:
    with pytest.raises(io.UnsupportedOperation):
        parts.seek(0, io.SEEK_END)
