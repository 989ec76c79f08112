"""Words for what was done (H1.3). Clauses that come to mind are suggestions and decide nothing."""

from __future__ import annotations

from functools import cache
from typing import Literal

from diary.content.reading import Content, Text, raw


class Behaviour(Content):
    """One way of acting. `channel` has the words of an entry, or "" where it may be either."""

    code: Text
    label: Text
    group: Text
    clauses: tuple[Text, ...]
    channel: Literal["direct", "indirect_person", "indirect_online", ""]


class BehaviourGroup(Content):
    """Several of them under one heading."""

    code: Text
    label: Text


@cache
def behaviours() -> tuple[Behaviour, ...]:
    """Return every behaviour, group by group."""
    return tuple(Behaviour.model_validate(row) for row in raw("behaviours")["behaviour"])


@cache
def behaviour_groups() -> tuple[BehaviourGroup, ...]:
    """Return the headings, in their order."""
    return tuple(BehaviourGroup.model_validate(row) for row in raw("behaviours")["group"])


@cache
def _by_code() -> dict[str, Behaviour]:
    return {one.code: one for one in behaviours()}


def behaviour(code: str) -> Behaviour | None:
    """Return the behaviour of that code, if it is one of these."""
    return _by_code().get(code)


def suggested_clauses(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the clauses that come to mind for these behaviours, each once."""
    known = filter(None, map(behaviour, codes))
    return tuple(dict.fromkeys(clause for one in known for clause in one.clauses))
