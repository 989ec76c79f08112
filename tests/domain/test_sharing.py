"""Copies with parts left out: they sort and are found as what they are of."""

from __future__ import annotations

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.order import Order
from diary.domain.report import Report
from diary.domain.sharing import COPIED, Redacted
from diary.domain.when import When


def test_a_copy_sorts_where_what_it_is_of_does() -> None:
    days: dict[str, Record] = {
        Entry.kind: Entry(what_happened="x", when=When.at("exact", "2026-03-03T21:14")),
        Report.kind: Report(reference="", entries=(), reported=When.at("month", "2026-03")),
        Order.kind: Order(reference="", type="nmo", made_on="2026-02-02"),
    }
    for kind, of in days.items():
        body = of.model_dump(mode="json", exclude_defaults=True)
        copy = Redacted(of="e" * 32, of_version=1, of_kind=kind, left_out=(), body=body)
        assert copy.moment() == of.moment() is not None
    assert set(days) <= set(COPIED)
    bare = Redacted(of="e" * 32, of_version=1, of_kind="entry", left_out=(), body={})
    assert bare.moment() is None
    odd = Redacted(of="e" * 32, of_version=1, of_kind="entry", left_out=(), body={"when": 5})
    assert odd.moment() is None
