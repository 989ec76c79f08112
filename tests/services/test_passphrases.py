"""Passphrases: what is offered is strong, what is weak is refused with a reason."""

from __future__ import annotations

import re

import pytest

from diary.errors import BadInputError
from diary.services import passphrases


def reason(passphrase: str, name: str = "Nad") -> str:
    with pytest.raises(BadInputError) as caught:
        passphrases.require_strong(passphrase, name)
    return str(caught.value.fields["passphrase"])


def test_six_words_are_offered_and_they_are_strong() -> None:
    seen = {passphrases.offered() for _ in range(50)}
    assert len(seen) == 50
    for words in seen:
        assert len(words.split()) == 6
        passphrases.require_strong(words, "Nad")


def test_the_list_is_long_and_kind() -> None:
    words = passphrases._list()
    assert len(words) > 7700  # six of them: more than 77 bits
    assert not [word for word in words if word.startswith(("kill", "strangle", "violat"))]
    telling = "abus|breach|evidence|police|violen|victim|survivor|perpetrator|stalk|domestic|court"
    assert not [word for word in words if re.search(telling, word)]


@pytest.mark.parametrize(
    ("passphrase", "said"),
    [
        ("", "at least 15"),
        ("short one", "at least 15"),
        ("aaaaaaaaaaaaaaaaaaaa", "could be guessed"),
        ("password12345678", "could be guessed"),
        ("qwertyuiopasdfghjkl", "could be guessed"),
        ("my name is NAD and more", "Leave your name out"),
        ("my name is \uff2e\uff21\uff24 and more", "Leave your name out"),
        ("x" * 201, "longer than 200"),
    ],
)
def test_a_weak_one_is_refused_with_its_reason(passphrase: str, said: str) -> None:
    assert said in reason(passphrase)


@pytest.mark.parametrize(
    "passphrase",
    [
        "copper lantern river walnut",
        "κάτι που δεν ξέρει κανείς άλλος",
        "🦊🍇 seven quiet 🌧 hedges",
        "correct-horse-9-battery! {{ }} <b>",
        "copper lantern river walnut " * 7,
    ],
)
def test_a_strong_one_is_taken_in_any_writing(passphrase: str) -> None:
    passphrases.require_strong(passphrases.tidy(passphrase)[:200], "Nad")


def test_a_copied_line_end_changes_nothing() -> None:
    assert passphrases.tidy(" copper  lantern\n river walnut \r\n") == "copper lantern river walnut"


def test_a_short_name_inside_a_word_is_no_name() -> None:
    passphrases.require_strong("rendition endeared sliding legume unadvised padded", "Nad")
    assert "Leave your name out" in reason("xxNadine99 likes quiet rivers", "Nadine")


def test_a_name_of_two_letters_may_stand_in_it() -> None:
    passphrases.require_strong("copper lantern river walnut", "Al")
