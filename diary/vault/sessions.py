"""Server sessions: what they carry is sealed under the cookie's token, which is never stored.

The row's id is SHA-256 of the token. The key is HKDF-Expand (RFC 5869 section 2.3, one block) of
the token, which is 32 random bytes already. The seal binds the row's id and account, so that a
content moved to another row does not open. Where a session was opened is sealed under the diary
key: only its owner, from whichever session, can list it.
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from typing import Any

from diary.canonical import sha256
from diary.crypto import envelope
from diary.crypto.errors import OpenError
from diary.errors import NotSignedInError
from diary.vault.keyring import Unlocked
from diary.vault.records import Keys

TOKEN = 32
_SESSION = b"diary/v1/session"
_ABOUT = b"diary/v1/session-about "


@dataclass(frozen=True, slots=True)
class Content:
    """What a session carries: the unlocked keys, and plain JSON values for the pages."""

    unlocked: Unlocked = field(repr=False)
    values: dict[str, Any] = field(repr=False)


def new_token() -> str:
    """Make the value of a fresh cookie."""
    return urlsafe_b64encode(secrets.token_bytes(TOKEN)).decode().rstrip("=")


def read_token(text: str) -> bytes | None:
    """Read a cookie's value; None for anything that was not made by `new_token`."""
    try:
        token = urlsafe_b64decode(text + "=")
    except (Base64Error, ValueError):
        return None
    return token if len(token) == TOKEN else None


def id_of(token: bytes) -> bytes:
    """Return the id of the row that belongs to a token."""
    return sha256(token)


def mark_of(token: bytes, account_id: str) -> bytes:
    """Return what is stored of a browser's mark: one browser, many accounts, no link between."""
    return sha256(b"diary/v1/browser\0", token, account_id.encode())


def seal(token: bytes, content: Content) -> bytes:
    """Seal what the session carries."""
    keys = content.unlocked.keys
    parts = [keys.diary_id, keys.diary_key.hex(), keys.private.hex(), content.values]
    plain = json.dumps(parts, separators=(",", ":")).encode()
    bound = _bound(token, content.unlocked.account_id)
    return envelope.seal(_key(token), envelope.pad(plain), aad=bound)


def open_(token: bytes, sealed: bytes, account_id: str) -> Content:
    """Open it again, or raise NotSignedInError."""
    try:
        padded = envelope.open_(_key(token), sealed, aad=_bound(token, account_id))
        diary_id, diary_key, private, values = json.loads(envelope.unpad(padded))
    except OpenError as error:
        raise NotSignedInError from error
    keys = Keys(diary_id, bytes.fromhex(diary_key), bytes.fromhex(private))
    return Content(Unlocked(account_id, keys), values)


def seal_about(unlocked: Unlocked, session_id: bytes, about: dict[str, str]) -> bytes:
    """Seal where a session was opened, for its owner to list."""
    plain = envelope.pad(json.dumps(about).encode())
    return envelope.seal(unlocked.keys.diary_key, plain, aad=_ABOUT + session_id)


def open_about(unlocked: Unlocked, session_id: bytes, sealed: bytes) -> dict[str, str]:
    """Say where a session was opened; nothing, if that is damaged."""
    try:
        padded = envelope.open_(unlocked.keys.diary_key, sealed, aad=_ABOUT + session_id)
        about: dict[str, str] = json.loads(envelope.unpad(padded))
    except OpenError:
        return {}
    return about


def _key(token: bytes) -> bytes:
    return hmac.digest(token, _SESSION + b"\x01", "sha256")


def _bound(token: bytes, account_id: str) -> bytes:
    return _SESSION + b" " + account_id.encode() + id_of(token)
