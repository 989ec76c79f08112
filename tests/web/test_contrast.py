"""Colours, read off the stylesheet: text at least 7:1, edges of controls 3:1 (WCAG 2.2)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "diary/static/app.css").read_text("utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\n\s*\}", CSS, re.DOTALL)[:2]
)
GROUNDS = ("paper", "sheet", "shade")
TEXT = [
    *[(ink, ground) for ink in ("ink", "muted", "accent") for ground in GROUNDS],
    ("on-accent", "accent"),
    ("on-accent", "accent-press"),
    ("on-leave", "leave"),
    ("on-final", "final"),
]
EDGES = [
    *[(edge, ground) for edge in ("edge", "focus", "accent") for ground in GROUNDS],
    ("leave-edge", "paper"),
    ("final", "paper"),
]


def light(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(theme: dict[str, str]) -> None:
    dim = {pair: contrast(theme[pair[0]], theme[pair[1]]) for pair in TEXT}
    assert {pair: ratio for pair, ratio in dim.items() if ratio < 7} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_controls_can_be_seen(theme: dict[str, str]) -> None:
    dim = {pair: contrast(theme[pair[0]], theme[pair[1]]) for pair in EDGES}
    assert {pair: ratio for pair, ratio in dim.items() if ratio < 3} == {}


def test_both_themes_name_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
