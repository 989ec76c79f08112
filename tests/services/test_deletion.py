"""Removing, bringing back, and being gone for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.file import Derived, File
from diary.domain.ids import new_id
from diary.domain.kept import PrivateNote
from diary.domain.people import Contact
from diary.domain.plan import Lead
from diary.domain.report import Report, ReportLink
from diary.errors import NotFoundError, StoreUnavailableError, WrongSecretError
from diary.services import (
    agencies,
    asking,
    deletion,
    drafts,
    entries,
    files,
    own,
    sessions,
    sharing,
    upkeep,
    uploads,
)
from diary.services.house import House
from diary.store import files as blob_rows
from diary.store.models import leaves, records
from diary.vault import ledger
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import Person
from tests.services.test_entries import write


def add(house: House, vault: Vault, body: Record, parent: str) -> str:
    with house.store.write() as conn:
        return vault.keep(conn, body, at=house.now(), parent=parent).record_id


def whole_family(house: House, vault: Vault) -> list[str]:
    """An entry changed once, with a file, its copy, a private note and how to reach a witness."""
    entry = write(house, vault, "to go")
    entries.amend(house, vault, entry, Entry(what_happened="to go, changed"), base_version=1)
    received = files.take_in(house, "note.txt", [b"some words"])
    file = files.add(house, vault, received, parent=entry)
    copy = Derived(
        blob=new_id(),
        purpose="small",
        mime="image/jpeg",
        size=1,
        sha256="0" * 64,
        made_at=house.now(),
    )
    below = [(copy, file), (PrivateNote(text="mine"), entry), (Contact(text="07700"), entry)]
    return [entry, file, *(add(house, vault, body, parent) for body, parent in below)]


def sealed_ids(house: House) -> set[str]:
    query = select(records.c.record_id).where(records.c.sealed.is_not(None))
    with house.store.read() as conn:
        return set(conn.execute(query).scalars())


def only_removal(house: House, vault: Vault) -> str:
    (one,) = deletion.waiting(house, vault)
    return one.removal_id


def test_it_is_out_of_sight_at_once(house: House, vault: Vault) -> None:
    entry, file, *_ = whole_family(house, vault)
    stays = write(house, vault, "stays")
    deletion.remove(house, vault, entry)
    assert [item.id for item in entries.timeline(house, vault).items] == [stays]
    assert entries.timeline(house, vault, query="go").total == 0
    for ask in (
        lambda: entries.read(house, vault, entry),
        lambda: files.show(house, vault, file),
        lambda: files.original(house, vault, file),
        lambda: entries.amend(house, vault, entry, Entry(), base_version=2),
        lambda: deletion.remove(house, vault, entry),
        lambda: files.add(house, vault, files.take_in(house, "late.txt", [b"late"]), parent=entry),
    ):
        with pytest.raises(NotFoundError):
            ask()


def test_it_comes_back_as_it_was(house: House, vault: Vault, clock: Clock) -> None:
    entry, *_ = whole_family(house, vault)
    before = entries.read(house, vault, entry)
    due = deletion.remove(house, vault, entry)
    assert due == house.now() + timedelta(days=house.settings.delete_wait_days)
    clock.pass_(days=6)
    assert deletion.bring_back(house, vault, [only_removal(house, vault)]) == 1
    assert entries.read(house, vault, entry) == before
    assert deletion.waiting(house, vault) == []
    clock.pass_(days=30)
    upkeep.sweep(house)
    assert entries.read(house, vault, entry) == before


def test_it_can_be_removed_again(house: House, vault: Vault, clock: Clock) -> None:
    entry = write(house, vault)
    for _ in range(2):
        deletion.remove(house, vault, entry)
        assert len(deletion.waiting(house, vault)) == 1
        deletion.bring_back(house, vault, [only_removal(house, vault)])
    deletion.remove(house, vault, entry)
    clock.pass_(days=8)
    assert deletion.finish(house) == 1
    assert entries.timeline(house, vault).total == 0


def test_after_the_wait_it_is_gone_for_good(house: House, vault: Vault, clock: Clock) -> None:
    family, stays = whole_family(house, vault), write(house, vault, "stays")
    with house.store.read() as conn:
        commitments = [opened.commitment for opened in vault.versions(conn, family[0])]
    deletion.remove(house, vault, family[0])
    removal = only_removal(house, vault)
    clock.pass_(days=7, seconds=-1)
    assert deletion.finish(house) == 0
    clock.pass_(seconds=1)
    assert deletion.waiting(house, vault) == []
    assert deletion.bring_back(house, vault, [removal]) == 0
    assert upkeep.sweep(house).records == len(family)
    assert sealed_ids(house) & set(family) == set()
    assert {stays, removal} <= sealed_ids(house)
    assert list(house.store.blobs.ids()) == []
    with house.store.read() as conn:
        assert blob_rows.dropped(conn) == []
        logged = set(conn.execute(select(leaves.c.commitment)).scalars())
    assert set(commitments) <= logged
    assert ledger.sequence(house.store, house.secrets.log, house.now())
    assert [item.id for item in entries.timeline(house, vault).items] == [stays]


def test_a_crash_between_dropping_and_unlinking_loses_no_note(
    house: House, vault: Vault, clock: Clock
) -> None:
    entry, *_ = whole_family(house, vault)
    deletion.remove(house, vault, entry)
    clock.pass_(days=8)
    deletion.finish(house)
    assert len(list(house.store.blobs.ids())) == 1  # the process ended here
    assert deletion.unlink_dropped(house) == 1
    assert deletion.unlink_dropped(house) == 0
    assert list(house.store.blobs.ids()) == []


def test_a_file_that_will_not_go_keeps_no_other_here(
    house: House, vault: Vault, clock: Clock
) -> None:
    for _ in range(2):
        deletion.remove(house, vault, whole_family(house, vault)[0])
    clock.pass_(days=8)
    deletion.finish(house)
    with house.store.read() as conn:
        stuck, *_ = blob_rows.dropped(conn)
    path = house.settings.blobs / stuck[:2] / stuck
    path.unlink()
    path.mkdir()  # no file any more, so that it cannot be unlinked
    assert deletion.unlink_dropped(house) == 1
    with house.store.read() as conn:
        assert blob_rows.dropped(conn) == [stuck]
    path.rmdir()
    assert deletion.unlink_dropped(house) == 1


def test_files_that_cannot_be_reached_hold_up_nothing_else_that_is_due(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[str] = []
    for room in (sessions, sharing, drafts, agencies, asking):
        monkeypatch.setattr(room, "sweep", lambda _, name=room.__name__: swept.append(name))

    def unreachable(*_: object, **__: object) -> None:
        raise StoreUnavailableError

    monkeypatch.setattr(uploads, "sweep", unreachable)
    with pytest.raises(StoreUnavailableError):
        upkeep.sweep(house)
    assert len(swept) == 5


def test_nobody_brings_back_in_another_diary(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    deletion.remove(house, vault, write(house, vault))
    assert deletion.waiting(house, other_vault) == []
    assert deletion.bring_back(house, other_vault, [only_removal(house, vault)]) == 0
    assert len(deletion.waiting(house, vault)) == 1


def test_an_unfinished_row_shows_nothing_of_the_removal(house: House, vault: Vault) -> None:
    """To whoever reads the database, a removal is a sealed row like any other."""
    deletion.remove(house, vault, write(house, vault))
    with house.store.read() as conn:
        rows = conn.execute(select(records.c.wrap, records.c.sealed)).all()
    assert len(rows) == 2
    assert not any(b"removal" in column for row in rows for column in row)


def test_only_the_code_opens_the_way_back(house: House, signed_in: Person) -> None:
    deletion.check_code(house, signed_in.vault, signed_in.code.lower())
    for typed in ("", "x", signed_in.passphrase, signed_in.code[::-1]):
        with pytest.raises(WrongSecretError):
            deletion.check_code(house, signed_in.vault, typed)
    with house.store.read() as conn:
        assert list(signed_in.vault.scan(conn, File.kind)) == []


def test_what_is_destroyed_is_in_no_file_any_more(house: House, vault: Vault, clock: Clock) -> None:
    if house.store.engine.dialect.name != "sqlite":
        pytest.skip("how PostgreSQL clears its files is its administrator's")
    entry = write(house, vault, "to go")
    query = select(records.c.wrap, records.c.sealed).where(records.c.record_id == entry)
    with house.store.read() as conn:
        wrap, sealed = conn.execute(query).one()

    def found() -> bool:
        stored = [path.read_bytes() for path in house.settings.data.glob("diary.sqlite*")]
        return any(wrap in data or sealed[:60] in data for data in stored)

    assert found()
    deletion.remove(house, vault, entry)
    clock.pass_(days=house.settings.delete_wait_days + 1)
    upkeep.sweep(house)
    assert not found()


def lead(house: House, vault: Vault, entry: str) -> str:
    body = Lead(sort="A shop camera")
    return own.add(house, vault, body, record_id=new_id(), parent=entry).id


def test_what_was_removed_by_itself_waits_alone(house: House, vault: Vault, clock: Clock) -> None:
    entry = write(house, vault)
    camera = lead(house, vault, entry)
    deletion.remove(house, vault, camera)
    clock.pass_(days=3)
    deletion.remove(house, vault, entry)
    only_entry = deletion.waiting(house, vault)
    assert [type(one.body) for one in only_entry] == [Entry]
    deletion.bring_back(house, vault, [only_entry[0].removal_id])
    assert [type(one.body) for one in deletion.waiting(house, vault)] == [Lead]
    clock.pass_(days=5)
    deletion.finish(house)
    assert camera not in sealed_ids(house)
    assert entry in sealed_ids(house)


def test_a_removed_report_is_no_longer_counted_at_its_entry(house: House, vault: Vault) -> None:
    entry, body = write(house, vault), Report(reference="REP-1")
    report = own.add(
        house, vault, body.model_copy(update={"entries": (entry,)}), record_id=new_id()
    )
    link = ReportLink(report=report.id)
    own.add(house, vault, link, record_id=new_id(), parent=entry)

    def told() -> int:
        with house.store.read() as conn:
            return vault.count_children(conn, [entry], ReportLink.kind)[entry][1]

    assert told() == 1
    deletion.remove(house, vault, report.id)
    assert told() == 0
    deletion.bring_back(house, vault, [only_removal(house, vault)])
    assert told() == 1
