"""A clock that tests set by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Gives the time it was set to; `pass_` moves it on."""

    def __init__(self, now: datetime = datetime(2026, 3, 3, 21, 14, 5, 123000, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **delta: float) -> datetime:
        """Let days=, hours=, minutes= or seconds= pass."""
        self.now += timedelta(**delta)
        return self.now
