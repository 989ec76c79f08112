"""How search compares words."""

from __future__ import annotations

import pytest

from diary.vault.words import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RANG", "rang"),
        ("Straße", "STRASSE"),
        ("ﬁne", "FINE"),
        ("e\u0301t\u00e9", "\u00c9TE\u0301"),
        ("Ｆｕｌｌ", "full"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ],
)
def test_the_same_word_in_another_dress(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_different_words_stay_different() -> None:
    assert fold("door") != fold("doors")
    assert fold("") == ""
