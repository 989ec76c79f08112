"""What a page carries from the last look to the press: it gives what was seen, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import Connection, delete, select, update

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.file import Derived, File
from diary.domain.ids import new_id
from diary.domain.order import Order
from diary.domain.people import Contact, OtherPerson, Person, Told
from diary.domain.plan import Lead, Plan
from diary.domain.report import Report
from diary.domain.sharing import Consent, Shared
from diary.services import (
    consents,
    deletion,
    entries,
    load,
    own,
    redaction,
    reports,
    share_drafts,
    share_look,
)
from diary.services.consents import ChangedMeanwhileError, Filled
from diary.services.house import House
from diary.store import grants as granted
from diary.store import records
from diary.store.models import diaries, heads
from diary.store.models import records as rows
from diary.vault import carried
from diary.vault.vault import Vault
from tests.conftest import PASSPHRASE
from tests.services.sharers import WORDING, Worker, drafted, left, look, shared, worker, wrote
from tests.services.test_load import SCENARIO, file_it

CHOSEN: dict[str, type[Record]] = {
    "entries": Entry, "orders": Order, "people": Person, "contacts": Person, "told": Told,
    "leads": Lead, "files": File,
}  # fmt: skip


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house)


def gone(house: House, vault: Vault, grant_id: str) -> list[tuple[str, int, bool]]:
    """Return what the consent says that goes."""
    items = own.one(house, vault, Consent, grant_id).body.items
    return plain(items)


def plain(items: Iterable[Shared]) -> list[tuple[str, int, bool]]:
    return [(one.record, one.version, one.copy_id is not None) for one in items]


def never(*_: object) -> None:
    raise AssertionError("it was opened again")


@pytest.mark.slow
@pytest.mark.parametrize("fields", [redaction.USUAL, (*redaction.USUAL, "told")])
def test_of_everything_there_is_what_was_seen_goes_and_is_not_opened_again(
    house: House, who: Worker, fields: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    file_it(house, SCENARIO)
    vault = Vault(load.sign_in(house, name="Nad", passphrase=PASSPHRASE).unlocked)
    with house.store.read() as conn:
        heads = vault.heads(conn)
        ids = {
            name: tuple(head.record.hex() for head in heads.section(model.kind))
            for name, model in CHOSEN.items()
        }
    draft_id = drafted(house, vault, who, **ids, fields=fields, plan=True, other_person=True)
    seen = look(house, vault, draft_id)
    monkeypatch.setattr(share_look, "pack", never)
    consents.give(house, vault, draft_id, seen=seen.seen, wording=WORDING)
    went = gone(house, vault, draft_id)
    assert went == plain(seen.parcel.items())
    kinds = {piece.kind for piece in seen.parcel.pieces}
    expected: set[type[Record]] = {
        Entry,
        Order,
        Person,
        Contact,
        Told,
        Lead,
        File,
        Derived,
        Plan,
        OtherPerson,
    }
    assert {one.kind for one in expected} <= kinds
    assert (Report.kind in kinds) is ("told" in fields)
    copied = [copied for _, _, copied in went]
    assert any(copied)
    assert not all(copied)


def test_each_entry_goes_as_it_was_seen(house: House, vault: Vault, who: Worker) -> None:
    hurt = [i % 3 == 0 for i in range(20)]
    ids = tuple(
        wrote(house, vault, Entry(what_happened=str(i), injuries="a bruise" if cut else ""))
        for i, cut in enumerate(hurt)
    )
    went = gone(house, vault, shared(house, vault, who, entries=ids))
    assert {record: copied for record, _, copied in went} == dict(zip(ids, hurt, strict=True))


def test_what_was_written_meanwhile_holds_nothing_up(
    house: House, vault: Vault, who: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's look leaves a row in her diary at any moment."""
    before = shared(house, vault, who, entries=(wrote(house, vault, Entry(what_happened="x")),))
    first = wrote(house, vault, Entry(what_happened="He waited.", injuries="a bruise"))
    draft_id = drafted(house, vault, who, entries=(first,))
    seen = look(house, vault, draft_id).seen
    left(house, who, before, Event(action="looked", subject=before))
    monkeypatch.setattr(share_look, "pack", never)
    consents.give(house, vault, draft_id, seen=seen, wording=WORDING)
    assert gone(house, vault, draft_id) == [(first, 1, True)]


def test_what_was_chosen_otherwise_in_another_tab_is_share_look_again(
    house: House, vault: Vault, who: Worker
) -> None:
    first, second = (wrote(house, vault, Entry(what_happened=one)) for one in ("one", "two"))
    draft_id = drafted(house, vault, who, entries=(first,))
    seen = look(house, vault, draft_id).seen
    draft = share_drafts.read(house, vault, draft_id)
    share_drafts.decide(house, vault, draft, entries=(second,))
    with pytest.raises(ChangedMeanwhileError):
        consents.give(house, vault, draft_id, seen=seen, wording=WORDING)


def test_what_was_removed_since_is_share_look_again(
    house: House, vault: Vault, who: Worker
) -> None:
    first, second = (wrote(house, vault, Entry(what_happened=one)) for one in ("one", "two"))
    draft_id = drafted(house, vault, who, entries=(first, second))
    seen = look(house, vault, draft_id).seen
    deletion.remove(house, vault, second)
    with pytest.raises(ChangedMeanwhileError):
        consents.give(house, vault, draft_id, seen=seen, wording=WORDING)


def test_all_wordings_are_read_again(house: House, vault: Vault, who: Worker) -> None:
    first = wrote(house, vault, Entry(what_happened="old", injuries="a bruise"))
    entries.amend(house, vault, first, Entry(what_happened="new"), base_version=1)
    grant_id = shared(house, vault, who, entries=(first,), earlier=True)
    assert gone(house, vault, grant_id) == [(first, 1, True), (first, 2, True)]


@pytest.mark.parametrize("made_up", ["", "x", "=", "é", "A" * 400, "a-b_c=", "f" * 64, "\0"])
def test_what_was_made_up_gives_nothing(
    house: House, vault: Vault, who: Worker, made_up: str
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    draft_id = drafted(house, vault, who, entries=(first,))
    with pytest.raises(ChangedMeanwhileError):
        consents.give(house, vault, draft_id, seen=made_up, wording=WORDING)


def test_one_look_gives_for_no_other_share(house: House, vault: Vault, who: Worker) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    one, other = (drafted(house, vault, who, entries=(first,)) for _ in range(2))
    with pytest.raises(ChangedMeanwhileError):
        consents.give(house, vault, other, seen=look(house, vault, one).seen, wording=WORDING)


def test_the_page_says_nothing_of_it_in_the_open(house: House, vault: Vault, who: Worker) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    draft_id = drafted(house, vault, who, entries=(first,))
    seen = look(house, vault, draft_id).seen
    assert first not in seen
    assert len(seen) < 500


def test_ten_thousand_marks_are_small(vault: Vault) -> None:
    marks = "".join(Random(4).choices("01", k=10_000))
    assert 2_000 < len(carried.seal(vault, "share", ["f" * 64, marks])) < 3_000


def test_a_copy_makes_another_number_than_the_whole(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    whole = look(house, vault, drafted(house, vault, who, entries=(first,))).parcel
    cut = replace(whole, pieces=(replace(whole.pieces[0], stays=("when",)),))
    assert cut.seen != whole.seen


def test_what_is_carried_opens_for_one_diary_and_one_purpose(
    vault: Vault, other_vault: Vault
) -> None:
    sealed = carried.seal(vault, "share 1", ["a", 1, None])
    assert carried.open_(vault, "share 1", sealed) == ["a", 1, None]
    assert carried.open_(vault, "share 2", sealed) is None
    assert carried.open_(other_vault, "share 1", sealed) is None
    assert carried.open_(vault, "share 1", sealed[:-8]) is None


# Whoever can write the database, or puts an old one back


def hide(house: House, vault: Vault, ids: Collection[str], version: int) -> dict[int, bytes]:
    """Make rows look as if they were destroyed; return what brings them back."""
    named = rows.c.diary_id == vault.diary_id, rows.c.record_id.in_(ids), rows.c.version == version
    with house.store.write() as conn:
        found = conn.execute(select(rows.c.n, rows.c.wrap).where(*named)).all()
        conn.execute(update(rows).where(*named).values(wrap=None))
        conn.execute(delete(heads))
    return {row.n: row.wrap for row in found}


def bring_back(house: House, vault: Vault, wraps: dict[int, bytes]) -> None:
    with house.store.write() as conn:
        for n, wrap in wraps.items():
            named = rows.c.diary_id == vault.diary_id, rows.c.n == n
            conn.execute(update(rows).where(*named).values(wrap=wrap))
        conn.execute(delete(heads))


def refused(house: House, vault: Vault, draft_id: str, seen: str) -> None:
    with pytest.raises(ChangedMeanwhileError):
        consents.give(house, vault, draft_id, seen=seen, wording=WORDING)
    assert consents.is_given(house, vault, draft_id) is False


def test_a_wording_that_came_back_is_looked_at_again(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    entries.amend(house, vault, first, Entry(what_happened="x", injuries="y"), base_version=1)
    draft_id = drafted(house, vault, who, entries=(first,))
    wraps = hide(house, vault, [first], 2)
    looked = look(house, vault, draft_id)
    assert looked.parcel.marks == "0", "the wording before is seen, whole"
    bring_back(house, vault, wraps)
    refused(house, vault, draft_id, looked.seen)


def test_another_entry_than_was_looked_at_takes_nobodys_place(
    house: House, vault: Vault, who: Worker
) -> None:
    ids = tuple(
        wrote(house, vault, Entry(what_happened=words, injuries=hurt))
        for words, hurt in (("a", ""), ("b", "y"), ("c", "y"))
    )
    draft_id = drafted(house, vault, who, entries=ids)
    wraps = hide(house, vault, ids[2:], 1)
    seen = look(house, vault, draft_id)
    assert seen.parcel.marks == "10"
    bring_back(house, vault, wraps)
    refused(house, vault, draft_id, seen.seen)
    hide(house, vault, ids[:1], 1)
    refused(house, vault, draft_id, seen.seen)


def test_a_backup_that_was_put_back_and_written_on_is_looked_at_again(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    draft_id = drafted(house, vault, who, entries=(first,))
    with house.store.read() as conn:
        before = records.last_n(conn, vault.diary_id)
    entries.amend(house, vault, first, Entry(what_happened="He waited long."), base_version=1)
    seen = look(house, vault, draft_id).seen
    with house.store.write() as conn:
        conn.execute(delete(rows).where(rows.c.diary_id == vault.diary_id, rows.c.n > before))
        conn.execute(update(diaries).where(diaries.c.id == vault.diary_id).values(last_n=before))
        conn.execute(delete(heads))
    entries.amend(house, vault, first, Entry(what_happened="x", injuries="y"), base_version=1)
    refused(house, vault, draft_id, seen)


def test_another_wording_of_what_goes_whole_is_looked_at_again(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    other = own.add(house, vault, OtherPerson(name="Dan"), record_id=new_id())
    own.change(house, vault, OtherPerson(name="Danny"), record_id=other.id, base_version=1)
    draft_id = drafted(house, vault, who, entries=(first,), other_person=True)
    wraps = hide(house, vault, [other.id], 2)
    seen = look(house, vault, draft_id).seen
    bring_back(house, vault, wraps)
    refused(house, vault, draft_id, seen)


def commit(house: House, vault: Vault, n: int, commitment: bytes) -> bytes:
    """Write another commitment into a row; return its own."""
    named = rows.c.diary_id == vault.diary_id, rows.c.n == n
    with house.store.write() as conn:
        vault.refresh_heads(conn)  # or the row is opened when the index is brought up to date
        own_one = conn.execute(select(rows.c.commitment).where(*named)).scalar_one()
        conn.execute(update(rows).where(*named).values(commitment=commitment))
    return bytes(own_one)


def number(house: House, vault: Vault, record_id: str, version: int) -> int:
    named = rows.c.record_id == record_id, rows.c.version == version
    with house.store.read() as conn:
        return int(conn.execute(select(rows.c.n).where(*named)).scalar_one())


def test_a_row_that_was_given_anothers_commitment_is_looked_at_again(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    draft_id = drafted(house, vault, who, entries=(first,))
    seen = look(house, vault, draft_id).seen
    with house.store.read() as conn:
        looked_at = vault.get(conn, first).commitment
    entries.amend(house, vault, first, Entry(what_happened="x", injuries="y"), base_version=1)
    commit(house, vault, number(house, vault, first, 2), looked_at)
    refused(house, vault, draft_id, seen)


@pytest.mark.parametrize("cut", [b"", b"x" * 31, b"x" * 64])
def test_commitments_of_any_length_stand_for_one_row(
    house: House, vault: Vault, who: Worker, cut: bytes
) -> None:
    ids = tuple(wrote(house, vault, Entry(what_happened=one)) for one in ("one", "two"))
    draft_id = drafted(house, vault, who, entries=ids)
    seen = look(house, vault, draft_id).seen
    with house.store.read() as conn:
        first, second = (vault.get(conn, one).commitment for one in ids)
    hide(house, vault, ids[:1], 1)
    commit(house, vault, number(house, vault, ids[1], 1), cut or second + first)
    refused(house, vault, draft_id, seen)


def test_what_is_to_go_whole_never_holds_what_was_left_out(
    house: House, vault: Vault, who: Worker
) -> None:
    """Two wordings under one number: of two states of the database, both written by her."""
    first = wrote(house, vault, Entry(what_happened="He waited."))
    draft_id = drafted(house, vault, who, entries=(first,))
    seen = look(house, vault, draft_id).seen
    n = number(house, vault, first, 1)
    with house.store.write() as conn:
        looked_at = conn.execute(select(rows).where(rows.c.n == n)).one()
        vault.refresh_heads(conn)
        conn.execute(delete(rows).where(rows.c.n == n))
        conn.execute(update(diaries).values(last_n=n - 1))
        vault.keep(conn, Entry(what_happened="x", injuries="y"), at=house.now(), record_id=first)
    commitment = commit(house, vault, n, looked_at.commitment)
    consents.give(house, vault, draft_id, seen=seen, wording=WORDING)
    assert gone(house, vault, draft_id) == [(first, 1, False)]
    commit(house, vault, n, commitment)
    assert consents.fill(house, vault, draft_id) == Filled(0, 1, lost=1)
    with house.store.read() as conn:
        assert first not in granted.wrapped_records(conn, draft_id)


# What does not open


def spoil(house: House, vault: Vault, record_id: str) -> None:
    with house.store.write() as conn:
        vault.refresh_heads(conn)
        conn.execute(update(rows).where(rows.c.record_id == record_id).values(sealed=b"x" * 300))


@pytest.mark.parametrize("hurt", ["", "a bruise"], ids=["whole", "copies"])
def test_what_was_damaged_at_the_look_stays_out_and_the_rest_goes(
    house: House, vault: Vault, who: Worker, hurt: str
) -> None:
    ids = [wrote(house, vault, Entry(what_happened=one, injuries=hurt)) for one in "abc"]
    draft_id = drafted(house, vault, who, entries=tuple(ids))
    spoil(house, vault, ids[1])
    looked = look(house, vault, draft_id)
    assert looked.parcel.damaged == 1
    consents.give(house, vault, draft_id, seen=looked.seen, wording=WORDING)
    assert [one for one, _, _ in gone(house, vault, draft_id)] == [ids[2], ids[0]]


@pytest.mark.parametrize("hurt", ["", "a bruise"], ids=["whole", "copies"])
def test_what_is_damaged_after_the_look_is_said(
    house: House, vault: Vault, who: Worker, hurt: str
) -> None:
    ids = [wrote(house, vault, Entry(what_happened=one, injuries=hurt)) for one in "abc"]
    draft_id = drafted(house, vault, who, entries=tuple(ids))
    seen = look(house, vault, draft_id).seen
    spoil(house, vault, ids[1])
    consents.give(house, vault, draft_id, seen=seen, wording=WORDING)
    assert consents.fill(house, vault, draft_id) == Filled(2, 3, lost=1)


def test_a_report_that_is_damaged_after_the_look_is_looked_at_again(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    report = reports.give(house, vault, Report(reference="", entries=(first,)), record_id=new_id())
    fields = (*redaction.USUAL, "told")
    draft_id = drafted(house, vault, who, entries=(first,), fields=fields)
    seen = look(house, vault, draft_id).seen
    spoil(house, vault, report.id)
    refused(house, vault, draft_id, seen)


# At the same moment


def test_what_is_decided_while_the_press_waits_for_its_turn_is_looked_at_again(
    house: House, vault: Vault, who: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (wrote(house, vault, Entry(what_happened=one)) for one in ("one", "two"))
    draft_id = drafted(house, vault, who, entries=(first,))
    seen = look(house, vault, draft_id).seen
    real = own.turn

    def later(house: House, vault: Vault) -> AbstractContextManager[Connection]:
        draft = share_drafts.read(house, vault, draft_id)
        share_drafts.decide(house, vault, draft, entries=(first, second))
        return real(house, vault)

    monkeypatch.setattr(own, "turn", later)
    refused(house, vault, draft_id, seen)


def test_all_wordings_asked_for_in_another_tab_are_looked_at_again(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    entries.amend(house, vault, first, Entry(what_happened="x"), base_version=1)
    draft_id = drafted(house, vault, who, entries=(first,))
    seen = look(house, vault, draft_id).seen
    share_drafts.decide(house, vault, share_drafts.read(house, vault, draft_id), earlier=True)
    refused(house, vault, draft_id, seen)


def test_pressed_twice_at_once_it_is_given_once(house: House, vault: Vault, who: Worker) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited.", injuries="a bruise"))
    for _ in range(4):
        draft_id, ready = drafted(house, vault, who, entries=(first,)), Barrier(2, timeout=60)
        seen = look(house, vault, draft_id).seen

        def press(draft_id: str = draft_id, seen: str = seen, ready: Barrier = ready) -> str:
            ready.wait()
            return consents.give(house, vault, draft_id, seen=seen, wording=WORDING)

        with ThreadPoolExecutor(2) as pool:
            given = [pool.submit(press) for _ in range(2)]
            assert [one.result() for one in given] == [draft_id] * 2
        assert gone(house, vault, draft_id) == [(first, 1, True)]
