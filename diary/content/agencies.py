"""Whom people tell (H4.21), and who may need to know that there is an order (H2.6)."""

from __future__ import annotations

from functools import cache
from typing import Literal

from diary.content.reading import Content, Text, raw


class Agency(Content):
    """Somebody to tell, and which of the two kinds of reference they usually give."""

    code: Text
    label: Text
    hint: str
    incident_ref: Literal["usual", "rare"]
    crime_ref: Literal["usual", "rare"]


class KnowsKind(Content):
    """A sort of person or place that may need to know."""

    code: Text
    label: Text


@cache
def agencies() -> tuple[Agency, ...]:
    """Return everybody to tell, the most urgent first."""
    return tuple(Agency.model_validate(row) for row in raw("agencies")["agency"])


@cache
def knows_kinds() -> tuple[KnowsKind, ...]:
    """Return who may need to know of an order."""
    return tuple(KnowsKind.model_validate(row) for row in raw("agencies")["knows"])


@cache
def _agencies() -> dict[str, Agency]:
    return {one.code: one for one in agencies()}


@cache
def _kinds() -> dict[str, KnowsKind]:
    return {one.code: one for one in knows_kinds()}


def agency(code: str) -> Agency | None:
    """Return the recipient of that code, if it is one of these."""
    return _agencies().get(code)


def knows_kind(code: str) -> KnowsKind | None:
    """Return the sort of that code, if it is one of these."""
    return _kinds().get(code)
