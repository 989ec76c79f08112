"""Sharing: what she ticked opens for one person, for a time, and what she left out for nobody."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from diary.content import consent_text
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.file import Derived, File
from diary.domain.ids import new_id
from diary.domain.kept import PrivateNote
from diary.domain.order import Order
from diary.domain.people import Associate, OtherPerson, Secrets
from diary.domain.practice import PracticeRecord
from diary.domain.report import Report, ReportLink
from diary.domain.sharing import Consent, Redacted
from diary.domain.when import When
from diary.errors import BadInputError, NotFoundError
from diary.services import (
    accounts,
    case_overview,
    consents,
    deletion,
    entries,
    export,
    looks,
    own,
    practice_seen,
    practitioners,
    redaction,
    reports,
    share_again,
    share_drafts,
    share_look,
    shared_now,
    sharing,
    upkeep,
)
from diary.services.consents import ChangedMeanwhileError, OtherKeyError
from diary.services.house import House
from diary.services.share_drafts import Draft
from diary.store import accounts as store_accounts
from diary.store import grants as rows
from diary.store import orgs
from diary.store.models import grant_wraps, grants, records
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.services.sharers import (
    WORDING,
    Worker,
    drafted,
    give,
    left,
    look,
    shared,
    with_photo,
    worker,
    wrote,
)


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house)


def test_ticked_entries_open_for_her_advocate_and_no_others(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited.", when=When.now(house.now())))
    wrote(house, vault, Entry(what_happened="not shared"))
    grant_id = shared(house, vault, who, entries=(first,))
    case = who.case(house, grant_id)
    with house.store.read() as conn:
        found = case.page(conn, Entry.kind)
        assert [one.record_id for one in found.items] == [first]
        consent = case.get(conn, grant_id).body
    assert isinstance(consent, Consent)
    assert (consent.name, consent.organisation) == ("Maria Okafor", "Harbour Advice")
    assert consent.wording == WORDING.words
    assert [item.record for item in consent.items] == [first]
    (one,) = sharing.shares(house, vault)
    assert (one.id, one.state) == (grant_id, "live")


def test_what_is_left_out_is_under_no_key_of_the_grant(
    house: House, vault: Vault, who: Worker
) -> None:
    body = Entry(
        what_happened="He waited.",
        injuries="a bruise nobody may read",
        how_it_was="as heavy as stone",
        place="14 Quillet Row",
        place_type="home",
        not_sure=("witnesses", "fear_level"),
    )
    first = wrote(house, vault, body)
    grant_id = shared(house, vault, who, entries=(first,))
    case = who.case(house, grant_id)
    with house.store.read() as conn:
        everything = b"".join(
            one.canonical + one.secret
            for record in sorted(rows.wrapped_records(conn, grant_id))
            for one in case.versions(conn, record)
        )
        with pytest.raises(NotFoundError):
            case.get(conn, first)
        (copy,) = case.page(conn, Redacted.kind).items
    assert b"He waited." in everything
    for words in ("bruise", "stone", "Quillet", "witnesses", "fear_level"):
        assert words.encode() not in everything
    assert isinstance(copy.body, Redacted)
    assert (copy.body.of, copy.body.of_version, copy.body.of_kind) == (first, 1, "entry")
    assert "harm" in copy.body.left_out
    assert copy.parent == first


@pytest.mark.parametrize("where", ["home", "outside_home", "relative_home", "not_sure", ""])
def test_where_she_lives_stays_out_of_the_map_too(where: str) -> None:
    body = {"place": "14 Quillet Row", "place_type": where, "coords": "51.5,-0.1"}
    groups = ("place", "map")
    assert redaction.staying("entry", body, groups) == {"place_type": where}
    assert redaction.staying("entry", body, (*groups, "home")) == body
    street = body | {"place_type": "street"}
    assert redaction.staying("entry", street, groups) == street


def test_a_place_of_no_sort_counts_as_where_she_lives(
    house: House, vault: Vault, who: Worker
) -> None:
    body = Entry(what_happened="He waited.", place="12 Elm Street, my flat")
    first = wrote(house, vault, body)
    for fields, place in ((redaction.USUAL, ""), ((*redaction.USUAL, "home"), body.place)):
        grant_id = shared(house, vault, who, entries=(first,), fields=fields)
        (seen,) = shared_now.shared_now(house, vault, grant_id).entries
        assert seen.body == Entry(what_happened="He waited.", place=place)


def test_every_field_of_what_can_be_copied_belongs_to_one_group() -> None:
    for model in redaction.MODELS:
        assert (
            set(model.model_fields) - redaction.grouped(model.kind) == redaction.STAYS[model.kind]
        )


def test_ended_means_closed_at_once_and_the_row_stays(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    grant_id = shared(house, vault, who, entries=(first,))
    case = who.case(house, grant_id)
    sharing.end(house, vault, grant_id)
    sharing.end(house, vault, grant_id)
    with house.store.read() as conn:
        with pytest.raises(NotFoundError):
            case.get(conn, first)
        assert rows.wrapped(conn, grant_id) == set()
        events = [one.body for one in vault.children(conn, grant_id, Event.kind)]
    assert [one.action for one in events if isinstance(one, Event)] == ["shared", "share_ended"]
    (one,) = sharing.shares(house, vault)
    assert (one.state, one.consent.ended_by) == ("ended", "owner")


def test_it_ends_by_itself(house: House, vault: Vault, who: Worker, clock: Clock) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    grant_id = shared(house, vault, who, entries=(first,))
    clock.pass_(days=32)
    assert sharing.shares(house, vault)[0].state == "ended"
    with pytest.raises(NotFoundError):
        who.case(house, grant_id)
    assert sharing.sweep(house) == 1
    assert sharing.sweep(house) == 0
    with house.store.read() as conn:
        assert rows.wrapped(conn, grant_id) == set()
        last = vault.children(conn, grant_id, Event.kind)[-1].body
    assert last == Event(action="share_ended", actor="server", subject=grant_id)


def test_what_changed_since_it_was_looked_at_is_not_shared(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    draft_id = drafted(house, vault, who, entries=(first,))
    seen = look(house, vault, draft_id).seen
    with house.store.write() as conn:
        vault.keep(
            conn, Entry(what_happened="more"), at=house.now(), record_id=first, base_version=1
        )
    with pytest.raises(ChangedMeanwhileError):
        consents.give(house, vault, draft_id, seen=seen, wording=WORDING)
    assert sharing.shares(house, vault) == []


@pytest.mark.parametrize(
    "other",
    [{"permission": "download"}, {"sees_others": True}, {"fields": redaction.GROUPS},
     {"ends": "days"}, {"adds_until": "days"}],
)  # fmt: skip
def test_what_was_decided_otherwise_in_another_tab_is_looked_at_again(
    house: House, vault: Vault, who: Worker, other: dict[str, object]
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    draft_id = drafted(house, vault, who, entries=(first,))
    draft = share_drafts.read(house, vault, draft_id)
    seen = look(house, vault, draft_id).seen
    soon = (consents.today(house) + timedelta(days=9)).isoformat()
    said = {name: soon if value == "days" else value for name, value in other.items()}
    share_drafts.decide(house, vault, draft, **said)
    with pytest.raises(ChangedMeanwhileError):
        consents.give(house, vault, draft_id, seen=seen, wording=WORDING)
    assert sharing.shares(house, vault) == []


def test_given_twice_it_is_given_once(house: House, vault: Vault, who: Worker) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    draft_id = drafted(house, vault, who, entries=(first,))
    assert give(house, vault, draft_id) == draft_id
    assert consents.give(house, vault, draft_id, seen="", wording=WORDING) == draft_id
    assert len(sharing.shares(house, vault)) == 1


def test_a_suspended_person_or_another_key_is_refused(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    other = drafted(house, vault, who, entries=(first,))
    changed = share_drafts.read(house, vault, other)
    share_drafts.decide(house, vault, changed, fingerprint="six other words")
    with pytest.raises(OtherKeyError):
        give(house, vault, other)
    draft_id = drafted(house, vault, who, entries=(first,))
    with house.store.write() as conn:
        orgs.suspend(conn, who.card.account_id, 1)
    with pytest.raises(OtherKeyError):
        give(house, vault, draft_id)


@pytest.mark.parametrize(
    ("starts", "ends", "adds", "wrong"),
    [
        (-1, 5, None, "starts"),
        (0, -1, None, "ends"),
        (5, 4, None, "ends"),
        (0, 180, None, "ends"),
        (200, 201, None, "starts"),
        (0, 30, 31, "adds_until"),
        (0, 30, -1, "adds_until"),
        (5, 30, 2, "adds_until"),
        (None, 5, None, "starts"),
        (0, None, None, "ends"),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(
    house: House,
    vault: Vault,
    who: Worker,
    starts: int | None,
    ends: int | None,
    adds: int | None,
    wrong: str,
) -> None:
    today = consents.today(house)

    def day(after: int | None) -> str:
        return "" if after is None else (today + timedelta(days=after)).isoformat()

    draft_id = drafted(house, vault, who, starts=day(starts), ends=day(ends), adds_until=day(adds))
    with pytest.raises(BadInputError) as refused:
        consents.check_days(share_drafts.read(house, vault, draft_id), today)
    assert set(refused.value.fields) == {wrong}


@pytest.mark.parametrize("first", ["2026-03-03", "2026-04-20", "2026-07-01", "2026-08-29"])
def test_a_share_of_180_days_is_the_longest(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    """From the first moment to the last, also where the clocks change in between."""
    draft = share_drafts.read(house, vault, drafted(house, vault, who, starts=first))
    every = [date.fromisoformat(first) + timedelta(days=days) for days in range(176, 185)]
    drafts = [replace(draft, ends=last.isoformat()) for last in every]
    spans = [(one, consents.term_of(one, house.now())) for one in drafts]
    lasting = {ends - starts: is_allowed(house, one) for one, (starts, ends) in spans}
    most = timedelta(days=consents.MOST_DAYS)
    assert most - timedelta(days=1) < max(span for span, may in lasting.items() if may) <= most
    assert min(span for span, may in lasting.items() if not may) > most


def is_allowed(house: House, draft: Draft) -> bool:
    with suppress(BadInputError):
        consents.check_days(draft, consents.today(house))
        return True
    return False


def test_what_i_add_goes_along_with_the_same_left_out(
    house: House, vault: Vault, who: Worker, clock: Clock
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    until = (consents.today(house) + timedelta(days=5)).isoformat()
    grant_id = shared(house, vault, who, entries=(first,), adds_until=until)
    plain = wrote(house, vault, Entry(what_happened="He rang."))
    hurt = wrote(house, vault, Entry(what_happened="He pushed.", injuries="a bruise"))
    case = who.case(house, grant_id)
    with house.store.read() as conn:
        assert case.get(conn, plain).body == Entry(what_happened="He rang.")
        with pytest.raises(NotFoundError):
            case.get(conn, hurt)
        (copy,) = case.children(conn, hurt, Redacted.kind)
    assert isinstance(copy.body, Redacted)
    assert copy.body.whole() == Entry(what_happened="He pushed.")
    clock.pass_(days=6)
    late = wrote(house, vault, Entry(what_happened="later"))
    with house.store.read() as conn, pytest.raises(NotFoundError):
        who.case(house, grant_id).get(conn, late)
    now = shared_now.shared_now(house, vault, grant_id)
    assert {one.id for one in now.entries} == {first, plain, hurt}


@pytest.mark.parametrize("said", [0, 2])
def test_until_when_what_i_add_goes_along_is_what_she_agreed_to(
    house: House, vault: Vault, who: Worker, clock: Clock, said: int
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    last = (consents.today(house) + timedelta(days=said)).isoformat() if said else ""
    grant_id = shared(house, vault, who, entries=(first,), adds_until=last)
    clock.pass_(days=4)
    with house.store.write() as conn:
        later = to_ms(house.now() + timedelta(days=10))
        conn.execute(update(grants).where(grants.c.id == grant_id).values(adds_until_ms=later))
    late = wrote(house, vault, Entry(what_happened="later"))
    with house.store.read() as conn, pytest.raises(NotFoundError):
        who.case(house, grant_id).get(conn, late)


def test_without_it_what_i_add_stays_unseen(house: House, vault: Vault, who: Worker) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    grant_id = shared(house, vault, who, entries=(first,))
    wrote(house, vault, Entry(what_happened="He rang."))
    assert shared_now.shared_now(house, vault, grant_id).total == 1


@pytest.mark.parametrize("hurt", ["", "a bruise"])
def test_a_change_is_shared_by_one_button_and_not_before(
    house: House, vault: Vault, who: Worker, hurt: str
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    grant_id = shared(house, vault, who, entries=(first,))
    after = Entry(what_happened="He waited an hour.", injuries=hurt)
    entries.amend(house, vault, first, after, base_version=1)
    (seen,) = shared_now.shared_now(house, vault, grant_id).entries
    assert (seen.version, seen.changed, seen.body) == (1, True, Entry(what_happened="He waited."))
    assert [one.id for one in shared_now.changed(house, vault, grant_id)] == [first]
    share_again.share(house, vault, grant_id, first, version=2)
    (seen,) = shared_now.shared_now(house, vault, grant_id).entries
    assert (seen.version, seen.body) == (2, Entry(what_happened="He waited an hour."))
    assert seen.is_copy == bool(hurt)
    assert shared_now.changed(house, vault, grant_id) == []
    entries.amend(house, vault, first, Entry(what_happened="third"), base_version=2)
    share_again.share(house, vault, grant_id, first, version=3)
    (seen,) = shared_now.shared_now(house, vault, grant_id).entries
    assert seen.body == Entry(what_happened="third")
    assert consents.filled(house, vault, grant_id).is_whole


def test_earlier_words_go_only_when_ticked(house: House, vault: Vault, who: Worker) -> None:
    first = wrote(house, vault, Entry(what_happened="first words", injuries="a bruise"))
    entries.amend(house, vault, first, Entry(what_happened="second words"), base_version=1)
    only = shared(house, vault, who, entries=(first,))
    both = shared(house, vault, who, entries=(first,), earlier=True)
    with house.store.read() as conn:
        assert [one.version for one in who.case(house, only).versions(conn, first)] == [2]
        (copy,) = who.case(house, both).children(conn, first, Redacted.kind)
        bodies = [one.body for one in who.case(house, both).versions(conn, copy.record_id)]
    told = [one.whole() for one in bodies if isinstance(one, Redacted)]
    assert told == [Entry(what_happened="first words"), Entry(what_happened="second words")]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted is kept from the first entry on, not only where many are new."""
    monkeypatch.setattr(case_overview, "FRESH", 0)


@pytest.mark.usefixtures("counted")
def test_what_was_counted_of_it_is_dropped_with_what_is_taken_out(
    house: House, vault: Vault, who: Worker
) -> None:
    first, second = (wrote(house, vault, Entry(what_happened=words)) for words in ("one", "two"))
    grant_id = shared(house, vault, who, entries=(first, second))
    other_id = shared(house, vault, who, entries=(first,))
    for one in (grant_id, other_id):
        case_overview.open_case(house, who.vault, one)
    assert all(kept_of(house, one)["facts"] for one in (grant_id, other_id))
    shared_now.take_out(house, vault, grant_id, first)
    assert kept_of(house, grant_id)["facts"] is None
    assert kept_of(house, other_id)["facts"]
    assert len(case_overview.open_case(house, who.vault, grant_id).numbers.facts) == 1


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("how", ["by her", "by itself", "by closing", "of the person"])
def test_what_was_counted_and_seen_is_destroyed_with_the_grant(
    house: House, vault: Vault, who: Worker, clock: Clock, how: str
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    grant_id = shared(house, vault, who, entries=(first,))
    case_overview.open_case(house, who.vault, grant_id)
    kept = kept_of(house, grant_id)
    assert all(kept.values()), kept
    if how == "by her":
        sharing.end(house, vault, grant_id)
    elif how == "of the person":
        sharing.end_person(house, vault, grant_id)
    elif how == "by closing":
        accounts.close(house, vault)
    else:
        clock.pass_(days=32)
        sharing.sweep(house)
    assert not any(kept_of(house, grant_id).values())
    with house.store.write() as conn:  # whoever was just reading puts nothing back
        rows.set_facts(conn, grant_id, b"counted")
        rows.set_seen(conn, grant_id, b"seen")
    assert not any(kept_of(house, grant_id).values())


def kept_of(house: House, grant_id: str) -> dict[str, bytes | None]:
    """Everything that opens with, or tells of, what a grant lets somebody read."""
    with house.store.read() as conn:
        row = rows.by_id(conn, grant_id)
    assert row
    names = ("grantee_key", "owner_key", "heads", "facts", "seen")
    return {name: getattr(row, name) for name in names}


def test_one_thing_is_taken_out_with_its_files(house: House, vault: Vault, who: Worker) -> None:
    first, second = (wrote(house, vault, Entry(what_happened=words)) for words in ("one", "two"))
    hurt = wrote(house, vault, Entry(what_happened="three", injuries="a bruise"))
    photo = with_photo(house, vault, first)
    grant_id = shared(house, vault, who, entries=(first, second, hurt), files=(photo,))
    case = who.case(house, grant_id)
    with house.store.read() as conn:
        assert case.get(conn, photo).secret
        assert case.children(conn, photo, Derived.kind)
    for gone in (first, hurt):
        shared_now.take_out(house, vault, grant_id, gone)
    with house.store.read() as conn:
        for record in (first, photo, hurt):
            with pytest.raises(NotFoundError):
                case.get(conn, record)
        left = rows.wrapped_records(conn, grant_id)
    assert left == {grant_id, second}
    assert [one.id for one in shared_now.shared_now(house, vault, grant_id).entries] == [second]


def test_files_go_only_when_ticked(house: House, vault: Vault, who: Worker) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    photo = with_photo(house, vault, first)
    grant_id = shared(house, vault, who, entries=(first,))
    with house.store.read() as conn:
        case = who.case(house, grant_id)
        assert case.children(conn, first, File.kind) == []
        assert rows.wrapped_records(conn, grant_id) == {grant_id, first}
        with pytest.raises(NotFoundError):
            case.get(conn, photo)


def test_private_notes_and_secret_words_cannot_be_ticked(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    note = own.add(house, vault, PrivateNote(text="mine"), record_id=new_id(), parent=first)
    words = own.add(house, vault, Secrets(), record_id=new_id())
    everything = (first, note.id, words.id)
    grant_id = shared(
        house, vault, who,
        entries=everything, files=everything, people=everything, contacts=everything,
        orders=everything, fields=redaction.GROUPS,
    )  # fmt: skip
    with house.store.read() as conn:
        assert rows.wrapped_records(conn, grant_id) == {grant_id, first}


def test_reports_go_when_all_they_are_about_goes(house: House, vault: Vault, who: Worker) -> None:
    first, second = (wrote(house, vault, Entry(what_happened=words)) for words in ("one", "two"))
    about_one = reports.give(
        house, vault, Report(reference="", entries=(first,)), record_id=new_id()
    )
    reports.give(house, vault, Report(reference="", entries=(first, second)), record_id=new_id())
    fields = (*redaction.USUAL, "told")
    draft_id = drafted(house, vault, who, entries=(first,), fields=fields)
    assert look(house, vault, draft_id).parcel.reports_left == 1
    grant_id = give(house, vault, draft_id)
    with house.store.read() as conn:
        found = who.case(house, grant_id).page(conn, Report.kind).items
        links = who.case(house, grant_id).children(conn, first, ReportLink.kind)
    assert [one.record_id for one in found] == [about_one.id]
    assert len(links) == 1


@pytest.mark.parametrize("hurt", ["", "a bruise"])
def test_what_is_taken_out_takes_along_what_tells_of_it(
    house: House, vault: Vault, who: Worker, hurt: str
) -> None:
    """An entry its reports, and a report what says beside its entries that it was told."""
    first, second = (
        wrote(house, vault, Entry(what_happened=one, injuries=hurt)) for one in ("one", "two")
    )
    of_both, of_second = (
        reports.give(house, vault, Report(reference="", entries=about), record_id=new_id()).id
        for about in ((first, second), (second,))
    )
    fields = (*redaction.USUAL, "told")
    ids = {first, second, of_both, of_second}

    def left(*gone: str) -> tuple[set[str], int]:
        grant_id = shared(house, vault, who, entries=(first, second), fields=fields)
        for one in gone:
            shared_now.take_out(house, vault, grant_id, one)
        now = shared_now.shared_now(house, vault, grant_id)
        with house.store.read() as conn:
            links = who.case(house, grant_id).heads(conn).section(ReportLink.kind)
            items = own.one_in(conn, vault, Consent, grant_id).body.items
        seen = {one.id for one in (*now.entries, *now.others)}
        assert ids & {one.record for one in items} == seen
        return seen, len(links)

    assert left() == (ids, 3)
    assert left(of_both) == ({first, second, of_second}, 1)
    assert left(first) == ({second, of_second}, 1)
    assert left(second) == ({first}, 0)


def test_what_is_removed_is_gone_for_everybody_and_comes_back(
    house: House, vault: Vault, who: Worker, clock: Clock
) -> None:
    whole = wrote(house, vault, Entry(what_happened="one"))
    hurt = wrote(house, vault, Entry(what_happened="two", injuries="a bruise"))
    grant_id = shared(house, vault, who, entries=(whole, hurt))
    for record in (whole, hurt):
        deletion.remove(house, vault, record)
    assert shared_now.shared_now(house, vault, grant_id).total == 0
    waiting = deletion.waiting(house, vault)
    deletion.bring_back(house, vault, [one.removal_id for one in waiting])
    assert shared_now.shared_now(house, vault, grant_id).total == 2
    for record in (whole, hurt):
        deletion.remove(house, vault, record)
    clock.pass_(days=8)
    with house.store.write() as conn:
        rows.set_facts(conn, grant_id, b"counted")
    assert deletion.finish(house) == 3
    found = shared_now.shared_now(house, vault, grant_id)
    assert (found.total, found.damaged) == (0, 0)
    with house.store.read() as conn:
        case = who.case(house, grant_id)
        assert case.page(conn, Entry.kind).damaged == 0
        wraps = conn.execute(select(grant_wraps.c.record_id, grant_wraps.c.wrap)).all()
        facts = conn.execute(select(grants.c.facts)).scalars().all()
    assert [record for record, wrap in wraps if wrap] == [grant_id]
    assert facts == [None]
    assert sharing.shares(house, vault)[0].state == "live"


def test_closing_the_account_ends_every_share(house: House, vault: Vault, who: Worker) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    grant_id = shared(house, vault, who, entries=(first,))
    accounts.close(house, vault)
    assert sharing.shares(house, vault)[0].state == "ended"
    with house.store.read() as conn:
        assert rows.wrapped(conn, grant_id) == set()


def test_a_closed_account_leaves_no_grant(
    house: House, vault: Vault, who: Worker, clock: Clock
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    grant_id = shared(house, vault, who, entries=(first,))
    accounts.close(house, vault)
    clock.pass_(days=8)
    assert upkeep.finish_closings(house) == 1
    with house.store.read() as conn:
        assert rows.by_id(conn, grant_id) is None


def test_a_practitioner_who_is_gone_leaves_consent_looks_and_records(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    grant_id = shared(house, vault, who, entries=(first,))
    left(house, who, grant_id, PracticeRecord(detail="seen today", about=grant_id))
    left(house, who, grant_id, Event(action="looked", actor="practitioner", subject=first))
    with house.store.write() as conn:
        store_accounts.remove(conn, who.card.account_id)
    (share,) = sharing.shares(house, vault)
    assert (share.state, share.consent.name) == ("ended", "Maria Okafor")
    (look,) = looks.looks(house, vault).items
    assert look.share == share
    (written,) = practice_seen.every(house, vault).items
    assert written.record.body.detail == "seen today"
    assert written.share == share


def test_who_looked_names_whom_her_consent_names(house: House, vault: Vault, who: Worker) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    grant_id = shared(house, vault, who, entries=(first,))
    forged = Event(action="looked", actor="practitioner", subject=first, note="Her own mother")
    left(house, who, grant_id, forged)
    left(house, who, grant_id, Event(action="downloaded", actor="practitioner", subject=grant_id))
    sharing.end(house, vault, grant_id)
    for found in (looks.looks(house, vault), looks.looks(house, vault, grant_id=grant_id)):
        assert [look.action for look in found.items] == ["downloaded", "looked"]
        assert {look.share and look.share.consent.name for look in found.items} == {"Maria Okafor"}
        assert found.items[1].what == Entry(what_happened="He waited.")
        assert found.items[0].what is None
    pages = [looks.looks(house, vault, page=page, most=1) for page in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [1, 1, 1]
    assert [page.page for page in pages] == [1, 2, 2]  # there is no third: the last one is shown
    assert [page.more for page in pages] == [True, False, False]
    with pytest.raises(NotFoundError):
        looks.looks(house, vault, grant_id=new_id())


def test_what_others_took_is_not_among_what_she_gave(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    grant_id = shared(house, vault, who, entries=(first,))
    taken = Event(action="exported", actor="practitioner", note="bundle", sha256="a" * 64)
    left(house, who, grant_id, taken)
    assert export.given(house, vault) == []
    (look,) = looks.looks(house, vault).items
    assert look.sha256 == "a" * 64


def test_agencies_see_what_others_wrote_only_if_she_says_so(house: House, vault: Vault) -> None:
    one, two, third = (worker(house, name) for name in ("Ann Ash", "Bea Birch", "Cat Cedar"))
    first = wrote(house, vault, Entry(what_happened="He waited."))
    by_one = shared(house, vault, one, entries=(first,))
    may = shared(house, vault, two, entries=(first,), sees_others=True)
    may_not = shared(house, vault, third, entries=(first,))
    left(house, one, by_one, PracticeRecord(detail="from one", about=by_one))
    left(house, two, may, PracticeRecord(detail="from two", about=may))
    assert practice_seen.pass_on(house, vault) == 1
    assert practice_seen.pass_on(house, vault) == 0
    with house.store.read() as conn:
        there = two.case(house, may).page(conn, PracticeRecord.kind).items
        assert "from one" in [
            one.body.detail for one in there if isinstance(one.body, PracticeRecord)
        ]
        assert third.case(house, may_not).page(conn, PracticeRecord.kind).items == []
        mine = one.case(house, by_one).page(conn, PracticeRecord.kind).items
        assert all(it.body != PracticeRecord(detail="from two", about=may) for it in mine)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Gareth Pike", OtherPerson(name="gareth pike")),
        ("Mr. Gareth-John O'Pike", OtherPerson(name="John OPike Gareth")),
        ("Gareth Pike", OtherPerson(name="Gareth John Pike")),
        ("garethpike", OtherPerson(name="Gareth Pike")),
        ("Gaz", OtherPerson(name="Gareth Pike", known_as=("GAZ",))),
        ("Gareth Pike", OtherPerson(called="Gareth Pike")),
        ("Zoë Åkerlund", OtherPerson(associates=(Associate(name="zoe akerlund"),))),
        ("Ann Lee 07700 900123", OtherPerson(phones=("+44 7700 900123",))),
        ("Ann Lee gaz@example.org", OtherPerson(emails=("Gaz@Example.org",))),
    ],
)
def test_the_other_side_is_as_unknown_as_a_wrong_code(
    house: House, vault: Vault, name: str, other: OtherPerson
) -> None:
    own.add(house, vault, other, record_id=new_id())
    them = worker(house, name)
    code = practitioners.introduce(house, them.card.account_id).code
    with pytest.raises(NotFoundError) as theirs:
        sharing.find(house, vault, code)
    with pytest.raises(NotFoundError) as never:
        sharing.find(house, vault, "2222-2222")
    assert (theirs.value.message, theirs.value.values) == (never.value.message, never.value.values)


def test_whom_an_order_of_hers_names_is_not_found(house: House, vault: Vault) -> None:
    """She may have written down no more about him than what stands in the order."""
    order = Order(reference="ORD-1", type="NMO", respondent_name="GARETH PIKE")
    own.add(house, vault, order, record_id=new_id())
    them = worker(house, "Gareth Pike")
    code = practitioners.introduce(house, them.card.account_id).code
    with pytest.raises(NotFoundError):
        sharing.find(house, vault, code)
    other = practitioners.introduce(house, worker(house, "Ann Lee").card.account_id).code
    assert sharing.find(house, vault, other).name == "Ann Lee"


@pytest.mark.parametrize("is_indexed", [False, True])
def test_while_nobody_can_say_who_the_other_person_is_nobody_is_found(
    house: House, vault: Vault, who: Worker, *, is_indexed: bool
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    draft_id = drafted(house, vault, who, entries=(first,))
    note = own.add(house, vault, OtherPerson(name="Gareth Pike"), record_id=new_id()).id
    with house.store.write() as conn:
        if is_indexed:
            vault.refresh_heads(conn)
        of_it = records.c.record_id == note
        conn.execute(update(records).where(of_it).values(sealed=b"x" * 300))
    for name in ("Gareth Pike", "Ann Lee"):
        them = worker(house, name)
        code = practitioners.introduce(house, them.card.account_id).code
        with pytest.raises(NotFoundError) as refused:
            sharing.find(house, vault, code)
        assert refused.value.message == sharing.NOBODY
        with house.store.read() as conn, pytest.raises(NotFoundError):
            sharing.refuse_other_side(conn, vault, them.card)
    with pytest.raises(OtherKeyError):
        give(house, vault, draft_id)


def test_who_turns_out_to_be_close_to_the_other_person_gets_nothing(
    house: House, vault: Vault, who: Worker
) -> None:
    first = wrote(house, vault, Entry(what_happened="He waited."))
    draft_id = drafted(house, vault, who, entries=(first,))
    close = OtherPerson(associates=(Associate(name="Maria Okafor"),))
    own.add(house, vault, close, record_id=new_id())
    with pytest.raises(OtherKeyError):
        give(house, vault, draft_id)


@pytest.mark.parametrize("name", ["Gary Stone", "Pike Johnson", "Gareth Stone"])
def test_others_with_a_like_name_are_found(house: House, vault: Vault, name: str) -> None:
    own.add(house, vault, OtherPerson(name="Gareth Pike", known_as=("Gaz",)), record_id=new_id())
    them = worker(house, name)
    code = practitioners.introduce(house, them.card.account_id).code
    assert sharing.find(house, vault, code) == them.card


def test_many_records_go_in_steps(
    house: House, vault: Vault, who: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consents, "STEP", 2)
    every = tuple(
        wrote(house, vault, Entry(what_happened=f"no {n}", injuries="a bruise" * (n % 2)))
        for n in range(5)
    )
    grant_id = shared(house, vault, who, entries=every)
    done = [consents.filled(house, vault, grant_id).done]
    while not (filled := consents.fill(house, vault, grant_id)).is_whole:
        done.append(filled.done)
    assert (done, filled.total) == ([2, 4], 5)
    assert consents.fill(house, vault, grant_id).done == 5
    assert shared_now.shared_now(house, vault, grant_id).total == 5


def test_what_goes_is_read_while_nobody_else_changes_it(
    house: House, vault: Vault, who: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or what she takes out meanwhile would come back, where a store has several writers."""
    monkeypatch.setattr(consents, "STEP", 1)
    first, second = (wrote(house, vault, Entry(what_happened=one)) for one in ("one", "two"))
    draft_id = drafted(house, vault, who, entries=(first, second))
    done: list[str] = []

    def noted(of: object, name: str) -> None:
        real = getattr(of, name)

        def noting(*args: object, **said: object) -> object:
            done.append(name)
            return real(*args, **said)

        monkeypatch.setattr(of, name, noting)

    noted(Vault, "take_turn")
    noted(share_look, "look")
    noted(share_look, "items")
    noted(consents, "live")
    give(house, vault, draft_id)
    assert done[:3] == ["look", "take_turn", "items"], "the look, and then the giving"
    done.clear()
    consents.fill(house, vault, draft_id)
    assert done[:2] == ["take_turn", "live"]


def test_the_consent_is_within_120_words() -> None:
    said = " ".join((*consent_text().lines, *consent_text().adding)) % {
        "name": "Maria Okafor-Lindqvist",
        "organisation": "Harbour Advice Service North",
        "purpose": max(
            (one.text for one in consent_text().purposes), key=lambda it: len(it.split())
        ),
        "until": "Wednesday 23 September 2026",
        "added": "Wednesday 23 September 2026",
    }
    assert len(said.split()) <= 120
