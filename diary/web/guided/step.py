"""What a question is: its boxes, how they are filled from an entry, and what they change in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from diary.domain.entry import Entry, Unsure
from diary.domain.people import Person
from diary.services.orders import Bound
from diary.services.own import Own
from diary.web.boxes import Boxes
from diary.web.fields import Fields, ticked
from diary.web.visible import visible

Pairs = list[tuple[str, str]]
Changes = dict[str, object]


@dataclass(frozen=True, slots=True)
class Around:
    """What else of the diary a question needs: who is known, which orders were in force."""

    people: Mapping[str, Own[Person]] = field(default_factory=dict)
    orders: Sequence[Bound] = ()


class Reading:
    """One form being read on top of the entry that it was filled from."""

    def __init__(self, boxes: Boxes, old: Entry, around: Around) -> None:
        self.form = Fields(boxes.to_dict())
        self.old, self.around = old, around
        self._boxes = boxes

    def some(self, name: str, options: Iterable[str]) -> tuple[str, ...]:
        """Return which of these were ticked."""
        return ticked(self._boxes.getlist(name), set(options))

    def unsure(self, *questions: Unsure) -> Changes:
        """Return the change to what she is not sure of: of these questions, what is ticked."""
        others = tuple(one for one in self.old.not_sure if one not in questions)
        return {"not_sure": others + self.some("unsure", questions)}


@dataclass(frozen=True, slots=True)
class Step:
    """One question. `tells` are the fields of an entry that show that it was answered."""

    key: str
    group: str
    title: str
    tells: tuple[str, ...]
    show: Callable[[Entry], Pairs]
    read: Callable[[Reading], Changes]
    questions: tuple[Unsure, ...] = ()

    def boxes(self, entry: Entry) -> Boxes:
        """Fill the boxes with an entry."""
        boxes = Boxes([(name, visible(text)) for name, text in self.show(entry)])
        for one in self.questions:
            if one in entry.not_sure:
                boxes.add("unsure", one)
        return boxes

    def changes(self, boxes: Boxes, old: Entry, around: Around) -> Changes:
        """Return what the form changes, or raise BadInputError that says what to look at.

        A box that was not touched changes nothing, even where no page can show what is in it.
        """
        typed = self._read(boxes, old, around)
        untouched = self._read(self.boxes(old), old, around, refuse=False)
        return {name: value for name, value in typed.items() if untouched.get(name) != value}

    def _read(self, boxes: Boxes, old: Entry, around: Around, *, refuse: bool = True) -> Changes:
        reading = Reading(boxes, old, around)
        found = self.read(reading)
        if self.questions:
            found |= reading.unsure(*self.questions)
        if refuse:
            reading.form.refuse()
        return found

    def is_filled(self, entry: Entry) -> bool:
        """Tell whether there is an answer, "not sure" included."""
        empty = Entry()
        told = any(getattr(entry, name) != getattr(empty, name) for name in self.tells)
        return told or any(one in entry.not_sure for one in self.questions)
