"""Short-lived signed words: a passkey's challenge, and the ticket between two steps of signing in.

Nothing is stored when one is made. Each says until when, for what, about whom and for which browser
it was made, under a key of the server's secret; a challenge is used up when it comes back.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Literal

from sqlalchemy import Connection

from diary.domain.clock import to_ms
from diary.services import throttle
from diary.services.house import House

Purpose = Literal["sign in", "join", "add", "words", "close"]
MINUTES = 15
_TIME, _RANDOM, _MAC = 8, 16, 32
_SIZE = _TIME + _RANDOM + _MAC


def make(house: House, purpose: Purpose, subject: str, browser: bytes) -> bytes:
    """Make one that holds for a quarter of an hour."""
    ends_ms = to_ms(house.now()) + MINUTES * 60_000
    body = ends_ms.to_bytes(_TIME, "big") + secrets.token_bytes(_RANDOM)
    return body + _mac(house, body, purpose, subject, browser)


def holds(house: House, signed: bytes, purpose: Purpose, subject: str, browser: bytes) -> bool:
    """Tell whether it was made here, for just this, and is not over."""
    body, mac = signed[: _TIME + _RANDOM], signed[_TIME + _RANDOM :]
    if len(signed) != _SIZE:
        return False
    same = hmac.compare_digest(mac, _mac(house, body, purpose, subject, browser))
    return same and to_ms(house.now()) < int.from_bytes(body[:_TIME], "big")


def use_up(conn: Connection, house: House, signed: bytes) -> bool:
    """Use it; False if it was used before. Of two requests at once, one is told that it may."""
    return throttle.first_time(conn, house, signed.hex())


def _mac(house: House, body: bytes, purpose: Purpose, subject: str, browser: bytes) -> bytes:
    parts = (purpose.encode(), subject.encode(), browser, body)
    told = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(house.secrets.passkeys, told, "sha256")
