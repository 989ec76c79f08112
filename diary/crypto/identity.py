"""A person's key pair, and sealing to it: RFC 9180 HPKE, base mode, single shot.

Suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Sealed form: enc (32) || ciphertext
|| tag (16). There is no associated data: what must be bound (purpose and ids) goes into `info`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from .errors import OpenError

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class Identity:
    """An X25519 key pair as raw bytes; the private half never shows in a log."""

    private: bytes = field(repr=False)
    public: bytes


def new_identity() -> Identity:
    """Make a fresh key pair."""
    private = X25519PrivateKey.generate().private_bytes_raw()
    return Identity(private=private, public=public_of(private))


def public_of(private: bytes) -> bytes:
    """Work out the public half."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_to(public: bytes, plaintext: bytes, *, info: bytes) -> bytes:
    """Seal to a person; `info` names the purpose and the ids. ValueError for no public key."""
    return _SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(public), info=info)


def open_with(private: bytes, sealed: bytes, *, info: bytes) -> bytes:
    """Open what was sealed to this person for this `info`, or raise OpenError."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=info)
    except (InvalidTag, ValueError):
        raise OpenError from None
