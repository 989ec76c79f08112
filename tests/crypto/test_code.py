"""The recovery code, as people write it."""

from __future__ import annotations

import random

import pytest

from diary.crypto import code
from diary.crypto.errors import CodeError
from tests.vectors import load

VECTORS = load("code")


def _fullwidth(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


@pytest.mark.parametrize("case", VECTORS["codes"], ids=lambda c: c["shown"])
def test_pinned(case: dict[str, str]) -> None:
    assert code.show(bytes.fromhex(case["code"])) == case["shown"]
    assert code.read(case["shown"]).hex() == case["code"]


def test_every_code_comes_back() -> None:
    for _ in range(500):
        fresh = code.new_code()
        shown = code.show(fresh)
        assert code.read(shown) == fresh
        assert [len(group) for group in shown.split("-")] == [4] * 8
        assert not set(shown) & set("01OILU")


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda s: s.replace("-", ""),
        lambda s: s.replace("-", " "),
        lambda s: f"\n{s}\t",
        lambda s: s.replace("-", " — "),
        lambda s: s.replace("-", "."),
        lambda s: s.replace("V", "u"),
        lambda s: "\ufeff" + s.replace("-", "\u200b‑"),
        _fullwidth,
    ],
)
def test_forgiving(change: object) -> None:
    fresh = bytes(range(16))
    assert callable(change)
    assert code.read(change(code.show(fresh))) == fresh


def test_one_slip_of_the_pen_is_found() -> None:
    rng = random.Random(30)
    for _ in range(200):
        symbols = list(code.show(rng.randbytes(16)).replace("-", ""))
        place = rng.randrange(32)
        wrong = rng.choice([c for c in code.ALPHABET if c != symbols[place]])
        with pytest.raises(CodeError):
            code.read("".join([*symbols[:place], wrong, *symbols[place + 1 :]]))


def test_two_swapped_neighbours_are_found() -> None:
    symbols = list(code.show(bytes(range(16))).replace("-", ""))
    for place in range(31):
        if symbols[place] != symbols[place + 1]:
            swapped = symbols.copy()
            swapped[place : place + 2] = symbols[place + 1], symbols[place]
            with pytest.raises(CodeError):
                code.read("".join(swapped))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "2",
        "Z" * 31,
        "Z" * 32,
        "Z" * 33,
        "2" * 32,
        "0" * 32,
        "1234-" * 8,
        "é" * 32,
        "�" * 32,
        "\x00" * 32,
        "A" * 100000,
    ],
)
def test_no_code(text: str) -> None:
    with pytest.raises(CodeError):
        code.read(text)


def test_a_code_cut_short_or_doubled() -> None:
    shown = code.show(bytes(range(16)))
    for text in (shown[:-1], shown[1:], shown + "2", shown + shown):
        with pytest.raises(CodeError):
            code.read(text)


def test_codes_are_16_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        code.show(bytes(15))
