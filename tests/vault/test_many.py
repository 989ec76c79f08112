"""Many records kept at once: as if each had been kept alone, with few of them in memory."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Connection, delete, select

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.errors import ConflictError, NotFoundError
from diary.services.house import House
from diary.store import records as store
from diary.store.models import diaries, heads, leaves, records
from diary.vault import vault as vaults
from diary.vault.heads import Heads
from diary.vault.vault import New, Vault
from tests.services.sharers import wrote


def entries(count: int, words: str = "") -> list[New]:
    return [New(Entry(what_happened=f"{words} {i}"), new_id()) for i in range(count)]


def packed(found: Heads) -> dict[str, bytes]:
    return {kind: bytes(one.packed) for kind, one in found.sections.items() if len(one)}


def checked(house: House, vault: Vault) -> int:
    """Hold the stored index against one made from the rows; return how many rows there are."""
    with house.store.read() as conn:
        rows = conn.execute(select(records.c.n, records.c.commitment).order_by(records.c.n)).all()
        log = conn.execute(select(leaves.c.commitment).order_by(leaves.c.id)).scalars().all()
        kept = vault.heads(conn)
    with house.store.write() as conn:
        conn.execute(delete(heads))
    with house.store.read() as conn:
        made = vault.heads(conn)
    assert [row.n for row in rows] == list(range(1, len(rows) + 1))
    assert [row.commitment for row in rows] == list(log)
    assert packed(kept) == packed(made)
    assert (kept.lost, kept.covers_n) == (0, len(rows))
    return len(rows)


def test_several_writers_of_many_leave_no_row_out_of_the_index(house: House, vault: Vault) -> None:
    start = Barrier(3, timeout=60)

    def many(words: str) -> None:
        start.wait()
        for _ in range(3):
            with house.store.write() as conn:
                vault.keep_all(conn, iter(entries(80, words)), at=house.now())

    def one_by_one() -> None:
        start.wait()
        for i in range(40):
            wrote(house, vault, Entry(what_happened=f"alone {i}"))

    with ThreadPoolExecutor(3) as pool:
        done = [pool.submit(many, "a"), pool.submit(many, "b"), pool.submit(one_by_one)]
        for one in done:
            one.result()
    assert checked(house, vault) == 520


@pytest.mark.parametrize("there", ["twice at once", "twice, far apart", "before"])
def test_the_same_id_is_filed_once_among_many(house: House, vault: Vault, there: str) -> None:
    same = new_id()
    one = New(Entry(what_happened="x"), same)
    between = entries(vaults.BATCH + 1) if there == "twice, far apart" else []
    if there == "before":
        with house.store.write() as conn:
            vault.keep(conn, one.body, at=house.now(), record_id=same)
    with pytest.raises(ConflictError), house.store.write() as conn:
        vault.keep_all(conn, [one, *between, one], at=house.now())
    assert checked(house, vault) == (there == "before")


def test_they_are_asked_for_some_at_a_time(house: House, vault: Vault) -> None:
    waiting = []

    def coming(conn: Connection) -> Iterator[New]:
        for number, one in enumerate(entries(2 * vaults.BATCH + 5)):
            waiting.append(number - store.last_n(conn, vault.diary_id))
            yield one

    with house.store.write() as conn:
        kept = vault.keep_all(conn, coming(conn), at=house.now())
    assert len(kept) == len(waiting) == 2 * vaults.BATCH + 5
    assert max(waiting) < vaults.BATCH
    assert checked(house, vault) == len(kept)


def test_what_is_kept_while_they_are_asked_for_is_in_the_index(house: House, vault: Vault) -> None:
    def coming(conn: Connection) -> Iterator[New]:
        for number, one in enumerate(entries(vaults.BATCH + 50)):
            if number == vaults.BATCH + 10:
                vault.keep(conn, Entry(what_happened="in between"), at=house.now())
            yield one

    with house.store.write() as conn:
        vault.keep_all(conn, coming(conn), at=house.now())
    assert checked(house, vault) == vaults.BATCH + 51


def test_of_nothing_nothing_is_kept_and_a_diary_that_is_gone_is_said(
    house: House, vault: Vault
) -> None:
    with house.store.write() as conn:
        assert vault.keep_all(conn, [], at=house.now()) == []
        conn.execute(delete(diaries).where(diaries.c.id == vault.diary_id))
        with pytest.raises(NotFoundError):
            vault.keep_all(conn, entries(1), at=house.now())


@pytest.mark.parametrize("step", [1, 2, 40])
def test_rows_are_found_by_their_numbers_near_to_each_other_and_far_apart(
    house: House, vault: Vault, step: int
) -> None:
    with house.store.write() as conn:
        vault.keep_all(conn, entries(1200), at=house.now())
    wanted = [*range(1200, 0, -step), 5000]
    with house.store.read() as conn:
        rows = store.by_n(conn, vault.diary_id, wanted)
        names = store.names(conn, vault.diary_id, wanted)
        assert store.by_n(conn, vault.diary_id, []) == {}
        assert store.by_n(conn, new_id(), wanted) == {}
    assert set(rows) == set(names) == set(wanted[:-1])
    assert all(row.n == n for n, row in rows.items())
    assert all(names[n] == (row.record_id, row.version, row.commitment) for n, row in rows.items())
