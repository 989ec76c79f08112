"""The log's hashing: published roots, the RFC's own recursive definitions, and forged proofs."""

from __future__ import annotations

import random
from typing import Any

import pytest

from diary.canonical import sha256
from diary.proof import merkle
from tests.vectors import load

VECTORS = load("merkle")
LEAVES = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]


def test_published_roots() -> None:
    for size, expected in enumerate(VECTORS["roots"]):
        assert merkle.root(LEAVES[:size]).hex() == expected


def test_published_hashes() -> None:
    assert merkle.leaf_hash(b"").hex() == VECTORS["leaf_of_nothing"]
    assert merkle.leaf_hash(b"L123456").hex() == VECTORS["leaf_of_L123456"]
    assert merkle.node_hash(b"N123", b"N456").hex() == VECTORS["node_of_N123_N456"]


@pytest.mark.parametrize("case", VECTORS["inclusion"], ids=str)
def test_published_inclusion(case: dict[str, Any]) -> None:
    index, size = int(case["index"]), int(case["size"])
    path = merkle.inclusion_path(LEAVES[:size], index)
    assert [step.hex() for step in path] == case["path"]


@pytest.mark.parametrize("case", VECTORS["consistency"], ids=str)
def test_published_consistency(case: dict[str, Any]) -> None:
    old, new = int(case["old"]), int(case["new"])
    path = merkle.consistency_path(LEAVES[:new], old)
    assert [step.hex() for step in path] == case["path"]


def test_every_size_against_the_definitions_of_the_rfc() -> None:
    leaves = _leaves(40)
    for size in range(1, 41):
        root = _mth(leaves[:size])
        assert merkle.root(leaves[:size]) == root
        for index in range(size):
            path = merkle.inclusion_path(leaves[:size], index)
            assert path == _inclusion(index, leaves[:size])
            assert merkle.verify_inclusion(leaves[index], index, size, path, root)
        for old in range(1, size + 1):
            path = merkle.consistency_path(leaves[:size], old)
            assert path == _consistency(old, leaves[:size], whole=True)
            assert merkle.verify_consistency(old, size, _mth(leaves[:old]), root, path)


def test_growing_in_batches_keeps_each_node_once_and_reads_few() -> None:
    rng = random.Random(6962)
    leaves = _leaves(300)
    log = _Log()
    while log.size < len(leaves):
        batch = leaves[log.size : log.size + rng.randrange(0, 30)]
        log.reads = 0
        log.grow(batch)
        assert log.reads <= 9
        log.reads = 0
        assert merkle.root_at(log.read, log.size) == _mth(leaves[: log.size])
        assert log.reads <= 9
    for _ in range(200):
        size = rng.randint(1, len(leaves))
        index, old = rng.randrange(size), rng.randint(1, size)
        log.reads = 0
        path = merkle.path_at(log.read, index, size)
        assert log.reads <= 18
        assert path == _inclusion(index, leaves[:size])
        assert merkle.consistency_at(log.read, old, size) == _consistency(
            old, leaves[:size], whole=True
        )


def test_nothing_to_append() -> None:
    assert merkle.append(_never, 0, []) == []
    assert merkle.append(_never, 7, []) == []
    assert merkle.root_at(_never, 0) == sha256(b"")


def test_forged_inclusion_is_refused() -> None:
    rng = random.Random(9162)
    leaves = _leaves(23)
    root = _mth(leaves)
    for index, leaf in enumerate(leaves):
        path = merkle.inclusion_path(leaves, index)

        def holds(*, path: list[bytes], index: int = index, leaf: bytes = leaf) -> bool:
            return merkle.verify_inclusion(leaf, index, 23, path, root)

        step = rng.randrange(len(path))
        assert not holds(path=[*path[:step], _flip(path[step], rng), *path[step + 1 :]])
        assert not holds(path=path[:-1])
        assert not holds(path=[*path, root])
        assert not holds(path=path, leaf=_flip(leaf, rng))
        assert not holds(path=path, index=(index + 1) % 23)
        assert not holds(path=path, index=23)
        assert not holds(path=path, index=-1)
        assert not merkle.verify_inclusion(leaf, index, 23, path, _flip(root, rng))


def test_forged_consistency_is_refused() -> None:
    rng = random.Random(4)
    leaves = _leaves(23)
    new = _mth(leaves)
    for size in range(1, 23):
        old = _mth(leaves[:size])
        path = merkle.consistency_path(leaves, size)
        step = rng.randrange(len(path))
        flipped = [*path[:step], _flip(path[step], rng), *path[step + 1 :]]
        assert not merkle.verify_consistency(size, 23, old, new, flipped)
        assert not merkle.verify_consistency(size, 23, old, new, path[:-1])
        assert not merkle.verify_consistency(size, 23, old, new, [])
        assert not merkle.verify_consistency(size, 23, old, new, [*path, old])
        assert not merkle.verify_consistency(size, 23, _flip(old, rng), new, path)
        assert not merkle.verify_consistency(size, 23, old, _flip(new, rng), path)
    assert merkle.verify_consistency(23, 23, new, new, [])
    assert not merkle.verify_consistency(23, 23, new, new, [new])
    assert not merkle.verify_consistency(23, 23, old, new, [])
    assert not merkle.verify_consistency(0, 23, old, new, [])
    assert not merkle.verify_consistency(24, 23, old, new, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_no_path_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        merkle.path_at(_never, index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 1)])
def test_no_consistency_for_a_log_that_shrinks(old: int, new: int) -> None:
    with pytest.raises(IndexError):
        merkle.consistency_at(_never, old, new)


class _Log:
    """Nodes as a table would keep them: written once, read one by one."""

    def __init__(self) -> None:
        self.size = 0
        self.reads = 0
        self.nodes: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self.nodes[level, index]

    def grow(self, leaves: list[bytes]) -> None:
        for level, index, value in merkle.append(self.read, self.size, leaves):
            assert (level, index) not in self.nodes
            self.nodes[level, index] = value
        self.size += len(leaves)


def _never(level: int, index: int) -> bytes:
    raise AssertionError((level, index))


def _leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(n.to_bytes(4, "big")) for n in range(count)]


def _flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _half(count: int) -> int:
    """Return the largest power of two below the count."""
    return 1 << ((count - 1).bit_length() - 1)


def _mth(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1."""
    if len(leaves) == 1:
        return leaves[0]
    k = _half(len(leaves))
    return sha256(b"\x01", _mth(leaves[:k]), _mth(leaves[k:]))


def _inclusion(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = _half(len(leaves))
    if index < k:
        return [*_inclusion(index, leaves[:k]), _mth(leaves[k:])]
    return [*_inclusion(index - k, leaves[k:]), _mth(leaves[:k])]


def _consistency(old: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    """RFC 9162, 2.1.4.1."""
    if old == len(leaves):
        return [] if whole else [_mth(leaves)]
    k = _half(len(leaves))
    if old <= k:
        return [*_consistency(old, leaves[:k], whole=whole), _mth(leaves[k:])]
    return [*_consistency(old - k, leaves[k:], whole=False), _mth(leaves[:k])]
