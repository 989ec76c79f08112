"""Reading the content files: what a statement of law is, and how it comes to be shown.

A statement of law stands in a file as `{ text, confirmed, source }`. The types below let its text
through only when it is confirmed. So nothing above this room can show what is not.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
FILES = (
    "order_types", "clauses", "behaviours", "agencies", "guidance", "right_now", "helplines",
    "consent",
)  # fmt: skip


class Content(BaseModel):
    """One thing out of a content file. Frozen, and a slip in a key of the file is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(Content):
    """A statement of law as it stands in the file, confirmed or not."""

    text: Text | Annotated[tuple[Text, ...], Field(min_length=1)]
    confirmed: bool
    source: Text


class Reviewed(NamedTuple):
    """When a file was last looked at, and by whom with a practising certificate (nobody: "")."""

    on: date
    by: str


def _confirmed(value: object) -> object:
    """Return the text of a confirmed statement, and nothing of any other."""
    fact = Fact.model_validate(value)
    return fact.text if fact.confirmed else ""


def _all_confirmed(value: object) -> object:
    """Keep our own words, which state no law, and the confirmed among the statements."""
    told = value if isinstance(value, list) else [value]
    return tuple(filter(None, (one if isinstance(one, str) else _confirmed(one) for one in told)))


def _listed(value: object) -> object:
    """Return the list in a confirmed statement, and an empty one for any other."""
    return _confirmed(value) or ()


Statement = Annotated[str, BeforeValidator(_confirmed)]
Statements = Annotated[tuple[Text, ...], BeforeValidator(_all_confirmed)]
Listed = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
YesOrNo = Annotated[Literal["yes", "no", ""], BeforeValidator(_confirmed)]
Offence = Annotated[Literal["yes", "no", "conditional", ""], BeforeValidator(_confirmed)]


@cache
def raw(name: str) -> dict[str, Any]:
    """Return a content file as it is written."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def reviewed(name: str) -> Reviewed:
    """Return when a content file as a whole was last looked at, and by whom."""
    return Reviewed(raw(name)["reviewed_on"], raw(name).get("reviewed_by", ""))
