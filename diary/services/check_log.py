"""Reading the log back: every leaf, every node of its tree, every signed checkpoint.

The tree is worked out anew from the leaves (RFC 6962) and compared with what is stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection

from diary.errors import DiaryError
from diary.proof import checkpoint, merkle
from diary.store import log
from diary.text import N_
from diary.vault.ledger import LogKey

BATCH = 1000


def faults_of_log(conn: Connection, key: LogKey) -> Iterator[DiaryError]:
    """Name everything in the log that is missing or does not fit."""
    size, whole = 0, True
    edge: dict[tuple[int, int], bytes] = {}
    while leaves := log.placed(conn, after=size, limit=BATCH):
        for place, leaf in enumerate(leaves, size):
            if leaf.place != place:
                yield DiaryError(N_("The log: leaf %(place)s is missing."), place=place)
                return
            if not _fits(leaf):
                yield DiaryError(N_("The log: leaf %(place)s is damaged."), place=place)
        hashes = [merkle.leaf_hash(leaf.body) for leaf in leaves]
        nodes = merkle.append(_reader(edge), size, hashes)
        for fault in _wrong_nodes(conn, nodes):
            whole = False
            yield fault
        edge |= {(level, place): value for level, place, value in nodes}
        size += len(leaves)
        edge = {at: value for at, value in edge.items() if at[1] + 1 >= size >> at[0]}
    yield from _wrong_checkpoints(conn, key, size, whole=whole)


def _reader(nodes: dict[tuple[int, int], bytes]) -> merkle.Read:
    return lambda level, place: nodes[level, place]


def _fits(leaf: log.LeafRow) -> bool:
    try:
        return bytes.fromhex(json.loads(leaf.body)["commitment"]) == leaf.commitment
    except (ValueError, KeyError, TypeError):
        return False


def _wrong_nodes(conn: Connection, nodes: list[merkle.Node]) -> Iterator[DiaryError]:
    stored = log.read_nodes(conn, [(level, place) for level, place, _ in nodes])
    for level, place, value in nodes:
        if stored.get((level, place)) != value:
            yield DiaryError(
                N_("The log: node %(level)s/%(place)s does not fit its leaves."),
                level=level,
                place=place,
            )


def _wrong_checkpoints(
    conn: Connection, key: LogKey, size: int, *, whole: bool
) -> Iterator[DiaryError]:
    checkpoints = log.all_checkpoints(conn)
    for row in checkpoints:
        if not _holds(conn, key, row, size, whole=whole):
            yield DiaryError(
                N_("The log: the checkpoint over %(size)s leaves does not hold."), size=row.size
            )
    if size and (not checkpoints or checkpoints[-1].size != size):
        yield DiaryError(N_("The log: there is no checkpoint over all %(size)s leaves."), size=size)


def _holds(
    conn: Connection, key: LogKey, row: log.CheckpointRow, size: int, *, whole: bool
) -> bool:
    try:
        said = checkpoint.verify(row.note.decode(), key.public_line)
    except (checkpoint.CheckpointError, UnicodeDecodeError):
        return False
    if said.size != row.size or said.size > size:
        return False
    # The nodes were compared with the leaves above: a root may be worked out from them.
    return not whole or said.root == merkle.root_at(
        lambda level, place: log.read_node(conn, level, place), said.size
    )
