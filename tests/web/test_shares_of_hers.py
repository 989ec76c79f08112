"""Her pages about a share: what changed, who cannot read any more, and what others wrote."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import update

from diary.content import consent_text, helplines
from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.order import Order
from diary.domain.people import Contact, OtherPerson, Told
from diary.domain.people import Person as Somebody
from diary.domain.plan import Lead, Plan, PlanItem
from diary.domain.practice import Override, PracticeRecord
from diary.domain.report import Report
from diary.services import deletion, own, sharing
from diary.services.house import House
from diary.services.redaction import USUAL
from diary.store import orgs
from diary.store.models import accounts
from tests.clock import Clock
from tests.conftest import Person
from tests.services.sharers import Worker, left, shared, with_photo, worker, wrote

LINK = re.compile(r'<p><a href="([^"]+)" dir="auto">([^<]*)</a></p>')


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house)


PURPOSES = {one.code: one.text for one in consent_text().purposes}


def test_two_shares_with_one_person_can_be_told_apart(
    house: House, signed_in: Person, who: Worker
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    for decided in ({"purpose": "court", "permission": "download"}, {"purpose": "safety"}):
        shared(house, signed_in.vault, who, entries=(entry,), **decided)
    page = signed_in.client.get("/sharing").text
    cards = [re.sub(r'href="[^"]*"', "", one) for one in page.split("<article")[1:]]
    assert len(cards) == len(set(cards)) == 2
    assert page.count("they can take a copy") == 1
    assert any(one in page for one in PURPOSES.values())


# Each kind that can be shared: as it is shared, as it reads later, and what is ticked for it.
CHANGED: dict[str, tuple[Record, Record]] = {
    "order": (Order(reference="ORD-1", type="NMO"), Order(reference="ORD-1", type="RO_CONV")),
    "person": (Somebody(name="Ann"), Somebody(name="Ann Lee")),
    "contact": (Contact(phone="1"), Contact(phone="2")),
    "told": (Told(who="School"), Told(who="The school")),
    "lead": (Lead(sort="A till"), Lead(sort="The till")),
    "plan": (Plan(), Plan(items=(PlanItem(item_id="P1", text="A bag"),))),
    "other_person": (OtherPerson(name="Gareth Pike"), OtherPerson(name="Gareth J Pike")),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_whatever_changed_since_leads_to_its_own_page(
    house: House, signed_in: Person, who: Worker, kind: str
) -> None:
    vault, (first, later) = signed_in.vault, CHANGED[kind]
    entry = wrote(house, vault, Entry(what_happened="He waited."))
    person = own.add(house, vault, Somebody(name="Ann"), record_id=new_id()).id
    parent = {"contact": person, "lead": entry}.get(kind)
    record = own.add(house, vault, first, record_id=new_id(), parent=parent).id
    ticks: dict[str, dict[str, Any]] = {
        "order": {"orders": (record,)},
        "person": {"people": (record,)},
        "contact": {"people": (person,), "contacts": (person,)},
        "told": {"told": (record,)},
        "lead": {"leads": (record,)},
        "plan": {"plan": True},
        "other_person": {"other_person": True},
    }
    grant = shared(house, vault, who, entries=(entry,), **ticks[kind])
    own.change(house, vault, later, record_id=record, base_version=1)
    there = page_that_changed(signed_in, grant)
    assert {"contact": person, "plan": "/plan", "other_person": "/about-you"}.get(
        kind, record
    ) in there


def test_an_entry_a_file_and_a_report_that_changed_lead_to_their_own_pages(
    house: House, signed_in: Person, who: Worker
) -> None:
    vault = signed_in.vault
    entry = wrote(house, vault, Entry(what_happened="He waited."))
    photo = with_photo(house, vault, entry)
    report = Report(reference="REP-1", to="police_101", entries=(entry,))
    told = own.add(house, vault, report, record_id=new_id()).id
    fields = (*USUAL, "told")
    for record in (entry, photo, told):
        grant = shared(house, vault, who, entries=(entry,), files=(photo,), fields=fields)
        with house.store.write() as conn:
            newest = vault.get(conn, record)
            vault.keep(
                conn, newest.body, at=house.now(), record_id=record,
                base_version=newest.version, parent=newest.parent,
            )  # fmt: skip
        assert record in page_that_changed(signed_in, grant)


def page_that_changed(her: Person, grant: str) -> str:
    """Follow the one link under "You changed this since"; return where it leads."""
    page = her.client.get(f"/sharing/{grant}").text
    assert "You changed this since" in page
    ((link, words),) = LINK.findall(page)
    assert words.strip()
    assert her.client.get(link).status_code == 200, link
    return str(link)


@pytest.mark.parametrize("why", ["suspended", "another key"])
def test_who_cannot_read_any_more_is_not_shown_as_reading(
    house: House, signed_in: Person, who: Worker, why: str
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    grant = shared(house, signed_in.vault, who, entries=(entry,))
    page = signed_in.client.get(f"/sharing/{grant}").text
    assert "They can read what you chose until the end of Thursday 2 April 2026." in page
    key = worker(house, "Bea Birch").card.public_key
    with house.store.write() as conn:
        if why == "suspended":
            orgs.suspend(conn, who.card.account_id, 1)
        else:
            known = accounts.c.id == who.card.account_id
            conn.execute(update(accounts).where(known).values(public_key=key))
    (share,) = sharing.live_grants(house, signed_in.vault)
    assert share.state == "cut_off"
    page, every = (signed_in.client.get(at).text for at in (f"/sharing/{grant}", "/sharing"))
    assert "They cannot read anything of this now." in page
    assert "They can read what you chose until" not in page
    assert "See what they see" not in page
    assert 'href="/sharing/new"' in page
    assert f'href="/sharing/{grant}/end"' in page
    assert "They cannot read it now." in every
    sharing.end(house, signed_in.vault, grant)
    assert "You ended this" in signed_in.client.get(f"/sharing/{grant}").text


def test_a_share_that_ended_says_its_last_day(
    house: House, signed_in: Person, who: Worker, clock: Clock
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    grant = shared(house, signed_in.vault, who, entries=(entry,))
    clock.pass_(days=40)
    words = {"name": signed_in.name, "passphrase": signed_in.passphrase}
    signed_in.client.post("/sign-in", data=words)
    for at in (f"/sharing/{grant}", "/sharing"):
        page = signed_in.client.get(at).text
        assert "until the end of Thursday 2 April 2026" in page.replace("Until", "until")
        assert "3 April" not in page


def test_taking_one_out_is_asked_about_first(house: House, signed_in: Person, who: Worker) -> None:
    vault = signed_in.vault
    bodies = (Entry(what_happened="one"), Entry(what_happened="two", injuries="a bruise"))
    entries = tuple(wrote(house, vault, body) for body in bodies)
    grant = shared(house, vault, who, entries=entries)
    what = signed_in.client.get(f"/sharing/{grant}/what").text
    asked = re.findall(r'href="([^"]+/take-out/\w+)"', what)
    assert len(asked) == 2
    assert 'method="post"' not in what.partition("<main")[2]
    said = consent_text()
    for at in asked:
        page = signed_in.client.get(at).text
        assert all(line in page for line in (said.pause_one, *said.pause))
        assert all(f"tel:{line.dial}" in page for line in helplines().others)
        assert len(sharing.share(house, vault, grant).consent.items) == 2
    for at in asked:
        assert signed_in.client.post(at).status_code == 303
    assert sharing.share(house, vault, grant).consent.items == ()


def test_her_page_shows_which_entries_a_record_names(
    house: House, signed_in: Person, who: Worker
) -> None:
    vault = signed_in.vault
    first, second, third = (wrote(house, vault, Entry(what_happened=f"the {n}")) for n in "abc")
    grant = shared(house, vault, who, entries=(first, second, third))
    named = (first, second, "x", new_id())
    record = left(house, who, grant, PracticeRecord(detail="seen", linked_entries=named))
    deletion.remove(house, vault, second)
    page = signed_in.client.get(f"/sharing/written/{record}").text
    assert f'href="/diary/{first}"' in page
    assert "the a" in page
    assert second not in page
    assert third not in page
    assert "3 more are not in your diary now." in page


def test_a_correction_is_marked_both_ways_and_only_its_author_makes_one(
    house: House, signed_in: Person, who: Worker, clock: Clock
) -> None:
    vault = signed_in.vault
    entry = wrote(house, vault, Entry(what_happened="He waited."))
    grant = shared(house, vault, who, entries=(entry,))
    bea = worker(house, "Bea Birch")
    other = shared(house, vault, bea, entries=(entry,))
    before = left(house, who, grant, PracticeRecord(detail="at noon"))
    forged = left(house, bea, other, PracticeRecord(detail="never", corrects=before))
    page = signed_in.client.get(f"/sharing/written/{before}").text
    assert "They wrote a correction" not in page
    assert "This corrects" not in signed_in.client.get(f"/sharing/written/{forged}").text
    after = left(house, who, grant, PracticeRecord(detail="at one", corrects=before))
    page = signed_in.client.get(f"/sharing/written/{before}").text
    assert "They wrote a correction of this later." in page
    assert f'href="/sharing/written/{after}"' in page
    page = signed_in.client.get(f"/sharing/written/{after}").text
    assert "This corrects what they wrote before." in page
    assert f'href="/sharing/written/{before}"' in page
    listed = signed_in.client.get("/sharing/written").text
    assert listed.count("Corrected later") == 1
    clock.pass_(minutes=1)
    again = left(house, who, grant, PracticeRecord(
        detail="at two", corrects=before, reported_to_me_at="2020-03-03"
    ))  # fmt: skip
    page = signed_in.client.get(f"/sharing/written/{before}").text
    assert f'href="/sharing/written/{again}"' in page, "the newest of several"
    assert f'href="/sharing/written/{after}"' not in page


def test_a_decision_about_what_was_passed_on_is_no_correction(
    house: House, signed_in: Person, who: Worker
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    grant = shared(house, signed_in.vault, who, entries=(entry,))
    said = Override(lawful_reason="A child is in danger.", what="Where he waits.", to_whom="Police")
    told = left(house, who, grant, PracticeRecord(override=said))
    decided = said.model_copy(update={"decision": "agreed", "approved_by": "Lena Osei"})
    decision = left(house, who, grant, PracticeRecord(override=decided, corrects=told))
    page = signed_in.client.get(f"/sharing/written/{told}").text
    assert "A second person decided about this." in page
    assert f'href="/sharing/written/{decision}"' in page
    after = signed_in.client.get(f"/sharing/written/{decision}").text
    assert "This is what a second person decided about it." in after
    assert f'href="/sharing/written/{told}"' in after
    listed = signed_in.client.get("/sharing/written").text
    for words in ("a correction", "Corrected later", "Corrects an earlier", "This corrects"):
        assert words not in page + after + listed


def test_what_was_passed_on_without_asking_is_not_blank(
    house: House, signed_in: Person, who: Worker
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    grant = shared(house, signed_in.vault, who, entries=(entry,))
    said = Override(
        lawful_reason="A child is in danger.",
        what="Where he waits.",
        to_whom="The duty sergeant",
        approved_by="Lena Osei",
        approved_at="2026-03-03T12:00:00.000Z",
    )
    record = left(house, who, grant, PracticeRecord(override=said))
    listed = signed_in.client.get("/sharing/written").text
    assert "Where he waits." in listed
    assert "Told to others without asking you" in listed
    page = signed_in.client.get(f"/sharing/written/{record}").text
    for words in (said.lawful_reason, said.what, said.to_whom, said.approved_by):
        assert words in page
    assert "Tuesday 3 March 2026, 12:00" in page
    assert "False" not in page
