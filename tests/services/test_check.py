"""Reading the store back: a whole one has no fault, and each damage is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, delete, select, update

from diary.domain.entry import Entry
from diary.services import check, files, upkeep
from diary.services.house import House
from diary.store import models
from diary.vault.vault import Vault

Damage = Callable[[Connection], object]


@pytest.fixture
def filled(house: House, vault: Vault) -> House:
    """A house with five stamped entries, one that waits, and a file."""
    for n in range(5):
        write(house, vault, f"entry {n}")
    upkeep.stamp(house)
    write(house, vault, "another")
    upkeep.stamp(house)
    entry = write(house, vault, "with a file")
    received = files.take_in(house, "note.txt", [b"some words"])
    files.add(house, vault, received, parent=entry)
    return house


def write(house: House, vault: Vault, words: str) -> str:
    with house.store.write() as conn:
        return vault.keep(conn, Entry(what_happened=words), at=house.now()).record_id


def faults(house: House) -> str:
    return "\n".join(map(str, check.check(house).faults))


def test_a_whole_store_has_no_fault(filled: House) -> None:
    found = check.check(filled)
    assert found.faults == ()
    assert (found.records, found.leaves, found.waiting, found.files) == (8, 6, 2, 1)


def test_an_empty_store_has_no_fault(house: House) -> None:
    assert check.check(house).faults == ()


records, leaves, nodes = models.records, models.leaves, models.nodes
DAMAGES: dict[str, tuple[Damage, str]] = {
    "a row in the middle": (
        lambda conn: conn.execute(delete(records).where(records.c.n == 3)),
        "row 3 is missing",
    ),
    "the newest row": (
        lambda conn: conn.execute(delete(records).where(records.c.n == 8)),
        "row 8 is missing",
    ),
    "a key": (
        lambda conn: conn.execute(update(records).where(records.c.n == 3).values(wrap=None)),
        "row 3 is damaged",
    ),
    "a first version": (
        lambda conn: conn.execute(update(records).where(records.c.n == 3).values(version=2)),
        "row 3 is out of order",
    ),
    "a time of receipt": (
        lambda conn: conn.execute(update(records).where(records.c.n == 3).values(received_ms=1)),
        "another time for row 3",
    ),
    "a pending leaf": (
        lambda conn: conn.execute(delete(leaves).where(leaves.c.place.is_(None))),
        "row 7 is not in the log",
    ),
    "a placed leaf": (
        lambda conn: conn.execute(delete(leaves).where(leaves.c.place == 2)),
        "leaf 2 is missing",
    ),
    "a leaf's words": (
        lambda conn: conn.execute(update(leaves).where(leaves.c.place == 2).values(body=b"{}")),
        "leaf 2 is damaged",
    ),
    "a node": (
        lambda conn: conn.execute(
            update(nodes).where(nodes.c.level == 1, nodes.c.place == 1).values(hash=b"\0" * 32)
        ),
        "node 1/1 does not fit",
    ),
    "all checkpoints": (
        lambda conn: conn.execute(delete(models.checkpoints)),
        "no checkpoint over all 6",
    ),
    "another's checkpoint": (
        lambda conn: conn.execute(
            update(models.checkpoints)
            .where(models.checkpoints.c.size == 5)
            .values(
                note=select(models.checkpoints.c.note)
                .where(models.checkpoints.c.size == 6)
                .scalar_subquery()
            )
        ),
        "checkpoint over 5 leaves does not hold",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_named(filled: House, name: str) -> None:
    damage, sentence = DAMAGES[name]
    with filled.store.write() as conn:
        damage(conn)
    assert sentence in faults(filled)


def test_a_file_that_is_gone_or_short_is_named(filled: House) -> None:
    (blob,) = filled.store.blobs.ids()
    filled.store.blobs.cut(blob, 20)
    assert f"File {blob} has 20 bytes" in faults(filled)
    filled.store.blobs.remove(blob)
    assert f"File {blob} is missing" in faults(filled)


def test_a_rewritten_log_does_not_hold_its_checkpoints(filled: House) -> None:
    """Leaves and nodes made to fit each other still do not fit what was signed."""
    with filled.store.write() as conn:
        bodies = select(leaves.c.body).where(leaves.c.place == 5).scalar_subquery()
        conn.execute(update(leaves).where(leaves.c.place == 4).values(body=bodies))
        conn.execute(delete(nodes))
        conn.execute(update(leaves).values(place=None))
        sizes = models.checkpoints.c.size
        notes = conn.execute(select(models.checkpoints).where(sizes == 6)).one()
        conn.execute(delete(models.checkpoints))
    upkeep.stamp(filled)
    with filled.store.write() as conn:
        conn.execute(models.checkpoints.insert().values(notes._asdict()))
    assert "the checkpoint over 6 leaves does not hold" in faults(filled)
