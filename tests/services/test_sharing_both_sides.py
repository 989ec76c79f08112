"""One share from both sides: what she previewed is what is read, and every look comes back."""

from __future__ import annotations

from functools import partial

import pytest

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.order import Order, Zone
from diary.domain.people import OtherPerson, Told
from diary.domain.plan import Lead, Plan, PlanItem
from diary.domain.report import Report
from diary.domain.when import When
from diary.errors import NotFoundError
from diary.services import (
    case_entries,
    case_overview,
    case_pages,
    cases,
    consents,
    deletion,
    looks,
    order_making,
    own,
    reports,
    share_choices,
    share_drafts,
    shared_now,
    sharing,
)
from diary.services.cases import Look, NotSharedError
from diary.services.house import House
from diary.services.redaction import USUAL
from diary.store import grants as rows
from diary.vault.vault import Vault
from tests.services.sharers import drafted, give, shared, with_photo, worker, wrote


def test_what_she_previewed_is_what_is_read(house: House, vault: Vault) -> None:
    who = worker(house)
    hurt = Entry(
        what_happened="He pushed.", when=When.at("exact", "2026-03-01T21:00"), injuries="a bruise"
    )
    plain = Entry(what_happened="He rang.", when=When.at("exact", "2026-03-02T21:00"))
    first, second = (wrote(house, vault, body) for body in (hurt, plain))
    photo = with_photo(house, vault, first)
    body = Order(reference="", type="NMO", zones=(Zone(label="14 Quillet Row"),))
    order = order_making.write(house, vault, body, record_id=new_id())
    plan = Plan(items=(PlanItem(item_id="P1", text="A bag at Ann's"),))
    own.add(house, vault, plan, record_id=new_id())
    reports.give(house, vault, Report(reference="", entries=(first,)), record_id=new_id())
    draft_id = drafted(
        house, vault, who, entries=(first, second), orders=(order.id,), files=(photo,), plan=True,
        fields=(*USUAL, "told"), from_name="Nadia",
    )  # fmt: skip
    draft = share_drafts.read(house, vault, draft_id)
    preview = share_choices.look(house, vault, draft, page=1)
    case_id = give(house, vault, draft_id)
    (line,) = cases.mine(house, who.vault)
    assert (line.name, line.can_download) == ("Nadia", False)
    case_overview.open_case(house, who.vault, case_id)
    for piece, _files in preview.entries:
        record = piece.opened.record_id
        story = cases.read(
            house,
            who.vault,
            case_id,
            Look("entry", record),
            partial(case_entries.entry, record_id=record),
        )
        assert story.piece.body == piece.body
    read = cases.read(
        house, who.vault, case_id, Look("order", order.id),
        lambda found: case_pages.order(found, order.id),
    )  # fmt: skip
    assert read[0].body == Order(reference="ORD-1", type="NMO")
    told = looks.looks(house, vault, grant_id=case_id).items
    assert [look.note for look in told] == ["order", "entry", "entry", "case", "list"]
    assert {look.share and look.share.consent.name for look in told} == {"Maria Okafor"}


def test_who_was_told_leads_and_the_other_person_are_read_where_ticked(
    house: House, vault: Vault
) -> None:
    who = worker(house)
    first, second = (wrote(house, vault, Entry(what_happened=words)) for words in ("one", "two"))
    told, other = Told(who="School", notes="asked twice"), OtherPerson(name="Gareth Pike")
    ids = [own.add(house, vault, one, record_id=new_id()).id for one in (told, other)]
    leads = [
        own.add(house, vault, Lead(sort=sort), record_id=new_id(), parent=entry).id
        for sort, entry in (("A doorbell", first), ("A till", first), ("A bus", second))
    ]
    whole = {"told": (ids[0],), "leads": (leads[0], leads[2]), "other_person": True}
    for ticked in (whole, {}):
        case_id = shared(house, vault, who, entries=(first,), **ticked)
        people = cases.read(house, who.vault, case_id, Look("people"), case_pages.people)
        assert [one.body for one in people.told] == ([told] if ticked else [])
        assert (people.other.body if people.other else None) == (other if ticked else None)
        reading = partial(case_entries.entry, record_id=first)
        story = cases.read(house, who.vault, case_id, Look("entry", first), reading)
        assert [one.id for one in story.leads] == ([leads[0]] if ticked else [])
        with house.store.read() as conn:
            there = rows.wrapped_records(conn, case_id)
        assert there.isdisjoint({*ids, *leads} if not ticked else {leads[1], leads[2]})


def test_a_lead_goes_out_of_a_share_with_its_entry(house: House, vault: Vault) -> None:
    who = worker(house)
    hurt = wrote(house, vault, Entry(what_happened="one", injuries="a bruise"))
    lead = own.add(house, vault, Lead(sort="A till"), record_id=new_id(), parent=hurt).id
    first, second = (
        shared(house, vault, who, entries=(hurt,), leads=(lead,), plan=True) for _ in range(2)
    )
    shared_now.take_out(house, vault, first, hurt)
    deletion.remove(house, vault, hurt)
    for case_id in (first, second):
        assert shared_now.shared_now(house, vault, case_id).others == ()
        with house.store.read() as conn, pytest.raises(NotFoundError):
            who.case(house, case_id).get(conn, lead)


def test_ended_means_the_next_look_shows_nothing(house: House, vault: Vault) -> None:
    who = worker(house)
    first = wrote(house, vault, Entry(what_happened="He rang."))
    case_id = shared(house, vault, who, entries=(first,))
    case_overview.open_case(house, who.vault, case_id)
    sharing.end(house, vault, case_id)
    with pytest.raises(NotSharedError):
        case_overview.open_case(house, who.vault, case_id)
    assert cases.mine(house, who.vault) == []
    assert [look.note for look in looks.looks(house, vault).items] == ["case"]


def test_a_share_that_begins_later_is_not_open_yet(house: House, vault: Vault) -> None:
    who = worker(house)
    first = wrote(house, vault, Entry(what_happened="He rang."))
    tomorrow = consents.today(house).replace(day=4).isoformat()
    case_id = shared(house, vault, who, entries=(first,), starts=tomorrow)
    assert sharing.share(house, vault, case_id).state == "later"
    with pytest.raises(NotFoundError):
        case_overview.open_case(house, who.vault, case_id)
