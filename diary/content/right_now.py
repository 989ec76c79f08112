"""What to do right now: for everybody who holds the phone, so without a word of anybody's case."""

from __future__ import annotations

from functools import cache

from diary.content.reading import Content, Statements, Text, raw


class Step(Content):
    """One thing to do. `inside` is added only for somebody who has signed in.

    `number` and `url` are empty where there is nothing to call or to open.
    """

    id: Text
    title: Text
    outside: Statements
    inside: Statements
    number: str = ""
    url: str = ""
    sources: tuple[Text, ...]

    @property
    def is_public(self) -> bool:
        """Tell whether it has something for whoever holds the phone."""
        return bool(self.outside or self.number or self.url)

    @property
    def dial(self) -> str:
        """The number as a phone dials it."""
        return self.number.replace(" ", "")


@cache
def steps() -> tuple[Step, ...]:
    """Return every step after the emergency call, which is the first of the helplines."""
    return tuple(Step.model_validate(row) for row in raw("right_now")["step"])
