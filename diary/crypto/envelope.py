"""AES-256-GCM with a random nonce for small bodies and keys, and Padmé padding for lengths.

Sealed form: nonce (12) || ciphertext || tag (16). NIST SP 800-38D allows 2^32 random nonces under
one key: a record key seals once, and a diary key wraps one record key for each version.
Padded form: length (4, big-endian) || data || zeros, up to the Padmé length (PURBs, PETS 2019).
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import OpenError

KEY = 32
NONCE = 12
OVERHEAD = NONCE + 16
Key = bytes | AESGCM  # a key, or one that was made ready
_LENGTH = 4


def new_key() -> bytes:
    """Make a fresh random key."""
    return os.urandom(KEY)


def ready(key: bytes) -> Key:
    """Make a key ready once, for what is sealed or opened under it by the thousand."""
    return _cipher(key)


def seal(key: Key, plaintext: bytes, *, aad: bytes) -> bytes:
    """Seal a body; `aad` says where it belongs, and it opens nowhere else."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(key).encrypt(nonce, plaintext, aad)


def open_(key: Key, sealed: bytes, *, aad: bytes) -> bytes:
    """Open what `seal` made with the same key and the same `aad`, or raise OpenError."""
    if len(sealed) < OVERHEAD:
        raise OpenError
    try:
        return _cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], aad)
    except InvalidTag:
        raise OpenError from None


def padme(size: int) -> int:
    """Round a length up so that it tells O(log log size) bits, at the cost of 12 % at most."""
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    mask = (1 << free_bits) - 1
    return (size + mask) & ~mask


def pad(data: bytes) -> bytes:
    """Hide the length of data; data of 4 GiB or more is refused with OverflowError."""
    used = _LENGTH + len(data)
    return len(data).to_bytes(_LENGTH, "big") + data + bytes(padme(used) - used)


def unpad(padded: bytes) -> bytes:
    """Take the padding off; only what `pad` writes is accepted, so one text has one form."""
    end = _LENGTH + int.from_bytes(padded[:_LENGTH], "big")
    if len(padded) < _LENGTH or len(padded) != padme(end) or padded[end:].strip(b"\0"):
        raise OpenError
    return padded[_LENGTH:end]


def _cipher(key: Key) -> AESGCM:
    if isinstance(key, AESGCM):
        return key
    # AESGCM takes shorter keys as well: this format has one strength.
    if len(key) != KEY:
        raise ValueError("a key is 32 bytes")
    return AESGCM(key)
