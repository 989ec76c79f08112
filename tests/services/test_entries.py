"""Writing, changing and reading entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from sqlite3 import OperationalError as DriverError

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.file import File
from diary.domain.ids import new_id
from diary.domain.when import When
from diary.errors import ConflictError, NotFoundError, StoreFullError, StoreUnavailableError
from diary.services import deletion, entries, files
from diary.services.house import House
from diary.store import grants as grant_store
from diary.store.models import blobs, leaves, records
from diary.vault import grants
from diary.vault.case import leave
from diary.vault.grants import Grantee, Term
from diary.vault.vault import Vault
from tests.clock import Clock


def write(house: House, vault: Vault, text: str = "He rang.", **more: object) -> str:
    entry = Entry.model_validate({"what_happened": text, **more})
    return entries.record(house, vault, entry, record_id=new_id()).record_id


def told(house: House, vault: Vault, entry_id: str) -> list[str]:
    story = entries.read(house, vault, entry_id)
    return [version.entry.what_happened for version in story.versions]


def test_it_is_saved_with_the_clocks_side_by_side(house: House, vault: Vault) -> None:
    phone = house.now() - timedelta(minutes=9)
    entry_id = new_id()
    saved = entries.record(
        house, vault, Entry(what_happened="He rang."), record_id=entry_id, device_at=phone
    )
    assert (saved.at, saved.version, saved.again) == (house.now(), 1, False)
    newest = entries.read(house, vault, entry_id).newest
    assert (newest.device_at, newest.received_at) == (phone, house.now())


def test_sent_twice_is_saved_once(house: House, vault: Vault, clock: Clock) -> None:
    entry_id, entry = new_id(), Entry(what_happened="He rang.")
    first = entries.record(house, vault, entry, record_id=entry_id)
    clock.pass_(seconds=3)
    again = entries.record(house, vault, entry, record_id=entry_id)
    assert again.again
    assert again.at == first.at
    assert entries.timeline(house, vault).total == 1


def test_sent_again_after_it_was_removed_is_not_there(house: House, vault: Vault) -> None:
    entry_id = new_id()
    entries.record(house, vault, Entry(what_happened="a"), record_id=entry_id)
    deletion.remove(house, vault, entry_id)
    with pytest.raises(NotFoundError):
        entries.record(house, vault, Entry(what_happened="a"), record_id=entry_id)


def test_a_change_keeps_the_earlier_words(house: House, vault: Vault, clock: Clock) -> None:
    entry_id = write(house, vault, "one")
    clock.pass_(days=1)
    entries.amend(house, vault, entry_id, Entry(what_happened="two"), base_version=1)
    assert told(house, vault, entry_id) == ["one", "two"]
    versions = entries.read(house, vault, entry_id).versions
    assert versions[1].received_at - versions[0].received_at == timedelta(days=1)


def test_of_two_tabs_the_second_is_told(house: House, vault: Vault) -> None:
    entry_id = write(house, vault, "one")
    entries.amend(house, vault, entry_id, Entry(what_happened="two"), base_version=1)
    with pytest.raises(ConflictError):
        entries.amend(house, vault, entry_id, Entry(what_happened="three"), base_version=1)
    assert told(house, vault, entry_id) == ["one", "two"]


def test_the_same_change_sent_twice_is_one(house: House, vault: Vault) -> None:
    entry_id = write(house, vault, "one")
    for again in (False, True):
        saved = entries.amend(house, vault, entry_id, Entry(what_happened="two"), base_version=1)
        assert (saved.version, saved.again) == (2, again)
    assert told(house, vault, entry_id) == ["one", "two"]


def test_another_diary_and_another_kind_are_not_there(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    entry_id = write(house, vault)
    body = File(blob=new_id(), size=1, sha256="0" * 64)
    with house.store.write() as conn:
        file_id = vault.keep(conn, body, at=house.now(), parent=entry_id).record_id
    for diary, wanted in ((other_vault, entry_id), (vault, file_id), (vault, new_id())):
        with pytest.raises(NotFoundError):
            entries.read(house, diary, wanted)
        with pytest.raises(NotFoundError):
            entries.amend(house, diary, wanted, Entry(), base_version=1)
        with pytest.raises(NotFoundError):
            deletion.remove(house, diary, wanted)


def test_the_timeline_counts_what_is_attached(house: House, vault: Vault) -> None:
    one, two = write(house, vault, "one"), write(house, vault, "two")
    with house.store.write() as conn:
        for mime in ("image/jpeg", "image/heic", "audio/mp4"):
            body = File(blob=new_id(), mime=mime, size=1, sha256="0" * 64)
            vault.keep(conn, body, at=house.now(), parent=one)
    found = {item.id: item.files for item in entries.timeline(house, vault).items}
    assert found == {one: Counter({1: 2, 2: 1}), two: Counter()}


def test_the_timeline_comes_in_pages(house: House, vault: Vault) -> None:
    for number in range(45):
        write(
            house,
            vault,
            f"call {number}",
            when=When.at("date_only", f"2026-01-{number % 28 + 1:02}"),
        )
    pages = [entries.timeline(house, vault, page=page) for page in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [20, 20, 5]
    after = entries.timeline(house, vault, page=4)  # there is none: the last one is shown
    assert ([item.id for item in after.items], after.page) == (
        [item.id for item in pages[2].items],
        3,
    )
    assert {page.pages for page in pages} == {3}
    assert len({item.id for page in pages for item in page.items}) == 45
    days = [item.entry.when.local for page in pages for item in page.items]
    assert days == sorted(days, reverse=True)
    assert entries.timeline(house, vault, query="call 44").total == 1


def test_an_empty_diary(house: House, vault: Vault) -> None:
    found = entries.timeline(house, vault)
    assert (found.items, found.total, found.pages) == ((), 0, 1)


@pytest.fixture
def broken(house: House) -> Iterator[dict[str, str]]:
    """Let the database fail at the next statement that holds a word."""
    fault = {"at": "\0never", "says": ""}

    def fail(conn, cursor, statement, parameters, context, many):  # type: ignore[no-untyped-def]
        if fault["at"] in statement:
            raise OperationalError(statement, {}, DriverError(fault["says"]))

    event.listen(house.store.engine, "before_cursor_execute", fail)
    yield fault
    event.remove(house.store.engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("at", ["INSERT INTO records", "INSERT INTO leaves", "UPDATE diaries"])
@pytest.mark.parametrize(
    ("says", "error"),
    [
        ("database or disk is full", StoreFullError),
        ("server closed the connection", StoreUnavailableError),
    ],
)
def test_a_fault_while_saving_leaves_nothing_behind(
    house: House,
    vault: Vault,
    broken: dict[str, str],
    at: str,
    says: str,
    error: type[Exception],
) -> None:
    broken |= {"at": at, "says": says}
    with pytest.raises(error):
        write(house, vault, "half")
    broken["at"] = "\0never"
    with house.store.read() as conn:
        for table in (records, leaves, blobs):
            assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0
    write(house, vault, "whole")
    assert [item.entry.what_happened for item in entries.timeline(house, vault).items] == ["whole"]


def test_a_file_that_cannot_be_filed_takes_the_words_back_too(
    house: House, vault: Vault, broken: dict[str, str]
) -> None:
    received = files.take_in(house, "note.txt", [b"some words"])
    broken |= {"at": "INSERT INTO blobs", "says": "database or disk is full"}
    with pytest.raises(StoreFullError):
        entries.record(
            house,
            vault,
            Entry(what_happened="with a file"),
            record_id=new_id(),
            received=[received],
        )
    broken["at"] = "\0never"
    assert entries.timeline(house, vault).total == 0


def test_words_and_files_are_saved_together_and_once(house: House, vault: Vault) -> None:
    entry_id = new_id()
    for _ in range(2):
        received = files.take_in(house, "note.txt", [b"some words"])
        entries.record(
            house, vault, Entry(what_happened="a"), record_id=entry_id, received=[received]
        )
    attached = entries.read(house, vault, entry_id).files
    assert [one.file.original_name for one in attached] == ["note.txt"]
    assert len(list(house.store.blobs.ids())) == 1


def test_what_others_left_is_merged_when_she_looks(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    """Each look of somebody else leaves a row that her own writing never merged."""
    shown = write(house, vault)
    with house.store.write() as conn:
        key = grant_store.public_key_of_diary(conn, other_vault.diary_id) or b""
        term = Term(house.now(), house.now() + timedelta(days=1))
        grant = grants.give(conn, vault, Grantee(other_vault.account_id, key), term)
        for _ in range(entries.LEFT_UNMERGED + 1):
            leave(conn, grant, Event(action="looked", actor="practitioner"), at=house.now())
        assert vault.heads(conn).merged > entries.LEFT_UNMERGED
    assert [item.id for item in entries.timeline(house, vault).items] == [shown]
    with house.store.read() as conn:
        assert vault.heads(conn).merged == 0
