"""Leaving: at once, on every page, with and without JavaScript, and no way back to the words."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, Route, TimeoutError, expect

from e2e.browsers import DESKTOP
from e2e.conftest import Arrive
from e2e.people import Survivor

TOLD = "He read my messages while I slept."
EVERYWHERE = (
    "/write", "/diary", "/more", "/help", "/leaving", "/settings", "/settings/close", "/devices",
    "/bring-back", "/hand-over", "/nothing-here", "/offline",
)  # fmt: skip
BLANK_WITHIN_MS = 100
PATIENCE_MS = 3000
DESK = DESKTOP | {"has_touch": False, "is_mobile": False}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_it_is_the_first_stop_on_every_page(arrive: Arrive, script: bool) -> None:
    nad = arrive(**DESK, java_script_enabled=script)
    nad.sign_up()
    entry = nad.write(TOLD)
    changes = ("change", "remove", "files", "saved")
    for path in (*EVERYWHERE, entry, *(f"{entry}/{page}" for page in changes)):
        nad.open(path)
        link = nad.page.get_by_role("link", name="Leave", exact=True)
        box = link.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 44, path
        assert nad.page.locator("a, button, input, textarea").first.inner_text() == "Leave"
        if nad.page.locator("[autofocus]").count() == 0:
            nad.page.keyboard.press("Tab")
            expect(link).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/start", "/way-back", "/help", "/sign-in", "/nothing"])
def test_it_is_there_before_signing_in(arrive: Arrive, path: str) -> None:
    person = arrive()
    person.open(path)
    assert person.page.locator("a, button, input").first.inner_text() == "Leave"
    person.leave()


def go(page: Page, step: str) -> None:
    """Go one step through the history; at its ends nothing comes."""
    with suppress(TimeoutError), page.expect_navigation(timeout=PATIENCE_MS):
        page.evaluate(f"history.{step}()")


def standing_still(page: Page) -> str:
    """Return what a page says that may send to another one at once."""
    for _ in range(50):
        with suppress(Error):  # it is on its way
            return page.content() + page.title()
        page.wait_for_timeout(100)
    raise AssertionError("it does not stand still")


def leave_and_try_to_return(nad: Survivor) -> None:
    """Back five times, forward, reload: not one word of the diary, in page, title or address."""
    entry = nad.write(TOLD)
    nad.open(entry)
    nad.sees(TOLD)
    nad.leave()
    for step in ("back",) * 5 + ("forward", "reload"):
        if step == "reload":
            nad.page.reload()
        else:
            go(nad.page, step)
        shown = standing_still(nad.page)
        assert TOLD not in shown
        assert "messages" not in shown
        assert nad.page.title() in {"Weather", "Notes"}
    nad.open("/write")
    nad.sees_lock()


def test_nothing_comes_back_after_it(nad: Survivor) -> None:
    leave_and_try_to_return(nad)


def test_nothing_comes_back_without_javascript(arrive: Arrive) -> None:
    nad = arrive(java_script_enabled=False)
    nad.sign_up()
    entry = nad.write(TOLD)
    nad.open(entry)
    nad.leave()
    for _ in range(5):
        nad.page.go_back()
        assert TOLD not in nad.page.content()
    nad.page.go_forward()
    nad.page.reload()
    assert TOLD not in nad.page.content()
    nad.open(entry)
    nad.sees_lock()


def test_other_tabs_go_with_it(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    tab = nad.context.new_page()
    tab.goto(entry)
    nad.leave()
    expect(tab.get_by_role("heading", name="Weather")).to_be_visible()


def test_the_session_ends_on_the_server(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    kept = nad.context.cookies()
    nad.leave()
    thief = nad.elsewhere()
    thief.context.add_cookies(kept)  # type: ignore[arg-type]  # what it gave, it takes
    thief.open(entry)
    thief.sees_lock()
    thief.go_away()


def test_the_cookie_changes_so_that_no_page_is_kept_in_memory(nad: Survivor) -> None:
    nad.write(TOLD)
    before = {cookie["name"]: cookie["value"] for cookie in nad.context.cookies()}
    nad.leave()
    after = {cookie["name"]: cookie["value"] for cookie in nad.context.cookies()}
    assert before["__Host-v"] != after["__Host-v"]
    assert "__Host-s" in before
    assert "__Host-s" not in after


def test_the_page_is_blank_before_any_answer(arrive: Arrive) -> None:
    nad = arrive(service_workers="block")  # so that the request can be held here
    nad.sign_up()
    entry = nad.write(TOLD)
    nad.open(entry)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    nad.page.route(re.compile("/leave$"), hold)
    took, text, title = nad.page.evaluate(
        """() => new Promise((done) => {
            const words = document.querySelector("main");
            const began = performance.now();
            document.getElementById("leave").click();
            requestAnimationFrame(() => {
              const gone = !words.isConnected || getComputedStyle(words).display === "none";
              const took = gone ? performance.now() - began : 1e9;
              done([took, document.body.innerText, document.title]);
            });
        })"""
    )
    assert took < BLANK_WITHIN_MS
    assert TOLD not in text
    assert title == "Notes"
    nad.page.wait_for_timeout(100)
    assert len(held) == 1
    held[0].continue_()
    expect(nad.heading("Weather")).to_be_visible()


def test_shift_three_times_leaves_at_a_keyboard(arrive: Arrive) -> None:
    nad = arrive(**DESK)
    nad.sign_up()
    nad.write(TOLD)
    nad.page.wait_for_load_state("load")  # the page listens once its script has come
    nad.page.keyboard.press("Shift")
    nad.sees("Press Shift 2 more times to leave.")
    nad.page.keyboard.press("Shift")
    nad.page.keyboard.press("Shift")
    expect(nad.heading("Weather")).to_be_visible()
    nad.open("/diary")
    nad.sees_lock()


def test_shift_does_nothing_while_capitals_are_typed(arrive: Arrive) -> None:
    nad = arrive(**DESK)
    nad.sign_up()
    box = nad.page.get_by_label("What happened?")
    box.focus()
    nad.page.wait_for_load_state("load")
    for letter in ("Shift+A", "Shift+B", "Shift+C", "Shift+D"):
        nad.page.keyboard.press(letter)
    expect(box).to_have_value("ABCD")


def test_shift_does_nothing_on_a_phone(nad: Survivor) -> None:
    nad.page.wait_for_load_state("load")
    for _ in range(4):
        nad.page.keyboard.press("Shift")
    nad.page.wait_for_timeout(300)
    expect(nad.page.get_by_label("What happened?")).to_be_visible()
