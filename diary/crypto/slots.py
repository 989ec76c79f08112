"""Slots: the ways in. Each holds the private key of an account under one secret.

A passphrase is stretched by Argon2id (RFC 9106). A recovery code has 128 random bits, and what a
passkey gives (WebAuthn, PRF extension) has 256: neither needs stretching. A trusted helper's slot
needs two halves of 256 random bits, of which each alone says nothing. Each becomes the key of one
slot by HKDF-SHA256 (RFC 5869), whose info binds the kind of secret, the position (a passkey's
credential id) and the account that the slot lies in: a slot copied to another row or place does not
open. Inside is the id of the account it opens and its private key, so that a slot may lead to
another account than the one it lies in. All slots are 76 bytes; random bytes look the same.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from threading import Lock

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .envelope import OVERHEAD, open_, seal

ACCOUNT = 16
SLOT = OVERHEAD + ACCOUNT + 32
_AAD = b"diary/v1/slot"
_PASSPHRASE = b"diary/v1/slot/passphrase\x00"
_CODE = b"diary/v1/slot/code\x00"
_PASSKEY = b"diary/v1/slot/passkey\x00"
_HELPER = b"diary/v1/slot/helper\x00"
HALF = 32


@dataclass(frozen=True, slots=True)
class Argon2Params:
    """The cost of one stretch, stored beside each slot so that it can be raised."""

    memory_kib: int
    iterations: int
    lanes: int


# OpenSSL gives all derivations of a process one pool of threads, and two at once with several lanes
# wait for each other for ever. One at a time still uses every core: the lanes run side by side.
_ONE_AT_A_TIME = Lock()


def stretch(passphrase: str, salt: bytes, params: Argon2Params) -> bytes:
    """Turn a passphrase into 32 bytes; NFKC, so that every keyboard types the same one."""
    argon2 = Argon2id(
        salt=salt,
        length=32,
        iterations=params.iterations,
        lanes=params.lanes,
        memory_cost=params.memory_kib,
    )
    with _ONE_AT_A_TIME:
        return argon2.derive(unicodedata.normalize("NFKC", passphrase).encode("utf-8"))


def slot_key_from_passphrase(stretched: bytes, *, position: int, account_id: bytes) -> bytes:
    """Derive the key of a slot from a stretched passphrase."""
    return _slot_key(stretched, _PASSPHRASE, position, account_id)


def slot_key_from_code(code: bytes, *, position: int, account_id: bytes) -> bytes:
    """Derive the key of a slot from the 16 bytes of a recovery code."""
    return _slot_key(code, _CODE, position, account_id)


def slot_key_from_passkey(output: bytes, *, credential_id: bytes, account_id: bytes) -> bytes:
    """Derive the key of a passkey's own slot from the output of its PRF extension."""
    if len(account_id) != ACCOUNT:
        raise ValueError("an account id is 16 bytes")
    info = _PASSKEY + account_id + credential_id
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(output)


def slot_key_from_halves(theirs: bytes, ours: bytes, *, position: int, account_id: bytes) -> bytes:
    """Derive the key of the helper's slot from the half a helper keeps and the server's half."""
    if len(theirs) != HALF or len(ours) != HALF:
        raise ValueError("a half is 32 bytes")
    return _slot_key(theirs + ours, _HELPER, position, account_id)


def seal_slot(kek: bytes, account_id: bytes, private: bytes) -> bytes:
    """Seal which account this slot opens (16 bytes) and its private key (32 bytes)."""
    if len(account_id) != ACCOUNT or len(private) != 32:
        raise ValueError("a slot holds 16 bytes of account id and 32 bytes of private key")
    return seal(kek, account_id + private, aad=_AAD)


def open_slot(kek: bytes, sealed: bytes) -> tuple[bytes, bytes]:
    """Return the account id and the private key, or raise OpenError."""
    opened = open_(kek, sealed, aad=_AAD)
    return opened[:ACCOUNT], opened[ACCOUNT:]


def random_slot() -> bytes:
    """Fill an unused slot: without the key nobody can tell it from a used one."""
    return os.urandom(SLOT)


def _slot_key(secret: bytes, label: bytes, position: int, account_id: bytes) -> bytes:
    if len(account_id) != ACCOUNT:
        raise ValueError("an account id is 16 bytes")
    info = label + position.to_bytes(1, "big") + account_id
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(secret)
