"""Sharing: what she ticked opens for one person, for a time, and what she left out for nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diary.canonical import canonical_bytes
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.sharing import Consent, Redacted
from diary.domain.when import When
from diary.errors import BadInputError, NotFoundError
from diary.services import consents, redaction, share_drafts, sharing
from diary.services.consents import ChangedMeanwhileError, OtherKeyError
from diary.services.house import House
from diary.store import grants as rows
from diary.store import orgs
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.services.sharers import WORDING, Worker, drafted, give, shared, worker, wrote


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


def test_every_field_of_what_can_be_copied_belongs_to_one_group() -> None:
    for model in redaction.MODELS:
        assert set(model.model_fields) - redaction.grouped(model.kind) == redaction.STAYS[model.kind]


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
    seen = consents.preview(house, vault, share_drafts.read(house, vault, draft_id)).seen
    with house.store.write() as conn:
        vault.keep(conn, Entry(what_happened="more"), at=house.now(), record_id=first, base_version=1)
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
        (0, 181, None, "ends"),
        (200, 201, None, "starts"),
        (0, 30, 31, "adds_until"),
        (0, 30, -1, "adds_until"),
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

    draft_id = drafted(
        house, vault, who, starts=day(starts), ends=day(ends), adds_until=day(adds)
    )
    with pytest.raises(BadInputError) as refused:
        consents.check_days(share_drafts.read(house, vault, draft_id), today)
    assert set(refused.value.fields) == {wrong}


def test_a_share_of_180_days_is_the_longest(house: House, vault: Vault, who: Worker) -> None:
    last = (consents.today(house) + timedelta(days=180)).isoformat()
    draft_id = drafted(house, vault, who, ends=last)
    consents.check_days(share_drafts.read(house, vault, draft_id), consents.today(house))
