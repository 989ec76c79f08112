"""The formats once more, written from their specifications, to judge diary.crypto from outside."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEM = b"KEM\x00\x20"
_HPKE = b"HPKE\x00\x20\x00\x01\x00\x02"


def hkdf_extract(salt: bytes, secret: bytes, name: str = "sha256") -> bytes:
    """RFC 5869, 2.2."""
    return hmac.digest(salt or bytes(hashlib.new(name).digest_size), secret, name)


def hkdf_expand(prk: bytes, info: bytes, length: int, name: str = "sha256") -> bytes:
    """RFC 5869, 2.3."""
    out, block, count = b"", b"", 1
    while len(out) < length:
        block = hmac.digest(prk, block + info + bytes([count]), name)
        out, count = out + block, count + 1
    return out[:length]


def hpke_seal(
    ephemeral: bytes, public: bytes, plaintext: bytes, info: bytes, aad: bytes = b""
) -> bytes:
    """RFC 9180, base mode, first message, X25519 / HKDF-SHA256 / AES-256-GCM."""
    private = X25519PrivateKey.from_private_bytes(ephemeral)
    enc = private.public_key().public_bytes_raw()
    dh = private.exchange(X25519PublicKey.from_public_bytes(public))
    eae = _extract(_KEM, b"", b"eae_prk", dh)
    shared = _expand(_KEM, eae, b"shared_secret", enc + public, 32)
    context = b"\x00" + _extract(_HPKE, b"", b"psk_id_hash", b"")
    context += _extract(_HPKE, b"", b"info_hash", info)
    secret = _extract(_HPKE, shared, b"secret", b"")
    key = _expand(_HPKE, secret, b"key", context, 32)
    nonce = _expand(_HPKE, secret, b"base_nonce", context, 12)
    return enc + AESGCM(key).encrypt(nonce, plaintext, aad)


def chunked_seal(key: bytes, salt: bytes, plaintext: bytes, context: bytes) -> bytes:
    """C2SP chunked-encryption with SHA-512 and AES-256-GCM (Cobblestone-256)."""
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00" + salt + context
    derived = hkdf_expand(key, info, 32 + 12 + 32, "sha512")
    cipher, base, sealed = AESGCM(derived[:32]), derived[32:44], salt + derived[44:]
    for number in range(len(plaintext) // 16384 + 1):
        nonce = (int.from_bytes(base, "big") ^ number).to_bytes(12, "big")
        chunk = plaintext[number * 16384 : (number + 1) * 16384]
        sealed += cipher.encrypt(nonce, chunk, None)
    return sealed


def _extract(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return hkdf_extract(salt, b"HPKE-v1" + suite + label + secret)


def _expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return hkdf_expand(prk, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)
