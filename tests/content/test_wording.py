"""Plain words, and none of the law anywhere but in the content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from diary import content
from tests.test_words import ROOT, spoken

LONGEST = 25
# Words of courts and files. Names of orders and Acts are for those who need the legal name.
HARD = re.compile(
    r"perpetrat|victim|survivor|respondent|applicant|breach|molest|pursuant|statut|proceeding|"
    r"incident|alleg|prohibit|prosecut(?!ion)|discharg|notwithstanding|herein|evidence",
    re.IGNORECASE,
)
NOT_A_LABEL = {"OTHER", "UNSURE"}
VOWELS = re.compile(r"[aeiouy]+")


def law() -> re.Pattern[str]:
    """Match what only the content may say: legal names, Acts, sentences and phone numbers."""
    labels = [
        one.label_legal.split(" on ")[0]
        for one in content.order_types()
        if one.code not in NOT_A_LABEL
    ]
    return re.compile(
        "|".join(map(re.escape, labels))
        + r"|\bAct (?:19|20)\d\d\b|\bsection \d+[A-Z]?\b|\bs\.\s?\d+[A-Z]?\b"
        + r"|\b\w+ (?:years?|months?) in prison\b|\bmaximum (?:sentence|penalty)\b"
        + r"|tel:\+?\d|\b(?:999|101)\b|\b0\d{2,4} ?\d{3,4}[ \d]*\d|\b116 ?123\b",
        re.IGNORECASE,
    )


def said_elsewhere() -> Iterator[tuple[Path, int, str]]:
    for path in sorted((ROOT / "diary").rglob("*")):
        if path.suffix in {".py", ".html", ".js", ".typ", ".txt"} and "content" not in path.parts:
            for line, text in spoken(path):
                yield path.relative_to(ROOT), line, text


def plain() -> set[str]:
    """Everything that a page says, without the legal names."""
    legal = {text for one in content.order_types() for text in (one.label_legal, one.statute)}
    return set(content.texts()) - legal


def syllables(word: str) -> int:
    quiet = re.sub(r"(?<!l)e[ds]?$", "", word) if len(word) > 3 else word
    return max(1, len(VOWELS.findall(quiet)))


def grade(text: str) -> float:
    """Flesch-Kincaid: the school year that reads this with ease (four is nine years old)."""
    words = re.findall(r"[a-z’']+", text.lower())
    sentences = max(1, len(re.findall(r"[.?!](?:\s|$)", text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_law_stands_in_the_content_alone() -> None:
    pattern = law()
    found = [
        f"{path}:{line}: {match[0]}"
        for path, line, text in said_elsewhere()
        if (match := pattern.search(text))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ _('Your Non-molestation order') }}", "a restraining order", "Family Law Act 1996",
        "under section 42A", "s. 363", "five years in prison", "Call 999", "call 0808 2000 247",
        "07860 077333", "tel:0800", "116 123",
    ],
)  # fmt: skip
def test_planted_law_is_found(text: str) -> None:
    assert law().search(text)


def test_sentences_are_short() -> None:
    for text in content.texts():
        for sentence in re.split(r"(?<=[.?!:])\s", text):
            assert len(sentence.split()) <= LONGEST, sentence


def test_words_are_simple() -> None:
    assert [text for text in plain() if HARD.search(text)] == []


def test_a_nine_year_old_can_read_it() -> None:
    sentences = [text for text in plain() if text.endswith(".")]
    assert len(sentences) > 100
    assert grade(" ".join(sentences)) <= 4
    assert [text for text in sentences if grade(text) > 11] == []


def test_a_call_for_help_stands_first_in_every_advice() -> None:
    for order in content.order_types():
        assert any("999" in text for text in order.if_it_happens), order.code
        assert order.report_to, order.code


def test_the_order_binds_them_is_said() -> None:
    assert "The order binds them, not you." in content.guidance("order_binds_them").lines


def test_what_to_think_of_first_comes_before_any_form() -> None:
    lines = content.guidance("address_changed").lines
    form = next(place for place, text in enumerate(lines) if "C8" in text)
    talk = next(place for place, text in enumerate(lines) if "advocate" in text)
    assert talk < form


def test_no_text_says_what_is_so_here() -> None:
    """Harassment is named as what it is in law; whether it is that is for others to say."""
    said = " ".join(content.guidance("repeated").lines)
    assert "does not say whether" in said
    assert "6 months" not in said
    assert "not a risk assessment" in " ".join(content.guidance("not_a_risk_assessment").lines)
