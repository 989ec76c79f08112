"""Words that never stand where they could harm: promises nobody can keep, and names that give away.

The first list is held over everything that people read. The second is held over what shows in a
phone's history, storage and list of apps: paths, file names, cookies, the manifest, the worker.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parent.parent
PROMISES = re.compile(
    r"admissib|guarantee|court[- ]approved|legally proven|forensically sound|this is a breach",
    re.IGNORECASE,
)
TELLING = re.compile(
    r"abus|breach|eviden|violen|victim|surviv|perpetrat|stalk|assault|incident|domestic", re.I
)
ELSEWHERE = re.compile(r"""(?<![\w:])(?:https?:|wss?:)?//[\w-]+\.[\w.-]+""")
NAMESPACE = "http://www.w3.org"
READ_BY_PEOPLE = ("html", "js", "css", "svg", "txt", "toml", "typ", "po", "json", "webmanifest")


def files(*folders: str, endings: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix[1:] in endings:
                yield path


def spoken(path: Path) -> Iterator[tuple[int, str]]:
    """What a file says to people: all of it, or of a program its strings but not its docstrings."""
    text = path.read_text()
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), 1)
        return
    tree = ast.parse(text)
    quiet = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet:
            yield node.lineno, node.value


def found(pattern: re.Pattern[str], paths: Iterator[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line}: {match[0]}"
        for path in paths
        for line, text in spoken(path)
        if (match := pattern.search(text)) and not match[0].startswith(NAMESPACE)
    ]


def test_nothing_promises_what_nobody_can_keep() -> None:
    paths = [*files("diary", endings=("py", *READ_BY_PEOPLE)), *files("docs", endings=("md",))]
    assert found(PROMISES, iter([*paths, *ROOT.glob("*.md")])) == []


def test_pages_and_scripts_name_no_other_place() -> None:
    endings = ("html", "js", "css", "svg", "webmanifest")
    assert found(ELSEWHERE, files("diary/templates", "diary/static", endings=endings)) == []


def test_what_a_phone_keeps_gives_nothing_away() -> None:
    names = [str(path.relative_to(ROOT / "diary")) for path in (ROOT / "diary/static").rglob("*")]
    assert [name for name in names if TELLING.search(name)] == []
    shell = files("diary/static", "diary/templates/shell", endings=("js", "svg", "webmanifest"))
    assert found(TELLING, shell) == []


def test_no_path_or_cookie_gives_anything_away(app: Flask) -> None:
    paths = [rule.rule for rule in app.url_map.iter_rules()]
    cookies = [
        str(value)
        for key, value in app.config.items()
        if value and ("COOKIE_NAME" in key or key == "APPLICATION_ROOT")
    ]
    assert len(paths) > 1
    assert [text for text in (*paths, *cookies) if TELLING.search(text)] == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (PROMISES, "Court-approved, and forensically sound"),
        (TELLING, "/my-evidence"),
        (ELSEWHERE, '<script src="//cdn.example.com/x.js">'),
        (ELSEWHERE, "fetch('https://example.com')"),
        (ELSEWHERE, "url(http://example.com/a.png)"),
    ],
)
def test_planted_words_are_found(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)
