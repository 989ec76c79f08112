"""What a page carries from the last look to the press: it gives what was seen, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.file import Derived, File
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
    looked_at,
    own,
    redaction,
    share_drafts,
)
from diary.services.consents import ChangedMeanwhileError
from diary.services.house import House
from diary.store import records
from diary.vault import carried
from diary.vault.vault import Vault
from tests.conftest import PASSPHRASE
from tests.services.sharers import WORDING, Worker, drafted, left, shared, worker, wrote
from tests.services.test_load import SCENARIO, file_it

CHOSEN: dict[str, type[Record]] = {
    "entries": Entry, "orders": Order, "people": Person, "contacts": Person, "told": Told,
    "leads": Lead, "files": File,
}  # fmt: skip


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house)


def look(house: House, vault: Vault, draft_id: str) -> looked_at.Look:
    return consents.preview(house, vault, share_drafts.read(house, vault, draft_id))


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
    monkeypatch.setattr(looked_at, "pack", never)
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
    house: House, vault: Vault, who: Worker
) -> None:
    """Somebody's look leaves a row in her diary at any moment: then all is read once more."""
    before = shared(house, vault, who, entries=(wrote(house, vault, Entry(what_happened="x")),))
    first = wrote(house, vault, Entry(what_happened="He waited.", injuries="a bruise"))
    draft_id = drafted(house, vault, who, entries=(first,))
    seen = look(house, vault, draft_id)
    with house.store.read() as conn:
        said = vault.heads(conn).covers_n
    left(house, who, before, Event(action="looked", subject=before))
    with house.store.read() as conn:
        assert records.last_n(conn, vault.diary_id) > said
    consents.give(house, vault, draft_id, seen=seen.seen, wording=WORDING)
    assert gone(house, vault, draft_id) == [(first, 1, True)]


def test_what_was_chosen_otherwise_in_another_tab_is_looked_at_again(
    house: House, vault: Vault, who: Worker
) -> None:
    first, second = (wrote(house, vault, Entry(what_happened=one)) for one in ("one", "two"))
    draft_id = drafted(house, vault, who, entries=(first,))
    seen = look(house, vault, draft_id).seen
    draft = share_drafts.read(house, vault, draft_id)
    share_drafts.decide(house, vault, draft, entries=(second,))
    with pytest.raises(ChangedMeanwhileError):
        consents.give(house, vault, draft_id, seen=seen, wording=WORDING)


def test_what_was_removed_since_is_looked_at_again(house: House, vault: Vault, who: Worker) -> None:
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


def test_ten_thousand_marks_are_small(house: House, vault: Vault) -> None:
    marks = "".join("01"[(i * i) % 7 % 2] for i in range(10_000))
    assert len(carried.seal(vault, "share", ["f" * 64, "9" * 80, marks])) < 4_000


def test_what_is_carried_opens_for_one_diary_and_one_purpose(
    vault: Vault, other_vault: Vault
) -> None:
    sealed = carried.seal(vault, "share 1", ["a", 1, None])
    assert carried.open_(vault, "share 1", sealed) == ["a", 1, None]
    assert carried.open_(vault, "share 2", sealed) is None
    assert carried.open_(other_vault, "share 1", sealed) is None
    assert carried.open_(vault, "share 1", sealed[:-8]) is None
