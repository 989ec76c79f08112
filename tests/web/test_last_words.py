"""What was typed last and comes after she left: kept for a moment, and good for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

from flask import Flask
from typing_extensions import Buffer, override
from werkzeug.test import TestResponse

from diary.app import create_app
from diary.services import drafts, sessions, upkeep
from diary.services.house import House, open_house
from diary.settings import Settings
from diary.store.models import sessions as session_rows
from diary.web.session import COOKIE
from tests.clock import Clock
from tests.conftest import PASSPHRASE, Person, browser_of
from tests.practitioners import agency, worker
from tests.web.test_drafts import TOLD, keep


def left(person: Person, path: str = "/leave", method: str = "GET") -> None:
    """She leaves, and what her browser had under way still has the cookie from before."""
    cookie = person.client.get_cookie(COOKIE)
    assert cookie is not None
    person.client.open(path, method=method)
    assert person.client.get_cookie(COOKIE) is None
    person.client.set_cookie(COOKIE, cookie.value, secure=True)


def test_last_words_that_come_after_she_left_are_kept(
    house: House, signed_in: Person, clock: Clock
) -> None:
    left(signed_in)
    clock.pass_(seconds=sessions.LAST_WORDS_MS // 1000)
    assert keep(signed_in, "/write", what_happened=TOLD) == 204
    assert drafts.read(house, signed_in.vault, "/write") == [("what_happened", TOLD)]


def test_what_was_left_is_good_for_nothing_else(house: House, signed_in: Person) -> None:
    keep(signed_in, "/write", what_happened=TOLD)
    for path in ("/diary", "/write", "/more", "/devices"):
        left(signed_in)
        answer = signed_in.client.get(path)
        assert TOLD not in answer.text, path
        assert (answer.status_code, "Sign in" in answer.text) == (401, True), path
        assert signed_in.client.get_cookie(COOKIE) is None
        signed_in.client.post("/sign-in", data={"name": "Nad", "passphrase": PASSPHRASE})
    left(signed_in)
    assert signed_in.client.post("/drafts/empty", data={"draft-of": "/write"}).status_code == 401
    assert drafts.read(house, signed_in.vault, "/write") == [("what_happened", TOLD)]


def test_last_words_come_late_only_for_a_moment(
    house: House, signed_in: Person, clock: Clock
) -> None:
    left(signed_in)
    clock.pass_(seconds=sessions.LAST_WORDS_MS // 1000 + 1)
    assert keep(signed_in, "/write", what_happened=TOLD) == 401
    upkeep.sweep(house)
    with house.store.read() as conn:
        assert conn.execute(session_rows.select()).all() == []


def test_whoever_signs_out_has_no_last_words(signed_in: Person) -> None:
    left(signed_in, "/sign-out", "POST")
    assert keep(signed_in, "/write", what_happened=TOLD) == 401


def test_last_words_make_the_moment_no_longer(signed_in: Person, clock: Clock) -> None:
    left(signed_in)
    for seconds in (4, 4):
        clock.pass_(seconds=seconds)
        assert keep(signed_in, "/write", what_happened=TOLD) == 204
    clock.pass_(seconds=4)
    assert keep(signed_in, "/write", what_happened=TOLD) == 401


def test_what_comes_after_she_is_back_changes_nothing(
    app: Flask, house: House, signed_in: Person
) -> None:
    """It is older than what she writes, saves or throws away now; and it does not sign her out."""
    left(signed_in)
    again = browser_of(app)
    again.post("/sign-in", data={"name": "Nad", "passphrase": PASSPHRASE})
    again.post("/drafts", data={"draft-of": "/write", "what_happened": "newer"})
    late = late_words(signed_in)
    assert late.status_code == 401
    assert "Set-Cookie" not in late.headers
    assert drafts.read(house, signed_in.vault, "/write") == [("what_happened", "newer")]


def test_a_practitioner_has_none(app: Flask, house: House) -> None:
    ira = worker(app, house, org=agency(house), lead=True)
    cookie = ira.client.get_cookie(COOKIE)
    assert cookie is not None
    ira.client.get("/leave")
    ira.client.set_cookie(COOKIE, cookie.value, secure=True)
    said = {"draft-of": "/work/team/invite", "name": "Nobody"}
    assert ira.client.post("/drafts", data=said).status_code in {401, 404}


def test_whoever_has_a_step_to_take_first_has_none(app: Flask, signed_in: Person) -> None:
    person = replace(signed_in, client=browser_of(app))
    way_back = {"name": signed_in.name, "code": signed_in.code}
    assert person.client.post("/way-back", data=way_back).status_code == 303
    left(person)
    assert keep(person, "/write", what_happened=TOLD) == 303


def test_a_longer_idle_time_makes_the_moment_no_longer(
    house: House, signed_in: Person, settings: Settings, clock: Clock
) -> None:
    left(signed_in)
    longer = replace(settings, idle_minutes=settings.idle_minutes * 2)
    elsewhere = open_house(longer, clock=clock)
    client = browser_of(create_app(longer, house=elsewhere))
    cookie = signed_in.client.get_cookie(COOKIE)
    assert cookie is not None
    client.set_cookie(COOKIE, cookie.value, secure=True)
    clock.pass_(minutes=1)
    assert late_words(replace(signed_in, client=client)).status_code == 401
    elsewhere.store.engine.dispose()


def test_words_that_begin_in_time_and_end_too_late_are_not_kept(
    house: House, signed_in: Person, clock: Clock
) -> None:
    left(signed_in)
    body = b"draft-of=%2Fwrite&what_happened=late"
    answer = signed_in.client.post(
        "/drafts",
        input_stream=Slow(body, lambda: clock.pass_(minutes=5)),
        content_length=len(body),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 401
    assert drafts.read(house, signed_in.vault, "/write") is None


def late_words(person: Person) -> TestResponse:
    return person.client.post("/drafts", data={"draft-of": "/write", "what_happened": TOLD})


class Slow(BytesIO):
    """A body during which time passes, before its first byte."""

    def __init__(self, body: bytes, meanwhile: Callable[[], object]) -> None:
        super().__init__(body)
        self._meanwhile = meanwhile

    @override
    def readinto(self, room: Buffer, /) -> int:
        if self.tell() == 0:
            self._meanwhile()
        return super().readinto(room)
