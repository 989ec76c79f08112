"""The codes of the content are those that records keep: exactly, and each once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import pytest

from diary import content
from diary.domain.entry import Behaviour, Entry
from diary.domain.report import Recipient

ORDERS = [
    "RO_CONV", "RO_ACQ", "RO_OLD", "NMO", "OCC", "UNDERTAKING", "DAPN", "DAPO", "DVPN", "DVPO",
    "SPO", "ISPO", "SHPO", "HARASS_INJ", "FMPO", "FGMPO", "PSO", "CAO", "S91_14", "BAIL_PRE",
    "BAIL_POST", "LICENCE", "COMM_REQ", "CBO", "OTHER", "UNSURE",
]  # fmt: skip
CLAUSES = [f"C{n:02}" for n in range(1, 22)] + ["EXC"]


def codes(things: Iterable[object]) -> list[str]:
    return [str(getattr(one, "code", "")) for one in things]


def test_every_kind_of_order_is_there() -> None:
    assert sorted(codes(content.order_types())) == sorted(ORDERS)
    assert codes(content.order_types())[-2:] == ["OTHER", "UNSURE"]


def test_clauses() -> None:
    assert codes(content.clauses()) == CLAUSES
    assert all(one.cy == "" for one in content.clauses())


def test_behaviours_are_those_of_an_entry() -> None:
    assert sorted(codes(content.behaviours())) == sorted(get_args(Behaviour))


def test_behaviours_point_at_what_there_is() -> None:
    channels = set(get_args(Entry.model_fields["direct_or_indirect"].annotation))
    groups = codes(content.behaviour_groups())
    for one in content.behaviours():
        assert set(one.clauses) <= set(CLAUSES)
        assert one.channel in channels
        assert one.group in groups
    assert list(dict.fromkeys(one.group for one in content.behaviours())) == groups


def test_suggestions_name_each_clause_once_and_decide_nothing() -> None:
    assert content.suggested_clauses(("call", "text", "watched")) == ("C03", "C14")
    assert content.suggested_clauses(("other", "never heard of")) == ()


def test_recipients_are_those_of_a_report() -> None:
    known = codes(content.agencies())
    assert sorted(known) == sorted(filter(None, get_args(Recipient)))
    for order in content.order_types():
        assert set(order.report_to) <= set(known), order.code


def test_every_code_is_there_once() -> None:
    for things in (
        content.order_types(), content.clauses(), content.behaviours(), content.behaviour_groups(),
        content.agencies(), content.knows_kinds(),
    ):  # fmt: skip
        assert len(set(codes(things))) == len(codes(things))


def test_by_code() -> None:
    for things, find in (
        (content.order_types(), content.order_type),
        (content.clauses(), content.clause),
        (content.behaviours(), content.behaviour),
        (content.agencies(), content.agency),
        (content.knows_kinds(), content.knows_kind),
    ):
        assert [find(code) for code in codes(things)] == list(things)
        assert find("never heard of") is None
    with pytest.raises(KeyError):
        content.guidance("never heard of")
