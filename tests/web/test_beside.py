"""People, leads, private notes, what is said of a file, and about her: each form keeps its word."""

from __future__ import annotations

from html import unescape

import pytest

from diary.domain.entry import Entry, Witness
from diary.domain.file import File
from diary.domain.ids import new_id
from diary.domain.kept import PrivateNote, Profile
from diary.domain.order import Order, Term
from diary.domain.people import Contact, OtherPerson, Secret, Secrets
from diary.domain.people import Person as Somebody
from diary.domain.plan import Lead
from diary.services import deletion, entries, exhibits, files, own, people
from diary.services.house import House
from tests.conftest import Person
from tests.media import picture
from tests.services.test_entries import write
from tests.web.boxes import Boxes
from tests.web.test_guided import WHOLE, keep

OVER = "x" * 1001


def mina(house: House, person: Person) -> str:
    body = Somebody(name="Mina", relation="next door")
    return own.add(house, person.vault, body, record_id=new_id()).id


def newest_file(house: House, person: Person, file_id: str) -> File:
    return exhibits.versions(house, person.vault, file_id)[-1].body


def a_file(house: House, person: Person) -> str:
    entry_id = write(house, person.vault)
    received = files.take_in(house, "gate.jpg", [picture()])
    return files.add(house, person.vault, received, parent=entry_id)


def test_somebody_is_added_once_with_how_to_reach_them(house: House, signed_in: Person) -> None:
    form = Boxes(signed_in.client.get("/people/new").text).forms["/people/new"].to_dict()
    told = form | {"name": "Mina", "phone": "07700 900001", "may_be_contacted": "not_sure"}
    for _ in range(2):
        answer = signed_in.client.post("/people/new", data=told)
    (one,) = people.every(house, signed_in.vault).items
    assert answer.location == f"/people/{one.id}"
    known = people.one(house, signed_in.vault, one.id)
    assert known.contact is not None
    assert known.contact.body == Contact(phone="07700 900001", may_be_contacted="not_sure")
    page = signed_in.client.get(answer.location).text
    assert "It goes only to the police." in page
    assert "07700 900001" in page
    assert "07700 900001" not in signed_in.client.get("/people").text


def test_a_form_that_was_sent_and_then_changed_drops_no_word(
    house: House, signed_in: Person
) -> None:
    leads = f"/diary/{write(house, signed_in.vault)}/leads"
    for path, box in (("/people/new", "name"), (leads, "sort")):
        form = Boxes(signed_in.client.get(path).text).forms[path].to_dict()
        for text in ("Mina", "Mina", "Mina from next door"):
            assert signed_in.client.post(path, data=form | {box: text}).status_code == 303
    known = people.every(house, signed_in.vault).items
    assert [one.body.name for one in known] == ["Mina", "Mina from next door"]
    found = own.every(house, signed_in.vault, Lead).items
    assert {one.body.sort for one in found} == {"Mina", "Mina from next door"}
    assert len(found) == 2


def test_how_to_reach_somebody_is_a_record_of_its_own(house: House, signed_in: Person) -> None:
    person_id = mina(house, signed_in)
    path = f"/people/{person_id}/change"
    form = Boxes(signed_in.client.get(path).text).forms[path].to_dict()
    assert signed_in.client.post(path, data=form | {"email": "m@x.example"}).status_code == 303
    assert len(own.versions(house, signed_in.vault, Somebody, person_id)) == 1
    again = signed_in.client.post(path, data=form | {"email": "other@x.example"})
    assert again.status_code == 409
    assert "m@x.example" in again.text
    form = Boxes(again.text).forms[path].to_dict()
    assert form["email"] == "other@x.example"
    assert signed_in.client.post(path, data=form).status_code == 303
    contact = people.one(house, signed_in.vault, person_id).contact
    assert contact is not None
    assert contact.body.email == "other@x.example"


@pytest.mark.parametrize(
    ("path", "typed", "box"),
    [
        ("/people/new", {"name": " "}, "name"),
        ("/people/new", {"name": OVER}, "name"),
        ("/people/new", {"name": "Mina", "phone": OVER}, "phone"),
        ("/about-you", {"initials": "A B"}, "initials"),
        ("/about-you", {"initials": "ÅB"}, "initials"),
        ("/about-you", {"other_dob": "31/2/1990"}, "other_dob"),
        ("/about-you", {"secrets": OVER}, "secrets"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_box(
    signed_in: Person, path: str, typed: dict[str, str], box: str
) -> None:
    form = Boxes(signed_in.client.get(path).text).forms[path].to_dict()
    answer = signed_in.client.post(path, data=form | typed)
    assert answer.status_code in {400, 413}
    assert f'id="f-{box}-error"' in answer.text
    assert Boxes(answer.text).forms[path][box] == typed[box]


def test_a_lead_is_added_changed_and_told_apart(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    path = f"/diary/{entry_id}/leads"
    form = Boxes(signed_in.client.get(path).text).forms[path].to_dict()
    told = form | {"sort": "A shop camera", "holder": "The corner shop", "expires_on": "3/4/2026"}
    for _ in range(2):
        assert signed_in.client.post(path, data=told).status_code == 303
    (lead,) = own.every(house, signed_in.vault, Lead).items
    assert lead.body == Lead(
        sort="A shop camera", holder="The corner shop", expires_on="2026-04-03"
    )
    for page in (path, f"/diary/{entry_id}"):
        assert "A shop camera" in signed_in.client.get(page).text
    change = f"/leads/{lead.id}"
    form = Boxes(signed_in.client.get(change).text).forms[change].to_dict()
    assert signed_in.client.post(change, data=form | {"state": "asked"}).status_code == 303
    assert signed_in.client.post(change, data=form | {"state": "gone"}).status_code == 409
    assert own.one(house, signed_in.vault, Lead, lead.id).body.state == "asked"


@pytest.mark.parametrize(
    ("typed", "box"),
    [({}, "sort"), ({"sort": OVER}, "sort"), ({"sort": "x", "expires_on": "soon"}, "expires_on")],
)
def test_a_lead_says_what_to_look_at(
    house: House, signed_in: Person, typed: dict[str, str], box: str
) -> None:
    path = f"/diary/{write(house, signed_in.vault)}/leads"
    answer = signed_in.client.post(path, data=typed)
    assert answer.status_code in {400, 413}
    assert f'id="f-{box}-error"' in answer.text


def test_a_private_note_says_what_it_can_promise(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    path = f"/diary/{entry_id}/note"
    page = signed_in.client.get(path).text
    assert "Not shared by the app. A court could still ask for it." in page
    form = Boxes(page).forms[path].to_dict()
    for text in ("mine", "mine"):
        assert signed_in.client.post(path, data=form | {"text": text}).status_code == 303
    form = Boxes(signed_in.client.get(path).text).forms[path].to_dict()
    assert form["text"] == "mine"
    assert signed_in.client.post(path, data=form | {"text": "more"}).status_code == 303
    assert signed_in.client.post(path, data=form | {"text": "other"}).status_code == 409
    (note,) = own.every(house, signed_in.vault, PrivateNote).items
    assert (note.body.text, note.version) == ("more", 2)
    assert signed_in.client.post(path, data={"text": "x" * 100_001}).status_code == 400


def test_what_is_said_of_a_file_keeps_its_bytes(house: House, signed_in: Person) -> None:
    file_id = a_file(house, signed_in)
    path = f"/files/{file_id}/about"
    form = Boxes(signed_in.client.get(path).text).forms[path].to_dict()
    told = form | {
        "how_obtained": "I took it",
        "obtained_on": "3 March",
        "still_on_original_device": "not_sure",
        "is_extract": "no",
        "edited_before_upload": "yes",
        "sensitive": "child",
    }
    for _ in range(2):
        assert signed_in.client.post(path, data=told).status_code == 303
    found = exhibits.versions(house, signed_in.vault, file_id)
    assert len(found) == 2
    body = found[-1].body
    assert (body.how_obtained, body.is_extract, body.sensitive) == ("I took it", False, ("child",))
    _, reader = files.original(house, signed_in.vault, file_id)
    assert reader.read(0, body.size) == picture()
    page = signed_in.client.get(f"/files/{file_id}").text
    for words in ("I took it", "3 March", "Not sure", "A child"):
        assert words in page


def test_two_tabs_about_one_file(house: House, signed_in: Person) -> None:
    file_id = a_file(house, signed_in)
    path = f"/files/{file_id}/about"
    form = Boxes(signed_in.client.get(path).text).forms[path].to_dict()
    signed_in.client.post(path, data=form | {"description": "The gate"})
    assert signed_in.client.post(path, data=form | {"source_device": "mine"}).status_code == 303
    answer = signed_in.client.post(path, data=form | {"description": "The door"})
    assert answer.status_code == 409
    assert "The gate" in answer.text
    body = newest_file(house, signed_in, file_id)
    assert (body.description, body.source_device) == ("The gate", "mine")
    assert signed_in.client.post(path, data=form | {"description": OVER}).status_code == 400


def test_a_reference_that_was_given_is_shown_and_called_provisional(
    house: House, signed_in: Person
) -> None:
    file_id = a_file(house, signed_in)
    assert "gets a number when you hand it over" in signed_in.client.get(f"/files/{file_id}").text
    exhibits.describe(house, signed_in.vault, file_id, {"exhibit_ref": "AB-001"}, base=1)
    page = signed_in.client.get(f"/files/{file_id}").text
    assert "AB-001" in page
    assert "may give it another number" in page


def test_about_her_keeps_what_was_counted_and_what_no_box_shows(
    house: House, signed_in: Person
) -> None:
    vault = signed_in.vault
    own.add(house, vault, Profile(exhibits_given=7, languages=("cy",)), record_id=new_id())
    secret = Secret(sort="address", value="1 Quillet Row", also=("Quillet",))
    own.add(house, vault, Secrets(words=(secret,)), record_id=new_id())
    form = Boxes(signed_in.client.get("/about-you").text).forms["/about-you"].to_dict()
    assert form["secrets"] == "1 Quillet Row"
    told = form | {
        "initials": "nk",
        "called": "G",
        "other_phones": "07700 900002\r\n07700 900003",
        "secrets": "1 Quillet Row\r\nSt Jude’s",
    }
    assert signed_in.client.post("/about-you", data=told).status_code == 303
    (profile,) = own.every(house, vault, Profile).items
    assert profile.body == Profile(exhibits_given=7, languages=("cy",), initials="NK")
    (other,) = own.every(house, vault, OtherPerson).items
    assert other.body.phones == ("07700 900002", "07700 900003")
    (secrets,) = own.every(house, vault, Secrets).items
    assert secrets.body.words == (secret, Secret(value="St Jude’s"))
    conflict = signed_in.client.post("/about-you", data=told | {"called": "H"})
    assert conflict.status_code == 409
    assert Boxes(conflict.text).forms["/about-you"]["called"] == "H"


def test_about_her_left_empty_makes_nothing(house: House, signed_in: Person) -> None:
    form = Boxes(signed_in.client.get("/about-you").text).forms["/about-you"].to_dict()
    assert signed_in.client.post("/about-you", data=form).status_code == 303
    for model in (Profile, OtherPerson, Secrets):
        assert own.every(house, signed_in.vault, model).items == ()


def test_the_entry_shows_every_field_that_is_filled(house: House, signed_in: Person) -> None:
    entry_id = keep(house, signed_in, WHOLE.model_copy(update={"coords": (51.5, -3.2)}))
    page = unescape(signed_in.client.get(f"/diary/{entry_id}").text)
    for words in (
        "At the gate␇", "In the street", "“I know where you are.”", "A phone call",
        "Came to where you live or stay", "Straight to you", "his cousin", "his voice",
        "They did", "the youngest", "heard it", "ORD-9", "ORD-9.T2", "not in this diary now",
        "He must not come near.", "I have reported it", "They noted it.", "0 out of 10",
        "I take the other bus.", "the gate", "A part of it", "51.5, -3.2", "about 22:00",
    ):  # fmt: skip
        assert words in page, words
    assert "Through whom" in page


def test_an_entry_with_one_line_shows_no_empty_label(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault, "He rang.")
    page = signed_in.client.get(f"/diary/{entry_id}").text
    for words in ("The order", "Who saw or heard it", "How afraid you were", "What came of it"):
        assert f">{words}<" not in page


def test_terms_stand_in_the_orders_own_words_and_a_removed_witness_is_told(
    house: House, signed_in: Person
) -> None:
    person_id = mina(house, signed_in)
    term = Term(term_id="ORD-1.T1", text_from_order="He must not come within 100 metres.")
    order = Order(reference="ORD-1", type="NMO", terms=(term,))
    order_id = own.add(house, signed_in.vault, order, record_id=new_id()).id
    told = Entry(
        order_ref="ORD-1",
        terms_alleged=("ORD-1.T1",),
        witnesses=(Witness(name_or_description="Mina", person=person_id),),
    )
    entry_id = keep(house, signed_in, told)
    page = signed_in.client.get(f"/diary/{entry_id}").text
    assert "He must not come within 100 metres." in page
    assert "no longer in your list" not in page
    assert "order ORD-1.T1" in signed_in.client.get("/diary").text
    deletion.remove(house, signed_in.vault, person_id)
    page = signed_in.client.get(f"/diary/{entry_id}").text
    assert "Mina" in page
    assert "no longer in your list of people" in page
    deletion.remove(house, signed_in.vault, order_id)
    page = signed_in.client.get(f"/diary/{entry_id}").text
    assert "This order is not in this diary now." in page
    assert "This part is not in this diary now." in page
    assert "ORD-1.T1" in page


def test_entries_that_belong_together_are_linked(house: House, signed_in: Person) -> None:
    first = write(house, signed_in.vault, "He rang.")
    entry_id = keep(house, signed_in, Entry(linked=(first, new_id(), "E-9")))
    assert f'href="/diary/{first}"' in signed_in.client.get(f"/diary/{entry_id}").text
    deletion.remove(house, signed_in.vault, first)
    assert f'href="/diary/{first}"' not in signed_in.client.get(f"/diary/{entry_id}").text
    assert entries.read(house, signed_in.vault, entry_id).newest.entry.linked[0] == first
