"""The README's table of settings and the code say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from diary.settings import Settings

README = Path(__file__).parent.parent / "README.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\| (.+) \|$", re.MULTILINE)


class Asked(Mapping[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.keys_asked: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.keys_asked.add(key)
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def documented() -> dict[str, str]:
    return {key: default or "" for key, default, _ in ROW.findall(README.read_text())}


def test_every_setting_is_documented_and_no_other() -> None:
    asked = Asked()
    Settings.from_env(asked)
    assert set(documented()) == asked.keys_asked


def test_the_documented_defaults_are_the_defaults() -> None:
    for key, default in documented().items():
        assert Settings.from_env({key: default} if default else {}) == Settings.from_env({}), key
    assert Settings.from_env(documented()) == Settings.from_env({})
