"""The append-only log: pending leaves, the sequencer, inclusion proofs.

Hashing is RFC 6962; a leaf is the canonical JSON of the commitment and the server's time of
receipt. Writers only add pending leaves; the sequencer gives them places in batches, so no writer
waits on the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from diary.canonical import utc_text
from diary.domain.clock import to_ms
from diary.proof import merkle
from diary.proof.checkpoint import Checkpoint, sign, sign_note, verifier_of
from diary.store import log
from diary.store.db import Store

BATCH = 5000


@dataclass(frozen=True, slots=True)
class LogKey:
    """The Ed25519 key that signs checkpoints, and the log's name."""

    origin: str
    seed: bytes

    @property
    def public_line(self) -> str:
        """The verifier key, as a stranger needs it to check a checkpoint."""
        return verifier_of(self.seed, self.origin)

    def sign_note(self, text: str) -> str:
        """Sign a text that is no checkpoint; its first line has to say what it is."""
        return sign_note(text, self.seed, self.origin)


@dataclass(frozen=True, slots=True)
class Proof:
    """That one leaf is in the log whose checkpoint is given."""

    leaf: bytes
    place: int
    path: tuple[bytes, ...]
    size: int


def add(conn: Connection, commitment: bytes, at: datetime) -> None:
    """Add the pending leaf of a commitment, in the record's own transaction."""
    log.add_leaf(conn, commitment, leaf_of(commitment, at))


def add_all(conn: Connection, commitments: Sequence[bytes], at: datetime) -> None:
    """Add the pending leaves of many commitments that are received at one time."""
    when = utc_text(at)
    log.add_leaves(conn, [(one, _leaf(one, when)) for one in commitments])


def leaf_of(commitment: bytes, at: datetime) -> bytes:
    """Return the leaf of a commitment that was received at this time."""
    return _leaf(commitment, utc_text(at))


def _leaf(commitment: bytes, at: str) -> bytes:
    # Canonical JSON (RFC 8785) as it stands: names in order, and nothing in it to be escaped.
    return f'{{"at":"{at}","commitment":"{commitment.hex()}","v":1}}'.encode("ascii")


def sequence(store: Store, key: LogKey, at: datetime) -> str | None:
    """Give every pending leaf its place; return the newest signed checkpoint, if there is any."""
    note = None
    while (batch := _sequence_batch(store, key, at)) is not None:
        note = batch
    if note is not None:
        return note
    with store.read() as conn:
        newest = log.newest_checkpoint(conn)
    return None if newest is None else newest.note.decode()


def _sequence_batch(store: Store, key: LogKey, at: datetime) -> str | None:
    with store.write() as conn:
        log.lock(conn)
        waiting = log.pending(conn, BATCH)
        if not waiting:
            return None
        size = log.size(conn)
        hashes = [merkle.leaf_hash(leaf.body) for leaf in waiting]
        log.add_nodes(conn, merkle.append(_reader(conn), size, hashes))
        log.give_places(conn, [(leaf.id, size + i) for i, leaf in enumerate(waiting)])
        size += len(waiting)
        root = merkle.root_at(_reader(conn), size)
        note = sign(Checkpoint(key.origin, size, root), key.seed, key.origin)
        log.add_checkpoint(conn, log.CheckpointRow(size, note.encode(), to_ms(at), None))
        return note


def newest_note(conn: Connection) -> str | None:
    """Return the newest signed checkpoint."""
    row = log.newest_checkpoint(conn)
    return None if row is None else row.note.decode()


def prove(conn: Connection, commitment: bytes, size: int) -> Proof | None:
    """Prove that a commitment is in the log of this size; None while it is pending."""
    leaf = log.leaf_of(conn, commitment)
    if leaf is None or leaf.place is None or leaf.place >= size:
        return None
    path = merkle.path_at(_reader(conn), leaf.place, size)
    return Proof(leaf=leaf.body, place=leaf.place, path=tuple(path), size=size)


def prove_all(conn: Connection, commitments: Sequence[bytes], size: int) -> dict[bytes, Proof]:
    """Prove many at once; what is pending is left out."""
    found = {
        commitment: (leaf.body, leaf.place)
        for commitment, leaf in log.leaves_of(conn, commitments).items()
        if leaf.place is not None and leaf.place < size
    }
    # Once to learn which nodes the paths need, then all of these in a few queries.
    wanted: set[tuple[int, int]] = set()

    def ask(level: int, place: int) -> bytes:
        wanted.add((level, place))
        return b""

    for _, place in found.values():
        merkle.path_at(ask, place, size)
    nodes = log.read_nodes(conn, sorted(wanted))
    return {
        commitment: Proof(
            leaf=body,
            place=place,
            path=tuple(merkle.path_at(lambda level, at: nodes[level, at], place, size)),
            size=size,
        )
        for commitment, (body, place) in found.items()
    }


def _reader(conn: Connection) -> merkle.Read:
    return lambda level, place: log.read_node(conn, level, place)
