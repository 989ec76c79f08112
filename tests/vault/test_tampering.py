"""Whoever can write the database still cannot make it say something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from diary.crypto.identity import public_of
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.ids import new_id
from diary.domain.kept import Removal
from diary.errors import DamagedError, NotFoundError
from diary.services.gathering import Selection, chosen_entries
from diary.services.house import House
from diary.store import records
from diary.store.models import records as table
from diary.store.records import RecordRow
from diary.vault.records import describe, seal_for_owner
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault
from tests.vault.test_heads import DUE
from tests.vault.test_vault import keep, page

SEALED = ("wrap", "sealed", "commitment")


def row(house: House, n: int, vault: Vault) -> dict[str, Any]:
    query = select(table).where(table.c.n == n, table.c.diary_id == vault.diary_id)
    with house.store.read() as conn:
        return dict(conn.execute(query).one()._mapping)


def rewrite(house: House, vault: Vault, n: int, values: Mapping[str, Any]) -> None:
    with house.store.write() as conn:
        where = (table.c.n == n) & (table.c.diary_id == vault.diary_id)
        conn.execute(update(table).where(where).values(**values))


def damaged(house: House, vault: Vault, record_id: str) -> None:
    with house.store.read() as conn, pytest.raises(DamagedError):
        vault.get(conn, record_id)


@pytest.mark.parametrize("column", ["wrap", "sealed", "commitment"])
@pytest.mark.parametrize("where", [0, 1, 13, -1])
def test_one_flipped_bit(house: House, vault: Vault, column: str, where: int) -> None:
    kept = keep(house, vault, "one")
    value = bytearray(row(house, kept.n, vault)[column])
    value[where] ^= 1
    rewrite(house, vault, kept.n, {column: bytes(value)})
    damaged(house, vault, kept.record_id)


@pytest.mark.parametrize("cut", [0, 1, 12, 28, 60])
def test_a_row_cut_short(house: House, vault: Vault, cut: int) -> None:
    kept = keep(house, vault, "one")
    for column in ("wrap", "sealed"):
        whole = row(house, kept.n, vault)[column]
        rewrite(house, vault, kept.n, {column: whole[:cut]})
        damaged(house, vault, kept.record_id)
        rewrite(house, vault, kept.n, {column: whole})


@pytest.mark.parametrize("columns", [("sealed",), ("wrap", "sealed"), SEALED])
def test_two_rows_swapped(house: House, vault: Vault, columns: tuple[str, ...]) -> None:
    one, two = keep(house, vault, "one"), keep(house, vault, "two")
    first, second = row(house, one.n, vault), row(house, two.n, vault)
    rewrite(house, vault, one.n, {name: second[name] for name in columns})
    rewrite(house, vault, two.n, {name: first[name] for name in columns})
    damaged(house, vault, one.record_id)
    damaged(house, vault, two.record_id)


def test_a_version_rolled_back(house: House, vault: Vault) -> None:
    one = keep(house, vault, "one")
    two = keep(house, vault, "two", record_id=one.record_id, base_version=1)
    old = row(house, one.n, vault)
    rewrite(house, vault, two.n, {name: old[name] for name in SEALED})
    damaged(house, vault, one.record_id)


def test_a_row_moved_into_another_diary(house: House, vault: Vault, other_vault: Vault) -> None:
    mine, hers = keep(house, vault, "mine"), keep(house, other_vault, "hers")
    taken = row(house, mine.n, vault)
    rewrite(house, other_vault, hers.n, {name: taken[name] for name in SEALED})
    damaged(house, other_vault, hers.record_id)


def test_a_row_under_another_number(house: House, vault: Vault) -> None:
    one = keep(house, vault, "one")
    rewrite(house, vault, one.n, {"version": 2})
    damaged(house, vault, one.record_id)


def test_a_row_dated_back(house: House, vault: Vault) -> None:
    one = keep(house, vault, "one")
    rewrite(house, vault, one.n, {"received_ms": to_ms(one.received_at) - 1})
    damaged(house, vault, one.record_id)


def test_a_damaged_row_hides_nothing_else(house: House, vault: Vault) -> None:
    kept = [keep(house, vault, f"entry {number}") for number in range(5)]
    rewrite(house, vault, kept[2].n, {"sealed": b"x" * 200})
    found = page(house, vault)
    assert found == ["entry 4", "entry 3", "entry 1", "entry 0"]
    damaged(house, vault, kept[2].record_id)


def test_a_row_damaged_after_it_was_indexed_hides_nothing_else(house: House, vault: Vault) -> None:
    kept = [keep(house, vault, f"entry {number}") for number in range(40)]
    rewrite(house, vault, kept[2].n, {"sealed": b"x" * 200})
    found = page(house, vault, limit=50)
    assert "entry 2" not in found
    assert len(found) == 39
    with house.store.read() as conn:
        assert vault.page(conn, "entry", limit=50).damaged == 1
        searched = vault.search(conn, "entry", "entry")
        assert (searched.total, searched.damaged) == (39, 1)
        with pytest.raises(DamagedError):  # what is handed over leaves out nothing in silence
            list(vault.scan(conn, "entry"))
        unopened = Unopened()
        assert len(list(vault.scan(conn, "entry", unopened=unopened))) == 39
        assert unopened.named == {(kept[2].record_id, 1)}


def test_destroying_leaves_a_tombstone(house: House, vault: Vault) -> None:
    one = keep(house, vault, "one")
    two = keep(house, vault, "two", record_id=one.record_id, base_version=1)
    stays = keep(house, vault, "stays")
    at = to_ms(house.now())
    with house.store.write() as conn:
        records.set_destroy(conn, vault.diary_id, [one.record_id], at + 1)
        assert records.destroy_due(conn, at) == []
        assert records.destroy_due(conn, at + 1) == [one.record_id]
        assert records.destroy_due(conn, at + 2) == []
    for kept in (one, two):
        left = row(house, kept.n, vault)
        assert (left["wrap"], left["sealed"]) == (None, None)
        assert (left["record_id"], left["commitment"]) == (one.record_id, kept.commitment)
        assert left["destroyed_ms"] == at + 1
    with house.store.read() as conn, pytest.raises(NotFoundError):
        vault.get(conn, one.record_id)
    with pytest.raises(NotFoundError):
        keep(house, vault, Entry(), record_id=one.record_id, base_version=2)
    assert page(house, vault) == ["stays"]
    assert stays.n == 3


def test_nobody_destroys_in_another_diary(house: House, vault: Vault, other_vault: Vault) -> None:
    mine = keep(house, vault, "mine")
    with house.store.write() as conn:
        records.set_destroy(conn, other_vault.diary_id, [mine.record_id], 1)
        assert records.destroy_due(conn, to_ms(house.now())) == []
    assert page(house, vault) == ["mine"]


def forget_index(house: House, vault: Vault) -> None:
    with house.store.write() as conn:
        records.drop_heads(conn, vault.diary_id)


def renumber(house: House, vault: Vault, one: int, two: int) -> None:
    """Swap the numbers of two rows, which no seal binds."""
    for was, becomes in ((one, -1), (two, one), (-1, two)):
        rewrite(house, vault, was, {"n": becomes})


@pytest.mark.parametrize("indexed", [True, False])
def test_an_older_version_never_passes_for_the_newest(
    house: House, vault: Vault, *, indexed: bool
) -> None:
    one = keep(house, vault, "one")
    two = keep(house, vault, "changed", record_id=one.record_id, base_version=1)
    refresh(house, vault)
    renumber(house, vault, one.n, two.n)
    if not indexed:
        forget_index(house, vault)
    loses(house, vault, [])


def test_a_file_stays_with_its_entry(house: House, vault: Vault) -> None:
    entries = [keep(house, vault, f"entry {number}") for number in range(2)]
    body = {"mime": "image/png", "size": 1, "sha256": "0" * 64}
    files = [
        keep(house, vault, File(blob=new_id(), **body), parent=entry.record_id) for entry in entries
    ]
    refresh(house, vault)
    renumber(house, vault, files[0].n, files[1].n)
    with house.store.read() as conn, pytest.raises(DamagedError):
        vault.children(conn, entries[0].record_id, "file")
    parent, unopened = entries[0].record_id, Unopened()
    with house.store.read() as conn:
        assert vault.children_of(conn, [parent], "file", unopened=unopened) == {parent: []}
    assert unopened.ids == (files[0].record_id,)


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("n", [2, 3])
def test_a_row_taken_out_is_missed(house: House, vault: Vault, n: int, *, indexed: bool) -> None:
    for number in range(1, 4):
        keep(house, vault, f"entry {number}")
    refresh(house, vault)
    with house.store.write() as conn:
        conn.execute(delete(table).where(table.c.n == n))
    if not indexed:
        forget_index(house, vault)
    loses(house, vault, [f"entry {number}" for number in (3, 2, 1) if number != n])


def test_a_damaged_change_does_not_bring_the_older_words_back(house: House, vault: Vault) -> None:
    one = keep(house, vault, "one")
    two = keep(house, vault, "changed", record_id=one.record_id, base_version=1)
    keep(house, vault, "other")
    sealed = row(house, two.n, vault)["sealed"]
    rewrite(house, vault, two.n, {"sealed": b"x" * 200})
    loses(house, vault, ["other"])
    refresh(house, vault)
    rewrite(house, vault, two.n, {"sealed": sealed})  # the row put back from a backup
    assert page(house, vault) == ["other", "changed"]


def refresh(house: House, vault: Vault) -> None:
    with house.store.write() as conn:
        vault.refresh_heads(conn)


def loses(house: House, vault: Vault, left: list[str]) -> None:
    """It shows what is left, says that something is damaged, and hands the rest over counted."""
    with house.store.read() as conn:
        found = vault.page(conn, "entry")
        assert [one.body.search_text().strip() for one in found.items] == left
        assert found.damaged > 0
        assert vault.search(conn, "entry", "e").damaged > 0
        unopened = Unopened()
        chosen = chosen_entries(conn, vault, Selection(), unopened)
        assert [one.body.search_text().strip() for one in chosen] == left
        assert unopened.number == found.damaged


@pytest.mark.parametrize("kind", ["a change", "a removal"])
def test_what_is_sealed_to_her_public_key_changes_nothing(
    house: House, vault: Vault, kind: str
) -> None:
    one = keep(house, vault, "her words")
    is_change = kind == "a change"
    body = (
        Entry(what_happened="not hers") if is_change else Removal(target=one.record_id, due_at=DUE)
    )
    forged, version = (one.record_id, 2) if is_change else (new_id(), 1)
    canonical = describe(
        body,
        record_id=forged,
        version=version,
        parent=None if is_change else one.record_id,
        supersedes=one.commitment if is_change else None,
        written_at=house.now(),
        device_at=None,
    )
    sealed = seal_for_owner(
        canonical,
        public_key=public_of(vault.keys.private),
        diary_id=vault.diary_id,
        record_id=forged,
        version=version,
    )
    with house.store.write() as conn:
        n = records.next_n(conn, vault.diary_id) or 0
        made = RecordRow(n, forged, version, to_ms(house.now()), *astuple(sealed)[:3])
        records.add(conn, vault.diary_id, made)
    damaged(house, vault, forged)
    loses(house, vault, [] if is_change else ["her words"])
