"""Merkle tree hashing of RFC 6962 and RFC 9162, over a log that only ever grows.

Leaves are hashed with a 0x00 before them and nodes with a 0x01, so that neither passes for the
other. Of a log of n leaves only the complete subtrees are kept: node (level, index) covers the
leaves index << level to (index + 1) << level, is written once and never changes. Everything else
is worked out from O(log n) of them through a `read(level, index)` that the caller brings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from diary.canonical import sha256

Read = Callable[[int, int], bytes]
Node = tuple[int, int, bytes]  # level, index, hash of one complete subtree


def leaf_hash(data: bytes) -> bytes:
    """Hash the bytes of a leaf."""
    return sha256(b"\x00", data)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into the node above them."""
    return sha256(b"\x01", left, right)


def append(read: Read, size: int, new_leaf_hashes: Sequence[bytes]) -> list[Node]:
    """Return the nodes to keep when leaves join a log of `size`; `read` gives the older ones."""
    row: list[Node] = [(0, size + i, leaf) for i, leaf in enumerate(new_leaf_hashes)]
    nodes = list(row)
    end = size + len(row)
    level = 0
    while row and end >> (level + 1):
        row = _row_above(read, row, level + 1, end)
        nodes += row
        level += 1
    return nodes


def root_at(read: Read, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return _range_hash(read, 0, size) if size else sha256(b"")


def path_at(read: Read, index: int, size: int) -> list[bytes]:
    """Prove that leaf `index` is among the first `size` (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise IndexError("no such leaf in a log of this size")
    return _path(read, index, size)


def consistency_at(read: Read, old: int, new: int) -> list[bytes]:
    """Prove that the first `new` leaves begin with the first `old` (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= new:
        raise IndexError("a log grows from one leaf to as many or more")
    level = (old & -old).bit_length() - 1
    last = (old >> level) - 1
    # A whole tree needs no first hash: the checker has it as the old root.
    first = [] if old == 1 << level else [read(level, last)]
    return [] if old == new else first + _path(read, last, new, level)


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over all these leaves."""
    return root_at(_memory(leaf_hashes), len(leaf_hashes))


def inclusion_path(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Prove one leaf among all of these."""
    return path_at(_memory(leaf_hashes), index, len(leaf_hashes))


def consistency_path(leaf_hashes: Sequence[bytes], old: int) -> list[bytes]:
    """Prove that all of these begin with the first `old`."""
    return consistency_at(_memory(leaf_hashes), old, len(leaf_hashes))


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root_hash: bytes
) -> bool:
    """Check a proof of `path_at` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, result = index, size - 1, leaf
    for sibling in path:
        if not last:
            return False
        if at & 1 or at == last:
            result = node_hash(sibling, result)
            at, last = _to_right_child(at, last)
        else:
            result = node_hash(result, sibling)
        at, last = at >> 1, last >> 1
    return not last and result == root_hash


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Check a proof of `consistency_at` (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    proof = list(path) if old & (old - 1) else [old_root, *path]
    if not proof:
        return False
    trailing = (old & -old).bit_length() - 1
    at, last = (old - 1) >> trailing, (new - 1) >> trailing
    before = after = proof[0]
    for sibling in proof[1:]:
        if not last:
            return False
        if at & 1 or at == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            at, last = _to_right_child(at, last)
        else:
            after = node_hash(after, sibling)
        at, last = at >> 1, last >> 1
    return not last and before == old_root and after == new_root


def _row_above(read: Read, below: list[Node], level: int, end: int) -> list[Node]:
    fresh = {index: value for _, index, value in below}

    def child(index: int) -> bytes:
        return fresh[index] if index in fresh else read(level - 1, index)

    first = below[0][1] >> 1
    return [
        (level, i, node_hash(child(2 * i), child(2 * i + 1))) for i in range(first, end >> level)
    ]


def _range_hash(read: Read, start: int, end: int) -> bytes:
    """Hash the leaves from the start of a subtree to the end of the log.

    They fall into complete subtrees, larger ones first; their hashes are folded from the right.
    """
    result = b""
    while start < end:
        level = (end & -end).bit_length() - 1
        end -= 1 << level
        peak = read(level, end >> level)
        result = node_hash(peak, result) if result else peak
    return result


def _path(read: Read, index: int, size: int, level: int = 0) -> list[bytes]:
    path = []
    while (size - 1) >> level:
        sibling = index ^ 1
        if (sibling + 1) << level <= size:
            path.append(read(level, sibling))
        elif sibling << level < size:
            path.append(_range_hash(read, sibling << level, size))
        index, level = index >> 1, level + 1
    return path


def _to_right_child(at: int, last: int) -> tuple[int, int]:
    """Climb past the levels where a node on the right edge has no neighbour."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _memory(leaf_hashes: Sequence[bytes]) -> Read:
    nodes: dict[tuple[int, int], bytes] = {}
    for level, index, value in append(lambda *at: nodes[at], 0, leaf_hashes):
        nodes[level, index] = value
    return lambda level, index: nodes[level, index]
