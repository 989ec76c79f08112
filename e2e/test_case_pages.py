"""A case as somebody reads it at a desk: by keyboard alone, on paper, and when he walks away."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from diary.services import load
from diary.services.house import open_house
from diary.settings import Settings
from diary.vault.vault import Vault
from e2e.browsers import DESKTOP
from e2e.case_shares import KNOWN_AS, share
from e2e.people import OWN_WORDS, Practitioner
from e2e.states import READER, load_example
from e2e.work_states import invited
from tests.running import Server

QUARTER_MS = 15 * 60 * 1000
MOST_PAGES = 4
# What has the focus: what it says, where it stands, and whether a ring is drawn about it.
FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const around = [one, one.closest('.card, .choice')].filter(Boolean);
  const drawn = around.map((at) => getComputedStyle(at));
  return {
    name: (one.getAttribute('aria-label') || one.innerText || one.id || '').trim().slice(0, 60),
    body: one === document.body,
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    ring: drawn.some((look) => look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0),
    order: [...document.querySelectorAll('*')].indexOf(one),
  };
}"""
CUT = """() => [...document.querySelectorAll('main *')]
  .filter((one) => one.checkVisibility() && !one.closest('.unseen, svg')
    && getComputedStyle(one).overflow !== 'visible' && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.className + ': ' + one.textContent.trim().slice(0, 60))"""


@pytest.fixture(scope="module")
def case(
    browser: Browser, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Practitioner, str]]:
    """Somebody at a desk who may read all of the example diary."""
    load_example(server, tmp_path_factory.mktemp("words"))
    server.command("org", "add", "Harbour Advice")
    desktop = DESKTOP | {"is_mobile": False, "has_touch": False, "service_workers": "block"}
    maya = Practitioner(browser, server.url, **desktop)
    maya.join(invited(server, "Imke Vos"))
    maya.is_in()
    house = open_house(Settings.from_env(server.environment()))
    owner = Vault(load.sign_in(house, name=READER, passphrase=OWN_WORDS).unlocked)
    yield maya, share(house, owner, maya.own_code())
    house.store.engine.dispose()
    maya.go_away()


def tabbed(page: Page, most: int = 200) -> list[dict[str, Any]]:
    """Walk through a page with Tab, from its start to its end."""
    found: list[dict[str, Any]] = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at["body"] or (found and at["order"] == found[0]["order"]):
            return found
        found.append(at)
    raise AssertionError(f"the walk does not end: {found[-3:]}")


@pytest.mark.parametrize("path", ["", "/entries", "/reports", "/files"])
def test_every_page_is_walked_with_the_keyboard(case: tuple[Practitioner, str], path: str) -> None:
    maya, address = case
    maya.open(f"{address}{path}")
    walked = tabbed(maya.page)
    assert walked[0]["name"] == "Leave"
    assert walked[1]["name"] == "Skip to the page"
    assert [one["name"] for one in walked if not one["seen"]] == [], (
        "what has the focus is in sight"
    )
    assert [one["name"] for one in walked if not one["ring"]] == [], "and is seen to have it"
    orders = [one["order"] for one in walked]
    assert orders == sorted(orders), "in the order of the page"
    links = maya.page.locator("main a:visible, main summary:visible, main button:visible").count()
    assert len(walked) >= links, "and nothing is left out"


def test_the_skip_link_leads_into_the_page(case: tuple[Practitioner, str]) -> None:
    maya, address = case
    maya.open(address)
    for _ in range(2):
        maya.page.keyboard.press("Tab")
    maya.page.keyboard.press("Enter")
    maya.page.keyboard.press("Tab")
    assert maya.page.evaluate("document.querySelector('main').contains(document.activeElement)")
    expect(maya.page.locator(":focus")).to_have_text("Cases")


def test_an_entry_is_opened_and_left_with_the_keyboard(case: tuple[Practitioner, str]) -> None:
    maya, address = case
    maya.open(f"{address}/entries")
    first = maya.page.locator("article").first.get_by_role("link")
    first.focus()
    with maya.page.expect_navigation():
        maya.page.keyboard.press("Enter")
    expect(maya.heading("When it was written")).to_be_visible()
    maya.page.get_by_role("link", name="The older entry").focus()
    with maya.page.expect_navigation():
        maya.page.keyboard.press("Enter")
    expect(maya.page.get_by_role("link", name="The newer entry")).to_be_visible()


def test_the_overview_prints_well(case: tuple[Practitioner, str], tmp_path: Path) -> None:
    maya, address = case
    maya.open(address)
    maya.page.emulate_media(media="print")
    for gone in ("header.top", "nav.pictures", ".actions", ".back"):
        for one in maya.page.locator(gone).all():
            expect(one).not_to_be_visible()
    expect(maya.page.get_by_role("heading", name=KNOWN_AS)).to_be_visible()
    assert maya.page.evaluate(CUT) == [], "nothing is cut off"
    paper = tmp_path / "case.pdf"
    maya.page.pdf(path=str(paper), format="A4", print_background=False)
    maya.page.emulate_media(media="screen")
    told = subprocess.run(["pdfinfo", str(paper)], capture_output=True, text=True, check=True)
    pages = next(line.split()[1] for line in told.stdout.splitlines() if line.startswith("Pages"))
    assert int(pages) <= MOST_PAGES
    said = subprocess.run(
        ["pdftotext", str(paper), "-"], capture_output=True, text=True, check=True
    )
    words = " ".join(said.stdout.split())
    assert KNOWN_AS in words
    assert "Shared until the end of" in words
    for gone in (
        "Leave",
        "Skip to the page",
        "Overview",
        "Settings",
        "Write a record",
        "Take a copy",
    ):
        assert gone not in words
    order = maya.page.locator(".terms li").first.text_content() or ""
    assert " ".join(order.split()) in words, "the lines of an order are on paper, folded or not"


def test_an_open_page_does_not_outlive_the_session(case: tuple[Practitioner, str]) -> None:
    maya, address = case
    page = maya.page
    page.clock.install()
    maya.open(address)
    page.clock.run_for(QUARTER_MS - 2000)
    expect(maya.heading("Latest entries")).to_be_visible()
    page.keyboard.press("Tab")
    page.clock.run_for(QUARTER_MS - 2000)
    expect(maya.heading("Latest entries")).to_be_visible()
    with page.expect_navigation(url="**/work/sign-in?next=*"):
        page.clock.run_for(3000)
    expect(maya.heading("Sign in")).to_be_visible()
    assert KNOWN_AS not in page.content()


def test_what_was_typed_waits_behind_the_lock(case: tuple[Practitioner, str]) -> None:
    maya, address = case
    maya.open(f"{address}/records/new")
    maya.fill("Detail", "She rang at nine.")
    with maya.page.expect_navigation():
        maya.page.clock.run_for(QUARTER_MS + 2000)
    expect(maya.heading("Sign in")).to_be_visible()
    assert "She rang at nine." not in maya.page.locator("main").inner_text()
    maya.press("Use my passkey")
    maya.page.wait_for_url("**/records/new")
    expect(maya.page.get_by_label("Detail", exact=True)).to_have_value("She rang at nine.")


@pytest.mark.parametrize(
    ("form", "box"),
    [("{}/records/new", "Detail"), ("/work/passed-on/new/{}", "What did you tell?")],
    ids=["record", "passed on"],
)
def test_leaving_loses_nothing_that_was_typed(
    case: tuple[Practitioner, str], form: str, box: str
) -> None:
    maya, address = case
    path = form.format(address if form.startswith("{") else address.rpartition("/")[2])
    maya.open(path)
    with maya.page.expect_response("**/drafts"):
        maya.fill(box, "She rang at eight.")
    maya.leave()
    maya.sign_in_with_passkey()
    maya.open(path)
    maya.sees_her_words(box, "She rang at eight.")
    maya.press("Start without it")
    expect(maya.page.get_by_label(box, exact=True)).to_have_value("")


def test_without_a_line_signing_says_so_and_keeps_the_words(
    case: tuple[Practitioner, str],
) -> None:
    maya, address = case
    maya.open(f"{address}/records/new")
    maya.page.get_by_role("group", name="Reported to me").get_by_label("Day").fill("2026-07-03")
    maya.fill("Detail", "He rang at six.")
    maya.page.context.set_offline(True)
    maya.press("Sign and save")
    maya.sees("There is no connection just now.")
    expect(maya.page.get_by_label("Detail", exact=True)).to_have_value("He rang at six.")
    maya.page.context.set_offline(False)
    maya.press("Sign and save")
    maya.sees("Written and signed")


def test_without_a_line_what_was_typed_waits_on_a_blank_page(
    case: tuple[Practitioner, str],
) -> None:
    maya, address = case
    page = maya.page
    page.clock.install()
    maya.open(f"{address}/records/new")
    maya.fill("Detail", "He rang at ten.")
    page.context.set_offline(True)
    page.clock.run_for(QUARTER_MS + 2000)
    expect(page.locator("html")).to_have_class("gone")
    expect(page.get_by_label("Detail", exact=True)).not_to_be_visible()
    assert page.url.endswith("/records/new")
    page.keyboard.press("Tab")
    expect(page.locator("html")).to_have_class("gone")
    page.context.set_offline(False)
    with page.expect_navigation():
        page.clock.run_for(6000)
    expect(maya.heading("Sign in")).to_be_visible()
    maya.press("Use my passkey")
    page.wait_for_url("**/records/new")
    expect(page.get_by_label("Detail", exact=True)).to_have_value("He rang at ten.")
