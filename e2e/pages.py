"""`make pages`: a screenshot of every page and state, on a phone and on a desktop.

`python -m e2e.pages` fills docs/pages (which git does not keep, but for what the README shows);
with words after it, only the states whose names hold one of them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from e2e.browsers import chromium
from e2e.states import states
from tests.running import running

FOLDER = Path(__file__).parent.parent / "docs" / "pages"
SHOWN = (
    "lock",
    "write",
    "diary",
    "entry-photo-open",
    "order",
    "patterns-weeks",
    "hand-over-review",
)


@dataclass(frozen=True)
class Look:
    """One way of looking at a page."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    text: str = ""


LOOKS = (
    Look("phone", 360, 740),
    Look("phone-dark", 360, 740, "dark"),
    Look("phone-large", 360, 740, text="225%"),
    Look("desktop", 1280, 800),
    Look("desktop-dark", 1280, 800, "dark"),
)
PHONE = LOOKS[0]


def put_on(page: Page, look: Look) -> None:
    page.wait_for_load_state()
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
    page.evaluate("size => { document.documentElement.style.fontSize = size; }", look.text)


def shoot(page: Page, name: str) -> None:
    for look in LOOKS:
        put_on(page, look)
        page.evaluate("scrollTo(0, 0)")
        tall = max(look.height, page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": look.width, "height": tall})
        page.screenshot(path=FOLDER / f"{name}.{look.name}.png")
    put_on(page, PHONE)


def shoot_for_readme(page: Page, name: str) -> None:
    """What one sees at first, as small as it can be."""
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=FOLDER / f"readme-{name}.png")


def walk(browser: Browser, wanted: Sequence[str]) -> int:
    shot = 0
    with tempfile.TemporaryDirectory() as name, running(Path(name) / "server") as server:
        for state, person in states(browser, server, Path(name)):
            if wanted and not any(word in state for word in wanted):
                continue
            if state in SHOWN:
                shoot_for_readme(person.page, state)
            shoot(person.page, state)
            shot += 1
    return shot


def main(wanted: Sequence[str]) -> int:
    if not wanted:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        shot = walk(browser, wanted)
    sys.stdout.write(f"{shot} states, each in {len(LOOKS)} ways, in {FOLDER}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
