"""Moments: aware UTC datetimes in the code, whole milliseconds in the rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def server_time() -> datetime:
    """Return the server's clock, cut to the millisecond that is stored."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def to_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970 UTC."""
    return (moment - _EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """Return the UTC moment of whole milliseconds since 1970."""
    return _EPOCH + ms * _MS
