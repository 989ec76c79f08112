"""Canonical bytes: one byte string for one JSON value, so that hashes and seals can be repeated.

RFC 8785 (JSON Canonicalization Scheme): no white space, object names in the order of their UTF-16
code units, numbers as ECMAScript writes them, UTF-8. What I-JSON (RFC 7493) cannot carry is
refused: lone surrogates, NaN, infinities and integers that a double cannot hold exactly.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from json.encoder import encode_basestring as _quoted

JsonValue = None | bool | int | float | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

MAX_SAFE_INTEGER = 2**53 - 1
_UTC = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z", re.ASCII)


def canonical_bytes(value: JsonValue) -> bytes:
    """Return the RFC 8785 bytes of a JSON value; ValueError for what JSON cannot carry."""
    try:
        # A lone surrogate fails in this encoder: UnicodeEncodeError is a ValueError.
        return _text(value).encode("utf-8")
    except RecursionError:
        raise ValueError("nested too deeply") from None


def sha256(*parts: bytes) -> bytes:
    """SHA-256 of the parts joined. Every part but the last must be of a known length."""
    return hashlib.sha256(b"".join(parts)).digest()


def utc_text(moment: datetime) -> str:
    """Write a moment as UTC with milliseconds (cut, not rounded): 2026-03-03T21:14:05.123Z."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    at = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return at.isoformat(timespec="milliseconds")[:-6] + "Z"


def parse_utc(text: str) -> datetime:
    """Read what utc_text wrote, and nothing else."""
    if not _UTC.fullmatch(text):
        raise ValueError("not a UTC time with milliseconds")
    return datetime.fromisoformat(text)


def _text(value: JsonValue) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_text(item) for item in value]) + "]"
    return _literal(value)


def _object(value: Mapping[str, JsonValue]) -> str:
    # Most values are texts: asked here, they cost no call of their own.
    members = [
        f"{_quoted(name)}:{_quoted(item) if isinstance(item, str) else _text(item)}"
        for name in _order(value)
        for item in (value[name],)
    ]
    return "{" + ",".join(members) + "}"


def _literal(value: JsonValue) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, Mapping):  # asked last: this question is the slow one
        return _object(value)
    raise ValueError(f"JSON has no {type(value).__name__}")


def _order(value: Mapping[str, JsonValue]) -> list[str]:
    try:
        plain = "".join(value).isascii()
    except TypeError:
        raise ValueError("the names of an object are text") from None
    # ASCII sorts alike in code points and in UTF-16 units; other names pay for the conversion.
    return sorted(value) if plain else sorted(value, key=_utf16)


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _integer(value: int) -> str:
    if not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        raise ValueError("an integer beyond 2^53 cannot be carried exactly")
    return int.__repr__(value)


def _double(value: float) -> str:
    """ECMAScript Number::toString; repr gives the same shortest digits in another layout."""
    if not math.isfinite(value):
        raise ValueError("not a number that JSON can carry")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    return sign + _layout(digits.rstrip("0"), point)


def _layout(digits: str, point: int) -> str:
    """Place the decimal point `point` digits from the left (ECMA-262, Number::toString)."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
