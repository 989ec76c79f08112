"""Rows of the append-only log: leaves, tree nodes and signed checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, text, tuple_, update

from diary.store import many
from diary.store.models import checkpoints, leaves, nodes

LOG_LOCK = 0x6C6F67  # any fixed number: PostgreSQL's advisory lock for the one sequencer


class LeafRow(NamedTuple):
    """One leaf: its place is None while it is pending."""

    id: int
    commitment: bytes
    body: bytes
    place: int | None


class CheckpointRow(NamedTuple):
    """One signed checkpoint."""

    size: int
    note: bytes
    created_ms: int
    token: bytes | None


_ADD = insert(leaves)


def add_leaf(conn: Connection, commitment: bytes, body: bytes) -> None:
    """Add a pending leaf; no writer waits for the log's order."""
    conn.execute(_ADD, {"commitment": commitment, "body": body})


def add_leaves(conn: Connection, found: Sequence[tuple[bytes, bytes]]) -> None:
    """Add many pending leaves: commitments and bodies."""
    many.add_all(conn, leaves, ("commitment", "body"), found)


def lock(conn: Connection) -> None:
    """Let one sequencer work at a time (SQLite's write transaction is that already)."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOG_LOCK})


def pending(conn: Connection, limit: int) -> list[LeafRow]:
    """Return pending leaves in the order in which they came."""
    query = select(*leaves.c).where(leaves.c.place.is_(None)).order_by(leaves.c.id).limit(limit)
    return [LeafRow(*row) for row in conn.execute(query)]


def give_places(conn: Connection, places: Sequence[tuple[int, int]]) -> None:
    """Give leaves (id, place) their places in the log."""
    conn.execute(
        update(leaves).where(leaves.c.id == bindparam("leaf")).values(place=bindparam("at")),
        [{"leaf": leaf, "at": place} for leaf, place in places],
    )


def add_nodes(conn: Connection, new: Iterable[tuple[int, int, bytes]]) -> None:
    """Store hashes of complete subtrees as (level, place, hash)."""
    conn.execute(insert(nodes), [{"level": lv, "place": place, "hash": h} for lv, place, h in new])


def read_nodes(conn: Connection, wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Return the hashes of these (level, place) nodes."""
    found: dict[tuple[int, int], bytes] = {}
    for start in range(0, len(wanted), 200):
        some = wanted[start : start + 200]
        rows = conn.execute(select(*nodes.c).where(tuple_(nodes.c.level, nodes.c.place).in_(some)))
        found.update(((row[0], row[1]), row[2]) for row in rows)
    return found


def read_node(conn: Connection, level: int, place: int) -> bytes:
    """Return one node's hash."""
    query = select(nodes.c.hash).where(nodes.c.level == level, nodes.c.place == place)
    return bytes(conn.execute(query).scalar_one())


def leaf_of(conn: Connection, commitment: bytes) -> LeafRow | None:
    """Find a leaf by its commitment."""
    row = conn.execute(select(*leaves.c).where(leaves.c.commitment == commitment)).one_or_none()
    return None if row is None else LeafRow(*row)


def leaves_of(conn: Connection, commitments: Sequence[bytes]) -> dict[bytes, LeafRow]:
    """Find many leaves by their commitments."""
    found: dict[bytes, LeafRow] = {}
    for start in range(0, len(commitments), 500):
        some = commitments[start : start + 500]
        rows = conn.execute(select(*leaves.c).where(leaves.c.commitment.in_(some)))
        found.update((bytes(row.commitment), LeafRow(*row)) for row in rows)
    return found


def add_checkpoint(conn: Connection, row: CheckpointRow) -> None:
    """Store a signed checkpoint."""
    conn.execute(insert(checkpoints), row._asdict())


def newest_checkpoint(conn: Connection) -> CheckpointRow | None:
    """Return the newest checkpoint, if any."""
    query = select(*checkpoints.c).order_by(checkpoints.c.size.desc()).limit(1)
    row = conn.execute(query).one_or_none()
    return None if row is None else CheckpointRow(*row)


def all_checkpoints(conn: Connection) -> list[CheckpointRow]:
    """Return every checkpoint, oldest first."""
    query = select(*checkpoints.c).order_by(checkpoints.c.size)
    return [CheckpointRow(*row) for row in conn.execute(query)]


def size(conn: Connection) -> int:
    """Return how many leaves have a place."""
    last = conn.execute(select(func.max(leaves.c.place))).scalar_one()
    return 0 if last is None else int(last) + 1


def placed(conn: Connection, *, after: int, limit: int) -> list[LeafRow]:
    """Return placed leaves from place `after` on, in order."""
    query = select(*leaves.c).where(leaves.c.place >= after).order_by(leaves.c.place).limit(limit)
    return [LeafRow(*row) for row in conn.execute(query)]
