"""The pages around the diary: leaving, help, errors, and what an installed app keeps."""

from __future__ import annotations

import gzip
import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.app import create_app
from diary.content import helplines, steps
from diary.content.reading import raw
from diary.errors import StoreUnavailableError
from diary.services.house import House
from diary.web import shell
from diary.web.guard import MARK
from diary.web.session import COOKIE
from tests.conftest import Person

STATIC = Path(__file__).parents[2] / "diary/static"
PUBLIC = ("/", "/help", "/leaving", "/offline", "/start", "/way-back", "/nothing-here")
BASE = "https://localhost"


@pytest.fixture
def pages(house: House) -> Flask:
    return create_app(house.settings, house=house)


@pytest.fixture
def phone(pages: Flask) -> FlaskClient:
    return pages.test_client()


def get(phone: FlaskClient, path: str, **headers: str) -> TestResponse:
    wanted = {"Accept": "text/html", **headers}
    return phone.get(path, base_url=BASE, headers=wanted, buffered=True)


class Frame(HTMLParser):
    """What a page is made of: its tags in order, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def focusable(self) -> list[dict[str, str | None]]:
        stops = {"a", "button", "input", "select", "textarea", "summary"}
        return [attrs for tag, attrs in self.tags if tag in stops]

    def loads(self) -> list[str]:
        """Addresses that the browser fetches by itself."""
        found = [attrs.get("src") for tag, attrs in self.tags if tag in {"script", "img"}]
        kinds = {"stylesheet", "icon", "manifest"}
        found += [a.get("href") for tag, a in self.tags if tag == "link" and a.get("rel") in kinds]
        return [address for address in found if address]


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_has_the_same_quiet_frame(phone: FlaskClient, path: str) -> None:
    text = get(phone, path).text
    page = Frame(text)
    assert re.findall(r"<title>(.*?)</title>", text) == ["Notes"]
    assert page.focusable()[0]["href"] == "/leave"
    assert page.focusable()[1]["href"] == "#content"
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert not [attrs for _, attrs in page.tags if "style" in attrs]
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "<style" not in text
    assert all(attrs.get("src") for tag, attrs in page.tags if tag == "script")
    assert "user-scalable" not in text


@pytest.mark.parametrize("path", [path for path in PUBLIC if path != "/nothing-here"])
def test_before_signing_in_no_page_says_what_it_is_for(phone: FlaskClient, path: str) -> None:
    seen = html.unescape(re.sub(r"<[^>]*>", " ", get(phone, path).text)).lower()
    telling = "abus|breach|evidence|police|violen|victim|survivor|perpetrator|stalk|domestic|court"
    assert re.findall(telling, seen) == []


def test_the_first_page_is_light(phone: FlaskClient) -> None:
    """Sizes as sent: our static files compressed, the page itself as it is."""
    first = get(phone, "/")
    page = Frame(first.text)
    sent = {
        path: len(get(phone, path, **{"Accept-Encoding": "gzip"}).data) for path in page.loads()
    }
    script = sum(size for path, size in sent.items() if ".js" in path)
    assert script <= 15 * 1024
    assert sum(sent.values()) + len(first.data) <= 30 * 1024


def test_leaving_by_the_plain_link(phone: FlaskClient, house: House) -> None:
    answer = get(phone, "/leave")
    assert (answer.status_code, answer.location) == (303, house.settings.leave_url)
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_leaving_quietly_for_a_page_that_is_already_blank(phone: FlaskClient) -> None:
    answer = phone.post("/leave", base_url=BASE, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_leaving_changes_a_cookie_so_that_no_page_comes_back(phone: FlaskClient) -> None:
    get(phone, "/")
    before = phone.get_cookie(MARK)
    get(phone, "/leave")
    after = phone.get_cookie(MARK)
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_leaving_works_when_the_store_cannot_be_reached(
    phone: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise StoreUnavailableError

    monkeypatch.setattr(shell, "leave_session", unreachable)
    answer = get(phone, "/leave")
    assert answer.status_code == 303
    gone = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(COOKIE)]
    assert len(gone) == 1
    assert "Max-Age=0" in gone[0]


def test_the_manifest_is_neutral_and_its_icons_are_there(phone: FlaskClient) -> None:
    answer = get(phone, "/manifest.webmanifest")
    known = answer.get_json()
    assert answer.mimetype == "application/manifest+json"
    assert (known["name"], known["start_url"], known["display"]) == ("Notes", "/", "standalone")
    purposes = {(icon["sizes"], icon["purpose"]) for icon in known["icons"]}
    assert purposes == {(f"{n}x{n}", p) for n in (192, 512) for p in ("any", "maskable")}
    for icon in known["icons"]:
        assert get(phone, icon["src"]).data.startswith(b"\x89PNG")


def test_the_worker_keeps_the_empty_page_and_nothing_else(phone: FlaskClient) -> None:
    answer = get(phone, "/sw.js")
    kept = re.search(r"const FILES = \[(.*?)\]", answer.text)
    assert answer.mimetype == "text/javascript"
    assert answer.text.startswith('const SHELL = "')
    assert kept is not None
    files = re.findall(r'"([^"]+)"', kept[1])
    assert files[0] == "/offline"
    assert all(path.startswith("/static/") for path in files[1:])
    assert all(get(phone, path).status_code == 200 for path in files)
    # The one other thing it ever writes is an empty mark that somebody left without a network.
    assert re.findall(r"\.(?:put|add|addAll)\((.*?)[,;(]", answer.text) == ["FILES.map", "LATER"]


def test_what_an_empty_page_loads_is_kept_with_it(phone: FlaskClient) -> None:
    worker = get(phone, "/sw.js").text
    needed = [path for path in Frame(get(phone, "/offline").text).loads() if ".css" in path]
    assert needed
    assert all(path.split("?")[0] in worker for path in needed)


def test_static_files_are_small_and_kept_for_long(phone: FlaskClient) -> None:
    path = next(path for path in Frame(get(phone, "/help").text).loads() if ".css" in path)
    whole = get(phone, path)
    small = get(phone, path, **{"Accept-Encoding": "gzip"})
    assert "immutable" in small.headers["Cache-Control"]
    assert gzip.decompress(small.data) == whole.data == (STATIC / "app.css").read_bytes()
    assert "immutable" not in get(phone, "/static/app.css?v=old").headers["Cache-Control"]


def test_help_shows_only_numbers_that_were_confirmed(phone: FlaskClient) -> None:
    lines = helplines()
    text = get(phone, "/help").text
    assert f'href="tel:{lines.emergency.dial}"' in text
    assert all(f'href="tel:{line.dial}"' in text for line in lines.others)
    assert all(line.number_confirmed and line.sources for line in lines.others)
    numbered = [step for step in steps() if step.number]
    assert all(f'href="tel:{step.dial}"' in text for step in numbered)
    assert text.count('href="tel:') == len(lines.others) + len(numbered) + 1


def test_what_to_do_right_now_is_two_taps_from_the_lock(phone: FlaskClient) -> None:
    taps = [attrs.get("href") for attrs in Frame(get(phone, "/").text).focusable()]
    assert "/help" in taps
    page = html.unescape(get(phone, "/help").text)
    for said in ("999", "press 55", "101", "online", "probation", "Refuge"):
        assert said in page
    assert page.index("list of calls") < page.index('href="tel:101"')
    assert page.index('href="tel:999"') < page.index("list of calls")


def test_what_is_for_her_alone_is_shown_to_her_alone(phone: FlaskClient, signed_in: Person) -> None:
    outside, inside = get(phone, "/help").text, signed_in.client.get("/help").text
    own = "Keep a copy of the order to show"
    assert own in inside
    assert own not in outside
    hidden = [text for step in steps() for text in step.inside]
    assert all(text in html.unescape(inside) for text in hidden)
    assert not any(text in html.unescape(outside) for text in hidden)


def test_no_phone_number_stands_in_a_template() -> None:
    folder = STATIC.parent / "templates"
    numbers = re.compile(r"tel:\+?\d|\b999\b|\b0[38]0\d[\d ]{6,}")
    assert [str(p) for p in folder.rglob("*.html") if numbers.search(p.read_text("utf-8"))] == []


@pytest.mark.parametrize(("path", "method", "status"), [("/x", "GET", 404), ("/help", "PUT", 405)])
def test_errors_are_calm_pages_with_a_way_on(
    phone: FlaskClient, path: str, method: str, status: int
) -> None:
    answer = phone.open(path, method=method, base_url=BASE, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert "<title>Notes</title>" in answer.text
    assert 'href="/leave"' in answer.text


def test_a_script_gets_the_sentence_and_no_page(phone: FlaskClient) -> None:
    answer = get(phone, "/nothing-here", Accept="text/plain")
    assert (answer.mimetype, answer.status_code) == ("text/plain", 404)
    assert "<" not in answer.text


def test_the_unexpected_is_calm_and_its_text_stays_out_of_the_log(
    pages: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "he said I know when you " + "finish work"

    def burst() -> None:
        raise ValueError(words)

    monkeypatch.setattr(shell, "helplines", burst)
    answer = get(pages.test_client(), "/help")
    assert answer.status_code == 500
    assert "What was saved before is safe" in answer.text
    assert "ValueError" in caplog.text
    assert "finish work" not in caplog.text + answer.text


def test_no_number_and_no_hours_are_shown_that_nobody_confirmed(phone: FlaskClient) -> None:
    page = html.unescape(get(phone, "/help").text)
    for row in raw("helplines")["helpline"]:
        assert (row["number"] in page) == row["number_confirmed"], row["id"]
        if row["hours"] and not row["hours_confirmed"]:
            after = page.split(row["number"])[0].rsplit("<li", 1)[-1]
            assert row["hours"] not in after, row["id"]


def test_a_call_is_said_to_show_before_the_first_number_but_999(phone: FlaskClient) -> None:
    page = get(phone, "/help").text
    told = page.index("A call shows in this phone")
    assert "on the bill" in page[told : told + 120]
    calls = [found.start() for found in re.finditer('href="tel:(?!999)', page)]
    assert calls
    assert told < min(calls)
