"""Canonical bytes against RFC 8785 and a property: read back, it is the same value."""

from __future__ import annotations

import json
import math
import random
import struct
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest

from diary.canonical import canonical_bytes, parse_utc, sha256, utc_text
from tests.vectors import load

VECTORS = load("canonical")


@pytest.mark.parametrize("case", VECTORS["numbers"], ids=lambda c: c["ieee754"])
def test_numbers_of_appendix_b(case: dict[str, str]) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(case["ieee754"]))
    if case["json"]:
        assert canonical_bytes(value) == case["json"].encode()
    else:
        with pytest.raises(ValueError, match="not a number"):
            canonical_bytes(value)


@pytest.mark.parametrize("case", VECTORS["values"], ids=lambda c: c["name"])
def test_values_of_the_rfc(case: dict[str, str]) -> None:
    assert canonical_bytes(json.loads(case["input"])).hex() == case["utf8"].replace(" ", "")


@pytest.mark.parametrize(
    "bad",
    [
        *("\ud800", {"\udfff": 1}, {"é\ud83d": 1}, math.nan, math.inf, -math.inf),
        *(2**53, -(2**53), 10**30, {1: "a"}, {None: "a"}, b"bytes", {1, 2}, object(), [object()]),
    ],
)
def test_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical_bytes(bad)


def test_edges() -> None:
    assert canonical_bytes({"b": [True, False, None, ()], "a": {}}) == (
        b'{"a":{},"b":[true,false,null,[]]}'
    )
    assert canonical_bytes([2**53 - 1, -(2**53 - 1)]) == b"[9007199254740991,-9007199254740991]"
    assert canonical_bytes("\x00\x1f\x7f\u2028<&>/") == '"\\u0000\\u001f\x7f\u2028<&>/"'.encode()


def test_any_mapping() -> None:
    assert canonical_bytes(MappingProxyType({"b": (1,), "a": 2})) == b'{"a":2,"b":[1]}'


def test_too_deep() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="too deeply"):
        canonical_bytes(deep)


def test_random_values_come_back() -> None:
    rng = random.Random(8785)
    for _ in range(500):
        value = _value(rng, 4)
        data = canonical_bytes(value)
        assert json.loads(data) == value
        assert canonical_bytes(json.loads(data)) == data


def test_random_doubles_are_shortest_and_exact() -> None:
    rng = random.Random(754)
    for _ in range(5000):
        (value,) = struct.unpack(">d", rng.randbytes(8))
        if math.isfinite(value):
            text = canonical_bytes(value).decode()
            assert float(text) == value
            assert len(text) <= 25


def test_digest_of_joined_parts() -> None:
    assert sha256(b"a", b"", b"bc") == sha256(b"abc")
    assert sha256(b"abc").hex().startswith("ba7816bf8f01cfea")


def test_utc_text() -> None:
    text = "2026-03-03T21:14:05.123Z"
    moment = datetime(2026, 3, 3, 22, 14, 5, 123999, timezone(timedelta(hours=1)))
    assert utc_text(moment) == text
    assert parse_utc(text) == datetime(2026, 3, 3, 21, 14, 5, 123000, UTC)
    assert utc_text(datetime(33, 1, 2, tzinfo=UTC)) == "0033-01-02T00:00:00.000Z"


def test_utc_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        utc_text(datetime(2026, 3, 3))  # noqa: DTZ001


@pytest.mark.parametrize(
    "bad",
    [
        *("", "2026-03-03", "2026-03-03T21:14:05Z", "2026-03-03T21:14:05.123+00:00"),
        *("2026-02-30T21:14:05.123Z", "2026-03-03T21:14:05.123Z\n", "٢026-03-03T21:14:05.123Z"),
    ],
)
def test_parse_utc_refuses(bad: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_utc(bad)


def _value(rng: random.Random, depth: int) -> Any:
    kind = rng.randrange(7 if depth else 5)
    match kind:
        case 0:
            return _word(rng)
        case 1:
            return rng.randint(-(2**53 - 1), 2**53 - 1)
        case 2:
            return rng.choice([None, True, False])
        case 3 | 4:
            return rng.uniform(-1, 1) * 10.0 ** rng.randint(-30, 15)
        case 5:
            return [_value(rng, depth - 1) for _ in range(rng.randrange(5))]
        case _:
            return {_word(rng): _value(rng, depth - 1) for _ in range(rng.randrange(5))}


def _word(rng: random.Random) -> str:
    return "".join(rng.choice('abZ09"\\\n\x01é€\ufb33😀\u200f') for _ in range(rng.randrange(8)))
