"""What is typed is kept before it is saved, comes back once, and is gone when it is saved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from diary.domain.ids import new_id
from diary.services import drafts, entries, upkeep
from diary.services.house import House
from diary.store.models import drafts as rows
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import PASSPHRASE, Person, browser_of
from tests.services.test_entries import write
from tests.web.boxes import Boxes

TOLD = "He was at the gate again and"


def keep(person: Person, path: str, **typed: str) -> int:
    data = {"draft-of": path} | typed
    return person.client.post("/drafts", data=data).status_code


def test_it_stands_in_the_box_when_the_page_is_shown_again(house: House, signed_in: Person) -> None:
    assert keep(signed_in, "/write", what_happened=TOLD, when="not_sure", id=new_id()) == 204
    page = signed_in.client.get("/write").text
    form = Boxes(page).forms["/write"]
    assert (form["what_happened"], form["when"]) == (TOLD, "not_sure")
    assert "This is what you were writing." in page
    assert entries.timeline(house, signed_in.vault).total == 0


def test_it_outlives_leaving_and_signing_in_again(app: Flask, signed_in: Person) -> None:
    keep(signed_in, "/write", what_happened=TOLD)
    signed_in.client.get("/leave")
    again = browser_of(app)
    assert again.post("/sign-in", data={"name": "Nad", "passphrase": PASSPHRASE}).status_code == 303
    assert TOLD in again.get("/write").text


def test_saving_the_form_forgets_it(signed_in: Person) -> None:
    keep(signed_in, "/write", what_happened=TOLD)
    answer = signed_in.client.post("/write", data={"what_happened": TOLD, "when": "now"})
    assert answer.status_code == 303
    assert TOLD not in signed_in.client.get("/write").text


def test_a_form_that_is_refused_keeps_it(signed_in: Person) -> None:
    keep(signed_in, "/write", what_happened=TOLD, when="earlier")
    assert signed_in.client.post("/write", data={"when": "earlier"}).status_code == 400
    assert TOLD in signed_in.client.get("/write").text


def test_it_can_be_started_without_it(signed_in: Person) -> None:
    keep(signed_in, "/write", what_happened=TOLD)
    page = signed_in.client.get("/write").text
    form = Boxes(page).forms["/drafts/empty"]
    assert signed_in.client.post("/drafts/empty", data=form).location == "/write"
    page = signed_in.client.get("/write").text
    assert TOLD not in page
    assert "This is what you were writing." not in page


def test_each_form_has_its_own(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    where = f"/diary/{entry_id}/more/what"
    assert keep(signed_in, where, base="1", behaviours="call") == 204
    form = Boxes(signed_in.client.get(where).text).forms[where]
    assert form.getlist("behaviours") == ["call"]
    for path in (f"/diary/{entry_id}/more/where", f"/diary/{entry_id}/change", "/write"):
        assert "This is what you were writing." not in signed_in.client.get(path).text


@pytest.mark.parametrize(
    "path",
    ["", "/", "/sign-in", "/start", "/nowhere", "https://other.example/write", "//other/write",
     "/write?x=1", "/more", "/static/app.css", "/drafts", "x" * 5000],
)  # fmt: skip
def test_only_our_own_closed_forms_have_one(house: House, signed_in: Person, path: str) -> None:
    assert keep(signed_in, path, what_happened=TOLD) == 404
    with house.store.read() as conn:
        assert conn.execute(rows.select()).all() == []


def test_passphrases_and_codes_are_never_kept(house: House, signed_in: Person) -> None:
    keep(signed_in, "/write", what_happened=TOLD, passphrase=PASSPHRASE, current="x", code="y")
    found = drafts.read(house, signed_in.vault, "/write")
    assert found == [("what_happened", TOLD)]


def test_it_is_sealed_and_bound_to_its_diary_and_form(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    drafts.keep(house, vault, "/write", [("what_happened", TOLD)])
    with house.store.read() as conn:
        (row,) = conn.execute(rows.select()).all()
    assert TOLD.encode() not in row.sealed
    assert b"write" not in row.sealed + row.id.encode()
    assert drafts.read(house, other_vault, "/write") is None
    with house.store.write() as conn:
        conn.execute(rows.insert().values(**row._asdict() | {"id": "0" * 32}))
        conn.execute(rows.update().values(sealed=b"x" * 80).where(rows.c.id == row.id))
    assert drafts.read(house, vault, "/write") is None


def test_its_length_is_padded(house: House, vault: Vault) -> None:
    lengths = set()
    for size in (1000, 1001, 1002):
        drafts.keep(house, vault, "/write", [("what_happened", "x" * size)])
        with house.store.read() as conn:
            lengths.add(len(conn.execute(rows.select()).one().sealed))
    assert len(lengths) == 1


def test_there_are_at_most_so_many_and_the_oldest_go(
    house: House, vault: Vault, clock: Clock
) -> None:
    for number in range(drafts.MOST + 3):
        clock.pass_(seconds=1)
        drafts.keep(house, vault, f"/diary/{number:032x}/change", [("a", "b")])
    with house.store.read() as conn:
        assert len(conn.execute(rows.select()).all()) == drafts.MOST
    assert drafts.read(house, vault, f"/diary/{2:032x}/change") is None
    assert drafts.read(house, vault, f"/diary/{3:032x}/change") is not None


def test_what_nobody_goes_on_with_is_forgotten_in_time(
    house: House, vault: Vault, clock: Clock
) -> None:
    drafts.keep(house, vault, "/write", [("a", "b")])
    clock.pass_(days=(drafts.KEPT - timedelta(days=1)).days)
    upkeep.sweep(house)
    assert drafts.read(house, vault, "/write") is not None
    clock.pass_(days=2)
    upkeep.sweep(house)
    assert drafts.read(house, vault, "/write") is None


def test_a_draft_over_the_limit_of_forms_is_refused(house: House, signed_in: Person) -> None:
    size = house.settings.max_form_bytes + 1
    assert keep(signed_in, "/write", what_happened="x" * size) == 413
    assert signed_in.client.get("/write").status_code == 200


def test_removing_an_entry_forgets_what_was_typed_into_its_forms(
    house: House, signed_in: Person
) -> None:
    entry_id = write(house, signed_in.vault)
    paths = [f"/diary/{entry_id}/change", f"/diary/{entry_id}/more/words"]
    for path in paths:
        keep(signed_in, path, exact_words=TOLD)
    signed_in.client.post(f"/diary/{entry_id}/remove")
    assert [drafts.read(house, signed_in.vault, path) for path in paths] == [None, None]
