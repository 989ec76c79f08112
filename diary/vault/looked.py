"""What the reader of a case had seen when he last looked, so that the next time shows what is new.

Kept with the grant, under its key: it is destroyed when the grant ends. It is a convenience. That
somebody looked is a record in the owner's diary (`vault.case.leave`).
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from diary.crypto import envelope
from diary.crypto.errors import OpenError
from diary.domain.clock import from_ms, to_ms
from diary.store import grants as store
from diary.vault.grants import Grant

ONE_VISIT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Looked:
    """The last visit: when it was, what was there then, and what had been there before it."""

    at: datetime | None = None
    ns: frozenset[int] = frozenset()
    before_at: datetime | None = None
    before: frozenset[int] = frozenset()

    def new(self, ns: Collection[int]) -> set[int]:
        """Return what was added after the last visit; at a first visit nothing is called new."""
        return set(ns) - self.ns if self.at else set()

    def new_now(self, ns: Collection[int]) -> set[int]:
        """Return the same for somebody whose visit goes on: a second look takes nothing away."""
        return set(ns) - self.before if self.before_at else set()

    def visit(self, at: datetime, ns: Collection[int]) -> Looked:
        """Return what is to be known after looking now; within one visit the time before stays."""
        if self.at is not None and at - self.at < ONE_VISIT:
            return Looked(self.at, frozenset(ns), self.before_at, self.before)
        return Looked(at, frozenset(ns), self.at, self.ns)


def read(grant: Grant) -> Looked:
    """Return the last visit; none where it was never kept, or does not open."""
    if grant.row.seen is None:
        return Looked()
    try:
        packed = envelope.unpad(envelope.open_(grant.key, grant.row.seen, aad=_aad(grant)))
    except OpenError:
        return Looked()
    at, ns, before_at, before = json.loads(packed)
    return Looked(_moment(at), _unpacked(ns), _moment(before_at), _unpacked(before))


def keep(conn: Connection, grant: Grant, looked: Looked) -> None:
    """Keep it for the next time."""
    said = [
        _ms(looked.at),
        _packed(looked.ns),
        _ms(looked.before_at),
        _packed(looked.before),
    ]
    sealed = envelope.seal(
        grant.key,
        envelope.pad(json.dumps(said, separators=(",", ":")).encode()),
        aad=_aad(grant),
    )
    store.set_seen(conn, grant.id, sealed)


def _packed(ns: Collection[int]) -> list[tuple[int, int]]:
    """Return numbers as their runs: what is shared is mostly what was written in a row."""
    runs: list[tuple[int, int]] = []
    for n in sorted(ns):
        if runs and runs[-1][1] == n - 1:
            runs[-1] = (runs[-1][0], n)
        else:
            runs.append((n, n))
    return runs


def _unpacked(runs: list[tuple[int, int]]) -> frozenset[int]:
    return frozenset(n for first, last in runs for n in range(first, last + 1))


def _ms(at: datetime | None) -> int | None:
    return None if at is None else to_ms(at)


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def _aad(grant: Grant) -> bytes:
    return f"grant seen diary/v1 {grant.id}".encode()
