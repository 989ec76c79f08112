"""The app can be installed under a neutral name, and keeps only an empty sheet on the phone."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser

from e2e.browsers import arguments, program
from e2e.people import Survivor
from tests.running import Server

TOLD = "Nobody must find this on the phone."
TELLING = re.compile(r"abus|breach|evidence|violen|victim|police|diary", re.IGNORECASE)
KEPT = """async () => {
    await navigator.serviceWorker.ready;
    const found = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const answer = await cache.match(request);
            found.push([new URL(request.url).pathname, await answer.text()]);
        }
    }
    return found;
}"""
STORED = """async () => ({
    local: JSON.stringify(localStorage), session: JSON.stringify(sessionStorage),
    databases: (await indexedDB.databases()).map((one) => one.name),
})"""


def test_the_manifest_is_neutral(nad: Survivor) -> None:
    manifest = nad.page.evaluate(
        "fetch(document.querySelector('link[rel=manifest]').href).then((answer) => answer.text())"
    )
    assert not TELLING.search(manifest)
    assert '"display":"standalone"' in re.sub(r"\s", "", manifest)


def test_the_worker_keeps_an_empty_sheet_and_nothing_else(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    for path in ("/diary", entry, "/more", "/write"):
        nad.open(path)
    kept = dict(nad.page.evaluate(KEPT))
    assert nad.page.evaluate("navigator.serviceWorker.controller !== null")
    assert set(kept) == {
        "/offline", "/static/app.css", "/static/leave.js", "/static/icon.svg",
    }  # fmt: skip
    assert not [path for path, text in kept.items() if TOLD in text or "/diary" in text]


def test_nothing_is_stored_on_the_phone(nad: Survivor) -> None:
    nad.tell(TOLD)
    assert nad.page.evaluate(STORED) == {"local": "{}", "session": "{}", "databases": []}


def test_the_kept_sheet_knows_nobody(nad: Survivor) -> None:
    nad.write(TOLD)
    sheet = dict(nad.page.evaluate(KEPT))["/offline"]
    assert nad.secrets.name not in sheet
    assert "/more" not in sheet


def test_chromium_finds_nothing_against_installing(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    """Chromium says so itself, but only in a browser with a profile."""
    context = browser.browser_type.launch_persistent_context(
        str(tmp_path), executable_path=program(), args=arguments()
    )
    page = context.new_page()
    page.goto(server.url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    asked = context.new_cdp_session(page).send("Page.getInstallabilityErrors")
    context.close()
    assert asked["installabilityErrors"] == []
