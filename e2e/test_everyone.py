"""Every page in every state, on a small phone: light, dark, and with text twice as large."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from e2e.audit import problems
from e2e.axe import violations
from e2e.conftest import Arrive
from e2e.pages import LOOKS, put_on
from e2e.states import states
from tests.running import Server

PHONES = [look for look in LOOKS if look.name.startswith("phone")]
ENOUGH = 50


def test_nothing_stands_in_anybodys_way(browser: Browser, server: Server, tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    seen = 0
    for state, person in states(browser, server, tmp_path):
        seen += 1
        try:
            wrong = in_every_look(person.page)
        except Error as error:
            wrong = [f"it moved on while it was looked at: {error}"]
        if wrong:
            found[state] = wrong
    assert not found, "\n".join(f"{state}: {wrong}" for state, wrong in found.items())
    assert seen > ENOUGH


def in_every_look(page: Page) -> list[str]:
    found = []
    for look in PHONES:
        put_on(page, look)
        found += [f"{look.name}: {wrong}" for wrong in problems(page)]
    put_on(page, PHONES[0])
    return found + violations(page)


@pytest.fixture
def page(arrive: Arrive) -> Page:
    person = arrive(bypass_csp=True)
    person.first_visit()
    return person.page


def test_axe_looks_at_the_page(page: Page) -> None:
    assert violations(page) == []
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input>')")
    assert any("label" in one for one in violations(page))


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("<input>", "no name"),
        ("<button>x</button>", "small"),
        ("<p style='color: #888'>Pale</p>", "contrast"),
        ("<h4>Deep</h4>", "a level left out"),
        ("<h1>Two</h1>", "h1"),
        ("<p style='width: 500px'>Wide</p>", "sideways"),
        ("<p id='content'>Again</p>", "twice"),
        (
            "<nav class='bar'><a href='/' style='max-inline-size: 44px'>Everything</a></nav>",
            "does not fit",
        ),
        ("<img width='9' height='9'>", "no words for a picture"),
    ],
)
def test_what_is_planted_is_found(page: Page, planted: str, said: str) -> None:
    assert problems(page) == []
    page.evaluate(
        "text => document.querySelector('main').insertAdjacentHTML('beforeend', text)", planted
    )
    assert any(one.startswith(said) for one in problems(page))
