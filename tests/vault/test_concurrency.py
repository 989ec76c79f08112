"""Several writers at once: nothing lost, nothing twice, no gap, and leaves in the rows' order."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.errors import ConflictError
from diary.services.house import House
from diary.store.models import leaves, records
from diary.vault import ledger
from diary.vault.vault import Vault
from tests.vault.test_vault import keep, page

WRITERS, EACH = 4, 12


def test_writers_of_one_diary_queue(house: House, vault: Vault) -> None:
    start = Barrier(WRITERS, timeout=60)

    def write(writer: int) -> None:
        start.wait()
        for number in range(EACH):
            keep(house, vault, f"writer {writer} entry {number}")

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert len(set(page(house, vault, limit=100))) == WRITERS * EACH
    with house.store.read() as conn:
        ns = conn.execute(select(records.c.n).order_by(records.c.n)).scalars().all()
        in_rows = conn.execute(select(records.c.commitment).order_by(records.c.n)).scalars()
        in_log = conn.execute(select(leaves.c.commitment).order_by(leaves.c.id)).scalars()
        assert ns == list(range(1, WRITERS * EACH + 1))
        # The diary's lock is held from number to commit, so its leaves come in the same order.
        assert list(in_rows) == list(in_log)


def test_of_two_changes_at_once_one_is_told(house: House, vault: Vault) -> None:
    for _ in range(8):
        first = keep(house, vault, "first")
        start = Barrier(2, timeout=60)

        def change(text: str, of: str = first.record_id, start: Barrier = start) -> str:
            start.wait()
            try:
                keep(house, vault, text, record_id=of, base_version=1)
            except ConflictError:
                return "told"
            return text

        with ThreadPoolExecutor(2) as pool:
            done = Counter(pool.map(change, ("mine", "hers")))
        assert done["told"] == 1
        with house.store.read() as conn:
            versions = vault.versions(conn, first.record_id)
        assert [one.version for one in versions] == [1, 2]
        assert isinstance(versions[1].body, Entry)
        assert done[versions[1].body.what_happened] == 1


def test_the_same_post_twice_at_once_is_filed_once(house: House, vault: Vault) -> None:
    record_id, start = new_id(), Barrier(3, timeout=60)

    def send(_: int) -> bool:
        start.wait()
        try:
            keep(house, vault, "once", record_id=record_id)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(send, range(3))) == [False, False, True]
    assert page(house, vault) == ["once"]


def test_the_log_takes_writers_and_sequencers_at_once(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    start = Barrier(4, timeout=60)

    def write(diary: Vault) -> None:
        start.wait()
        for number in range(EACH):
            keep(house, diary, f"entry {number}")

    def stamp(_: int) -> None:
        start.wait()
        for _round in range(5):
            ledger.sequence(house.store, house.secrets.log, house.now())

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(write, vault), pool.submit(write, other_vault)]
        jobs += [pool.submit(stamp, number) for number in range(2)]
        for job in jobs:
            job.result()
    ledger.sequence(house.store, house.secrets.log, house.now())
    with house.store.read() as conn:
        places = conn.execute(select(leaves.c.place).order_by(leaves.c.place)).scalars().all()
    assert places == list(range(2 * EACH))
