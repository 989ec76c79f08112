"""What stays and what goes when something shared is removed, an account closes, a worker leaves.

Hers goes whole and for everybody; what a practitioner wrote stays his and hers; who looked and what
she agreed to is never lost to her.
"""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.ids import new_id
from diary.domain.practice import PracticeRecord
from diary.errors import NotFoundError
from diary.services import (
    accounts,
    agencies,
    case_files,
    cases,
    deletion,
    looks,
    own,
    practice,
    practice_seen,
    practitioners,
    sharing,
    upkeep,
)
from diary.services.cases import Look, NotSharedError
from diary.services.house import House
from diary.store import accounts as store_accounts
from diary.store import files
from diary.store import grants as rows
from diary.store.models import blobs, grant_wraps, grants, records
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.services.sharers import Worker, agency, shared, with_photo, worker, wrote

TOLD = "He waited by the gate."
WRITTEN = "She rang me from the shop."


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house)


@pytest.fixture
def entry(house: House, vault: Vault) -> str:
    return wrote(house, vault, Entry(what_happened=TOLD, injuries="a bruise"))


@pytest.fixture
def photo(house: House, vault: Vault, entry: str) -> str:
    return with_photo(house, vault, entry)


@pytest.fixture
def grant(house: House, vault: Vault, who: Worker, entry: str, photo: str) -> str:
    """A share that was looked at, and under which something was written about the entry."""
    made = shared(house, vault, who, entries=(entry,), files=(photo,))
    read(house, who, made, entry)
    body = PracticeRecord(detail=WRITTEN, linked_entries=(entry,))
    practice.add(house, who.vault, made, body, record_id=new_id())
    return made


def read(house: House, who: Worker, grant_id: str, entry: str) -> str:
    """Read the entry as its pages do; return its words."""
    body = cases.read(
        house,
        who.vault,
        grant_id,
        Look("entry", entry),
        lambda found: found.one(Entry, entry).body,
    )
    return body.what_happened


def seen_by_her(house: House, vault: Vault) -> list[str]:
    return [look.note for look in looks.looks(house, vault).items]


def written(house: House, vault: Vault) -> list[str]:
    return [one.record.body.detail for one in practice_seen.every(house, vault).items]


def kept_by(house: House, who: Worker) -> list[str]:
    return [one.body.detail for one in practice.kept(house, who.vault).items]


def gone_for_good(house: House, vault: Vault, clock: Clock, *ids: str) -> None:
    for one in ids:
        deletion.remove(house, vault, one)
    clock.pass_(days=8)
    upkeep.sweep(house)


def test_an_entry_that_is_shared_goes_whole_and_for_everybody(
    house: House, vault: Vault, who: Worker, grant: str, entry: str, photo: str, clock: Clock
) -> None:
    gone_for_good(house, vault, clock, entry)
    with pytest.raises(NotSharedError):
        read(house, who, grant, entry)
    with pytest.raises(NotSharedError):
        cases.read(
            house,
            who.vault,
            grant,
            Look("file", photo),
            lambda found: case_files.about(found, photo),
        )
    with house.store.read() as conn:
        family = [entry, photo, *vault.family(conn, entry)]
        keys = conn.execute(
            select(records.c.wrap, records.c.sealed).where(records.c.record_id.in_(family))
        ).all()
        wraps = conn.scalars(
            select(grant_wraps.c.wrap).where(grant_wraps.c.record_id.in_(family))
        ).all()
        left = conn.scalar(select(func.count()).select_from(blobs))
    assert len(keys) > 3, "the entry, its copy, its photo, and what is drawn of it"
    assert not any(part for row in keys for part in row)
    assert not any(wraps)
    assert left == 0
    assert [path for path in house.settings.blobs.rglob("*") if path.is_file()] == []


def test_what_was_agreed_seen_and_written_about_it_stays(
    house: House, vault: Vault, who: Worker, grant: str, entry: str, clock: Clock
) -> None:
    before = seen_by_her(house, vault)
    assert before == ["practice", "entry"]
    gone_for_good(house, vault, clock, entry)
    assert seen_by_her(house, vault) == before
    assert all(
        look.what is None for look in looks.looks(house, vault).items if look.note == "entry"
    )
    share = sharing.share(house, vault, grant)
    assert entry in {item.record for item in share.consent.items}
    assert share.state == "live"
    assert (written(house, vault), kept_by(house, who)) == ([WRITTEN], [WRITTEN])


def test_while_a_removal_waits_nobody_reads_and_bringing_back_brings_all_back(
    house: House, vault: Vault, who: Worker, grant: str, entry: str, photo: str
) -> None:
    deletion.remove(house, vault, entry)
    with pytest.raises(NotSharedError):
        read(house, who, grant, entry)
    (waiting,) = deletion.waiting(house, vault)
    deletion.bring_back(house, vault, [waiting.removal_id])
    assert read(house, who, grant, entry) == TOLD
    cases.read(
        house, who.vault, grant, Look("file", photo), lambda found: case_files.about(found, photo)
    )


def test_an_account_that_shares_leaves_nothing_of_hers_and_what_others_wrote_to_them(
    house: House, vault: Vault, who: Worker, grant: str, entry: str, clock: Clock
) -> None:
    accounts.close(house, vault)
    with pytest.raises(NotSharedError):
        read(house, who, grant, entry)
    assert written(house, vault) == [WRITTEN], "while it waits all is still hers"
    assert seen_by_her(house, vault) == ["practice", "entry"]
    clock.pass_(days=8)
    upkeep.sweep(house)
    with house.store.read() as conn:
        for table in (records, grants, blobs):
            of_hers = table.c.diary_id == vault.diary_id
            assert conn.scalar(select(func.count()).select_from(table).where(of_hers)) == 0
        assert conn.scalar(select(func.count()).select_from(grant_wraps)) == 0
        assert files.dropped(conn) == []
    assert [path for path in house.settings.blobs.rglob("*") if path.is_file()] == []
    assert cases.mine(house, who.vault) == []
    (kept,) = practice.kept(house, who.vault).items
    assert kept.body.detail == WRITTEN
    assert TOLD not in kept.body.model_dump_json()
    assert practice.kept_one(house, who.vault, kept.id) == kept


def test_a_worker_who_is_suspended_reads_nothing_and_she_loses_nothing(
    house: House, vault: Vault, who: Worker, grant: str, entry: str
) -> None:
    agencies.suspend(house, account_id=who.card.account_id)
    for act in (
        lambda: cases.mine(house, who.vault),
        lambda: read(house, who, grant, entry),
        lambda: practice.kept(house, who.vault),
        lambda: practice.add(
            house, who.vault, grant, PracticeRecord(detail="late"), record_id=new_id()
        ),
    ):
        with pytest.raises(NotSharedError):
            act()
    assert written(house, vault) == [WRITTEN]
    assert seen_by_her(house, vault) == ["practice", "entry"]
    assert sharing.share(house, vault, grant).consent.name == who.card.name


def test_a_worker_who_is_gone_leaves_what_he_wrote_to_her_and_to_nobody_else(
    house: House, vault: Vault, who: Worker, grant: str
) -> None:
    other = worker(house, "Ann Ash", agency(house, "Quay Street"))
    with house.store.write() as conn:
        store_accounts.remove(conn, who.card.account_id)
    assert written(house, vault) == [WRITTEN]
    (one,) = practice_seen.every(house, vault).items
    assert one.record.body.author_name == "Maria Okafor"
    assert one.share
    assert (one.share.state, one.share.consent.organisation) == ("ended", "Harbour Advice")
    assert kept_by(house, other) == []
    with house.store.read() as conn:
        assert not practitioners.is_active(conn, who.card.account_id)
        row = rows.by_id(conn, grant)
        assert row is None or row.grantee_key is None
        wraps = conn.scalars(select(grant_wraps.c.wrap).where(grant_wraps.c.grant_id == grant))
        assert not any(wraps.all())


def test_what_was_written_cannot_be_removed_by_her_nor_by_its_author(
    house: House, vault: Vault, who: Worker, grant: str
) -> None:
    (one,) = practice_seen.every(house, vault).items
    for mine in (vault, who.vault):
        with pytest.raises(NotFoundError):
            deletion.remove(house, mine, one.record.id)
    for look in own_events(house, vault):
        with pytest.raises(NotFoundError):
            deletion.remove(house, vault, look)
    with pytest.raises(NotFoundError):
        deletion.remove(house, vault, grant)


def own_events(house: House, vault: Vault) -> list[str]:
    with house.store.read() as conn:
        return [one.id for one in own.every_in(conn, vault, Event).items]
