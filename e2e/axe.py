"""What axe finds on a page: the rules of WCAG 2.0 to 2.2, levels A and AA."""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import Page

SOURCE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async tags => {
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return found.violations.map(one =>
    `axe ${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(" | ")}`);
}"""


def violations(page: Page) -> list[str]:
    """Say each broken rule, with the first few places."""
    page.evaluate(SOURCE)  # by the debugger: the page's own policy would refuse a script
    said: list[str] = page.evaluate(RUN, TAGS)
    return said
