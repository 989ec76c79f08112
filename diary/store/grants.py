"""Rows of grants, and the wraps of record keys that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from diary.store import many
from diary.store.models import accounts, diaries, grant_wraps, grants, records
from diary.store.records import RecordRow

BATCH = 500


class GrantRow(NamedTuple):
    """One grant as it lies in the table; the keys are gone once it has ended."""

    id: str
    diary_id: str
    grantee: str
    starts_ms: int
    ends_ms: int
    adds_until_ms: int | None
    ended_ms: int | None
    grantee_key: bytes | None
    owner_key: bytes | None
    heads: bytes | None
    facts: bytes | None = None
    seen: bytes | None = None

    def is_live(self, now_ms: int) -> bool:
        """Tell whether it lets anybody read at this time."""
        return self.ended_ms is None and self.starts_ms <= now_ms < self.ends_ms


class WrapRow(NamedTuple):
    """One record key, wrapped under the key of a grant."""

    grant_id: str
    n: int
    record_id: str
    wrap: bytes


# A record that is removed, or waits to be, is nobody's to read: its owner alone can bring it back.
_SHARED = (
    select(
        records.c.n,
        records.c.record_id,
        records.c.version,
        records.c.received_ms,
        records.c.commitment,
        grant_wraps.c.wrap,
        records.c.sealed,
    )
    .join(
        grant_wraps,
        (grant_wraps.c.n == records.c.n) & (grant_wraps.c.grant_id == bindparam("grant")),
    )
    .where(records.c.diary_id == bindparam("diary"), records.c.destroy_ms.is_(None))
)
_BY_N = _SHARED.where(records.c.n.in_(bindparam("ns", expanding=True)))
_OF_RECORD = _SHARED.where(records.c.record_id == bindparam("record")).order_by(records.c.version)
# Asked from the side of what is shared: as a join, SQLite reads every row of the diary.
_GONE = select(records.c.n).where(
    records.c.diary_id == bindparam("diary"),
    records.c.n.in_(select(grant_wraps.c.n).where(grant_wraps.c.grant_id == bindparam("grant"))),
    records.c.destroy_ms.is_not(None),
)


_ADDING = select(*grants.c).where(
    grants.c.diary_id == bindparam("diary"),
    grants.c.ended_ms.is_(None),
    grants.c.adds_until_ms > bindparam("now"),
    grants.c.ends_ms > bindparam("now"),
    grants.c.starts_ms <= bindparam("now"),
)


def add(conn: Connection, row: GrantRow) -> None:
    """Insert a grant."""
    conn.execute(insert(grants), row._asdict())


def by_id(conn: Connection, grant_id: str) -> GrantRow | None:
    """Find a grant."""
    row = conn.execute(select(*grants.c).where(grants.c.id == grant_id)).one_or_none()
    return None if row is None else GrantRow(*row)


def locked(conn: Connection, grant_id: str) -> GrantRow | None:
    """Find a grant to add to; others who add to it wait (SQLite has one writer anyway)."""
    query = select(*grants.c).where(grants.c.id == grant_id).with_for_update()
    row = conn.execute(query).one_or_none()
    return None if row is None else GrantRow(*row)


def of_diary(conn: Connection, diary_id: str) -> list[GrantRow]:
    """Return every grant that a diary's owner gave, the newest first."""
    query = select(*grants.c).where(grants.c.diary_id == diary_id)
    return [GrantRow(*row) for row in conn.execute(query.order_by(grants.c.starts_ms.desc()))]


def to_grantee(conn: Connection, account_id: str) -> list[GrantRow]:
    """Return every grant that somebody was given, the newest first."""
    query = select(*grants.c).where(grants.c.grantee == account_id)
    return [GrantRow(*row) for row in conn.execute(query.order_by(grants.c.starts_ms.desc()))]


def public_key_of_diary(conn: Connection, diary_id: str) -> bytes | None:
    """Return the public key of a diary's owner; None when the diary is gone."""
    query = select(accounts.c.public_key).join(diaries, diaries.c.account_id == accounts.c.id)
    return conn.execute(query.where(diaries.c.id == diary_id)).scalar_one_or_none()


def set_heads(conn: Connection, grant_id: str, sealed: bytes) -> None:
    """Replace the sealed index of what is shared."""
    conn.execute(update(grants).where(grants.c.id == grant_id).values(heads=sealed))


def set_facts(conn: Connection, grant_id: str, sealed: bytes) -> None:
    """Replace what the shared entries say in short; a grant that has ended keeps nothing."""
    _set(conn, grant_id, {"facts": sealed})


def set_seen(conn: Connection, grant_id: str, sealed: bytes) -> None:
    """Replace what its reader had seen; a grant that has ended keeps nothing."""
    _set(conn, grant_id, {"seen": sealed})


def _set(conn: Connection, grant_id: str, values: dict[str, bytes]) -> None:
    live = (grants.c.id == grant_id) & grants.c.ended_ms.is_(None)
    conn.execute(update(grants).where(live).values(values))


def add_wraps(conn: Connection, rows: Sequence[WrapRow]) -> None:
    """Insert wraps."""
    many.add_all(conn, grant_wraps, WrapRow._fields, rows)


def wrapped(conn: Connection, grant_id: str) -> set[int]:
    """Return the row numbers that a grant has wraps of."""
    query = select(grant_wraps.c.n).where(grant_wraps.c.grant_id == grant_id)
    return set(conn.execute(query).scalars().all())  # all: quicker than in turn


def wrapped_records(conn: Connection, grant_id: str) -> set[str]:
    """Return the ids of the records that a grant has wraps of."""
    query = select(grant_wraps.c.record_id).where(grant_wraps.c.grant_id == grant_id)
    return set(conn.execute(query).scalars().all())


def gone(conn: Connection, grant_id: str, diary_id: str) -> set[int]:
    """Return the row numbers of shared records that were removed, or wait to be."""
    return set(conn.execute(_GONE, {"grant": grant_id, "diary": diary_id}).scalars())


def shared_by_n(
    conn: Connection, grant_id: str, diary_id: str, ns: Sequence[int]
) -> dict[int, RecordRow]:
    """Return the shared rows with these numbers, with the grant's wrap of each key."""
    found: dict[int, RecordRow] = {}
    for start in range(0, len(ns), BATCH):
        some = {"grant": grant_id, "diary": diary_id, "ns": ns[start : start + BATCH]}
        found.update((row[0], RecordRow(*row)) for row in conn.execute(_BY_N, some))
    return found


def shared_versions(
    conn: Connection, grant_id: str, diary_id: str, record_id: str
) -> list[RecordRow]:
    """Return the shared versions of a record, oldest first."""
    of = {"grant": grant_id, "diary": diary_id, "record": record_id}
    return [RecordRow(*row) for row in conn.execute(_OF_RECORD, of)]


def end(conn: Connection, grant_id: str, at_ms: int) -> None:
    """End a grant: its keys, its index and all its wraps are destroyed; the row stays."""
    conn.execute(delete(grant_wraps).where(grant_wraps.c.grant_id == grant_id))
    conn.execute(
        update(grants)
        .where(grants.c.id == grant_id, grants.c.ended_ms.is_(None))
        .values(ended_ms=at_ms, grantee_key=None, owner_key=None, heads=None, facts=None, seen=None)
    )


def adding(conn: Connection, diary_id: str, now_ms: int) -> list[GrantRow]:
    """Return the grants along which goes what is written now."""
    found = conn.execute(_ADDING, {"diary": diary_id, "now": now_ms})
    return [GrantRow(*row) for row in found]


def drop_wraps(conn: Connection, grant_id: str, record_ids: Sequence[str]) -> None:
    """Destroy a grant's wraps of these records, in every version, and what was counted of them."""
    for start in range(0, len(record_ids), BATCH):
        some = grant_wraps.c.record_id.in_(record_ids[start : start + BATCH])
        conn.execute(delete(grant_wraps).where(grant_wraps.c.grant_id == grant_id, some))
    conn.execute(update(grants).where(grants.c.id == grant_id).values(facts=None))


def empty_wraps(conn: Connection, record_ids: Sequence[str]) -> None:
    """Destroy every wrap of records whose keys are destroyed; that they were shared stays.

    What was counted of them for a grant goes too: it is counted anew.
    """
    live = grant_wraps.c.grant_id.in_(select(grants.c.id).where(grants.c.ended_ms.is_(None)))
    for start in range(0, len(record_ids), BATCH):
        some = grant_wraps.c.record_id.in_(record_ids[start : start + BATCH])
        having = select(grant_wraps.c.grant_id).where(live, some)
        conn.execute(update(grants).where(grants.c.id.in_(having)).values(facts=None))
        conn.execute(update(grant_wraps).where(live, some).values(wrap=b""))


def end_all(conn: Connection, diary_id: str, at_ms: int) -> list[str]:
    """End every grant of a diary; return those that had not ended."""
    query = select(grants.c.id).where(grants.c.diary_id == diary_id, grants.c.ended_ms.is_(None))
    live = list(conn.execute(query).scalars())
    for grant_id in live:
        end(conn, grant_id, at_ms)
    return live


def due(conn: Connection, now_ms: int) -> list[str]:
    """Return the grants whose time is over and whose keys are still there."""
    query = select(grants.c.id).where(grants.c.ends_ms <= now_ms, grants.c.ended_ms.is_(None))
    return list(conn.execute(query).scalars())
