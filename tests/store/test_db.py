"""Reading: one consistent view from its first question to its last."""

from __future__ import annotations

from sqlalchemy import func, select

from diary.domain.entry import Entry
from diary.services.house import House
from diary.store.models import records
from diary.vault.vault import Vault

COUNT = select(func.count()).select_from(records)


def test_what_comes_in_meanwhile_is_not_seen(house: House, vault: Vault) -> None:
    with house.store.read() as conn:
        before = conn.execute(COUNT).scalar_one()
        with house.store.write() as other:
            vault.keep(other, Entry(), at=house.now())
        assert conn.execute(COUNT).scalar_one() == before
    with house.store.read() as conn:
        assert conn.execute(COUNT).scalar_one() == before + 1


def test_only_reading_has_it(house: House) -> None:
    with house.store.write() as conn:
        usual = conn.get_isolation_level()
    with house.store.read() as conn:
        conn.execute(COUNT)
    with house.store.write() as conn:
        assert conn.get_isolation_level() == usual
