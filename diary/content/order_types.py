"""The kinds of orders (H1.1): what each is called, whom to tell, and what is confirmed of its law.

An empty text, tuple or "yes or no" means: not confirmed. A page then says whom to ask. Which kinds
a court can make here and now is never told: `areas` and the dates are data, and may be empty.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated

from pydantic import Field

from diary.content.reading import (
    Content,
    Listed,
    Offence,
    Statement,
    Statements,
    Text,
    YesOrNo,
    raw,
)


class OrderType(Content):
    """One kind of order, with what may be shown of it."""

    code: Text
    label_plain: Text
    label_legal: Text
    jurisdiction: Text
    if_it_happens: Statements
    report_to: Annotated[tuple[Text, ...], Field(min_length=1)]
    statute: Statement = ""
    breach_is_offence: Offence = ""
    max_penalty_note: Statement = ""
    aware_note: Statement = ""
    without_notice_possible: YesOrNo = ""
    positive_requirements_possible: YesOrNo = ""
    who_can_vary: Statements = ()
    extend_note: Statement = ""
    notes: Statements = ()
    areas: Listed = ()
    valid_from: date | None = None
    valid_to: date | None = None
    reviewed_on: date
    reviewed_by: str
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]

    def texts(self) -> tuple[str, ...]:
        """Return every text of it that a page may translate."""
        single = (
            self.label_plain,
            self.label_legal,
            self.statute,
            self.max_penalty_note,
            self.aware_note,
            self.extend_note,
        )
        many = (self.if_it_happens, self.who_can_vary, self.notes, self.areas)
        return (*filter(None, single), *(text for texts in many for text in texts))


@cache
def order_types() -> tuple[OrderType, ...]:
    """Return every kind, in the order in which they are offered; "not sure" is the last."""
    return tuple(OrderType.model_validate(row) for row in raw("order_types")["order"])


@cache
def _by_code() -> dict[str, OrderType]:
    return {one.code: one for one in order_types()}


def order_type(code: str) -> OrderType | None:
    """Return the kind of that code, if it is one of these."""
    return _by_code().get(code)
