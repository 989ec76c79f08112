"""Sealing small bodies, and hiding their length."""

from __future__ import annotations

import random

import pytest

from diary.crypto import envelope
from diary.crypto.errors import OpenError
from tests.crypto.conftest import Refuses
from tests.vectors import load

VECTORS = load("envelope")


@pytest.mark.parametrize("case", VECTORS["sealed"], ids=lambda c: c["name"])
def test_pinned(case: dict[str, str]) -> None:
    key, sealed, aad, plaintext = (
        bytes.fromhex(case[n]) for n in ("key", "sealed", "aad", "plaintext")
    )
    assert envelope.open_(key, sealed, aad=aad) == plaintext


@pytest.mark.parametrize("case", VECTORS["padded"], ids=lambda c: c["name"])
def test_pinned_padding(case: dict[str, str]) -> None:
    data, padded = bytes.fromhex(case["data"]), bytes.fromhex(case["padded"])
    assert envelope.pad(data) == padded
    assert envelope.unpad(padded) == data


def test_opens_only_with_its_key_in_its_place(refuses_changes: Refuses) -> None:
    key = envelope.new_key()
    sealed = envelope.seal(key, b"what happened", aad=b"here")
    assert len(sealed) == 13 + envelope.OVERHEAD
    assert envelope.open_(key, sealed, aad=b"here") == b"what happened"
    refuses_changes(lambda s: envelope.open_(key, s, aad=b"here"), sealed)
    with pytest.raises(OpenError):
        envelope.open_(envelope.new_key(), sealed, aad=b"here")
    with pytest.raises(OpenError):
        envelope.open_(key, sealed, aad=b"there")


def test_never_the_same_twice() -> None:
    key = envelope.new_key()
    assert len({envelope.seal(key, b"", aad=b"") for _ in range(100)}) == 100
    assert len({envelope.new_key() for _ in range(100)}) == 100


def test_one_strength() -> None:
    for size in (0, 16, 24, 33):
        with pytest.raises(ValueError, match="32 bytes"):
            envelope.seal(bytes(size), b"", aad=b"")


@pytest.mark.parametrize(("size", "rounded"), VECTORS["padme"])
def test_padme_lengths(size: int, rounded: int) -> None:
    assert envelope.padme(size) == rounded


def test_padding_costs_little_and_comes_off() -> None:
    rng = random.Random(12)
    for size in [*range(600), *(rng.randrange(200_000) for _ in range(300))]:
        data = rng.randbytes(size)
        padded = envelope.pad(data)
        assert envelope.unpad(padded) == data
        assert len(padded) <= (size + 4) * 1.12
        assert envelope.padme(len(padded)) == len(padded)


def test_only_what_pad_writes_comes_off() -> None:
    good = envelope.pad(b"a" * 60)
    assert len(good) == 64
    longer = envelope.pad(b"a" * 62)
    assert len(longer) == 72
    for bad in (b"", b"\x00", b"\x00\x00\x00", good[:-1], good + b"\x00", longer[:-1] + b"\x01"):
        with pytest.raises(OpenError):
            envelope.unpad(bad)
    with pytest.raises(OpenError):
        envelope.unpad(b"\xff\xff\xff\xff" + bytes(60))
