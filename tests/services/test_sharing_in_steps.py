"""A share that goes in steps, over rows that were damaged or swapped in between."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from diary.domain.entry import Entry
from diary.domain.sharing import Redacted
from diary.services import consents, entries
from diary.services.consents import Filled
from diary.services.house import House
from diary.store import grants as rows
from diary.store.models import records
from diary.vault.vault import Vault
from tests.services.sharers import Worker, shared, worker, wrote

COUNT = 6


@pytest.fixture
def who(house: House, monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setattr(consents, "STEP", 2)
    return worker(house)


def seen(house: House, who: Worker, grant_id: str) -> list[str]:
    """Return the words that can be read."""
    with house.store.read() as conn:
        case = who.case(house, grant_id)
        items = [one for kind in (Entry, Redacted) for one in case.page(conn, kind.kind).items]
    bodies = [body.whole() if isinstance(body := one.body, Redacted) else body for one in items]
    return sorted(body.what_happened for body in bodies if isinstance(body, Entry))


def fill(house: House, vault: Vault, grant_id: str) -> Filled:
    """Follow the page of its progress to the end."""
    for _ in range(3 * COUNT):
        if (filled := consents.fill(house, vault, grant_id)).is_whole:
            return filled
    raise AssertionError("it never ends")


def change(house: House, record_id: str, version: int = 1, **values: object) -> None:
    named = records.c.record_id == record_id, records.c.version == version
    with house.store.write() as conn:
        conn.execute(update(records).where(*named).values(**values))


def number(house: House, record_id: str, version: int = 1) -> int:
    named = records.c.record_id == record_id, records.c.version == version
    with house.store.read() as conn:
        return int(conn.execute(select(records.c.n).where(*named)).scalar_one())


def swap(house: House, one: tuple[str, int], other: tuple[str, int]) -> None:
    first, second = number(house, *one), number(house, *other)
    change(house, *one, n=-1)
    change(house, *other, n=first)
    change(house, *one, n=second)


@pytest.mark.parametrize("injuries", ["", "a bruise"], ids=["whole", "copies"])
@pytest.mark.parametrize("damage", ["wrap", "lost", "gone"])
def test_what_does_not_open_holds_up_no_other(
    house: House, vault: Vault, who: Worker, damage: str, injuries: str
) -> None:
    ids = [wrote(house, vault, Entry(what_happened=f"e{i}", injuries=injuries)) for i in range(6)]
    grant_id = shared(house, vault, who, entries=tuple(ids))
    waits = next(i for i in range(COUNT) if f"e{i}" not in seen(house, who, grant_id))
    if damage == "wrap":
        change(house, ids[waits], wrap=b"\x01" + b"x" * 60)
    elif damage == "gone":
        change(house, ids[waits], wrap=None, sealed=None)
    else:
        with house.store.write() as conn:
            conn.execute(delete(records).where(records.c.record_id == ids[waits]))
    assert fill(house, vault, grant_id).lost == 1
    assert seen(house, who, grant_id) == [f"e{i}" for i in range(COUNT) if i != waits]


@pytest.mark.parametrize("injuries", ["", "a bruise"], ids=["whole", "copies"])
def test_an_earlier_wording_that_does_not_open_holds_up_no_other(
    house: House, vault: Vault, who: Worker, injuries: str
) -> None:
    ids = [wrote(house, vault, Entry(what_happened=f"e{i}", injuries=injuries)) for i in range(6)]
    for i, one in enumerate(ids):
        body = Entry(what_happened=f"new {i}", injuries=injuries)
        entries.amend(house, vault, one, body, base_version=1)
    grant_id = shared(house, vault, who, entries=tuple(ids), earlier=True)
    waits = next(i for i in range(COUNT) if f"new {i}" not in seen(house, who, grant_id))
    change(house, ids[waits], 1, sealed=b"x" * 300)
    filled = fill(house, vault, grant_id)
    there = [f"new {i}" for i in range(COUNT) if i != waits or not injuries]
    assert seen(house, who, grant_id) == there  # as a copy its wordings go together or not at all
    assert filled.lost == (2 if injuries else 1)


def test_where_her_newest_wording_does_not_open_the_one_before_stays_behind(
    house: House, vault: Vault, who: Worker
) -> None:
    """Nobody knows what it said: she may have taken the entry back in it."""
    ids = [wrote(house, vault, Entry(what_happened=f"e{i}", injuries="y")) for i in range(COUNT)]
    grant_id = shared(house, vault, who, entries=tuple(ids))
    waits = next(i for i in range(COUNT) if f"e{i}" not in seen(house, who, grant_id))
    entries.amend(house, vault, ids[waits], Entry(what_happened="new"), base_version=1)
    with house.store.write() as conn:
        vault.refresh_heads(conn)
    change(house, ids[waits], 2, sealed=b"x" * 300)
    assert fill(house, vault, grant_id).lost == 1
    assert seen(house, who, grant_id) == [f"e{i}" for i in range(COUNT) if i != waits]


def test_a_row_under_anothers_number_is_not_shared(house: House, vault: Vault, who: Worker) -> None:
    ids = [wrote(house, vault, Entry(what_happened=f"e{i}")) for i in range(COUNT)]
    private = wrote(house, vault, Entry(what_happened="PRIVATE"))
    grant_id = shared(house, vault, who, entries=tuple(ids))
    waits = next(i for i in range(COUNT) if f"e{i}" not in seen(house, who, grant_id))
    swap(house, (ids[waits], 1), (private, 1))
    assert fill(house, vault, grant_id).lost == 1
    assert seen(house, who, grant_id) == [f"e{i}" for i in range(COUNT) if i != waits]
    with house.store.read() as conn:
        assert private not in rows.wrapped_records(conn, grant_id)


def test_a_number_that_was_swapped_lists_nothing_private(
    house: House, vault: Vault, who: Worker
) -> None:
    ids = [wrote(house, vault, Entry(what_happened=f"e{i}")) for i in range(COUNT)]
    for one in ids:
        entries.amend(house, vault, one, Entry(what_happened="new"), base_version=1)
    private = wrote(house, vault, Entry(what_happened="PRIVATE"))
    with house.store.write() as conn:
        vault.refresh_heads(conn)
    grant_id = shared(house, vault, who, entries=tuple(ids), earlier=True)
    with house.store.read() as conn:
        there = rows.wrapped_records(conn, grant_id)
    swap(house, (next(one for one in ids if one not in there), 1), (private, 1))
    fill(house, vault, grant_id)
    with house.store.read() as conn:
        assert who.case(house, grant_id).heads(conn).find(bytes.fromhex(private)) is None


def test_a_whole_step_that_does_not_open_holds_up_no_other(
    house: House, vault: Vault, who: Worker
) -> None:
    ids = [wrote(house, vault, Entry(what_happened=f"e{i}")) for i in range(COUNT)]
    grant_id = shared(house, vault, who, entries=tuple(ids))
    there = seen(house, who, grant_id)
    waiting = [i for i in reversed(range(COUNT)) if f"e{i}" not in there]
    for at in waiting[: consents.STEP]:
        change(house, ids[at], wrap=b"\x01" + b"x" * 60)
    assert fill(house, vault, grant_id).lost == consents.STEP
    assert len(seen(house, who, grant_id)) == COUNT - consents.STEP
