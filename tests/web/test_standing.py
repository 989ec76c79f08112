"""Taking an entry back: it stays, is marked wherever it is read, and can stand again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import diary
from diary.domain.entry import Withdrawn
from diary.domain.when import When
from diary.services import entries
from diary.services.house import House
from tests.clock import Clock
from tests.conftest import PASSPHRASE, Person
from tests.services.test_entries import write
from tests.web.test_changes import base_in
from tests.web.test_write import HOSTILE, box

TEMPLATES = Path(diary.__file__).parent / "templates"
TOLD, WHY = "A man in a grey hoodie.", "It was the new caretaker."


@pytest.fixture
def entry(house: House, signed_in: Person) -> str:
    return write(house, signed_in.vault, TOLD)


def say(person: Person, entry: str, how: str = "take-back", base: int = 1, reason: str = WHY):  # type: ignore[no-untyped-def]
    typed = {"base": str(base), "reason": reason}
    return person.client.post(f"/diary/{entry}/{how}", data=typed)


def versions(house: House, person: Person, entry: str) -> list[Withdrawn | None]:
    story = entries.read(house, person.vault, entry)
    return [one.entry.withdrawn for one in story.versions]


def test_it_says_first_what_it_does(signed_in: Person, entry: str) -> None:
    page = signed_in.client.get(f"/diary/{entry}/take-back").text
    for words in ("Take this entry back?", TOLD, "stays in your diary", "not counted", "at once"):
        assert words in page
    assert base_in(page) == "1"


def test_it_stays_with_its_words_and_says_why(house: House, signed_in: Person, entry: str) -> None:
    answer = say(signed_in, entry)
    assert answer.status_code == 303
    page = signed_in.client.get(answer.location).text
    for words in ("It is taken back.", TOLD, "Taken back", WHY, "Let it stand again"):
        assert words in page
    assert "3 March 2026" in page
    newest = entries.read(house, signed_in.vault, entry).newest.entry
    assert newest.withdrawn == Withdrawn(said_on="2026-03-03", reason=WHY)
    assert newest.what_happened == TOLD
    assert newest.change_reason == ""


def test_the_list_says_so(signed_in: Person, entry: str) -> None:
    assert "taken back" not in signed_in.client.get("/diary").text
    say(signed_in, entry)
    assert "<li>taken back</li>" in signed_in.client.get("/diary").text


def test_it_is_not_counted(house: House, signed_in: Person) -> None:
    lately = When.at("date_only", "2026-02-02")
    ids = [write(house, signed_in.vault, TOLD, when=lately) for _ in range(9)]
    assert "9 entries are counted." in signed_in.client.get("/patterns").text
    say(signed_in, ids[0])
    assert "8 entries are counted." in signed_in.client.get("/patterns").text
    assert "Taken back, and left out: 1." in signed_in.client.get("/patterns").text


def test_why_is_hers_to_say(house: House, signed_in: Person, entry: str) -> None:
    assert say(signed_in, entry, reason="").status_code == 303
    assert versions(house, signed_in, entry) == [None, Withdrawn(said_on="2026-03-03")]


def test_it_can_stand_again(house: House, signed_in: Person, entry: str) -> None:
    say(signed_in, entry)
    page = signed_in.client.get(f"/diary/{entry}/let-stand").text
    assert "Let it stand again?" in page
    assert base_in(page) == "2"
    answer = say(signed_in, entry, "let-stand", 2, "It was him after all.")
    page = signed_in.client.get(answer.location).text
    assert "It stands again." in page
    assert "It was him after all." in page
    assert "Take it back, and keep it" in page
    assert versions(house, signed_in, entry)[-1] is None
    assert "taken back" not in signed_in.client.get("/diary").text


def test_all_that_was_said_before_anybody_looked_is_shown(signed_in: Person, entry: str) -> None:
    say(signed_in, entry)
    page = signed_in.client.get(say(signed_in, entry, "let-stand", 2).location).text
    assert page.index("It is taken back.") < page.index("It stands again.")


def asks(page: str) -> tuple[str, str]:
    """What a page would do, and its button."""
    action = re.search(r'action="/diary/\w+/([\w-]+)"', page)
    button = re.search(r"<button[^>]*><span>([^<]*)</span>", page.rpartition("<form")[2])
    assert action
    return action[1], button[1] if button else ""


def test_what_a_page_does_goes_by_its_address(signed_in: Person, entry: str) -> None:
    def asked(how: str) -> tuple[str, str]:
        return asks(signed_in.client.get(f"/diary/{entry}/{how}").text)

    assert asked("take-back") == ("take-back", "Take it back")
    assert asked("let-stand") == ("let-stand", "")
    say(signed_in, entry)
    assert asked("take-back") == ("take-back", "Save")
    assert asked("let-stand") == ("let-stand", "Let it stand again")


def test_taken_back_in_two_tabs_the_second_is_told_and_can_say_why_anew(
    house: House, signed_in: Person, entry: str, clock: Clock
) -> None:
    say(signed_in, entry)
    answer = say(signed_in, entry, reason="It was somebody else.")
    assert answer.status_code == 409
    assert asks(answer.text) == ("take-back", "Save")
    assert box(answer.text, "reason") == "It was somebody else."
    clock.pass_(hours=4)
    signed_in.client.post("/sign-in", data={"name": signed_in.name, "passphrase": PASSPHRASE})
    assert say(signed_in, entry, base=2, reason="It was somebody else.").status_code == 303
    newest = entries.read(house, signed_in.vault, entry).newest.entry
    assert newest.withdrawn == Withdrawn(said_on="2026-03-03", reason="It was somebody else.")


def test_what_stands_already_is_said_and_nothing_typed_is_lost(
    house: House, signed_in: Person, entry: str
) -> None:
    say(signed_in, entry)
    say(signed_in, entry, "let-stand", 2, "")
    kept = versions(house, signed_in, entry)
    answer = say(signed_in, entry, "let-stand", 2)  # an old form; it asked of version 2
    assert answer.status_code == 409
    again = say(signed_in, entry, "let-stand", 3)
    assert again.status_code == 400
    assert "It stands already" in again.text
    for page in (answer.text, again.text):
        assert asks(page) == ("let-stand", "")
        assert box(page, "reason") == WHY
    assert versions(house, signed_in, entry) == kept


def test_nothing_is_called_taken_back_that_stands(
    house: House, signed_in: Person, entry: str
) -> None:
    """A form that was filled before somebody let it stand, and is sent after that."""
    say(signed_in, entry)
    say(signed_in, entry, "let-stand", 2, "")
    answer = say(signed_in, entry, base=2, reason="a new why")
    assert answer.status_code == 409
    assert asks(answer.text) == ("take-back", "Take it back")
    assert versions(house, signed_in, entry)[-1] is None


@pytest.mark.parametrize("base", ["", "9", "-1", "a"])
def test_a_form_that_does_not_say_what_it_was_shown_is_asked_again(
    house: House, signed_in: Person, entry: str, base: str
) -> None:
    typed = {"base": base, "reason": WHY}
    answer = signed_in.client.post(f"/diary/{entry}/take-back", data=typed)
    assert answer.status_code == 409
    assert box(answer.text, "reason") == WHY
    assert versions(house, signed_in, entry) == [None]


def test_sent_once_more_after_midnight_it_is_kept_once(
    house: House, signed_in: Person, entry: str, clock: Clock
) -> None:
    say(signed_in, entry)
    clock.pass_(hours=4)
    signed_in.client.post("/sign-in", data={"name": signed_in.name, "passphrase": PASSPHRASE})
    assert say(signed_in, entry).status_code == 303
    assert len(versions(house, signed_in, entry)) == 2


def test_spaces_are_no_reason(house: House, signed_in: Person, entry: str) -> None:
    say(signed_in, entry, reason="  \r\n ")
    assert versions(house, signed_in, entry)[-1] == Withdrawn(said_on="2026-03-03")


def test_it_is_known_by_whatever_words_it_has(house: House, signed_in: Person) -> None:
    entry = write(house, signed_in.vault, "", exact_words="I will find you.")
    assert "I will find you." in signed_in.client.get(f"/diary/{entry}/take-back").text


def test_its_time_says_it_too(signed_in: Person, entry: str) -> None:
    say(signed_in, entry)
    for page in ("", "/remove", "/one-page", "/take-back"):
        assert "Not sure when, taken back" in signed_in.client.get(f"/diary/{entry}{page}").text


def test_it_is_marked_wherever_an_entry_is_named_by_its_time() -> None:
    """Lists name entries by `dated`; these say the time alone, and mark it beside it, or ask."""
    alone = {
        "cases/parts.html", "diary/change.html", "diary/timeline.html", "guided/when.html",
        "parts.html", "sharing/look.html", "sharing/what.html",
    }  # fmt: skip
    said = {
        str(page.relative_to(TEMPLATES))
        for page in TEMPLATES.rglob("*.html")
        if re.search(r"\bwhen \| when\b", page.read_text())
    }
    assert said == alone


@pytest.mark.parametrize("how", ["take-back", "let-stand"])
def test_said_twice_it_is_kept_once(house: House, signed_in: Person, entry: str, how: str) -> None:
    say(signed_in, entry)
    if how == "let-stand":
        say(signed_in, entry, how, 2)
    kept = versions(house, signed_in, entry)
    again = say(signed_in, entry, how, len(kept) - 1)
    assert again.status_code == 303
    assert say(signed_in, entry, how, len(kept)).status_code == 303
    assert versions(house, signed_in, entry) == kept


def test_what_was_changed_meanwhile_is_shown_first(
    house: House, signed_in: Person, entry: str
) -> None:
    typed = {"base": "1", "what_happened": "A man in a green hoodie.", "when": "same"}
    signed_in.client.post(f"/diary/{entry}/change", data=typed)
    answer = say(signed_in, entry)
    assert answer.status_code == 409
    assert "A man in a green hoodie." in answer.text
    assert box(answer.text, "reason") == WHY
    assert base_in(answer.text) == "2"
    assert versions(house, signed_in, entry) == [None, None]
    assert say(signed_in, entry, base=2).status_code == 303
    assert entries.read(house, signed_in.vault, entry).newest.entry.withdrawn


def test_too_long_a_reason_is_said_and_kept(house: House, signed_in: Person, entry: str) -> None:
    answer = say(signed_in, entry, reason="a" * 200_001)
    assert answer.status_code == 400
    assert re.search(r"200,001 characters", answer.text)
    assert len(box(answer.text, "reason")) == 200_001
    assert versions(house, signed_in, entry) == [None]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_text(house: House, signed_in: Person, entry: str, text: str) -> None:
    answer = say(signed_in, entry, reason=text)
    assert answer.status_code in (303, 400)
    assert signed_in.client.get(f"/diary/{entry}").status_code == 200


@pytest.mark.parametrize("how", ["take-back", "let-stand"])
def test_there_is_nothing_to_take_back_elsewhere(signed_in: Person, entry: str, how: str) -> None:
    signed_in.client.post(f"/diary/{entry}/remove")
    for one in (entry, "0" * 32, "nonsense"):
        assert signed_in.client.get(f"/diary/{one}/{how}").status_code == 404
        assert say(signed_in, one, how).status_code == 404


def test_what_a_file_says_of_when_is_shown_as_a_time(house: House, signed_in: Person) -> None:
    for said, shown in {
        "2026-02-04T12:30:00Z": "4 February 2026, 12:30:00",
        "in spring": "in spring",
        "": "no day",
    }.items():
        entry = write(house, signed_in.vault, TOLD, withdrawn={"said_on": said, "reason": ""})
        assert shown in signed_in.client.get(f"/diary/{entry}").text
