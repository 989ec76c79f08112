"""Changing an entry: earlier words stay, of two tabs the second is told, nothing typed is lost."""

from __future__ import annotations

import re

import pytest

from diary.domain.claimed import Claimed
from diary.domain.entry import Entry
from diary.domain.when import When
from diary.services import entries
from diary.services.house import House
from tests.conftest import Person
from tests.services.test_entries import told, write
from tests.web.test_write import HOSTILE, box


def change(person: Person, entry_id: str, base: int, text: str, **more: str):  # type: ignore[no-untyped-def]
    typed = {"base": str(base), "what_happened": text, "when": "same", **more}
    return person.client.post(f"/diary/{entry_id}/change", data=typed)


def base_in(page: str) -> str:
    found = re.search(r'name="base" value="(\d+)"', page)
    assert found
    return found[1]


def test_the_form_holds_what_is_saved(house: House, signed_in: Person) -> None:
    vault = signed_in.vault
    entry_id = write(house, vault, "He rang.", place="Home", who_was_there=("Mum", "Jo"))
    page = signed_in.client.get(f"/diary/{entry_id}/change").text
    assert base_in(page) == "1"
    assert box(page) == "He rang."
    assert box(page, "who") == "Mum\nJo"
    assert 'value="Home"' in page


def test_a_change_shows_both_wordings(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault, "one")
    assert change(signed_in, entry_id, 1, "two", change_reason="I remembered").status_code == 303
    page = signed_in.client.get(f"/diary/{entry_id}").text
    assert page.index("two") < page.index("First written") < page.index("one</div>")
    assert "Changed" in page
    assert "I remembered" in page
    assert "changed" in signed_in.client.get("/diary").text


def test_an_imported_change_is_not_said_to_be_written_when_it_came(
    house: House, signed_in: Person
) -> None:
    claims = [Claimed(source="diary.json", written_at=f"2025-0{n}-01T08:00:00Z") for n in (1, 2)]
    entry_id = write(house, signed_in.vault, "one", claimed=claims[0])
    body = Entry(what_happened="two", claimed=claims[1])
    entries.amend(house, signed_in.vault, entry_id, body, base_version=1)
    page = signed_in.client.get(f"/diary/{entry_id}").text
    assert "First written 2025-01-01T08:00:00Z, says the file" in page
    assert "Changed 2025-02-01T08:00:00Z, says the file" in page
    assert page.count("Brought in here") >= 2


def test_of_two_tabs_the_second_is_told_and_can_save_on_top(
    house: House, signed_in: Person
) -> None:
    entry_id = write(house, signed_in.vault, "one")
    change(signed_in, entry_id, 1, "from the first tab")
    answer = change(signed_in, entry_id, 1, "from the second tab", place="Home")
    assert answer.status_code == 409
    assert "from the first tab" in answer.text
    assert box(answer.text) == "from the second tab"
    assert 'value="Home"' in answer.text
    assert told(house, signed_in.vault, entry_id) == ["one", "from the first tab"]
    assert base_in(answer.text) == "2"
    assert change(signed_in, entry_id, 2, "from both tabs").status_code == 303
    assert told(house, signed_in.vault, entry_id)[-1] == "from both tabs"


def test_the_same_change_twice_is_one(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault, "one")
    for _ in range(2):
        assert change(signed_in, entry_id, 1, "two").status_code == 303
    assert told(house, signed_in.vault, entry_id) == ["one", "two"]


def test_saving_without_a_change_changes_nothing(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault, "a\x00b\r\nc", who_was_there=("x\ny",))
    page = signed_in.client.get(f"/diary/{entry_id}/change").text
    typed = {"who": box(page, "who"), "change_reason": "none"}
    assert change(signed_in, entry_id, 1, box(page), **typed).status_code == 303
    assert told(house, signed_in.vault, entry_id) == ["a\x00b\r\nc"]


def test_what_the_form_does_not_show_stays(house: House, signed_in: Person) -> None:
    entry = Entry(
        what_happened="one",
        when=When(words="after the school play"),
        fear_level=7,
        how_breached="he rang",
        claimed=Claimed(source="diary.json", written_at="2026-01-01T10:00:00Z"),
        exact_words="odd\x00",
    )
    entry_id = "a" * 32
    entries.record(house, signed_in.vault, entry, record_id=entry_id)
    page = signed_in.client.get(f"/diary/{entry_id}/change").text
    change(signed_in, entry_id, 1, "two", exact_words=box(page, "exact_words"))
    newest = entries.read(house, signed_in.vault, entry_id).newest.entry
    assert newest == entry.model_copy(update={"what_happened": "two"})


def test_another_time(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault, "one", when=When.at("date_only", "2026-03-01"))
    change(signed_in, entry_id, 1, "one", when="earlier", day="2026-03-02", time="10:00")
    newest = entries.read(house, signed_in.vault, entry_id).newest.entry
    assert newest.when == When.at("exact", "2026-03-02T10:00")
    change(signed_in, entry_id, 2, "one", when="not_sure")
    assert entries.read(house, signed_in.vault, entry_id).newest.entry.when == When()


@pytest.mark.parametrize(
    ("more", "status"), [({"when": "earlier", "day": "x"}, 400), ({"place": "x" * 1001}, 413)]
)
def test_what_needs_another_look_stays_in_the_form(
    house: House, signed_in: Person, more: dict[str, str], status: int
) -> None:
    entry_id = write(house, signed_in.vault, "one")
    answer = change(signed_in, entry_id, 1, "typed and kept", **more)
    assert answer.status_code == status
    assert box(answer.text) == "typed and kept"
    assert told(house, signed_in.vault, entry_id) == ["one"]


@pytest.mark.parametrize("text", HOSTILE)
def test_odd_texts_survive_the_form(house: House, signed_in: Person, text: str) -> None:
    entry_id = write(house, signed_in.vault, text)
    page = signed_in.client.get(f"/diary/{entry_id}/change").text
    change(signed_in, entry_id, 1, box(page), place="somewhere")
    assert told(house, signed_in.vault, entry_id) == [text, text]


@pytest.mark.parametrize("base", ["", "0", "-1", "99", "x", "9" * 400, "٣"])
def test_a_base_that_never_was_means_the_newest(house: House, signed_in: Person, base: str) -> None:
    entry_id = write(house, signed_in.vault, "one")
    typed = {"base": base, "what_happened": "two", "when": "same"}
    assert signed_in.client.post(f"/diary/{entry_id}/change", data=typed).status_code == 303
    assert told(house, signed_in.vault, entry_id) == ["one", "two"]


def test_another_diary_is_not_there(house: House, signed_in: Person, other_vault) -> None:  # type: ignore[no-untyped-def]
    entry_id = write(house, other_vault, "hers")
    assert signed_in.client.get(f"/diary/{entry_id}/change").status_code == 404
    assert change(signed_in, entry_id, 1, "mine").status_code == 404
    assert told(house, other_vault, entry_id) == ["hers"]
