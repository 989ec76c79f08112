"""Letting somebody read: what was shared opens for its reader, for its time, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.kept import Removal
from diary.domain.practice import PracticeRecord
from diary.errors import DamagedError, NotFoundError
from diary.services.house import House
from diary.store import grants as store
from diary.store import records
from diary.vault import case as cases
from diary.vault import grants
from diary.vault.case import Case
from diary.vault.grants import Grant, Grantee, Term
from diary.vault.records import open_row
from diary.vault.vault import Kept, Vault


def keep(house: House, vault: Vault, body: Entry | Removal, parent: str | None = None) -> Kept:
    with house.store.write() as conn:
        return vault.keep(conn, body, at=house.now(), parent=parent)


def public_key(house: House, vault: Vault) -> bytes:
    with house.store.read() as conn:
        return store.public_key_of_diary(conn, vault.diary_id) or b""


def give(house: House, vault: Vault, reader: Vault, ns: list[int]) -> str:
    to = Grantee(reader.account_id, public_key(house, reader))
    with house.store.write() as conn:
        term = Term(house.now(), house.now() + timedelta(days=30))
        grant = grants.give(conn, vault, to, term)
        grants.share(conn, vault, grant, ns)
    return grant.id


def taken(house: House, reader: Vault, grant_id: str) -> Grant:
    with house.store.read() as conn:
        row = store.by_id(conn, grant_id)
    assert row
    return grants.as_reader(row, reader.unlocked, house.now())


def test_what_was_shared_opens_and_nothing_else(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    first = keep(house, vault, Entry(what_happened="shared"))
    second = keep(house, vault, Entry(what_happened="not shared"))
    case = Case(taken(house, other_vault, give(house, vault, other_vault, [first.n])))
    with house.store.read() as conn:
        assert case.get(conn, first.record_id).body == Entry(what_happened="shared")
        assert [one.record_id for one in case.page(conn, Entry.kind).items] == [first.record_id]
        with pytest.raises(NotFoundError):
            case.get(conn, second.record_id)
        assert store.shared_by_n(conn, case.grant.id, vault.diary_id, [second.n]) == {}


def test_the_grant_opens_for_nobody_else_and_at_no_other_time(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    shared = keep(house, vault, Entry(what_happened="shared"))
    grant_id = give(house, vault, other_vault, [shared.n])
    with house.store.read() as conn:
        row = store.by_id(conn, grant_id)
    assert row
    for unlocked, at in (
        (vault.unlocked, house.now()),
        (other_vault.unlocked, house.now() - timedelta(seconds=1)),
        (other_vault.unlocked, house.now() + timedelta(days=30)),
    ):
        with pytest.raises(NotFoundError):
            grants.as_reader(row, unlocked, at)
    forged = row._replace(grantee=vault.account_id)
    with pytest.raises(DamagedError):
        grants.as_reader(forged, vault.unlocked, house.now())


def test_a_row_that_says_other_days_opens_nothing(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    shared = keep(house, vault, Entry(what_happened="shared"))
    first = give(house, vault, other_vault, [shared.n])
    second = give(house, vault, other_vault, [])
    with house.store.read() as conn:
        row, other = store.by_id(conn, first), store.by_id(conn, second)
    assert row
    assert other
    for forged in (
        row._replace(ends_ms=row.ends_ms + 1),
        row._replace(starts_ms=row.starts_ms - 1),
        other._replace(grantee_key=row.grantee_key),
    ):
        with pytest.raises(DamagedError):
            grants.as_reader(forged, other_vault.unlocked, house.now())


def test_ending_destroys_every_key(house: House, vault: Vault, other_vault: Vault) -> None:
    shared = keep(house, vault, Entry(what_happened="shared"))
    grant = taken(house, other_vault, give(house, vault, other_vault, [shared.n]))
    with house.store.write() as conn:
        store.end(conn, grant.id, to_ms(house.now()))
        row = store.by_id(conn, grant.id)
        assert row
        assert (row.grantee_key, row.owner_key, row.heads) == (None, None, None)
        assert store.wrapped(conn, grant.id) == set()
        with pytest.raises(NotFoundError):
            Case(grant).get(conn, shared.record_id)
        assert vault.get(conn, shared.record_id).body == Entry(what_happened="shared")


def test_what_is_removed_is_not_there_and_comes_back(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    shared = keep(house, vault, Entry(what_happened="shared"))
    case = Case(taken(house, other_vault, give(house, vault, other_vault, [shared.n])))
    ids = [shared.record_id]
    with house.store.write() as conn:
        records.set_destroy(conn, vault.diary_id, ids, to_ms(house.now()) + 1000)
        with pytest.raises(NotFoundError):
            case.get(conn, shared.record_id)
        assert case.page(conn, Entry.kind).total == 0
        records.set_destroy(conn, vault.diary_id, ids, None)
        assert case.page(conn, Entry.kind).total == 1


def test_a_reader_leaves_records_that_only_add(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    shared = keep(house, vault, Entry(what_happened="shared"))
    grant = taken(house, other_vault, give(house, vault, other_vault, [shared.n]))
    with house.store.write() as conn:
        cases.leave(conn, grant, PracticeRecord(detail="seen today"), at=house.now())
        cases.leave(conn, grant, Event(action="removed"), at=house.now())
        n = cases.leave(conn, grant, Removal(target="0" * 32, due_at=house.now()), at=house.now())
    with house.store.read() as conn:
        found = [one.body for one in vault.scan(conn, PracticeRecord.kind)]
        assert found == [PracticeRecord(detail="seen today")]
        assert vault.lost(conn).number == 1, "what may not be left does not open"
        assert records.by_n(conn, vault.diary_id, [n])


def test_what_was_left_can_be_shared_again(house: House, vault: Vault, other_vault: Vault) -> None:
    shared = keep(house, vault, Entry(what_happened="shared"))
    grant = taken(house, other_vault, give(house, vault, other_vault, [shared.n]))
    with house.store.write() as conn:
        n = cases.leave(conn, grant, PracticeRecord(detail="seen today"), at=house.now())
    case = Case(taken(house, other_vault, give(house, vault, other_vault, [n])))
    with house.store.read() as conn:
        (found,) = case.page(conn, PracticeRecord.kind).items
        assert found.body == PracticeRecord(detail="seen today")


def test_a_wrap_cannot_pass_for_another_kind(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    shared = keep(house, vault, Entry(what_happened="shared"))
    case = Case(taken(house, other_vault, give(house, vault, other_vault, [shared.n])))
    with house.store.read() as conn:
        (row,) = case.rows_of(conn, shared.record_id)
    assert row.wrap
    for mark in (b"\x00", b"\x02", b"\x03", b"\x04"):
        with pytest.raises(DamagedError):
            open_row(row._replace(wrap=mark + row.wrap[1:]), case.keys)


def test_what_is_shared_twice_is_shared_once(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    first = keep(house, vault, Entry(what_happened="shared"))
    grant_id = give(house, vault, other_vault, [first.n])
    with house.store.write() as conn:
        row = store.by_id(conn, grant_id)
        assert row
        assert grants.share(conn, vault, grants.as_owner(vault, row), [first.n, first.n]) == 0
    with house.store.read() as conn:
        case = Case(taken(house, other_vault, grant_id))
        assert [one.record_id for one in case.page(conn, Entry.kind).items] == [first.record_id]
