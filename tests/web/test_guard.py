"""The guard: who may change something, and what every answer carries."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from diary.web import guard, refusals, texts

HERE = {"Host": "notes.example"}


@pytest.fixture
def browser() -> FlaskClient:
    app = Flask("guarded", static_folder=None)
    guard.set_up(app)
    texts.set_up(app)
    refusals.set_up(app)

    @app.route("/thing", methods=["GET", "POST", "PATCH", "DELETE"])
    def thing() -> Response:
        return Response("<p>done</p>", mimetype="text/html")

    return app.test_client()


def send(browser: FlaskClient, headers: Mapping[str, str], method: str = "POST") -> int:
    plain = {"Accept": "text/plain"}
    answer = browser.open("/thing", method=method, headers={**HERE, **plain, **headers})
    return answer.status_code


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://notes.example"}, 403),
        ({"Sec-Fetch-Site": ""}, 403),
        ({"Origin": "http://notes.example"}, 200),
        ({"Origin": "https://notes.example"}, 200),
        ({"Origin": "http://notes.example.evil.example"}, 403),
        ({"Origin": "http://notes.example:81"}, 403),
        ({"Origin": "http://other.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({}, 200),
    ],
)
def test_only_our_own_pages_change_anything(
    browser: FlaskClient, headers: dict[str, str], status: int, method: str
) -> None:
    assert send(browser, headers, method) == status


def test_reading_is_never_refused_for_where_it_came_from(browser: FlaskClient) -> None:
    assert send(browser, {"Sec-Fetch-Site": "cross-site"}, "GET") == 200


def test_an_older_browser_hides_its_origin_but_brings_the_strict_cookie(
    browser: FlaskClient,
) -> None:
    browser.set_cookie(guard.MARK, "any", domain="notes.example")
    assert send(browser, {"Origin": "null"}) == 200
    assert send(browser, {"Origin": "http://other.example"}) == 403
    assert send(browser, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}) == 403


def test_every_answer_is_sealed(browser: FlaskClient) -> None:
    for path in ("/thing", "/nothing-here"):
        headers = browser.get(path, headers={**HERE, "Accept": "text/plain"}).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Accel-Buffering"] == "no"  # nothing of it on a proxy's disk
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"]


def test_a_safe_line_is_kept_safe(browser: FlaskClient) -> None:
    answer = browser.get("/thing", base_url="https://notes.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "Strict-Transport-Security" not in browser.get("/thing").headers


def test_the_mark_is_out_of_reach_of_scripts_and_other_sites(browser: FlaskClient) -> None:
    cookie = browser.get("/thing").headers["Set-Cookie"]
    assert cookie.startswith(f"{guard.MARK}=")
    for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def test_the_mark_is_set_once(browser: FlaskClient) -> None:
    browser.get("/thing", base_url="https://localhost")
    assert "Set-Cookie" not in browser.get("/thing", base_url="https://localhost").headers
