"""When something happened, as exactly as the person knows it and no more.

A local time is kept as written. On the two nights a year when clocks change, a local time may
have happened twice or never: then `offset` stays empty and the state says so; nothing is chosen
for her (zone rules: IANA tz database through zoneinfo).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, model_validator

from diary.domain.base import Line

Precision = Literal["exact", "about", "date_only", "month", "not_sure"]
ClockState = Literal["plain", "twice", "never", "no_time"]
_MONTH = r"(\d{4})-(\d{2})"
_DAY = rf"{_MONTH}-(\d{{2}})"
_MINUTE = re.compile(rf"{_DAY}T([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_SHAPES = {
    "exact": _MINUTE,
    "about": _MINUTE,
    "date_only": re.compile(_DAY, re.ASCII),
    "month": re.compile(_MONTH, re.ASCII),
}
EARLIEST, LATEST = 1900, 2199


class When(BaseModel):
    """Local time as said, its certainty, its zone and, where one exists, its offset."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    precision: Precision = "not_sure"
    local: str = ""
    zone: Literal["Europe/London"] = "Europe/London"
    offset: str = ""
    words: Line = ""

    @model_validator(mode="after")
    def _consistent(self) -> When:
        if self.precision == "not_sure":
            if self.local:
                raise ValueError("a time that is not known has no value")
            return self
        if not EARLIEST <= self.naive().year <= LATEST:
            raise ValueError("too far away")
        return self

    def naive(self) -> datetime:
        """Return the local time as written, without zone (ValueError when it is none)."""
        text = self.local[:16] if self.precision in {"exact", "about"} else self.local
        if _SHAPES[self.precision].fullmatch(text) is None:
            raise ValueError("not a time of this precision")
        # Local by design: no shape has a zone.
        return datetime.fromisoformat(f"{text}-01" if self.precision == "month" else text)

    @property
    def state(self) -> ClockState:
        """Say whether this local time happened once, twice or never."""
        if self.precision not in {"exact", "about"}:
            return "no_time"
        return clock_state(self.naive(), self.zone)

    def instant(self) -> datetime | None:
        """Return the UTC moment where there is exactly one, else None."""
        if self.precision not in {"exact", "about"}:
            return None
        if self.offset:
            return datetime.fromisoformat(f"{self.local[:16]}{self.offset}").astimezone(UTC)
        return None

    def sort_moment(self) -> datetime | None:
        """Return a UTC moment to sort by; a month or a day sorts at its end."""
        if self.precision == "not_sure":
            return None
        if known := self.instant():
            return known
        start = self.naive()
        if self.precision == "date_only":
            start += timedelta(days=1, seconds=-1)
        elif self.precision == "month":
            start = (start + timedelta(days=32)).replace(day=1) - timedelta(seconds=1)
        return start.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    @classmethod
    def at(cls, precision: Precision, local: str, *, words: str = "") -> When:
        """Build from what was said, adding the offset only where the clock leaves no doubt."""
        draft = cls(precision=precision, local=local, words=words)
        if draft.state != "plain":
            return draft
        zoned = draft.naive().replace(tzinfo=ZoneInfo(draft.zone))
        return draft.model_copy(update={"offset": zoned.strftime("%z")[:3] + ":00"})

    @classmethod
    def now(cls, moment: datetime) -> When:
        """Build an exact time from a server moment, with the offset that holds then."""
        local = moment.astimezone(ZoneInfo("Europe/London"))
        return cls(
            precision="exact",
            local=local.strftime("%Y-%m-%dT%H:%M"),
            offset=local.strftime("%z")[:3] + ":00",
        )

    def day(self) -> date | None:
        """Return the local day, where one is known."""
        return None if self.precision in {"not_sure", "month"} else self.naive().date()


@lru_cache(maxsize=4096)  # the same times are asked for again and again
def clock_state(local: datetime, zone: str) -> ClockState:
    """Say whether a local time happened once (`plain`), `twice` or `never` in the zone."""
    tz = ZoneInfo(zone)
    early, late = local.replace(tzinfo=tz, fold=0), local.replace(tzinfo=tz, fold=1)
    if early.utcoffset() == late.utcoffset():
        return "plain"
    back = early.astimezone(UTC).astimezone(tz).replace(tzinfo=None)
    return "twice" if back == local else "never"
