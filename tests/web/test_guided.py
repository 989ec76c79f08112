"""One question on each page: each saves its own answer, none is needed, nothing is lost."""

from __future__ import annotations

from html import unescape

import pytest
from werkzeug.test import TestResponse

from diary.domain.entry import Entry, Witness
from diary.domain.ids import new_id
from diary.domain.order import Order, Term
from diary.domain.people import Contact
from diary.domain.people import Person as Somebody
from diary.domain.plan import PlanLook
from diary.domain.when import When
from diary.services import deletion, entries, own, people, plan_looks
from diary.services.house import House
from diary.web.guided.steps import STEPS
from tests.conftest import Person
from tests.services.test_entries import write
from tests.web.boxes import Boxes

WHOLE = Entry(
    what_happened="He rang, then came.",
    when=When.at("exact", "2026-03-03T21:14"),
    until=When.at("about", "2026-03-03T22:00"),
    place="At the gate\x07",
    place_type="street",
    inside_zone="not_sure",
    exact_words="“I know where you are.”",
    how_it_was="Cold.",
    changed_daily_life="I take the other bus.",
    fear_level=0,
    who_was_there=("me", "Mina"),
    children_present=("the youngest",),
    witnesses=(Witness(name_or_description="Mina", saw_or_heard="heard it"),),
    behaviours=("call", "came_to_home"),
    direct_or_indirect="direct",
    via_whom="his cousin",
    person_responsible="him",
    how_i_know="his voice",
    who_started_contact="them",
    injuries="none",
    damage="the gate",
    medical_attention="no",
    order_ref="ORD-9",
    terms_alleged=("ORD-9.T2",),
    how_breached="He must not come near.",
    thread_context="partial",
    report_status="reported",
    outcome="They noted it.",
    not_sure=("injuries",),
)


def newest(house: House, person: Person, entry_id: str) -> Entry:
    return entries.read(house, person.vault, entry_id).newest.entry


def keep(house: House, person: Person, entry: Entry) -> str:
    entry_id = write(house, person.vault)
    entries.amend(house, person.vault, entry_id, entry, base_version=1)
    return entry_id


def send(person: Person, entry_id: str, step: str, **typed: object) -> TestResponse:
    told = {"base": "1"} | {name.replace("__", "."): value for name, value in typed.items()}
    return person.client.post(f"/diary/{entry_id}/more/{step}", data=told)


@pytest.mark.parametrize("step", [step.key for step in STEPS])
def test_saving_a_page_as_it_is_shown_changes_nothing(
    house: House, signed_in: Person, step: str
) -> None:
    entry_id = keep(house, signed_in, WHOLE)
    path = f"/diary/{entry_id}/more/{step}"
    form = Boxes(signed_in.client.get(path).text).forms[path]
    assert form["base"] == "2"
    assert signed_in.client.post(path, data=form).status_code == 303
    story = entries.read(house, signed_in.vault, entry_id)
    assert story.newest.entry == WHOLE
    assert story.newest.number == 2


@pytest.mark.parametrize("step", [step.key for step in STEPS])
def test_an_empty_page_saves_nothing_and_leads_on(
    house: House, signed_in: Person, step: str
) -> None:
    entry_id = write(house, signed_in.vault)
    answer = send(signed_in, entry_id, step, when="same")
    assert answer.status_code == 303
    assert entries.read(house, signed_in.vault, entry_id).newest.number == 1
    assert signed_in.client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("step", "typed", "told"),
    [
        ("when", {"when": "earlier", "day": "2026-03-03", "time": "21:14"},
         {"when": When.at("exact", "2026-03-03T21:14")}),
        ("when", {"when": "same", "unsure": "until"}, {"not_sure": ("until",)}),
        ("where", {"place": "At the gate", "place_type": "street", "inside_zone": "not_sure"},
         {"place": "At the gate", "place_type": "street", "inside_zone": "not_sure"}),
        ("what", {"behaviours": ["threat", "call", "no-such"]}, {"behaviours": ("call", "threat")}),
        ("what", {"unsure": "behaviours"}, {"not_sure": ("behaviours",)}),
        ("words", {"exact_words": " I know. "}, {"exact_words": " I know. "}),
        ("through", {"direct_or_indirect": "indirect_person", "via_whom": "his cousin"},
         {"direct_or_indirect": "indirect_person", "via_whom": "his cousin"}),
        ("by-whom", {"person_responsible": "him", "how_i_know": "his voice"},
         {"person_responsible": "him", "how_i_know": "his voice"}),
        ("first", {"who_started_contact": "skip"}, {"who_started_contact": "skip"}),
        ("who", {"who_was_there": "me\r\nMina\r\n", "children_present": "the youngest"},
         {"who_was_there": ("me", "Mina"), "children_present": ("the youngest",)}),
        ("witnesses", {"name.new": "a man with a grey dog", "saw.new": "saw it"},
         {"witnesses": (
             Witness(name_or_description="a man with a grey dog", saw_or_heard="saw it"),)}),
        ("order", {"how_breached": "He came near."}, {"how_breached": "He came near."}),
        ("done", {"report_status": "going_to_report", "outcome": "not yet"},
         {"report_status": "going_to_report", "outcome": "not yet"}),
        ("how", {"how_it_was": "Cold.", "fear": "0"}, {"how_it_was": "Cold.", "fear_level": 0}),
        ("how", {"fear_skip": "yes"}, {"fear_level": "skip"}),
        ("harm", {"injuries": "my hand", "damage": "the gate", "medical_attention": "no"},
         {"injuries": "my hand", "damage": "the gate", "medical_attention": "no"}),
        ("proof", {"thread_context": "single"}, {"thread_context": "single"}),
    ],
)  # fmt: skip
def test_each_page_saves_its_own_fields_and_no_other(
    house: House, signed_in: Person, step: str, typed: dict[str, object], told: dict[str, object]
) -> None:
    entry_id = write(house, signed_in.vault, "He rang.")
    before = newest(house, signed_in, entry_id)
    answer = send(signed_in, entry_id, step, **({"when": "same"} | typed))
    assert answer.status_code == 303, answer.text
    assert newest(house, signed_in, entry_id) == before.model_copy(update=told)
    shown = signed_in.client.get(f"/diary/{entry_id}/more").text
    assert shown.count("Filled in") >= 1


@pytest.mark.parametrize(
    ("step", "box", "typed", "words"),
    [
        ("when", "day", {"when": "earlier", "day": "31/2/2026"}, "no such day"),
        ("when", "until_day", {"when": "earlier", "day": "2026-03-03", "until_day": "2026-03-02"},
         "before it began"),
        ("when", "until_day", {"when": "earlier", "day": "2026-03-03", "time": "21:14",
                               "until_time": "20:00"}, "before it began"),
        ("when", "until_day", {"when": "not_sure", "until_time": "21:14"}, "Write the day too"),
        ("when", "until_time", {"when": "earlier", "day": "2026-03-03", "until_time": "later"},
         "Write the time like"),
        ("where", "place", {"place": "x" * 1001}, "1,001 characters"),
        ("words", "exact_words", {"exact_words": "x" * 100_001}, "100,001 characters"),
        ("who", "who_was_there", {"who_was_there": "x" * 1001}, "1,001 characters"),
        ("witnesses", "name.new", {"saw.new": "heard it"}, "Write who it was"),
        ("how", "fear", {"fear": "11"}, "from 0 to 10"),
        ("how", "fear", {"fear": "a lot"}, "from 0 to 10"),
        ("done", "plan_day", {"plan": "done_on", "plan_day": "soon"}, "Write the day like"),
        ("done", "plan_day", {"plan_day": "soon"}, "Write the day like"),
        ("done", "plan", {"plan": "not_now", "plan_day": "2026-03-03"}, "A day is written below"),
        ("witnesses", "name.new", {"phone.new": "07700 900001"}, "Write who it was."),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_said_at_its_box_and_stays_typed(
    house: House, signed_in: Person, step: str, box: str, typed: dict[str, str], words: str
) -> None:
    entry_id = write(house, signed_in.vault)
    answer = send(signed_in, entry_id, step, **typed)
    assert answer.status_code in {400, 413}
    assert words in unescape(answer.text)
    assert f'id="f-{box}-error"' in answer.text
    path = f"/diary/{entry_id}/more/{step}"
    form = Boxes(answer.text).forms[path]
    for name, text in typed.items():
        assert form.get(name) == text
    assert entries.read(house, signed_in.vault, entry_id).newest.number == 1


def test_halves_of_characters_are_refused_not_lost(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    body = b"base=1&exact_words=a%ED%A0%80b"
    answer = signed_in.client.post(
        f"/diary/{entry_id}/more/words",
        data=body,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 400
    assert "did not arrive whole" in answer.text


def test_an_hour_that_comes_twice_may_end_earlier_by_the_clock(
    house: House, signed_in: Person
) -> None:
    entry_id = write(house, signed_in.vault)
    times = {"when": "earlier", "day": "2026-10-25", "time": "01:50", "until_time": "01:10"}
    assert send(signed_in, entry_id, "when", **times).status_code == 303
    assert "happened twice" in signed_in.client.get(f"/diary/{entry_id}/more/when").text


def test_two_pages_at_once_both_stay(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    assert send(signed_in, entry_id, "where", place="At the gate").status_code == 303
    assert send(signed_in, entry_id, "words", exact_words="I know.").status_code == 303
    told = newest(house, signed_in, entry_id)
    assert (told.place, told.exact_words) == ("At the gate", "I know.")


def test_the_same_question_in_two_tabs_is_told(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    send(signed_in, entry_id, "where", place="At the gate")
    answer = send(signed_in, entry_id, "where", place="At the door")
    assert answer.status_code == 409
    assert "At the gate" in answer.text
    path = f"/diary/{entry_id}/more/where"
    form = Boxes(answer.text).forms[path]
    assert form["place"] == "At the door"
    assert signed_in.client.post(path, data=form).status_code == 303
    assert newest(house, signed_in, entry_id).place == "At the door"


def test_sending_a_page_twice_saves_it_once(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    for _ in range(2):
        assert send(signed_in, entry_id, "where", place="At the gate").status_code == 303
    assert entries.read(house, signed_in.vault, entry_id).newest.number == 2


def test_a_witness_can_be_kept_as_a_person(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    path = f"/diary/{entry_id}/more/witnesses"
    form = Boxes(signed_in.client.get(path).text).forms[path]
    told = {"name.new": "Mina", "saw.new": "heard it", "keep_new": "yes", "phone.new": "07700"}
    for _ in range(2):
        assert signed_in.client.post(path, data=form.to_dict() | told).status_code == 303
    (mina,) = people.every(house, signed_in.vault).items
    known = people.one(house, signed_in.vault, mina.id)
    assert known.contact is not None
    assert known.contact.body == Contact(phone="07700")
    (witness,) = newest(house, signed_in, entry_id).witnesses
    assert witness == Witness(name_or_description="Mina", saw_or_heard="heard it", person=mina.id)


def test_how_to_reach_a_witness_is_kept_without_a_tick(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    form = {"id": new_id(), "name.new": "Mina", "phone.new": "07700 900001"}
    assert send(signed_in, entry_id, "witnesses", **form).status_code == 303
    (mina,) = people.every(house, signed_in.vault).items
    known = people.one(house, signed_in.vault, mina.id)
    assert known.contact is not None
    assert known.contact.body.phone == "07700 900001"


def test_a_witness_from_another_tab_stays_named_and_a_new_one_is_kept_once(
    house: House, signed_in: Person
) -> None:
    entry_id = write(house, signed_in.vault)
    form = {"id": new_id(), "name.new": "Mina"}
    assert send(signed_in, entry_id, "witnesses", **form).status_code == 303
    form = {"id": new_id(), "name.new": "Jo", "keep_new": "yes"}
    answer = send(signed_in, entry_id, "witnesses", **form)
    assert answer.status_code == 409
    path = f"/diary/{entry_id}/more/witnesses"
    shown = Boxes(answer.text).forms[path]
    assert (shown["name.0"], shown["name.new"]) == ("Mina", "Jo")
    assert signed_in.client.post(path, data=shown).status_code == 303
    named = [one.name_or_description for one in newest(house, signed_in, entry_id).witnesses]
    assert named == ["Mina", "Jo"]
    assert [one.body.name for one in people.every(house, signed_in.vault).items] == ["Jo"]


def test_a_day_alone_says_that_she_looked_at_the_plan(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    assert send(signed_in, entry_id, "done", plan_day="2026-03-03").status_code == 303
    look = plan_looks.of_entry(house, signed_in.vault, entry_id)
    assert look is not None
    assert look.body == PlanLook(state="done_on", on="2026-03-03")


def test_somebody_known_is_chosen_and_taken_out_again(house: House, signed_in: Person) -> None:
    mina = own.add(house, signed_in.vault, Somebody(name="Mina"), record_id="a" * 32)
    entry_id = write(house, signed_in.vault)
    send(signed_in, entry_id, "witnesses", known=[mina.id, "b" * 32])
    (witness,) = newest(house, signed_in, entry_id).witnesses
    assert (witness.name_or_description, witness.person) == ("Mina", mina.id)
    send(signed_in, entry_id, "witnesses", base="2", gone="0")
    assert newest(house, signed_in, entry_id).witnesses == ()


def test_somebody_removed_stays_named_and_the_page_says_so(house: House, signed_in: Person) -> None:
    mina = own.add(house, signed_in.vault, Somebody(name="Mina"), record_id="a" * 32)
    entry_id = write(house, signed_in.vault)
    send(signed_in, entry_id, "witnesses", known=mina.id)
    deletion.remove(house, signed_in.vault, mina.id)
    page = signed_in.client.get(f"/diary/{entry_id}/more/witnesses").text
    assert "no longer in your list" in page
    assert "Mina" in page
    send(signed_in, entry_id, "witnesses", base="2", name__0="Mina, next door", saw__0="")
    (witness,) = newest(house, signed_in, entry_id).witnesses
    assert witness == Witness(name_or_description="Mina, next door", person=mina.id)


def order(house: House, person: Person, **told: object) -> Order:
    body = Order.model_validate({"reference": "ORD-1", "type": "NMO"} | told)
    return own.add(house, person.vault, body, record_id=new_id()).body


TERMS = (
    Term(term_id="ORD-1.T1", clause_codes=("C03",), text_from_order="He must not phone her."),
    Term(term_id="ORD-1.T2", clause_codes=("C10",), text_from_order="He must not go to St Jude’s."),
)
MARCH = When.at("exact", "2026-03-03T21:14")


def test_terms_are_offered_in_the_orders_words_and_none_is_ticked(
    house: House, signed_in: Person
) -> None:
    order(house, signed_in, made_on="2026-01-01", ends="until_further_order", terms=TERMS)
    entry_id = keep(house, signed_in, Entry(when=MARCH, behaviours=("call",)))
    page = signed_in.client.get(f"/diary/{entry_id}/more/order").text
    assert "It was in force." in page
    assert page.count("May fit what you ticked before") == 1
    form = Boxes(page).forms[f"/diary/{entry_id}/more/order"]
    assert "terms" not in form
    assert "order_ref" not in form


def test_ticked_terms_bind_to_their_order(house: House, signed_in: Person) -> None:
    order(house, signed_in, made_on="2026-01-01", ends="until_further_order", terms=TERMS)
    entry_id = keep(house, signed_in, Entry(when=MARCH))
    send(signed_in, entry_id, "order", base="2", terms=["ORD-1.T2", "ORD-1.T1", "ORD-7.T1"])
    told = newest(house, signed_in, entry_id)
    assert (told.order_ref, told.terms_alleged) == ("ORD-1", ("ORD-1.T1", "ORD-1.T2"))
    send(signed_in, entry_id, "order", base="3", order_ref="none")
    told = newest(house, signed_in, entry_id)
    assert (told.order_ref, told.terms_alleged) == ("", ())


def test_what_happened_in_no_orders_time_is_answered_in_words(
    house: House, signed_in: Person
) -> None:
    entry_id = keep(house, signed_in, Entry(when=MARCH))
    path = f"/diary/{entry_id}/more/order"
    assert "without one" in signed_in.client.get(path).text
    order(house, signed_in, made_on="2026-05-01", terms=TERMS)
    page = signed_in.client.get(path).text
    assert "No order in this diary was in force when this happened." in page
    assert "It was made later" in page
    send(signed_in, entry_id, "order", base="2", order_ref="ORD-1", how_breached="He knew.")
    assert newest(house, signed_in, entry_id).order_ref == "ORD-1"


def test_an_order_that_is_gone_stays_named(house: House, signed_in: Person) -> None:
    entry_id = keep(house, signed_in, WHOLE)
    order(house, signed_in, made_on="2026-01-01", terms=TERMS)
    page = signed_in.client.get(f"/diary/{entry_id}/more/order").text
    assert "names ORD-9, which is not in this diary now" in page
    send(signed_in, entry_id, "order", base="2", terms="ORD-1.T1", how_breached="x")
    assert newest(house, signed_in, entry_id).terms_alleged == ("ORD-9.T2", "ORD-1.T1")


def test_the_look_at_the_plan_is_kept_beside_the_entry(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    send(signed_in, entry_id, "done", plan="needed")
    send(signed_in, entry_id, "done", plan="done_on", plan_day="2026-03-04")
    look = plan_looks.of_entry(house, signed_in.vault, entry_id)
    assert look is not None
    assert look.body == PlanLook(state="done_on", on="2026-03-04")
    assert entries.read(house, signed_in.vault, entry_id).newest.number == 1


def test_the_saved_page_and_the_entry_lead_there(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    for page in (f"/diary/{entry_id}/saved", f"/diary/{entry_id}"):
        assert f'href="/diary/{entry_id}/more"' in signed_in.client.get(page).text


def test_who_made_contact_first_is_asked_without_blame(house: House, signed_in: Person) -> None:
    page = signed_in.client.get(f"/diary/{write(house, signed_in.vault)}/more/first").text
    assert "The order binds them, not you." in page
