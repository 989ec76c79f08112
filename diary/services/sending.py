"""One request at work on one upload: what it confirms, and what goes on behind it.

While bytes come, whole parts are made safe, confirmed in the upload's row and read back beside it,
so that little is left to do when the last byte has come.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from diary.domain.base import Line
from diary.domain.clock import to_ms
from diary.domain.file import CaptureMethod
from diary.domain.ids import Id, new_id
from diary.errors import DiaryError
from diary.services.house import House
from diary.store import uploads
from diary.store.uploads import UploadRow
from diary.text import N_
from diary.vault import media
from diary.vault.media import PART
from diary.vault.vault import Vault

SETTLE_BYTES = 64 << 20
SETTLE_SECONDS = 5.0


class BusyError(DiaryError):
    """Another request is sending this very upload (RFC 4918, 423 Locked)."""

    status = 423
    default = N_("This file is being sent already. It goes on in a moment.")


class About(BaseModel):
    """What the phone said of a file before sending it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    entry: Id
    name: Line = ""
    last_modified: Line = ""
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    how: CaptureMethod = ""
    user_agent: Line = ""


@dataclass(slots=True)
class Sending:
    """One request at work on one upload."""

    house: House
    vault: Vault
    row: UploadRow
    about: About
    key: bytes
    holder: str = field(default_factory=new_id)

    def say(self, received: int, *, ahead_ms: int = 0) -> None:
        """Confirm what is safe, or find that somebody else took over."""
        now_ms = to_ms(self.house.now()) + ahead_ms
        with self.house.store.write() as conn:
            held = uploads.advance(
                conn, self.row.id, received=received, holder=self.holder, now_ms=now_ms
            )
        if not held:
            raise BusyError


class Lane:
    """Does one step at a time beside the request, in a thread of its own."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._job: Future[None] | None = None

    def offer(self, step: Callable[[int], None], parts: int) -> bool:
        """Begin a step, or return False while the last one goes on; raise what the last one did."""
        if self._job and not self._job.done():
            return False
        self.end_step()
        self._job = self._pool.submit(step, parts)
        return True

    def end_step(self) -> None:
        """Wait for the step that goes on, and raise what it raised."""
        job, self._job = self._job, None
        if job:
            job.result()

    def close(self) -> None:
        """Wait for the step that goes on; no other one begins."""
        self._pool.shutdown()


class Behind:
    """Makes whole parts safe, confirms them and reads them back while the next ones come.

    The disk and the reading do not wait for each other: a file is filed after both. Bytes that a
    checksum has still to prove are not confirmed, only that somebody is at work.
    """

    def __init__(self, sending: Sending, *, confirms: bool) -> None:
        self._sending, self._confirms = sending, confirms
        self._settling, self._reading = Lane(), Lane()
        self._read, self._safe = 0, sending.row.received
        self._since = time.monotonic()
        house, row = sending.house, sending.row
        reader = media.Reader(house.store.blobs, row.id, sending.key, row.length)
        self.checker = media.Checker(reader)

    def __enter__(self) -> Behind:
        return self

    def __exit__(self, *_: object) -> None:
        for lane in (self._settling, self._reading):
            lane.close()
        for lane in (self._settling, self._reading):
            lane.end_step()

    def follow(self, writer: media.Writer) -> None:
        """Begin the next steps if enough came or enough time passed, and the last ones are done."""
        parts = writer.written
        is_new = self._confirms and parts > self._read
        if is_new and self._reading.offer(self.checker.read_back, parts):
            self._read = parts
        now = time.monotonic()
        late = now - self._since >= SETTLE_SECONDS
        if not late and writer.received - self._safe < SETTLE_BYTES:
            return
        if self._settling.offer(self._settle, parts):
            self._safe, self._since = writer.received, now

    def _settle(self, parts: int) -> None:
        row = self._sending.row
        if not self._confirms:
            self._sending.say(row.received)
            return
        if parts * PART > row.received:
            self._sending.house.store.blobs.sync(row.id)
        self._sending.say(max(row.received, parts * PART))
