"""What is counted: every listed entry, with the reports that name it, and a cache behind it."""

from __future__ import annotations

from datetime import date

import pytest

from diary.domain.entry import Entry
from diary.domain.order import Order, Term
from diary.domain.report import Report
from diary.domain.when import When
from diary.errors import StoreFullError, StoreUnavailableError
from diary.services import deletion, own, patterns, reports
from diary.services.house import House
from diary.store import facts as cache
from diary.vault.vault import Vault

DAY = When.at("date_only", "2026-03-03")


def write(house: House, vault: Vault, number: int = 1) -> list[str]:
    with house.store.write() as conn:
        return [
            vault.keep(conn, Entry(when=DAY, behaviours=("call",)), at=house.now()).record_id
            for _ in range(number)
        ]


def told(house: House, vault: Vault) -> list[str]:
    return [fact.report for fact in patterns.read(house, vault).facts]


def cached(house: House, vault: Vault) -> bool:
    with house.store.read() as conn:
        return cache.read(conn, vault.diary_id) is not None


def test_an_empty_diary_has_nothing(house: House, vault: Vault) -> None:
    assert patterns.read(house, vault) == patterns.Found(())


def test_every_entry_is_read(house: House, vault: Vault, other_vault: Vault) -> None:
    write(house, vault, 2)
    write(house, other_vault)
    found = patterns.read(house, vault)
    assert [(one.day, one.kinds) for one in found.facts] == [(date(2026, 3, 3), ("call",))] * 2


def test_a_change_counts_in_place_of_what_it_changed(house: House, vault: Vault) -> None:
    (entry,) = write(house, vault)
    body = Entry(when=When.at("date_only", "2026-04-01"))
    own.change(house, vault, body, record_id=entry, base_version=1)
    assert [one.day for one in patterns.read(house, vault).facts] == [date(2026, 4, 1)]


def test_what_is_removed_is_not_counted(house: House, vault: Vault) -> None:
    entries = write(house, vault, patterns.FRESH + 2)
    patterns.read(house, vault)
    assert cached(house, vault)
    deletion.remove(house, vault, entries[0])
    assert len(patterns.read(house, vault).facts) == len(entries) - 1


def test_an_entry_is_reported_while_a_report_names_it(house: House, vault: Vault) -> None:
    first, second = write(house, vault, 2)
    filed = reports.give(
        house, vault, Report(reference="", entries=(first, second)), record_id="a" * 32
    )
    assert told(house, vault) == ["reported"] * 2
    reports.mend(house, vault, filed.id, {"entries": (second,)}, base=1)
    assert sorted(told(house, vault)) == ["", "reported"]
    deletion.remove(house, vault, filed.id)
    assert told(house, vault) == ["", ""]


def test_few_new_entries_write_no_cache(house: House, vault: Vault) -> None:
    write(house, vault, patterns.FRESH)
    patterns.read(house, vault)
    assert not cached(house, vault)
    write(house, vault)
    patterns.read(house, vault)
    assert cached(house, vault)


@pytest.mark.parametrize("error", [StoreFullError, StoreUnavailableError])
def test_a_store_that_takes_nothing_spoils_no_page(
    house: House, vault: Vault, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    write(house, vault, patterns.FRESH + 1)

    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(cache, "write", refuse)
    assert len(patterns.read(house, vault).facts) == patterns.FRESH + 1


def test_terms_are_known_by_their_ids(house: House, vault: Vault) -> None:
    term = Term(term_id="ORD-1.T1", text_from_order="He must not ring.")
    spared = Term(term_id="ORD-1.T2", text_from_order="He may write about the children.")
    order = Order(reference="ORD-1", type="other", terms=(term,), exceptions=(spared,))
    own.add(house, vault, order, record_id="b" * 32)
    assert patterns.term_names(house, vault) == {
        "ORD-1.T1": ("ORD-1", "He must not ring."),
        "ORD-1.T2": ("ORD-1", "He may write about the children."),
    }
