"""What people are promised, one test each: where one is broken, its name says which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.bundle.profile import PROFILES
from diary.domain.kept import PrivateNote
from diary.domain.people import Contact
from diary.services import deletion, entries, export, throttle
from diary.services.gathering import Selection
from diary.services.house import House
from diary.web.guided.steps import STEPS
from tests.clock import Clock
from tests.conftest import PASSPHRASE, Person, browser_of
from tests.services.test_entries import write

ROOT = Path(__file__).parent.parent
TOLD = "He rang eleven times."
OPEN = ("/", "/start", "/sign-in", "/way-back", "/help", "/leaving", "/offline", "/nothing-here")
CLOSED = (
    "/write", "/diary", "/more", "/settings", "/settings/passphrase", "/settings/code",
    "/settings/close", "/devices", "/bring-back", "/hand-over", "/hand-over/given", "/unlock",
    "/reports", "/reports/new", "/plan", "/plan/look", "/plan/earlier", "/plan/step/new",
    "/plan/agreement/new", "/orders", "/orders/new", "/orders/moved", "/told", "/told/new",
    "/people", "/people/new", "/coming-up", "/patterns", "/about-you",
)  # fmt: skip
OF_ENTRY = (
    "", "/change", "/take-back", "/files", "/remove", "/saved", "/more", "/note", "/leads",
    "/one-page", *(f"/more/{step.key}" for step in STEPS),
)  # fmt: skip
LONGEST_SENTENCE = 25
EYES = {"Accept": "text/html"}


@pytest.fixture
def entry(house: House, signed_in: Person) -> str:
    return write(house, signed_in.vault, TOLD)


@pytest.fixture
def pages(client: FlaskClient, signed_in: Person, entry: str) -> dict[str, TestResponse]:
    """Every page, with something in the diary."""
    of_entry = [f"/diary/{entry}{rest}" for rest in OF_ENTRY]
    shut = {path: signed_in.client.get(path) for path in (*CLOSED, *of_entry)}
    assert {page.status_code for page in shut.values()} == {200}
    return shut | {path: client.get(path, headers=EYES) for path in OPEN}


def html(pages: dict[str, TestResponse]) -> Iterator[tuple[str, str]]:
    for path, page in pages.items():
        yield path, page.text


def try_(client: FlaskClient, name: str, passphrase: str, network: str) -> TestResponse:
    return client.post(
        "/sign-in",
        data={"name": name, "passphrase": passphrase},
        environ_overrides={"REMOTE_ADDR": network},
    )


def test_no_address_and_no_number_is_asked_for(client: FlaskClient) -> None:
    asked = re.findall(r'<(?:input|textarea)[^>]*name="(\w+)"', client.get("/start").text)
    assert set(asked) == {"name", "words", "choice", "passphrase", "again"}


def test_the_title_says_nothing_on_any_page(pages: dict[str, TestResponse]) -> None:
    assert {re.findall("<title>(.*?)</title>", text)[0] for _, text in html(pages)} == {"Notes"}


def test_leave_is_first_on_every_page(pages: dict[str, TestResponse]) -> None:
    for path, text in html(pages):
        first = re.search(r"<(?:a|button|input|textarea|select)\b[^>]*>", text)
        assert first is not None, path
        assert 'href="/leave"' in first[0], path


def test_leave_ends_the_session_and_destroys_nothing(signed_in: Person) -> None:
    left = signed_in.client.get("/leave")
    assert left.status_code == 303
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert signed_in.client.get("/diary").status_code == 401


def test_leave_works_for_whoever_is_not_signed_in(client: FlaskClient) -> None:
    assert client.get("/leave").status_code == 303


def test_help_is_one_tap_away_and_999_is_never_gated(pages: dict[str, TestResponse]) -> None:
    assert all('href="/help"' in text for _, text in html(pages))
    assert 'href="tel:999"' in pages["/help"].text


def test_nothing_stays_in_the_cache_of_the_phone(pages: dict[str, TestResponse]) -> None:
    assert {page.headers["Cache-Control"] for page in pages.values()} == {"no-store"}


def test_no_other_site_learns_of_this_one(pages: dict[str, TestResponse]) -> None:
    assert {page.headers["Referrer-Policy"] for page in pages.values()} == {"no-referrer"}
    for page in pages.values():
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for path, text in html(pages):
        assert not re.search(r'(?:src|action)="(?:https?:)?//', text), path


def test_the_browser_is_told_to_remember_nothing_that_is_typed(
    entry: str, signed_in: Person
) -> None:
    for path in ("/write", f"/diary/{entry}/change"):
        boxes = re.findall("<textarea[^>]*>", signed_in.client.get(path).text)
        assert boxes
        assert all('autocomplete="off"' in box and 'spellcheck="false"' in box for box in boxes)


def test_whether_an_account_exists_cannot_be_told(app: Flask, signed_in: Person) -> None:
    answers = []
    for name in (signed_in.name, "Somebody"):
        answer = try_(browser_of(app), name, "not the words at all", "198.51.100.7")
        kept = {key: value for key, value in answer.headers.items() if key != "Set-Cookie"}
        kept.pop("Content-Length", None)
        answers.append((answer.status_code, kept, answer.text.replace(name, "")))
    assert answers[0] == answers[1]


def test_nobody_can_lock_her_out(app: Flask, signed_in: Person) -> None:
    stranger = browser_of(app)
    for _ in range(throttle.NAME_AND_NETWORK.most + 1):
        last = try_(stranger, signed_in.name, "a guess of his own", "198.51.100.7")
    assert last.status_code == 429
    assert try_(browser_of(app), signed_in.name, PASSPHRASE, "192.0.2.44").status_code == 303


def test_losing_the_passphrase_loses_nothing(client: FlaskClient, signed_in: Person) -> None:
    back = client.post("/way-back", data={"name": signed_in.name, "code": signed_in.code})
    assert back.location.endswith("/way-back/new")


def test_nothing_is_ever_overwritten(house: House, signed_in: Person, entry: str) -> None:
    changed = {"base": "1", "what_happened": "He rang twelve times.", "when": "same"}
    assert signed_in.client.post(f"/diary/{entry}/change", data=changed).status_code == 303
    wordings = [
        one.entry.what_happened for one in entries.read(house, signed_in.vault, entry).versions
    ]
    assert wordings == [TOLD, "He rang twelve times."]


def test_what_is_removed_can_come_back_for_some_days(
    house: House, signed_in: Person, entry: str, clock: Clock
) -> None:
    deletion.remove(house, signed_in.vault, entry)
    clock.pass_(days=house.settings.delete_wait_days, seconds=-1)
    deletion.finish(house)
    waiting = [one.removal_id for one in deletion.waiting(house, signed_in.vault)]
    assert deletion.bring_back(house, signed_in.vault, waiting) == 1
    assert entries.timeline(house, signed_in.vault).total == 1


def test_after_that_it_is_gone_for_good(
    house: House, signed_in: Person, entry: str, clock: Clock
) -> None:
    deletion.remove(house, signed_in.vault, entry)
    clock.pass_(days=house.settings.delete_wait_days, seconds=1)
    assert deletion.finish(house) >= 1
    assert deletion.waiting(house, signed_in.vault) == []


def test_private_notes_and_contacts_never_leave(
    house: House, signed_in: Person, entry: str
) -> None:
    with house.store.write() as conn:
        for body in (PrivateNote(text="Blue-Heron-417"), Contact(text="Marla 07700 900417")):
            signed_in.vault.keep(conn, body, at=house.now(), parent=entry)
    for profile in PROFILES.values():
        parcel = export.export(
            house, signed_in.vault, selection=Selection(), profile=profile, at=house.now()
        )
        content = b"".join(parcel.chunks)
        assert b"Heron" not in content
        assert b"900417" not in content


def test_no_file_leaves_unless_it_is_ticked(signed_in: Person, entry: str) -> None:
    signed_in.client.post("/hand-over", data={"purpose": "police"})
    page = signed_in.client.get("/hand-over/choose").text
    assert re.search(r'name="entry"[^>]*checked', page)
    assert not re.search(r'name="file"[^>]*checked', page)


def test_nothing_plays_by_itself() -> None:
    for path in (ROOT / "diary/templates").rglob("*.html"):
        assert "autoplay" not in path.read_text(), path


def test_nothing_counts_praises_or_urges() -> None:
    unkind = re.compile(
        r"streak|well done|great job|why didn|you must|you failed|complete your", re.I
    )
    for path in (ROOT / "diary/templates").rglob("*.html"):
        assert not unkind.search(path.read_text()), path


def test_sentences_are_short() -> None:
    """At most 25 words, as far as a page says them."""
    said = re.compile(r'_\(\s*"((?:[^"\\]|\\.)*)"')
    for path in (ROOT / "diary").rglob("*"):
        if path.suffix in {".html", ".py"} and "bundle" not in path.parts:
            for message in said.findall(path.read_text()):
                for sentence in re.split(r"(?<=[.?!:])\s", message):
                    assert len(sentence.split()) <= LONGEST_SENTENCE, f"{path}: {sentence}"
