"""What a page must keep for everyone (WCAG 2.2 AA and the look's own figures), found by script.

Names for every control, headings in order, one title, ids that are one each, contrast of 7:1,
controls of at least 44 by 44 pixels, nothing that needs scrolling sideways, and a bar whose words
fit into it.
"""

from __future__ import annotations

from playwright.sync_api import Page

CONTRAST = 7
TARGET = 44

_AUDIT = """({ contrast, target }) => {
  const found = [];
  const words = (one) => (one.textContent || one.name || "").trim().slice(0, 40);
  const say = (what, one) => found.push(`${what}: <${one.tagName.toLowerCase()}> ${words(one)}`);
  const seen = (one) => one.checkVisibility({ visibilityProperty: true })
    && one.getBoundingClientRect().width > 1 && !one.closest(".unseen, .skip");
  const all = (what) => [...document.querySelectorAll(what)].filter(seen);
  const root = document.documentElement;

  if (!root.lang) found.push("no language");
  if (document.title !== "Notes") found.push("the title says something");
  if (root.scrollWidth > root.clientWidth) found.push(`sideways: ${root.scrollWidth} wide`);

  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => found.push(`twice: #${id}`));
  for (const one of document.querySelectorAll("[aria-describedby]"))
    for (const id of one.getAttribute("aria-describedby").split(" "))
      if (!document.getElementById(id)) say("described by nothing", one);
  for (const one of all("img")) if (!one.alt) say("no words for a picture", one);

  const boxes = "input, textarea, select";
  const named = (one) => [...(one.labels || [])].some((label) => label.textContent.trim())
    || one.getAttribute("aria-label") || (!one.matches(boxes) && one.textContent.trim());
  const controls = all(`a[href], button, summary, video, audio, ${boxes}`);
  for (const one of controls) if (!named(one)) say("no name", one);

  const headings = [...document.querySelectorAll("h1, h2, h3, h4")]
    .filter((one) => one.checkVisibility());
  const levels = headings.map((one) => Number(one.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) found.push(`h1: ${levels}`);
  levels.forEach((level, at) => {
    if (at && level > levels[at - 1] + 1) say("a level left out", headings[at]);
  });

  for (const one of controls) {
    if (one.matches("a") && getComputedStyle(one).display === "inline") continue;
    if (one.matches("video, audio")) continue;
    const box = (one.closest("label") || one).getBoundingClientRect();
    if (Math.min(box.width, box.height) < target - 0.5)
      say(`small (${Math.round(box.width)}x${Math.round(box.height)})`, one);
  }

  for (const one of all(".bar a")) {
    const text = document.createRange();
    text.selectNodeContents(one);
    const [wide, room] = [text, one].map((it) => it.getBoundingClientRect().width);
    if (wide > room + 0.5) say("does not fit", one);
  }

  const channel = (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).map((value) => channel(value / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    for (let up = one; up; up = up.parentElement) {
      const colour = getComputedStyle(up).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = new Set();
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || told.has(one)) continue;
    if (!seen(one) || one.closest(":disabled")) continue;
    told.add(one);
    const [a, b] = [light(getComputedStyle(one).color), light(ground(one))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < contrast) say(`contrast ${ratio.toFixed(1)}`, one);
  }
  return found;
}"""


def problems(page: Page) -> list[str]:
    """Everything that stands in somebody's way on the page as it is now."""
    found: list[str] = page.evaluate(_AUDIT, {"contrast": CONTRAST, "target": TARGET})
    return found
