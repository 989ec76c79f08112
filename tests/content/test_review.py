"""What is not confirmed never reaches a page, and what is old never reaches a release."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import BaseModel, ValidationError

from diary import content
from diary.content.reading import FILES, Content, Fact, Statement, Statements, raw, reviewed
from diary.content.review import LATE, SOON

TODAY = datetime.now(UTC).date()
STATEMENT = {"text", "confirmed", "source"}


class Told(Content):
    one: Statement = ""
    many: Statements = ()


def facts(value: object) -> Iterator[Fact]:
    """Every statement of law in a file as it is written."""
    if isinstance(value, dict) and value.keys() == STATEMENT:
        yield Fact.model_validate(value)
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from facts(one)


def handed_out(value: object) -> Iterator[str]:
    """Every text in what the loaders give."""
    if isinstance(value, BaseModel):
        yield from handed_out(list(value.__dict__.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from handed_out(one)
    elif isinstance(value, str):
        yield value


def given() -> list[str]:
    guidance = [content.guidance(row["key"]) for row in raw("guidance")["guidance"]]
    return list(
        handed_out(
            [content.order_types(), content.clauses(), content.behaviours(), content.agencies(),
             content.knows_kinds(), content.steps(), guidance]
        )
    )  # fmt: skip


def statements(*, confirmed: bool) -> list[Fact]:
    return [fact for name in FILES for fact in facts(raw(name)) if fact.confirmed is confirmed]


def test_no_unconfirmed_statement_is_handed_out() -> None:
    """Where the same words are confirmed of another order, they may stand there and only there."""
    sure = {fact.text for fact in statements(confirmed=True)}
    unsure = {fact.text for fact in statements(confirmed=False)} - sure
    assert unsure
    assert unsure.isdisjoint([*given(), *content.texts()])


@pytest.mark.parametrize("row", raw("order_types")["order"], ids=lambda row: row["code"])
def test_of_each_order_only_the_confirmed_is_shown(row: dict[str, object]) -> None:
    shown = next(one for one in content.order_types() if one.code == row["code"])
    for key, value in row.items():
        told = list(facts(value))
        for fact in told:
            texts = fact.text if isinstance(fact.text, tuple) else (fact.text,)
            found = list(handed_out([getattr(shown, key)]))
            assert all((text in found) is fact.confirmed for text in texts), (key, fact)


def test_every_unconfirmed_statement_is_named_to_whoever_runs_this() -> None:
    named = content.unconfirmed()
    assert len([one for one in named if one.file != "helplines"]) == len(
        statements(confirmed=False)
    )
    assert {"NMO.who_can_vary", "DAPO.areas"} <= {one.where for one in named}
    assert {"southall-black-sisters.number"} <= {one.where for one in named}
    assert all(one.text and one.source for one in named)


def test_a_statement_comes_through_only_when_confirmed() -> None:
    fact = {"text": "It is so.", "confirmed": True, "source": "an Act"}
    doubt = fact | {"confirmed": False}
    assert Told.model_validate({"one": fact, "many": [fact, "Ask."]}).many == ("It is so.", "Ask.")
    shown = Told.model_validate({"one": doubt, "many": [doubt, "Ask."]})
    assert (shown.one, shown.many) == ("", ("Ask.",))


@pytest.mark.parametrize(
    "fact",
    [
        "It is so.",
        {"text": "It is so.", "confirmed": True},
        {"text": "It is so.", "confirmed": True, "source": " "},
        {"text": "", "confirmed": True, "source": "an Act"},
        {"text": "It is so.", "source": "an Act"},
    ],
)
def test_a_statement_without_mark_or_source_is_refused(fact: object) -> None:
    with pytest.raises(ValidationError):
        Told.model_validate({"one": fact})


def test_nobody_is_said_to_have_signed_what_nobody_signed() -> None:
    assert content.unsigned() == ("order_types", "clauses", "guidance", "right_now", "consent")
    assert {one.reviewed_by for one in content.order_types()} == {""}


def test_every_file_says_when_it_was_looked_at() -> None:
    assert all(isinstance(reviewed(name).on, date) for name in FILES)
    assert all(one.sources for one in content.order_types())
    assert all(row["reviewed_on"] for row in raw("order_types")["order"])
    assert content.older_than(SOON, on=reviewed("order_types").on) == ()


def test_age_is_counted_in_days() -> None:
    day = reviewed("helplines").on
    assert "helplines" not in content.older_than(LATE, on=day + timedelta(LATE))
    old = content.older_than(LATE, on=day + timedelta(LATE + 1))
    assert {"helplines", "order_types.NMO"} <= set(old)


@pytest.mark.filterwarnings("default::UserWarning")
def test_what_is_a_quarter_old_is_looked_at_again() -> None:
    """Warns only: a test that fails by the calendar alone would stop all other work."""
    if old := content.older_than(SOON, on=TODAY):
        warnings.warn(f"Look at these again: {', '.join(old)}", UserWarning, stacklevel=1)


@pytest.mark.skipif(not os.environ.get("DIARY_RELEASE"), reason="only where a release is made")
def test_a_release_carries_nothing_older_than_half_a_year() -> None:
    assert content.older_than(LATE, on=TODAY) == ()
