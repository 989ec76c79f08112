"""Orders: references and line ids given once, versions, two tabs, and which was in force."""

from __future__ import annotations

from functools import partial

import pytest

from diary.domain.ids import new_id
from diary.domain.order import Order, Term
from diary.domain.people import Told
from diary.domain.when import When
from diary.errors import ConflictError, NotFoundError
from diary.insights import order_versions
from diary.services import deletion, order_lines, order_making, orders, own, told
from diary.services.house import House
from diary.services.own import Own
from diary.vault.vault import Vault
from tests.meeting import at_once, meeting

DATED = Order(reference="", type="NMO", made_on="2026-03-10", ends="on", expires_on="2026-09-10")


def write(house: House, vault: Vault, body: Order = DATED) -> Own[Order]:
    return order_making.write(house, vault, body, record_id=new_id())


def vary(house: House, vault: Vault, before: Own[Order], **changed: object) -> Own[Order]:
    body = before.body.model_copy(update=changed)
    return order_making.vary(house, vault, before.id, body, new=new_id())


def term(text: str, *codes: str) -> Term:
    return Term(term_id="", text_from_order=text, clause_codes=codes)


def add(house: House, vault: Vault, order: Own[Order], text: str) -> Own[Order]:
    base = own.one(house, vault, Order, order.id).version
    return order_lines.add(house, vault, order.id, term(text), sort="terms", base=base)


def references(house: House, vault: Vault) -> set[str]:
    return {one.body.reference for one in orders.every(house, vault).items}


def ids(order: Own[Order]) -> list[str]:
    return [line.term_id for line in order.body.terms]


def test_only_the_type_is_needed(house: House, vault: Vault) -> None:
    made = write(house, vault, Order(reference="", type="UNSURE"))
    assert made.body.reference == "ORD-1"
    assert orders.read(house, vault, made.id).own == made


def test_the_same_form_twice_is_one_order(house: House, vault: Vault) -> None:
    record_id = new_id()
    for _ in range(2):
        order_making.write(house, vault, DATED, record_id=record_id)
    assert references(house, vault) == {"ORD-1"}
    assert write(house, vault).body.reference == "ORD-2"


def test_a_reference_is_never_given_again(house: House, vault: Vault) -> None:
    write(house, vault)
    second = write(house, vault)
    deletion.remove(house, vault, second.id)
    assert write(house, vault).body.reference == "ORD-3"


def test_a_reference_that_was_brought_in_is_not_given_again(house: House, vault: Vault) -> None:
    brought = DATED.model_copy(update={"reference": "ORD-7v2"})
    own.add(house, vault, brought, record_id=new_id())
    assert write(house, vault).body.reference == "ORD-8"


def test_two_at_the_same_time_get_two_references(house: House, vault: Vault) -> None:
    at_once(partial(write, house, vault), partial(write, house, vault))
    assert references(house, vault) == {"ORD-1", "ORD-2"}


def test_of_two_that_note_the_same_change_at_the_same_time_the_second_is_told(
    house: House, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, refused = write(house, vault), list[ConflictError]()

    def note() -> None:
        try:
            vary(house, vault, first)
        except ConflictError as error:
            refused.append(error)

    monkeypatch.setattr(order_versions, "later", meeting(order_versions.later))
    at_once(note, note)
    assert references(house, vault) == {"ORD-1", "ORD-1v2"}
    assert len(refused) == 1


def test_what_the_court_changed_is_a_version_with_lines_of_its_own(
    house: House, vault: Vault
) -> None:
    first = add(house, vault, write(house, vault), "He must not call.")
    second = vary(house, vault, first, made_on="2026-05-05")
    third = vary(house, vault, second, made_on="2026-06-06")
    assert (second.body.reference, second.body.supersedes) == ("ORD-1v2", "ORD-1")
    assert (third.body.reference, third.body.supersedes) == ("ORD-1v3", "ORD-1v2")
    assert (ids(first), ids(second), ids(third)) == (["ORD-1.T1"], ["ORD-1v2.T1"], ["ORD-1v3.T1"])
    assert own.one(house, vault, Order, first.id).body == first.body
    family = orders.family(house, vault, "ORD-1v2")
    assert [one.body.reference for one in family] == ["ORD-1", "ORD-1v2", "ORD-1v3"]
    assert orders.family(house, vault, "ORD-9") == ()


def test_the_reference_of_a_removed_version_is_not_given_again(house: House, vault: Vault) -> None:
    first = write(house, vault)
    deletion.remove(house, vault, vary(house, vault, first).id)
    assert vary(house, vault, first).body.reference == "ORD-1v3"


def test_two_tabs_that_both_vary_make_one_version(house: House, vault: Vault) -> None:
    first = write(house, vault)
    same = new_id()
    for _ in range(2):
        order_making.vary(house, vault, first.id, first.body, new=same)
    with pytest.raises(ConflictError):
        vary(house, vault, first)
    assert references(house, vault) == {"ORD-1", "ORD-1v2"}


def test_two_tabs_that_mend_different_parts_both_hold(house: House, vault: Vault) -> None:
    made = write(house, vault)
    order_making.mend(house, vault, made.id, {"court_name": "Eastry"}, base=1)
    order_making.mend(house, vault, made.id, {"case_number": "12"}, base=1)
    newest = own.one(house, vault, Order, made.id).body
    assert (newest.court_name, newest.case_number) == ("Eastry", "12")


def test_of_two_tabs_that_mend_the_same_part_the_second_is_told(house: House, vault: Vault) -> None:
    made = write(house, vault)
    for _ in range(2):
        order_making.mend(house, vault, made.id, {"court_name": "Eastry"}, base=1)
    with pytest.raises(ConflictError):
        order_making.mend(house, vault, made.id, {"court_name": "Wexcombe"}, base=1)
    kept = own.versions(house, vault, Order, made.id)
    assert [one.body.court_name for one in kept] == ["", "Eastry"]


def test_a_slip_that_is_mended_keeps_the_reference_and_the_earlier_words(
    house: House, vault: Vault
) -> None:
    made = write(house, vault)
    order_making.mend(house, vault, made.id, {"expires_on": "2026-10-10"}, base=1)
    read = orders.read(house, vault, made.id)
    assert [one.body.expires_on for one in read.wordings] == ["2026-09-10", "2026-10-10"]
    assert read.own.body.reference == "ORD-1"
    assert len(read.family) == 1


def test_a_line_s_id_is_never_given_again(house: House, vault: Vault) -> None:
    made = write(house, vault)
    add(house, vault, made, "one")
    two = add(house, vault, made, "two")
    order_lines.put(house, vault, made.id, two.body.terms[1], base=two.version, gone=True)
    assert ids(add(house, vault, made, "three")) == ["ORD-1.T1", "ORD-1.T3"]


def test_lines_that_were_brought_in_keep_their_ids(house: House, vault: Vault) -> None:
    line = Term(term_id="ORD-4.T6", text_from_order="six")
    allowed = Term(term_id="ORD-4.EX1", text_from_order="through solicitors")
    body = Order(reference="ORD-4", type="NMO", terms=(line,), exceptions=(allowed,))
    made = own.add(house, vault, body, record_id=new_id())
    assert ids(add(house, vault, made, "seven")) == ["ORD-4.T6", "ORD-4.T7"]


def test_the_same_line_sent_twice_is_there_once(house: House, vault: Vault) -> None:
    made = write(house, vault)
    for _ in range(2):
        order_lines.add(house, vault, made.id, term("He must not call."), sort="terms", base=1)
    order_lines.add(house, vault, made.id, term("Nor write."), sort="terms", base=1)
    assert ids(own.one(house, vault, Order, made.id)) == ["ORD-1.T1", "ORD-1.T2"]


def test_of_two_tabs_that_mend_a_line_the_second_is_told(house: House, vault: Vault) -> None:
    made = add(house, vault, write(house, vault), "one")
    line = made.body.terms[0]
    for _ in range(2):
        mended = line.model_copy(update={"text_from_order": "ONE"})
        order_lines.put(house, vault, made.id, mended, base=made.version)
    other = line.model_copy(update={"text_from_order": "eins"})
    with pytest.raises(ConflictError):
        order_lines.put(house, vault, made.id, other, base=made.version)
    order_lines.put(house, vault, made.id, mended, base=made.version + 1, gone=True)
    with pytest.raises(NotFoundError):
        order_lines.put(house, vault, made.id, mended, base=made.version + 1)


def test_a_moment_is_answered_for_every_version(house: House, vault: Vault) -> None:
    first = write(house, vault)
    vary(house, vault, first, made_on="2026-06-10", expires_on="2026-12-10")
    write(house, vault, Order(reference="", type="RO_CONV"))
    found = orders.for_moment(house, vault, When.at("exact", "2026-07-01T21:14"))
    states = {bound.order.body.reference: bound.standing.state for bound in found}
    assert states == {"ORD-1": "no", "ORD-1v2": "yes", "ORD-2": "not_known"}
    assert found[0].order.body.reference == "ORD-1v2"
    found = orders.for_moment(house, vault, When.at("exact", "2026-05-01T21:14"))
    assert [bound.order.body.reference for bound in found] == ["ORD-1", "ORD-2", "ORD-1v2"]
    assert orders.for_moment(house, vault, When())[0].standing.state == "not_known"


def test_without_an_order_nothing_binds(house: House, vault: Vault, other_vault: Vault) -> None:
    write(house, other_vault)
    assert orders.for_moment(house, vault, When.now(house.now())) == []
    assert orders.families(house, vault) == ((), 0)


def test_overlapping_orders_are_both_in_force(house: House, vault: Vault) -> None:
    write(house, vault)
    write(house, vault, DATED.model_copy(update={"type": "OCC"}))
    found = orders.for_moment(house, vault, When.at("date_only", "2026-04-04"))
    assert [bound.standing.state for bound in found] == ["yes", "yes"]


def test_who_knows_of_an_order(house: House, vault: Vault) -> None:
    school = Told(who="School", told_on="2026-03-02", orders=("ORD-1", "ORD-1v2"))
    work = Told(who="Work", orders=("ORD-2",))
    for one in (work, school):
        own.add(house, vault, one, record_id=new_id())
    assert [one.body.who for one in told.every(house, vault).items] == ["School", "Work"]
    assert [one.body.who for one in told.of_orders(house, vault, {"ORD-1v2"})] == ["School"]


def test_another_diary_s_order_is_not_there(house: House, vault: Vault, other_vault: Vault) -> None:
    theirs = write(house, other_vault)
    for act in (
        lambda: orders.read(house, vault, theirs.id),
        lambda: order_making.mend(house, vault, theirs.id, {"notes": "x"}, base=1),
        lambda: add(house, vault, theirs, "x"),
        lambda: vary(house, vault, theirs),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert own.one(house, other_vault, Order, theirs.id).version == 1


def test_a_removed_order_is_gone_from_every_answer(house: House, vault: Vault) -> None:
    made = write(house, vault)
    deletion.remove(house, vault, made.id)
    assert references(house, vault) == set()
    assert orders.for_moment(house, vault, When.at("date_only", "2026-04-04")) == []
    with pytest.raises(NotFoundError):
        order_making.mend(house, vault, made.id, {"notes": "x"}, base=1)
