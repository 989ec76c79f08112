"""The recovery code: 128 random bits and a checksum, in letters that survive handwriting.

The number code (128 bits) || checksum (29 bits) is written in base 30, most significant digit
first, as eight groups of four. The alphabet leaves out 0, O, 1, I, L and U. The checksum is the
first 29 bits of SHA-256 over a label and the code: a slip of the pen is found (one in 500 million
passes) before a slow sign-in is tried.
"""

from __future__ import annotations

import os
import unicodedata

from cryptography.hazmat.primitives.hashes import SHA256, Hash

from .errors import CodeError

CODE = 16
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_SYMBOLS = 32
_GROUP = 4
_CHECK_BITS = 29
_LABEL = b"diary/v1/code\x00"
# Dashes of every kind, full stops and commas, and characters that nobody can see.
_IGNORED = frozenset({"Pd", "Po", "Cf", "Pc"})
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"U": ALPHABET.index("V")}


def new_code() -> bytes:
    """Make a fresh code."""
    return os.urandom(CODE)


def show(code: bytes) -> str:
    """Write a code as a person copies it: 7KQM-3FXW-… in eight groups."""
    if len(code) != CODE:
        raise ValueError("a recovery code is 16 bytes")
    number = int.from_bytes(code, "big") << _CHECK_BITS | _checksum(code)
    symbols = ""
    for _ in range(_SYMBOLS):
        number, digit = divmod(number, len(ALPHABET))
        symbols = ALPHABET[digit] + symbols
    return "-".join(symbols[i : i + _GROUP] for i in range(0, _SYMBOLS, _GROUP))


def read(text: str) -> bytes:
    """Read a code as a person types it: any case, spaces, dashes, and U for V."""
    number = 0
    symbols = _symbols(text)
    for symbol in symbols:
        number = number * len(ALPHABET) + _VALUES[symbol]
    value, checksum = divmod(number, 1 << _CHECK_BITS)
    if len(symbols) != _SYMBOLS or value >> (8 * CODE):
        raise CodeError
    code = value.to_bytes(CODE, "big")
    if checksum != _checksum(code):
        raise CodeError
    return code


def _symbols(text: str) -> str:
    # Bounded before any arithmetic: what is typed here comes from anyone.
    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    kept = "".join(c for c in plain if not (c.isspace() or unicodedata.category(c) in _IGNORED))
    if not all(c in _VALUES for c in kept):
        raise CodeError
    return kept


def _checksum(code: bytes) -> int:
    digest = Hash(SHA256())
    digest.update(_LABEL + code)
    return int.from_bytes(digest.finalize()[:4], "big") >> (32 - _CHECK_BITS)
