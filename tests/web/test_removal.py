"""Removing and bringing back, in the browser."""

from __future__ import annotations

import re

import pytest

from diary.domain.base import Record
from diary.domain.ids import new_id
from diary.domain.kept import PrivateNote
from diary.domain.order import Order
from diary.domain.people import Contact, Told
from diary.domain.people import Person as Somebody
from diary.domain.plan import Lead
from diary.domain.report import Report
from diary.services import deletion, entries, own
from diary.services.house import House
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import Person
from tests.services.test_entries import write


def remove(person: Person, entry_id: str) -> str:
    answer = person.client.post(f"/diary/{entry_id}/remove")
    assert answer.status_code == 303
    return person.client.get(answer.location).text


def give_code(person: Person, code: str | None = None):  # type: ignore[no-untyped-def]
    return person.client.post("/bring-back/code", data={"code": code or person.code})


def ticks(page: str) -> list[str]:
    return re.findall(r'name="removal" value="(\w{32})"', page)


def test_it_says_first_what_will_happen(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault, "He rang.")
    page = signed_in.client.get(f"/diary/{entry_id}/remove").text
    for words in ("He rang.", "7 days", "recovery code", "gone for good"):
        assert words in page
    assert entries.timeline(house, signed_in.vault).total == 1


def test_it_says_that_a_report_about_it_stays(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault, "He rang.")
    path, said = f"/diary/{entry_id}/remove", "whom you told stays, also where it is shared"
    assert said not in signed_in.client.get(path).text
    for n in range(2):
        body = Report(reference=f"REP-{n}", to="police_101", entries=(entry_id,))
        own.add(house, signed_in.vault, body, record_id=new_id())
        assert said in signed_in.client.get(path).text
    assert "That was 2 times." in signed_in.client.get(path).text


def test_after_it_nothing_shows_that_something_waits(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault, "He rang.")
    remove(signed_in, entry_id)
    for path in ("/diary", "/write", "/more", "/settings", "/devices", "/help", "/bring-back"):
        page = signed_in.client.get(path).text
        assert "He rang" not in page
        assert not re.search(r"waits|pending|days left|gone for good", page), path
    assert signed_in.client.get(f"/diary/{entry_id}").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_old_sign_in_has_to_be_renewed_first(
    house: House, signed_in: Person, clock: Clock, method: str
) -> None:
    entry_id = write(house, signed_in.vault)
    clock.pass_(minutes=house.settings.fresh_minutes + 1)
    answer = getattr(signed_in.client, method)(f"/diary/{entry_id}/remove")
    assert answer.status_code in {303, 401}
    assert entries.timeline(house, signed_in.vault).total == 1


def test_the_code_and_only_the_code_brings_it_back(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault, "He rang.")
    remove(signed_in, entry_id)
    wrong = give_code(signed_in, "7KQM-3FXW")
    assert wrong.status_code == 403
    assert "not the recovery code" in wrong.text
    waiting = deletion.waiting(house, signed_in.vault)[0].removal_id
    signed_in.client.post("/bring-back", data={"removal": waiting})
    assert entries.timeline(house, signed_in.vault).total == 0
    assert give_code(signed_in).status_code == 303
    page = signed_in.client.get("/bring-back").text
    assert "He rang." in page
    assert ticks(page) == [waiting]
    answer = signed_in.client.post("/bring-back", data={"removal": waiting})
    assert "What you chose is back" in signed_in.client.get(answer.location).text
    assert signed_in.client.get(f"/diary/{entry_id}").status_code == 200


def test_only_what_was_ticked_comes_back(house: House, signed_in: Person) -> None:
    for text in ("one", "two", "three"):
        remove(signed_in, write(house, signed_in.vault, text))
    give_code(signed_in)
    chosen = ticks(signed_in.client.get("/bring-back").text)
    assert len(chosen) == 3
    signed_in.client.post("/bring-back", data={"removal": chosen[:2]})
    assert entries.timeline(house, signed_in.vault).total == 2
    assert len(deletion.waiting(house, signed_in.vault)) == 1


def test_the_code_counts_for_a_short_while_only(
    house: House, signed_in: Person, clock: Clock
) -> None:
    remove(signed_in, write(house, signed_in.vault, "He rang."))
    give_code(signed_in)
    clock.pass_(minutes=house.settings.fresh_minutes + 1)
    assert "He rang." not in signed_in.client.get("/bring-back").text


def test_another_persons_removal_does_not_come_back(
    house: House, signed_in: Person, other_vault: Vault
) -> None:
    deletion.remove(house, other_vault, write(house, other_vault, "hers"))
    hers = deletion.waiting(house, other_vault)[0].removal_id
    give_code(signed_in)
    assert "nothing to bring back" in signed_in.client.get("/bring-back").text
    signed_in.client.post("/bring-back", data={"removal": [hers, "x", ""]})
    assert len(deletion.waiting(house, other_vault)) == 1


@pytest.mark.parametrize(
    ("body", "above", "called"),
    [
        (Order(reference="ORD-1", type="NMO"), "/orders", "Family court order"),
        (Report(reference="REP-1", to="police_101"), "/reports", "101"),
        (Somebody(name="Mina, next door"), "/people", "Mina, next door"),
        (Told(who="The school"), "/told", "The school"),
    ],
)
def test_whatever_is_ones_own_can_go_and_come_back(
    house: House, signed_in: Person, body: Record, above: str, called: str
) -> None:
    one = own.add(house, signed_in.vault, body, record_id=new_id())
    assert called.lower() in signed_in.client.get(f"/remove/{one.id}").text.lower()
    answer = signed_in.client.post(f"/remove/{one.id}")
    assert answer.location == above
    assert own.every(house, signed_in.vault, type(body)).items == ()
    give_code(signed_in)
    page = signed_in.client.get("/bring-back").text
    assert called.lower() in page.lower()
    signed_in.client.post("/bring-back", data={"removal": ticks(page)})
    assert own.one(house, signed_in.vault, type(body), one.id).body == body


@pytest.mark.parametrize(
    "body", [Lead(sort="A shop camera"), PrivateNote(text="A shop camera, I think")]
)
def test_what_belongs_to_an_entry_goes_alone(house: House, signed_in: Person, body: Record) -> None:
    entry = write(house, signed_in.vault)
    one = own.add(house, signed_in.vault, body, record_id=new_id(), parent=entry)
    assert "A shop camera" in signed_in.client.get(f"/remove/{one.id}").text
    assert signed_in.client.post(f"/remove/{one.id}").location == f"/diary/{entry}"
    assert signed_in.client.get(f"/diary/{entry}").status_code == 200


def test_a_file_and_how_to_reach_somebody_are_not_removed_this_way(
    house: House, signed_in: Person
) -> None:
    mina = own.add(house, signed_in.vault, Somebody(name="Mina"), record_id=new_id())
    reach = own.add(
        house, signed_in.vault, Contact(phone="07700"), record_id=new_id(), parent=mina.id
    )
    assert signed_in.client.get(f"/remove/{reach.id}").status_code == 404
    assert signed_in.client.post(f"/remove/{reach.id}").status_code == 404
