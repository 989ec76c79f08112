"""Media in parts."""

from __future__ import annotations

import hashlib
import random

import pytest

from diary.crypto import stream
from diary.crypto.errors import OpenError
from tests.crypto import reference
from tests.crypto.conftest import Refuses
from tests.vectors import load

VECTORS = load("stream")
KEY, FILE = bytes(range(32)), b"f" * 16
SIZES = [0, 1, 16383, 16384, 16385, 32768, 100_000, stream.PART - 1, stream.PART]


@pytest.mark.parametrize("case", VECTORS["parts"], ids=lambda c: f"{c['size']}")
def test_pinned(case: dict[str, str]) -> None:
    key, salt, file_id = (bytes.fromhex(case[n]) for n in ("key", "salt", "file_id"))
    plaintext = (bytes(range(251)) * 140)[: int(case["size"])]
    context = stream.part_context(file_id, int(case["number"]), last=bool(case["last"]))
    assert context.hex() == case["context"]
    sealed = reference.chunked_seal(key, salt, plaintext, context)
    assert sealed[:56].hex() == case["head"]
    assert hashlib.sha256(sealed).hexdigest() == case["sha256"]
    assert stream.open_part(key, sealed, context) == plaintext


@pytest.mark.parametrize("size", SIZES)
def test_sealed_as_the_specification_says(size: int) -> None:
    plaintext = random.Random(size).randbytes(size)
    context = stream.part_context(FILE, 7, last=False)
    sealed = stream.seal_part(KEY, plaintext, context)
    assert len(sealed) == stream.sealed_size(size)
    assert sealed == reference.chunked_seal(KEY, sealed[:24], plaintext, context)
    assert stream.open_part(KEY, sealed, context) == plaintext


@pytest.mark.parametrize("size", [0, 100, 16384, 40_000])
def test_changed_parts_do_not_open(size: int, refuses_changes: Refuses) -> None:
    context = stream.part_context(FILE, 0, last=True)
    sealed = stream.seal_part(KEY, bytes(size), context)
    refuses_changes(lambda s: stream.open_part(KEY, s, context), sealed)


def test_cut_at_a_chunk_and_swapped_chunks() -> None:
    context = stream.part_context(FILE, 0, last=True)
    sealed = stream.seal_part(KEY, bytes(40_000), context)
    head, first, second, rest = sealed[:56], sealed[56:16456], sealed[16456:32856], sealed[32856:]
    for bad in (head, head + first, head + first + second, head + second + first + rest):
        with pytest.raises(OpenError):
            stream.open_part(KEY, bad, context)


def test_missing_repeated_swapped_and_foreign_parts() -> None:
    rng = random.Random(3)
    places = [(number, number == 4) for number in range(5)]
    contexts = [stream.part_context(FILE, n, last=last) for n, last in places]
    parts = [stream.seal_part(KEY, rng.randbytes(1000), context) for context in contexts]
    contexts += [stream.part_context(FILE, 3, last=True), stream.part_context(FILE, 4, last=False)]
    contexts += [stream.part_context(b"g" * 16, n, last=last) for n, last in places]
    for n, part in enumerate(parts):
        for m, context in enumerate(contexts):
            if m != n:
                with pytest.raises(OpenError):
                    stream.open_part(KEY, part, context)
        with pytest.raises(OpenError):
            stream.open_part(bytes(32), part, contexts[n])


def test_any_buffer() -> None:
    context = stream.part_context(FILE, 0, last=True)
    sealed = stream.seal_part(KEY, memoryview(bytearray(b"sound")), context)
    assert stream.open_part(KEY, memoryview(sealed), context) == b"sound"


def test_limits() -> None:
    context = stream.part_context(FILE, 0, last=True)
    with pytest.raises(ValueError, match="1 MiB"):
        stream.seal_part(KEY, bytes(stream.PART + 1), context)
    with pytest.raises(OpenError):
        stream.open_part(KEY, bytes(stream.sealed_size(stream.PART) + 1), context)
    with pytest.raises(ValueError, match="16 bytes"):
        stream.part_context(b"short", 0, last=True)
    with pytest.raises(OverflowError):
        stream.part_context(FILE, -1, last=True)


@pytest.mark.parametrize("size", [0, 1, 16_384, 16_385, stream.PART])
def test_opening_into_memory_is_the_same_as_opening(size: int) -> None:
    key, plain = bytes(32), random.randbytes(size)
    context = stream.part_context(bytes(16), 3, last=True)
    sealed, room = stream.seal_part(key, plain, context), bytearray(stream.ROOM)
    assert stream.open_part_into(key, sealed, context, room) == size
    assert bytes(room[:size]) == plain == stream.open_part(key, sealed, context)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for bad in (changed, sealed[:-1], sealed + b"x", bytes(stream.sealed_size(stream.PART) + 1)):
        with pytest.raises(OpenError):
            stream.open_part_into(key, bad, context, room)


def test_sealing_into_memory_opens_like_any_other() -> None:
    context, room = stream.part_context(bytes(16), 0, last=False), bytearray(stream.ROOM)
    size = stream.seal_part_into(bytes(32), b"words", context, room)
    assert stream.open_part(bytes(32), room[:size], context) == b"words"
