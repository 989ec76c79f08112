"""The lock, as a browser sees it: one answer to what is wrong, and nothing typed is lost."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.app import create_app
from diary.errors import StoreFullError, StoreUnavailableError
from diary.services.house import House
from diary.settings import Settings
from diary.store import records, sessions
from diary.web.session import BROWSER_COOKIE, COOKIE
from tests.clock import Clock
from tests.conftest import PASSPHRASE, Person, browser_of

MULTIPART = (
    b'--edge\r\nContent-Disposition: form-data; name="what_happened"\r\n\r\nbeside a film\r\n'
    b'--edge\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n'
    + b"x" * (9 << 20)
    + b"\r\n--edge--\r\n"
)


def sign_in(client: FlaskClient, **fields: str) -> TestResponse:
    form = {"name": "Nad", "passphrase": PASSPHRASE} | fields
    return client.post("/sign-in", data=form)


def end_everything(house: House, person: Person) -> None:
    with house.store.write() as conn:
        sessions.end_all(conn, person.vault.account_id)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form, as a browser would send them."""
    inputs = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    return inputs | dict(re.findall(r'<textarea name="([^"]+)" hidden>\n([^<]*)</textarea>', page))


def test_the_first_page_sets_no_session_and_asks_nothing_of_the_store(
    client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.store.engine.dispose()
    monkeypatch.setattr(type(house.store), "read", None)
    answer = client.get("/")
    assert answer.status_code == 200
    assert not [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(COOKIE)]


def test_a_first_page_names_nothing_but_a_lock(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "<title>Notes</title>" in page
    for said in ('href="/help"', 'href="/leave"', 'href="/start"', 'href="/way-back"'):
        assert said in page


def test_wrong_name_wrong_words_and_no_account_are_one_answer(
    signed_in: Person, app: Flask
) -> None:
    answers = [
        sign_in(browser_of(app), name=name, passphrase=passphrase)
        for name, passphrase in (
            ("Nad", "wrong words here"),
            ("nobody at all", "wrong words here"),
            ("nobody at all", PASSPHRASE),
            ("Nad", ""),
        )
    ]
    bodies = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(bodies) == 1
    assert {answer.status_code for answer in answers} == {403}
    headers = {tuple(sorted(set(answer.headers.keys()))) for answer in answers}
    assert len(headers) == 1


def test_the_cookie_is_what_it_must_be(signed_in: Person, app: Flask) -> None:
    answer = sign_in(browser_of(app))
    cookies = {c.split("=")[0]: c for c in answer.headers.getlist("Set-Cookie")}
    for name in (COOKIE, BROWSER_COOKIE):
        for part in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Strict"):
            assert part in cookies[name]
        assert "Domain" not in cookies[name]
    assert "Max-Age" not in cookies[COOKIE]


def test_each_sign_in_has_a_token_of_its_own(signed_in: Person, house: House) -> None:
    before = signed_in.client.get_cookie(COOKIE)
    sign_in(signed_in.client)
    after = signed_in.client.get_cookie(COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    with house.store.read() as conn:
        assert len(sessions.of_account(conn, signed_in.vault.account_id)) == 1


def test_an_ended_session_shows_the_lock_and_the_cookie_goes(
    signed_in: Person, house: House
) -> None:
    end_everything(house, signed_in)
    answer = signed_in.client.get("/diary?page=2")
    assert answer.status_code == 401
    assert 'name="next" value="/diary?page=2"' in answer.text
    assert signed_in.client.get_cookie(COOKIE) is None


def test_a_replayed_cookie_opens_nothing_after_signing_out(signed_in: Person, app: Flask) -> None:
    kept = signed_in.client.get_cookie(COOKIE)
    assert kept is not None
    signed_in.client.post("/sign-out")
    thief = browser_of(app)
    thief.set_cookie(COOKIE, kept.value, secure=True)
    assert thief.get("/diary").status_code == 401


def test_an_idle_session_ends(signed_in: Person, clock: Clock) -> None:
    clock.pass_(minutes=31)
    assert signed_in.client.get("/more").status_code == 401


def test_what_was_typed_is_there_after_signing_in_again(signed_in: Person, house: House) -> None:
    end_everything(house, signed_in)
    told = "Line one\n<script> & \"two\" {{ }} 'three'\n  é 🌧"
    answer = signed_in.client.post(
        "/write", data={"what_happened": told, "place": 'the "hall"', "when": "not_sure"}
    )
    assert answer.status_code == 401
    assert "What you typed is kept" in answer.text
    kept = {name: html(value) for name, value in hidden(answer.text).items()}
    assert kept["kept.what_happened"] == told
    again = sign_in(signed_in.client, passphrase="wrong", **kept)
    assert again.status_code == 403
    kept = {name: html(value) for name, value in hidden(again.text).items()}
    done = sign_in(signed_in.client, **kept)
    assert done.headers["Location"] == "/write"
    for _ in range(2):  # a reload loses nothing either
        page = signed_in.client.get("/write").text
        assert "Line one" in html(page)
        assert told in html(page)
    saved = signed_in.client.post("/write", data={"what_happened": told, "when": "not_sure"})
    assert saved.status_code == 303
    assert told not in html(signed_in.client.get("/write").text)


def html(text: str) -> str:
    signs = {"&#34;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&"}
    for sign, char in signs.items():
        text = text.replace(sign, char)
    return text


def test_words_beside_files_are_kept_and_no_file_touches_the_disk(
    signed_in: Person, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_everything(house, signed_in)

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a temp file")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", forbidden)
    monkeypatch.setattr("tempfile.TemporaryFile", forbidden)
    answer = signed_in.client.post(
        "/write", data=MULTIPART, content_type="multipart/form-data; boundary=edge"
    )
    assert answer.status_code == 401
    kept = hidden(answer.text)
    assert kept["kept.what_happened"] == "beside a film"
    # No file waits behind the lock, so the form asks for them again.
    sign_in(signed_in.client, **kept)
    assert "Please choose the files again." in signed_in.client.get("/write").text


def test_secrets_are_never_carried(signed_in: Person, house: House) -> None:
    end_everything(house, signed_in)
    answer = signed_in.client.post(
        "/settings/passphrase", data={"passphrase": "new words", "again": "new words", "x": "1"}
    )
    assert answer.status_code == 401
    assert "new words" not in answer.text


@pytest.mark.parametrize(
    "to",
    [
        "https://example.com/", "//example.com", "/\\example.com", "/leave", "/sign-out", "/start",
        "javascript:alert(1)", "/static/app.css", "/nowhere", "diary", "/diary\r\nX: y",
        "/diary?\r\nX: y", "/diary?\ty", "",
    ],
)  # fmt: skip
def test_only_closed_pages_of_this_site_are_gone_to(signed_in: Person, to: str) -> None:
    answer = sign_in(signed_in.client, next=to, **{"kept.what_happened": "x"})
    assert answer.headers["Location"] == "/write"


def test_the_passphrase_is_asked_again_when_it_was_long_ago(
    signed_in: Person, clock: Clock
) -> None:
    assert signed_in.client.get("/settings/code").status_code == 200
    clock.pass_(minutes=10)
    answer = signed_in.client.get("/settings/code")
    assert answer.headers["Location"] == "/unlock?next=/settings/code"
    before = signed_in.client.get_cookie(COOKIE)
    form = {"passphrase": PASSPHRASE, "next": "/settings/code"}
    assert signed_in.client.post("/unlock", data=form | {"passphrase": "no"}).status_code == 403
    assert signed_in.client.get("/settings/code").status_code == 303
    answer = signed_in.client.post("/unlock", data=form)
    assert answer.headers["Location"] == "/settings/code"
    assert signed_in.client.get_cookie(COOKIE) != before
    assert signed_in.client.get("/settings/code").status_code == 200


def test_a_post_that_needs_it_again_is_not_done(signed_in: Person, clock: Clock) -> None:
    clock.pass_(minutes=11)
    answer = signed_in.client.post("/settings/close", data={"sure": "1"})
    assert answer.status_code == 401
    assert 'action="/unlock"' in answer.text
    assert signed_in.client.get("/more").status_code == 200


def test_too_many_tries_are_told_in_words(signed_in: Person, app: Flask) -> None:
    thief = browser_of(app)
    thief.environ_base["REMOTE_ADDR"] = "203.0.113.5"
    for _ in range(10):
        assert sign_in(thief, passphrase="guess").status_code == 403
    answer = sign_in(thief, passphrase="guess")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Too many tries. Please wait 15 minutes" in answer.text
    assert "With your recovery code you need not wait." in answer.text
    assert sign_in(signed_in.client).status_code == 303


def test_headers_choose_no_address_unless_a_proxy_is_set(
    settings: Settings, house: House, signed_in: Person
) -> None:
    for proxies, last in ((0, 429), (1, 403)):
        app = create_app(replace(settings, proxies=proxies), house=house)
        client = browser_of(app)
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{10 + proxies}"
        for number in range(11):
            client.delete_cookie(BROWSER_COOKIE)
            answer = client.post(
                "/sign-in",
                data={"name": "Nad", "passphrase": "guess"},
                headers={"X-Forwarded-For": f"198.51.100.{number}"},
            )
        assert answer.status_code == last


def test_a_store_that_cannot_be_reached_ends_no_session(
    signed_in: Person, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise StoreUnavailableError

    monkeypatch.setattr(sessions, "by_id", unreachable)
    assert signed_in.client.get("/diary").status_code == 503
    monkeypatch.undo()
    assert signed_in.client.get("/diary").status_code == 200


@pytest.mark.parametrize("name", ["by_id", "leave"])
def test_leaving_works_when_the_store_does_not(
    signed_in: Person, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise StoreUnavailableError

    monkeypatch.setattr(sessions, name, unreachable)
    answer = signed_in.client.get("/leave")
    assert answer.headers["Location"].startswith("https://www.bbc.co.uk")
    assert signed_in.client.get_cookie(COOKIE) is None


def test_a_full_disk_ends_no_session_and_loses_no_word(
    signed_in: Person, house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_everything(house, signed_in)
    told = "still here"
    locked = signed_in.client.post("/write", data={"what_happened": told})
    sign_in(signed_in.client, **hidden(locked.text))
    clock.pass_(minutes=2)

    def full(*_: object, **__: object) -> None:
        raise StoreFullError

    monkeypatch.setattr(sessions, "touch", full)
    monkeypatch.setattr(records, "next_n", full)
    answer = signed_in.client.post("/write", data={"what_happened": told, "when": "not_sure"})
    assert answer.status_code == 507
    assert told in answer.text
    monkeypatch.undo()
    assert told in signed_in.client.get("/write").text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StoreFullError, "the server has no room left"),
        (StoreUnavailableError, "Please try again in a moment"),
    ],
)
def test_a_store_that_fails_at_the_lock_says_what_it_means_and_keeps_what_was_typed(
    signed_in: Person,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
    said: str,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(sessions, "add", fails)
    kept = {"next": "/write", "kept.what_happened": "He was there."}
    answer = sign_in(browser_of(app), **kept)
    assert answer.status_code == error.status  # type: ignore[attr-defined]
    again = signed_in.client.post("/unlock", data={"passphrase": PASSPHRASE, **kept})
    for page in (answer.text, again.text):
        assert "Nobody can sign in just now" in page
        assert said in page
        assert "Nothing was saved" not in page
        assert "He was there." in page
    monkeypatch.undo()
    assert sign_in(browser_of(app), **hidden(answer.text)).status_code == 303


def test_static_files_ask_nothing_of_the_store(
    signed_in: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("the store was asked")

    monkeypatch.setattr(sessions, "by_id", asked)
    with signed_in.client.get("/static/app.css") as answer:
        assert answer.status_code == 200


def test_a_remember_cookie_means_nothing(client: FlaskClient, signed_in: Person) -> None:
    client.set_cookie("remember_token", f"{signed_in.vault.account_id}|{'0' * 128}")
    assert client.get("/diary").status_code == 401
