"""What she adds: what goes along by itself, what waits for her look, and what never goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from diary.domain.claimed import Claimed
from diary.domain.entry import Entry, Withdrawn
from diary.domain.file import Derived, File
from diary.domain.ids import new_id
from diary.domain.kept import PrivateNote
from diary.domain.people import Secret, Secrets
from diary.domain.plan import Plan
from diary.domain.report import Report, ReportLink
from diary.domain.sharing import Consent, Redacted
from diary.errors import NotFoundError
from diary.services import (
    accounts,
    agencies,
    consents,
    deletion,
    entries,
    files,
    load,
    own,
    reports,
    share_again,
    shared_now,
    sharing,
    waiting,
)
from diary.services.consents import ChangedMeanwhileError, CutOffError
from diary.services.house import House
from diary.services.redaction import GROUPS, USUAL
from diary.store.models import grants, records
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import PASSPHRASE
from tests.media import picture
from tests.services.sharers import Worker, shared, with_photo, worker, wrote
from tests.services.test_load import SCENARIO

TOLD = (*USUAL, "told")


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house)


@pytest.fixture
def first(house: House, vault: Vault) -> str:
    return wrote(house, vault, Entry(what_happened="He waited."))


@pytest.fixture
def old_photo(house: House, vault: Vault, first: str) -> str:
    """A photo that was there before, and got no tick."""
    return with_photo(house, vault, first)


@pytest.fixture
def adding(house: House, vault: Vault, who: Worker, first: str) -> str:
    """A share of one entry, and of what she adds for five days."""
    return let_in(house, vault, who, first)


def let_in(house: House, vault: Vault, who: Worker, *ids: str, **decided: object) -> str:
    until = (consents.today(house) + timedelta(days=5)).isoformat()
    return shared(house, vault, who, **{"entries": ids, "adds_until": until} | decided)


def keep_secret(house: House, vault: Vault, *words: str) -> None:
    body = Secrets(words=tuple(Secret(value=one) for one in words))
    own.add(house, vault, body, record_id=new_id())


def amend(house: House, vault: Vault, record_id: str, entry: Entry, base: int = 1) -> None:
    entries.amend(house, vault, record_id, entry, base_version=base)


def told(house: House, vault: Vault, *ids: str, **said: object) -> str:
    body = Report(reference="", entries=ids, **said)
    return reports.give(house, vault, body, record_id=new_id()).id


def seen(house: House, vault: Vault, grant_id: str) -> dict[str, object]:
    """What can be read, by the id that it has in her diary."""
    now = shared_now.shared_now(house, vault, grant_id)
    return {one.id: one.body for one in (*now.entries, *now.others)}


def waits(house: House, vault: Vault, grant_id: str) -> list[str]:
    return [one.id for one in waiting.waiting(house, vault, grant_id).items]


def damage(house: House, record_id: str) -> None:
    with house.store.write() as conn:
        of_it = records.c.record_id == record_id
        conn.execute(update(records).where(of_it).values(sealed=b"x" * 300))


def everything(house: House, who: Worker, grant_id: str) -> bytes:
    """All that opens under the grant's key."""
    case = who.case(house, grant_id)
    with house.store.read() as conn:
        heads = case.heads(conn)
        every = [head.record.hex() for one in heads.sections.values() for head in one]
        return b"".join(one.canonical for it in every for one in case.versions(conn, it))


def suspend(house: House, who: Worker) -> None:
    agencies.suspend(house, account_id=who.card.account_id)


def test_nothing_goes_to_who_is_cut_off(
    house: House, vault: Vault, who: Worker, first: str, adding: str
) -> None:
    suspend(house, who)
    amend(house, vault, first, Entry(what_happened="He waited an hour."))
    wrote(house, vault, Entry(what_happened="He rang."))
    assert seen(house, vault, adding) == {first: Entry(what_happened="He waited.")}


def test_no_new_words_go_with_it_to_who_is_cut_off(
    house: House, vault: Vault, who: Worker, first: str, adding: str
) -> None:
    suspend(house, who)
    amend(house, vault, first, Entry(what_happened="He waited an hour."))
    amend(house, vault, first, taken_back(Entry(what_happened="He waited an hour.")), 2)
    back = Withdrawn(reason="I was wrong.")
    assert seen(house, vault, adding) == {first: Entry(what_happened="He waited.", withdrawn=back)}
    assert b"an hour" not in everything(house, who, adding)


def test_nothing_that_she_looked_at_goes_to_who_is_cut_off(
    house: House, vault: Vault, who: Worker, first: str, adding: str
) -> None:
    """Not even from a page that was open before."""
    alone = shared(house, vault, who, entries=(first,))
    amend(house, vault, first, Entry(what_happened="He waited an hour."))
    held = with_photo(house, vault, first)
    before = everything(house, who, adding), everything(house, who, alone)
    suspend(house, who)
    for grant, record_id, version in ((alone, first, 2), (adding, held, 1)):
        with pytest.raises(CutOffError):
            share_again.look(house, vault, grant, record_id)
        with pytest.raises(CutOffError):
            share_again.share(house, vault, grant, record_id, version=version)
    assert (everything(house, who, adding), everything(house, who, alone)) == before


def test_what_is_shared_in_steps_stops_where_they_are_cut_off(
    house: House, vault: Vault, who: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consents, "STEP", 1)
    entries = [wrote(house, vault, Entry(what_happened=f"He rang {n}.")) for n in range(3)]
    grant = shared(house, vault, who, entries=entries)
    assert consents.filled(house, vault, grant).done < 3
    before = everything(house, who, grant)
    suspend(house, who)
    with pytest.raises(CutOffError):
        consents.fill(house, vault, grant)
    assert everything(house, who, grant) == before


def test_that_it_was_taken_back_goes_also_to_who_is_cut_off(
    house: House, vault: Vault, who: Worker, first: str, adding: str
) -> None:
    suspend(house, who)
    amend(house, vault, first, Entry(what_happened="He waited.", withdrawn=Withdrawn()))
    (body,) = seen(house, vault, adding).values()
    assert isinstance(body, Entry)
    assert body.withdrawn is not None


# Changes


def test_a_change_goes_along_with_the_same_left_out(
    house: House, vault: Vault, who: Worker, first: str, adding: str
) -> None:
    later = wrote(house, vault, Entry(what_happened="He rang."))
    for entry in (first, later):
        amend(house, vault, entry, Entry(what_happened="more", injuries="a bruise"))
        amend(house, vault, entry, Entry(what_happened="most", place="here", place_type="home"), 2)
    said = {first: Entry(what_happened="most", place_type="home")}
    said[later] = said[first]
    assert seen(house, vault, adding) == said
    assert shared_now.changed(house, vault, adding) == []
    assert waits(house, vault, adding) == []
    assert consents.filled(house, vault, adding).is_whole
    assert b"bruise" not in everything(house, who, adding)
    assert b'"here"' not in everything(house, who, adding)


@pytest.mark.parametrize("hurt", ["", "a bruise"])
@pytest.mark.parametrize("by", ["one button", "itself"])
def test_the_wording_before_is_under_no_key_once_the_new_one_is_shared(
    house: House, vault: Vault, who: Worker, hurt: str, by: str
) -> None:
    """Whole or as a copy, by her button or along with what she adds."""
    entry = wrote(house, vault, Entry(what_happened="I hide at Rosa's.", injuries=hurt))
    if by == "itself":
        grant_id = let_in(house, vault, who, entry)
    else:
        grant_id = shared(house, vault, who, entries=(entry,))
    for base, words in enumerate(("I hid.", "I was away."), start=1):
        amend(house, vault, entry, Entry(what_happened=words, injuries=hurt), base)
        if by != "itself":
            share_again.share(house, vault, grant_id, entry, version=base + 1)
        kept = everything(house, who, grant_id)
        assert words.encode() in kept
        assert b"Rosa" not in kept
    assert b"I hid." not in kept
    assert seen(house, vault, grant_id) == {entry: Entry(what_happened="I was away.")}
    assert shared_now.changed(house, vault, grant_id) == []
    assert consents.fill(house, vault, grant_id).is_whole
    assert b"Rosa" not in everything(house, who, grant_id)


@pytest.mark.parametrize("hurt", ["", "a bruise"])
def test_where_she_agreed_to_several_wordings_they_stay_and_the_consent_says_so(
    house: House, vault: Vault, who: Worker, hurt: str
) -> None:
    entry = wrote(house, vault, Entry(what_happened="first words", injuries=hurt))
    amend(house, vault, entry, Entry(what_happened="second words", injuries=hurt))
    grant_id = shared(house, vault, who, entries=(entry,), earlier=True)
    for base, words in enumerate(("third words", "fourth words"), start=2):
        amend(house, vault, entry, Entry(what_happened=words, injuries=hurt), base)
        share_again.share(house, vault, grant_id, entry, version=base + 1)
    kept = everything(house, who, grant_id)
    assert all(f"{one} words".encode() in kept for one in ("first", "second", "third", "fourth"))
    items = own.one(house, vault, Consent, grant_id).body.items
    assert [one.version for one in items] == [1, 2, 3, 4]
    assert shared_now.changed(house, vault, grant_id) == []
    assert consents.filled(house, vault, grant_id).is_whole


def test_a_change_waits_where_only_what_was_ticked_is_shared(
    house: House, vault: Vault, who: Worker, first: str, adding: str, clock: Clock
) -> None:
    without = shared(house, vault, who, entries=(first,))
    amend(house, vault, first, Entry(what_happened="more"))
    clock.pass_(days=6)
    amend(house, vault, first, Entry(what_happened="most"), 2)
    assert seen(house, vault, without) == {first: Entry(what_happened="He waited.")}
    assert seen(house, vault, adding) == {first: Entry(what_happened="more")}
    for grant_id in (without, adding):
        assert [one.id for one in shared_now.changed(house, vault, grant_id)] == [first]
        assert waits(house, vault, grant_id) == []


def test_a_change_of_what_is_not_shared_stays_unseen(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    unseen = wrote(house, vault, Entry(what_happened="mine"))
    adding = let_in(house, vault, who, first)
    amend(house, vault, unseen, Entry(what_happened="mine still"))
    assert seen(house, vault, adding).keys() == {first}
    assert waits(house, vault, adding) == []


def test_what_was_taken_out_does_not_come_back(
    house: House, vault: Vault, first: str, adding: str
) -> None:
    later = wrote(house, vault, Entry(what_happened="He rang."))
    for entry in (first, later):
        shared_now.take_out(house, vault, adding, entry)
        amend(house, vault, entry, Entry(what_happened="more"))
    assert seen(house, vault, adding) == {}
    assert waits(house, vault, adding) == []
    with pytest.raises(NotFoundError):
        share_again.look(house, vault, adding, later)


def test_a_plan_never_goes_by_itself(house: House, vault: Vault, who: Worker, first: str) -> None:
    plan = own.add(house, vault, Plan(), record_id=new_id())
    adding = let_in(house, vault, who, first, plan=True)
    more = Plan(agreed_with="Ros")
    own.change(house, vault, more, record_id=plan.id, base_version=1)
    assert seen(house, vault, adding)[plan.id] == Plan()
    assert [one.id for one in shared_now.changed(house, vault, adding)] == [plan.id]


# Words to keep secret


def test_words_to_keep_secret_hold_it_back_until_she_looked(
    house: House, vault: Vault, first: str, adding: str
) -> None:
    keep_secret(house, vault, "Quillet Row")
    new = Entry(what_happened="He came to QUILLET\nrow.")
    held = wrote(house, vault, new)
    amend(house, vault, first, Entry(what_happened="It was in quillet row."))
    assert seen(house, vault, adding) == {first: Entry(what_happened="He waited.")}
    assert waits(house, vault, adding) == [held]
    assert [one.id for one in shared_now.changed(house, vault, adding)] == [first]
    for one, is_new, version in ((held, True, 1), (first, False, 2)):
        look = share_again.look(house, vault, adding, one)
        assert (look.secrets, look.is_new, look.version) == (("Quillet Row",), is_new, version)
        share_again.share(house, vault, adding, one, version=version)
    assert seen(house, vault, adding).keys() == {held, first}
    assert seen(house, vault, adding)[held] == new
    assert waits(house, vault, adding) == []
    assert shared_now.changed(house, vault, adding) == []


def test_secret_words_in_what_is_left_out_hold_nothing_back(
    house: House, vault: Vault, adding: str
) -> None:
    keep_secret(house, vault, "Quillet Row", "entry")
    new = wrote(house, vault, Entry(what_happened="He rang.", injuries="at Quillet Row"))
    assert seen(house, vault, adding)[new] == Entry(what_happened="He rang.")


def test_where_secret_words_cannot_be_read_nothing_goes_and_she_saves(
    house: House, vault: Vault, adding: str
) -> None:
    words = own.add(house, vault, Secrets(words=(Secret(value="x"),)), record_id=new_id())
    with house.store.write() as conn:
        vault.refresh_heads(conn)
    damage(house, words.id)
    new = wrote(house, vault, Entry(what_happened="He rang."))
    assert new not in seen(house, vault, adding)
    assert waits(house, vault, adding) == [new]
    look = share_again.look(house, vault, adding, new)
    assert (look.secrets, look.secrets_unread) == ((), True)


# Where she lives


def test_where_she_lives_never_goes_by_itself(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    adding = let_in(house, vault, who, first, fields=GROUPS)
    home = wrote(house, vault, Entry(place="14 Quillet Row", place_type="home"))
    amend(house, vault, first, Entry(place="14 Quillet Row", place_type="home"))
    street = wrote(house, vault, Entry(place="Ferry steps", place_type="street"))
    assert seen(house, vault, adding).keys() == {first, street}
    assert waits(house, vault, adding) == [home]
    assert [one.id for one in shared_now.changed(house, vault, adding)] == [first]
    assert b"Quillet" not in everything(house, who, adding)
    share_again.share(house, vault, adding, home, version=1)
    assert b"Quillet" in everything(house, who, adding)


# Files


def test_files_wait_until_each_was_looked_at(
    house: House, vault: Vault, who: Worker, first: str, old_photo: str
) -> None:
    adding = let_in(house, vault, who, first)
    received = files.take_in(house, "new.jpg", [picture()])
    later = entries.record(
        house, vault, Entry(what_happened="He rang."), record_id=new_id(), received=(received,)
    ).record_id
    other = wrote(house, vault, Entry(what_happened="mine", claimed=Claimed(source="a file")))
    with_photo(house, vault, other)
    added = files.add(house, vault, files.take_in(house, "2.jpg", [picture()]), parent=first)
    case = who.case(house, adding)
    with house.store.read() as conn:
        (came,) = (one.record_id for one in vault.children(conn, later, File.kind))
        assert case.page(conn, File.kind).items == []
    assert waits(house, vault, adding) == [added, other, came]
    look = share_again.look(house, vault, adding, came)
    assert isinstance(look.piece.body, File)
    assert look.is_new
    share_again.share(house, vault, adding, came, version=1)
    case = who.case(house, adding)
    with house.store.read() as conn:
        assert case.get(conn, came).secret
        assert case.children(conn, came, Derived.kind)
        for unseen in (added, old_photo):
            with pytest.raises(NotFoundError):
                case.get(conn, unseen)
    assert waits(house, vault, adding) == [added, other]
    assert consents.filled(house, vault, adding).is_whole


def test_what_is_left_out_is_asked_for_no_more(
    house: House, vault: Vault, who: Worker, first: str, adding: str
) -> None:
    photo, other = with_photo(house, vault, first), new_id()
    waiting.leave_out(house, vault, adding, photo)
    assert waits(house, vault, adding) == []
    for unknown in (photo, other, "x", adding):
        with pytest.raises(NotFoundError):
            waiting.leave_out(house, vault, adding, unknown)
        with pytest.raises(NotFoundError):
            share_again.look(house, vault, adding, unknown)
        with pytest.raises(NotFoundError):
            share_again.share(house, vault, adding, unknown, version=1)
    assert photo.encode() not in everything(house, who, adding)


def test_private_notes_never_go_and_never_wait(
    house: House, vault: Vault, first: str, adding: str
) -> None:
    note = PrivateNote(text="mine")
    own.add(house, vault, note, record_id=new_id(), parent=first)
    assert waits(house, vault, adding) == []
    assert seen(house, vault, adding).keys() == {first}


# What came from a file


def test_what_came_from_a_file_waits(house: House, vault: Vault, adding: str) -> None:
    claimed = Claimed(source="diary.json")
    from_file = wrote(house, vault, Entry(what_happened="long ago", claimed=claimed))
    assert from_file not in seen(house, vault, adding)
    assert waits(house, vault, adding) == [from_file]
    share_again.share(house, vault, adding, from_file, version=1)
    assert from_file in seen(house, vault, adding)


def test_a_diary_that_is_filed_from_a_file_waits_whole(house: House, who: Worker) -> None:
    accounts.sign_up(house, name="Nad", passphrase=PASSPHRASE, caller=load.HERE)
    vault = Vault(load.sign_in(house, name="Nad", passphrase=PASSPHRASE).unlocked)
    first = wrote(house, vault, Entry(what_happened="He waited."))
    adding = let_in(house, vault, who, first, fields=GROUPS)
    filed = load.load(house, SCENARIO, name="Nad", passphrase=PASSPHRASE)
    assert seen(house, vault, adding).keys() == {first}
    assert waiting.waiting(house, vault, adding).total == filed.counts["entry"]


def test_only_some_are_shown_and_all_are_counted(
    house: House, vault: Vault, adding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST", 2)
    claimed = Claimed(source="diary.json")
    every = [wrote(house, vault, Entry(what_happened="old", claimed=claimed)) for _ in range(3)]
    found = waiting.waiting(house, vault, adding)
    assert [one.id for one in found.items] == every[:0:-1]
    assert found.total == 3


def test_what_was_written_after_its_end_is_not_offered(
    house: House, vault: Vault, adding: str, clock: Clock
) -> None:
    claimed = Claimed(source="diary.json")
    before = wrote(house, vault, Entry(what_happened="before", claimed=claimed))
    clock.pass_(days=6)
    wrote(house, vault, Entry(what_happened="after"))
    assert waits(house, vault, adding) == [before]
    deletion.remove(house, vault, before)
    assert waits(house, vault, adding) == []


# Reports


def test_a_report_goes_where_all_that_it_is_about_can_be_read(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    unseen = wrote(house, vault, Entry(what_happened="mine"))
    adding = let_in(house, vault, who, first, fields=TOLD)
    silent = let_in(house, vault, who, first)
    new = wrote(house, vault, Entry(what_happened="He rang."))
    goes = told(house, vault, first, new, what_said="told of both")
    told(house, vault, first, unseen, what_said="told of mine too")
    with house.store.read() as conn:
        case = who.case(house, adding)
        (found,) = case.page(conn, Report.kind).items
        links = [case.children(conn, one, ReportLink.kind) for one in (first, new, unseen)]
        assert who.case(house, silent).page(conn, Report.kind).items == []
    assert found.record_id == goes
    assert [len(some) for some in links] == [1, 1, 0]
    for grant_id in (adding, silent):
        assert waits(house, vault, grant_id) == []
        assert b"told of mine too" not in everything(house, who, grant_id)
    assert b"told of both" not in everything(house, who, silent)


def test_a_change_of_a_report_goes_as_long_as_all_can_be_read(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    unseen = wrote(house, vault, Entry(what_happened="mine"))
    adding = let_in(house, vault, who, first, fields=TOLD)
    new = wrote(house, vault, Entry(what_happened="He rang."))
    report = told(house, vault, first, new)
    changed = {"what_said": "more", "entries": (first,)}
    reports.mend(house, vault, report, changed, base=1)
    body = seen(house, vault, adding)[report]
    assert isinstance(body, Report)
    assert (body.what_said, body.entries) == ("more", (first,))
    with house.store.read() as conn:
        heads = who.case(house, adding).heads(conn)
    assert {head.parent.hex(): head.mark for head in heads.section(ReportLink.kind)} == {
        first: 1,
        new: 0,
    }
    reports.mend(house, vault, report, {"entries": (first, unseen)}, base=2)
    assert seen(house, vault, adding)[report] == body
    assert [one.id for one in shared_now.changed(house, vault, adding)] == [report]


def test_a_report_with_secret_words_waits(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    keep_secret(house, vault, "Quillet Row")
    adding = let_in(house, vault, who, first, fields=TOLD)
    report = told(house, vault, first, what_said="at Quillet Row")
    assert waits(house, vault, adding) == [report]
    reports.mend(house, vault, report, {"what_said": "at home"}, base=1)
    assert waits(house, vault, adding) == [report]
    share_again.share(house, vault, adding, report, version=2)
    with house.store.read() as conn:
        case = who.case(house, adding)
        assert [one.version for one in case.versions(conn, report)] == [2]
        assert len(case.children(conn, first, ReportLink.kind)) == 1
    assert waits(house, vault, adding) == []


def test_a_report_from_before_is_not_offered(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    unseen = wrote(house, vault, Entry(what_happened="mine"))
    report = told(house, vault, first, unseen)
    adding = let_in(house, vault, who, first, fields=TOLD)
    reports.mend(house, vault, report, {"entries": (first,)}, base=1)
    assert waits(house, vault, adding) == []
    assert report not in seen(house, vault, adding)


# What she takes back


def taken_back(body: Entry, reason: str = "I was wrong.") -> Entry:
    return body.model_copy(update={"withdrawn": Withdrawn(reason=reason), "change_reason": reason})


def shared_and_taken_back(house: House, vault: Vault, who: Worker, hurt: str) -> tuple[str, str]:
    """Share an entry, whole or with its injuries left out, and take it back; return both ids."""
    body = Entry(what_happened="He waited.", injuries=hurt)
    entry = wrote(house, vault, body)
    grant_id = shared(house, vault, who, entries=(entry,))
    amend(house, vault, entry, taken_back(body))
    return entry, grant_id


@pytest.mark.parametrize("hurt", ["", "a bruise"])
def test_that_she_took_it_back_is_seen_at_once(
    house: House, vault: Vault, who: Worker, hurt: str
) -> None:
    entry, grant_id = shared_and_taken_back(house, vault, who, hurt)
    back = Withdrawn(reason="I was wrong.")
    said = Entry(what_happened="He waited.", withdrawn=back)
    assert seen(house, vault, grant_id) == {entry: said}
    assert shared_now.changed(house, vault, grant_id) == []
    amend(house, vault, entry, taken_back(Entry(what_happened="other words")), 2)
    assert seen(house, vault, grant_id) == {entry: said}
    assert consents.filled(house, vault, grant_id).is_whole
    assert consents.fill(house, vault, grant_id).is_whole
    assert seen(house, vault, grant_id) == {entry: said}


@pytest.mark.parametrize("hurt", ["", "a bruise"])
def test_why_she_took_it_back_is_the_last_that_she_said(
    house: House, vault: Vault, who: Worker, hurt: str
) -> None:
    entry, grant_id = shared_and_taken_back(house, vault, who, hurt)
    amend(house, vault, entry, taken_back(Entry(what_happened="other words"), "another why"), 2)
    back = Withdrawn(reason="another why")
    said = {entry: Entry(what_happened="He waited.", withdrawn=back)}
    assert seen(house, vault, grant_id) == said
    assert b"I was wrong." not in everything(house, who, grant_id)
    assert consents.fill(house, vault, grant_id).is_whole
    assert seen(house, vault, grant_id) == said


@pytest.mark.parametrize("hurt", ["", "a bruise"])
def test_that_it_stands_again_is_hers_to_share(
    house: House, vault: Vault, who: Worker, hurt: str
) -> None:
    first, grant_id = shared_and_taken_back(house, vault, who, hurt)
    back = seen(house, vault, grant_id)
    now = Entry(what_happened="He waited.", injuries=hurt, change_reason="I was right.")
    amend(house, vault, first, now, 2)
    assert seen(house, vault, grant_id) == back
    assert [one.id for one in shared_now.changed(house, vault, grant_id)] == [first]
    share_again.share(house, vault, grant_id, first, version=3)
    assert seen(house, vault, grant_id) == {first: Entry(what_happened="He waited.")}


def test_that_it_stands_again_goes_along_with_what_she_adds(
    house: House, vault: Vault, first: str, adding: str
) -> None:
    body = Entry(what_happened="He waited.")
    amend(house, vault, first, taken_back(body))
    amend(house, vault, first, body, 2)
    assert seen(house, vault, adding) == {first: body}


def test_the_sign_is_there_where_why_is_left_out(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    grant_id = shared(house, vault, who, entries=(first,), fields=("when", "place"))
    amend(house, vault, first, taken_back(Entry(what_happened="He waited.")))
    assert seen(house, vault, grant_id) == {first: Entry(withdrawn=Withdrawn())}
    assert b"I was wrong." not in everything(house, who, grant_id)


@pytest.mark.parametrize("hurt", ["", "a bruise"])
def test_taken_back_before_its_turn_came_it_goes_with_the_sign(
    house: House, vault: Vault, who: Worker, hurt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many, most go in later steps: what she takes back in between is seen to be so."""
    monkeypatch.setattr(consents, "STEP", 1)
    bodies = [Entry(what_happened=words, injuries=hurt) for words in ("one", "two", "three")]
    ids = [wrote(house, vault, body) for body in bodies]
    grant_id = shared(house, vault, who, entries=tuple(ids))
    for entry, body in zip(ids, bodies, strict=True):
        amend(house, vault, entry, taken_back(body))
    while not consents.fill(house, vault, grant_id).is_whole:
        pass
    found = seen(house, vault, grant_id)
    assert found.keys() == set(ids)
    for one in found.values():
        assert isinstance(one, Entry)
        assert one.withdrawn == Withdrawn(reason="I was wrong.")
    assert consents.filled(house, vault, grant_id).is_whole


@pytest.mark.parametrize("hurt", ["", "a bruise"])
@pytest.mark.parametrize("earlier", [False, True])
def test_what_changed_before_its_turn_came_goes_as_it_was_looked_at(
    house: House, vault: Vault, who: Worker, hurt: str, monkeypatch: pytest.MonkeyPatch,
    *, earlier: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(consents, "STEP", 1)
    ids = [wrote(house, vault, Entry(what_happened="draft", injuries=hurt)) for _ in range(2)]
    for entry in ids:
        amend(house, vault, entry, Entry(what_happened="looked at", injuries=hurt))
    grant_id = shared(house, vault, who, entries=tuple(ids), earlier=earlier)
    for entry in ids:
        amend(house, vault, entry, Entry(what_happened="changed since", injuries=hurt), 2)
    assert consents.fill(house, vault, grant_id).is_whole
    assert seen(house, vault, grant_id) == dict.fromkeys(ids, Entry(what_happened="looked at"))
    assert {one.id for one in shared_now.changed(house, vault, grant_id)} == set(ids)
    kept = everything(house, who, grant_id)
    assert (b"draft" in kept, b"changed since" in kept) == (earlier, False)


@pytest.mark.parametrize("hurt", ["", "a bruise"])
def test_what_she_changed_before_stays_unshared(
    house: House, vault: Vault, who: Worker, hurt: str
) -> None:
    entry = wrote(house, vault, Entry(what_happened="He waited.", injuries=hurt))
    grant_id = shared(house, vault, who, entries=(entry,))
    amend(house, vault, entry, Entry(what_happened="an hour, at Ros's"))
    amend(house, vault, entry, taken_back(Entry(what_happened="an hour, at Ros's")), 2)
    body = Entry(what_happened="He waited.", withdrawn=Withdrawn(reason="I was wrong."))
    assert seen(house, vault, grant_id) == {entry: body}
    assert b"at Ros" not in everything(house, who, grant_id)
    with house.store.read() as conn:
        (copy,) = who.case(house, grant_id).children(conn, entry, Redacted.kind)
    assert isinstance(copy.body, Redacted)
    assert copy.body.of_version == 1
    assert [one.id for one in shared_now.changed(house, vault, grant_id)] == [entry]
    assert consents.fill(house, vault, grant_id).is_whole
    assert seen(house, vault, grant_id) == {entry: body}
    share_again.share(house, vault, grant_id, entry, version=3)
    assert shared_now.changed(house, vault, grant_id) == []


def test_secret_words_in_why_leave_the_sign_alone(
    house: House, vault: Vault, who: Worker, first: str, adding: str
) -> None:
    keep_secret(house, vault, "Quillet Row")
    whole = shared(house, vault, who, entries=(first,), fields=GROUPS)
    amend(house, vault, first, taken_back(Entry(what_happened="He waited."), "at Quillet Row"))
    for grant_id in (adding, whole):
        body = Entry(what_happened="He waited.", withdrawn=Withdrawn())
        assert seen(house, vault, grant_id) == {first: body}
        assert b"Quillet" not in everything(house, who, grant_id)


def test_taken_back_is_seen_too_by_who_reads_later_and_by_none_where_it_ended(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    start = (consents.today(house) + timedelta(days=2)).isoformat()
    later = shared(house, vault, who, entries=(first,), starts=start)
    ended = shared(house, vault, who, entries=(first,))
    sharing.end(house, vault, ended)
    amend(house, vault, first, taken_back(Entry(what_happened="He waited.")))
    body = seen(house, vault, later)[first]
    assert isinstance(body, Entry)
    assert body.withdrawn


# What is damaged


@pytest.mark.parametrize("column", ["consent", "owner_key", "heads"])
def test_a_consent_that_cannot_be_read_lets_nothing_go_and_she_saves(
    house: House, vault: Vault, who: Worker, first: str, adding: str, column: str
) -> None:
    other = let_in(house, vault, who, first)
    with house.store.write() as conn:
        vault.refresh_heads(conn)
    if column == "consent":
        damage(house, adding)
    else:
        with house.store.write() as conn:
            of_it = grants.c.id == adding
            conn.execute(update(grants).where(of_it).values({column: b"x" * 99}))
    new = wrote(house, vault, Entry(what_happened="He rang."))
    amend(house, vault, first, Entry(what_happened="more"))
    amend(house, vault, first, taken_back(Entry(what_happened="more")), 2)
    report = told(house, vault, first)
    assert entries.read(house, vault, new).newest.entry == Entry(what_happened="He rang.")
    assert own.one(house, vault, Report, report).body.entries == (first,)
    assert seen(house, vault, other).keys() == {first, new}
    with house.store.read() as conn:
        key = conn.execute(select(grants.c.heads).where(grants.c.id == adding)).scalar_one()
    if column == "consent":
        assert new not in [one.id for one in _below(house, who, adding)]
    elif column == "heads":
        assert key == b"x" * 99


def test_a_row_of_which_nobody_knows_what_it_was_holds_all_back_and_she_saves(
    house: House, vault: Vault, first: str, adding: str
) -> None:
    damage(house, adding)
    new = wrote(house, vault, Entry(what_happened="He rang."))
    amend(house, vault, first, Entry(what_happened="more"))
    assert entries.read(house, vault, new).newest.entry == Entry(what_happened="He rang.")


def _below(house: House, who: Worker, grant_id: str) -> list[shared_now.Seen]:
    case = who.case(house, grant_id)
    with house.store.read() as conn:
        heads = case.heads(conn).listed(Entry.kind)
        opened = case.open_heads(conn, case.heads(conn), heads)
    return [shared_now.Seen(it.record_id, 1, it.body, it.written_at, False) for it in opened]


def test_a_shared_version_that_does_not_open_gets_the_sign_all_the_same(
    house: House, vault: Vault, who: Worker
) -> None:
    body = Entry(what_happened="He waited.", injuries="a bruise")
    entry = wrote(house, vault, body)
    grant_id = shared(house, vault, who, entries=(entry,))
    with house.store.read() as conn:
        (copy,) = who.case(house, grant_id).children(conn, entry, Redacted.kind)
    with house.store.write() as conn:
        vault.refresh_heads(conn)
    damage(house, copy.record_id)
    amend(house, vault, entry, taken_back(body))
    (now,) = shared_now.shared_now(house, vault, grant_id).entries
    assert isinstance(now.body, Entry)
    assert now.body.withdrawn


@pytest.mark.parametrize("which", ["her record", "the copy"])
def test_what_does_not_open_takes_neither_the_page_nor_the_rest_of_it(
    house: House, vault: Vault, who: Worker, which: str
) -> None:
    fine = wrote(house, vault, Entry(what_happened="one"))
    ticked = wrote(house, vault, Entry(what_happened="two", injuries="a bruise"))
    grant_id = let_in(house, vault, who, fine, ticked)
    added = wrote(house, vault, Entry(what_happened="three", injuries="a bruise"))
    amend(house, vault, ticked, Entry(what_happened="two again", injuries="a bruise"))
    with house.store.read() as conn:
        copies = [
            one.record.hex() for one in who.case(house, grant_id).heads(conn).listed(Redacted.kind)
        ]
    assert len(copies) == 2
    let_nothing_go(house)
    for one in (fine, ticked, added):
        amend(house, vault, one, Entry(what_happened="later"), 2 if one == ticked else 1)
    with house.store.write() as conn:
        vault.refresh_heads(conn)
    for one in copies if which == "the copy" else (ticked, added):
        damage(house, one)
    assert fine in [one.id for one in shared_now.changed(house, vault, grant_id)]


def let_nothing_go(house: House) -> None:
    """From here on nothing goes along."""
    with house.store.write() as conn:
        conn.execute(update(grants).values(adds_until_ms=1))


# What is looked at is what goes


def test_what_moved_on_since_the_look_is_looked_at_again(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    grant_id = shared(house, vault, who, entries=(first,))
    amend(house, vault, first, Entry(what_happened="more"))
    assert share_again.look(house, vault, grant_id, first).version == 2
    amend(house, vault, first, Entry(what_happened="what nobody looked at"), 2)
    with pytest.raises(ChangedMeanwhileError):
        share_again.share(house, vault, grant_id, first, version=2)
    assert seen(house, vault, grant_id) == {first: Entry(what_happened="He waited.")}
    share_again.share(house, vault, grant_id, first, version=3)
    share_again.share(house, vault, grant_id, first, version=3)
    assert seen(house, vault, grant_id) == {first: Entry(what_happened="what nobody looked at")}
    with pytest.raises(NotFoundError):
        share_again.look(house, vault, grant_id, first)


def test_the_look_shows_what_then_goes(house: House, vault: Vault, who: Worker, first: str) -> None:
    grant_id = shared(house, vault, who, entries=(first,))
    amend(house, vault, first, Entry(what_happened="more", injuries="a bruise"))
    look = share_again.look(house, vault, grant_id, first)
    assert look.piece.body == Entry(what_happened="more")
    share_again.share(house, vault, grant_id, first, version=2)
    assert seen(house, vault, grant_id) == {first: look.piece.body}
