from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from diary.crypto.stream import PART
from diary.domain.ids import new_id
from diary.errors import DamagedError, StoreFullError
from diary.store.blobs import Blobs
from diary.vault.media import SEALED_PART, Checker, Reader, Writer, new_key, open_state, seal_state
from diary.vault.records import Keys

DATA = os.urandom(3 * PART + 12_345)
SIZES = [1, 15, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 12_345]


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def sealed(blobs: Blobs, data: bytes, *, piece: int = 100_000) -> Reader:
    name, key = new_id(), new_key()
    writer = Writer(blobs, name, key)
    for at in range(0, len(data), piece):
        writer.feed(data[at : at + piece])
    assert writer.finish() == len(data)
    return Reader(blobs, name, key, len(data))


@pytest.mark.parametrize("size", [0, *SIZES])
def test_what_goes_in_comes_out(blobs: Blobs, size: int) -> None:
    reader = sealed(blobs, DATA[:size])
    assert b"".join(reader.chunks()) == DATA[:size]
    assert reader.check() == hashlib.sha256(DATA[:size]).hexdigest()


@pytest.mark.parametrize("size", SIZES)
def test_every_range_at_every_edge(blobs: Blobs, size: int) -> None:
    reader = sealed(blobs, DATA[:size])
    edges = {0, 1, PART - 1, PART, PART + 1, 2 * PART, size - 1, size, size + 5}
    for start in edges:
        for stop in edges:
            assert b"".join(reader.chunks(start, stop)) == DATA[:size][start:stop], (start, stop)


@pytest.mark.parametrize("stop", [1, 1000, PART - 1, PART, PART + 1, 2 * PART, 3 * PART])
def test_another_process_goes_on_at_any_place(blobs: Blobs, stop: int) -> None:
    name, key = new_id(), new_key()
    first = Writer(blobs, name, key)
    first.feed(DATA[:stop])
    assert first.pause() == stop
    first.tidy()
    second = Writer(blobs, name, key, received=stop)
    second.feed(DATA[stop:])
    second.finish()
    assert b"".join(Reader(blobs, name, key, len(DATA)).chunks()) == DATA


@pytest.mark.parametrize("confirmed", [500, PART - 1, PART, PART + 700])
@pytest.mark.parametrize("more", [1, PART, 2 * PART])
def test_a_crash_after_unconfirmed_bytes_loses_nothing_confirmed(
    blobs: Blobs, confirmed: int, more: int
) -> None:
    name, key = new_id(), new_key()
    writer = Writer(blobs, name, key)
    writer.feed(DATA[:confirmed])
    writer.pause()
    writer.tidy()
    writer.feed(DATA[confirmed : confirmed + more])
    writer.pause()  # on the disk, and then the power fails before the database hears of it
    again = Writer(blobs, name, key, received=confirmed)
    again.feed(DATA[confirmed:])
    again.finish()
    assert Reader(blobs, name, key, len(DATA)).check() == hashlib.sha256(DATA).hexdigest()


def test_a_file_is_read_back_while_it_comes(blobs: Blobs) -> None:
    name, key = new_id(), new_key()
    writer = Writer(blobs, name, key)
    checker = Checker(Reader(blobs, name, key, len(DATA)))
    for at in range(0, len(DATA), 2**18):
        writer.feed(DATA[at : at + 2**18])
        checker.read_back(writer.written)
    writer.finish()
    assert checker.finish() == hashlib.sha256(DATA).hexdigest()


def damages(path: Path) -> list[tuple[str, bytes]]:
    whole = path.read_bytes()
    first, second, rest = (
        whole[:SEALED_PART],
        whole[SEALED_PART : 2 * SEALED_PART],
        whole[2 * SEALED_PART :],
    )
    flipped = bytearray(whole)
    flipped[SEALED_PART + 5000] ^= 1
    return [
        ("flipped", bytes(flipped)),
        ("cut", whole[:-1]),
        ("a part short", whole[: 2 * SEALED_PART]),
        ("longer", whole + b"\0"),
        ("swapped", second + first + rest),
        ("repeated", first + first + rest),
        ("gone", b""),
    ]


@pytest.mark.parametrize("number", range(7))
def test_any_damage_is_found(blobs: Blobs, number: int) -> None:
    reader = sealed(blobs, DATA)
    path = blobs.root / reader.blob_id[:2] / reader.blob_id
    _, damaged = damages(path)[number]
    path.write_bytes(damaged)
    with pytest.raises(DamagedError):
        reader.check()


def test_a_part_of_another_file_does_not_open(blobs: Blobs) -> None:
    one = sealed(blobs, DATA)
    other = Reader(blobs, new_id(), one.key, one.size)
    path = blobs.root / one.blob_id[:2] / one.blob_id
    blobs.write(other.blob_id, 0, path.read_bytes())
    with pytest.raises(DamagedError):
        other.check()


def test_nothing_of_the_bytes_lies_on_the_disk(blobs: Blobs) -> None:
    words = b"the words of a letter that nobody else may read. " * 50_000
    name, key = new_id(), new_key()
    writer = Writer(blobs, name, key)
    writer.feed(words)
    writer.pause()
    for path in blobs.root.rglob("*"):
        if path.is_file():
            found = path.read_bytes()
            assert b"letter" not in found
            assert key not in found


def test_a_full_disk_leaves_what_was_confirmed(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, key = new_id(), new_key()
    writer = Writer(blobs, name, key)
    writer.feed(DATA[: PART + 5])
    writer.pause()
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", no_room)
        with pytest.raises(StoreFullError):
            writer.feed(DATA[PART + 5 :])
    again = Writer(blobs, name, key, received=PART + 5)
    again.feed(DATA[PART + 5 :])
    again.finish()
    assert Reader(blobs, name, key, len(DATA)).check()


def no_room(*_: object) -> int:
    raise OSError(28, "No space left on device")


def test_the_state_of_an_upload_opens_only_where_it_belongs() -> None:
    keys, other = Keys(new_id(), new_key(), b""), Keys(new_id(), new_key(), b"")
    name = new_id()
    state = seal_state(keys, name, b"a name")
    assert b"a name" not in state
    assert open_state(keys, name, state) == b"a name"
    for wrong_keys, wrong_name in ((other, name), (keys, new_id())):
        with pytest.raises(DamagedError):
            open_state(wrong_keys, wrong_name, state)
