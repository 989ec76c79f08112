"""Chromium as a phone, as a desktop, and as a phone without JavaScript."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright, Route, expect, sync_playwright

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "locale": "en-GB",
    "timezone_id": "Europe/London",
}
DESKTOP: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 800},
    "locale": "en-GB",
    "timezone_id": "Europe/London",
}
ARGUMENTS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
PATIENCE_MS = 10_000
OUTSIDE = "https://www.bbc.co.uk/**"
expect.set_options(timeout=PATIENCE_MS)


def arguments() -> list[str]:
    """Chromium's arguments; as root it cannot make its own sandbox."""
    return [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else list(ARGUMENTS)


def program() -> str:
    """Where Chromium is, or a sentence that says how to get it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "Chromium is missing. On Debian: apt-get install chromium"
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(
        executable_path=program(), args=arguments(), env={**os.environ, "LANGUAGE": "en_GB"}
    )


def visit(browser: Browser, **options: Any) -> BrowserContext:
    """An empty browser: nothing in it from before. The page to leave to stands in for the web."""
    context = browser.new_context(**(PHONE | options))
    context.set_default_timeout(PATIENCE_MS)
    context.route(OUTSIDE, weather)
    return context


def weather(route: Route) -> None:
    """What stands at the address that Leave goes to."""
    route.fulfill(body="<title>Weather</title><h1>Weather</h1>", content_type="text/html")
