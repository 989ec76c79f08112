"""The press: documents are ready before they are asked for, in their order, within bounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest

from diary.bundle import press
from diary.bundle.documents import Pdf, TypesettingError
from diary.bundle.press import AHEAD, Batch, Press
from diary.canonical import JsonValue
from diary.errors import DamagedError


class Slow:
    """A typesetter of the documents' own words; `going` holds who is at work."""

    going: ClassVar[set[Slow]] = set()
    most = began = 0

    def __init__(self, template: str, *documents: JsonValue) -> None:
        self.template, self.documents, self.killed = template, documents, False
        self.going.add(self)
        Slow.began += 1
        Slow.most = max(Slow.most, len(self.going))

    def finish_all(self) -> list[Pdf]:
        """Take a while, or until killed."""
        for _ in range(1_000 if self.template == "never" else 2):
            if self.killed:
                break
            time.sleep(0.01)
        self.going.discard(self)
        if self.killed or self.template == "bad":
            raise TypesettingError
        return [Pdf(str(document).encode(), "a-3a") for document in self.documents]

    def kill(self) -> None:
        """End."""
        self.killed = True

    def stop(self) -> None:
        """End, and clear away."""
        self.kill()
        self.going.discard(self)


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    Slow.going, Slow.most, Slow.began = set(), 0, 0
    monkeypatch.setattr(press, "Typesetting", Slow)


def waited(until: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not until() and time.monotonic() < end:
        time.sleep(0.01)
    return until()


def batches(number: int, asked: list[int]) -> Iterator[Batch]:
    for at in range(number):
        asked.append(at)
        yield Batch("t", [(f"{at}-{part}.pdf", f"{at}-{part}") for part in range(2)])


def test_every_document_comes_in_the_order_of_asking_one_process_at_a_time() -> None:
    with Press(batches(3 * AHEAD, [])) as made:
        found = list(made.finished())
    expected = [f"{at}-{part}" for at in range(3 * AHEAD) for part in range(2)]
    assert [(path, pdf.data.decode()) for path, pdf in found] == [
        (f"{name}.pdf", name) for name in expected
    ]
    assert Slow.most == 1


def test_it_sets_ahead_but_not_without_end() -> None:
    asked: list[int] = []
    with Press(batches(3 * AHEAD, asked)) as made:
        assert waited(lambda: len(asked) == AHEAD + 1)  # the data of one more is ready
        time.sleep(0.1)
        assert len(asked) == AHEAD + 1
        next(made.finished())
        assert waited(lambda: len(asked) == AHEAD + 2)


def test_none_at_all_is_an_answer() -> None:
    with Press(iter(())) as made:
        assert list(made.finished()) == []


def test_what_cannot_be_set_is_said_where_it_would_have_been_sent() -> None:
    found = iter((Batch("t", [("1.pdf", "1")]), Batch("bad", [("2.pdf", "2")])))
    with Press(found) as made:
        sent = made.finished()
        assert next(sent)[0] == "1.pdf"
        with pytest.raises(TypesettingError):
            next(sent)


def test_leaving_ends_the_process_and_begins_no_other() -> None:
    asked: list[int] = []

    def found() -> Iterator[Batch]:
        yield Batch("never", [("1.pdf", "1")])
        yield from batches(3, asked)

    with Press(found()):
        assert waited(lambda: bool(Slow.going))
    assert not Slow.going
    assert Slow.began == 1
    assert len(asked) <= 1  # the data of the next may be ready


def test_what_cannot_be_made_ready_ends_what_is_under_way() -> None:
    def found() -> Iterator[Batch]:
        yield Batch("t", [("1.pdf", "1")])
        yield Batch("never", [("2.pdf", "2")])
        raise DamagedError

    with Press(found()) as made:
        sent = made.finished()
        assert next(sent)[0] == "1.pdf"
        with pytest.raises(DamagedError):
            next(sent)
    assert not Slow.going
    assert Slow.began == 2
