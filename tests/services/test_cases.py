"""Cases: only what is shared now, for its time, and never without its trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import update

from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.report import ReportLink
from diary.domain.when import When
from diary.errors import NotFoundError, StoreFullError
from diary.services import case_entries, case_overview, cases, deletion
from diary.services.case_entries import Wanted
from diary.services.case_reading import Open
from diary.services.cases import Look, NotSharedError
from diary.services.house import House
from diary.store import orgs, records
from diary.store.models import grants
from diary.vault.vault import Vault
from tests import cases as told
from tests.cases import Told
from tests.clock import Clock
from tests.practitioners import Worker, agency, worker


def read(house: House, me: Vault, case_id: str, reading: Callable[[Open], object]) -> object:
    return cases.read(house, me, case_id, Look("entry"), reading)


def test_the_list_holds_what_is_shared_now(
    house: House, clock: Clock, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    (line,) = cases.mine(house, maya.vault)
    assert (line.id, line.name, line.purpose, line.new) == (case_id, told.NAME, "Support", 0)
    assert line.looked_at is None
    (event,) = told.events(house, vault)
    assert (event.note, event.subject, event.shown) == ("list", case_id, ()), "a name was read"
    clock.pass_(days=31)
    assert cases.mine(house, maya.vault) == []
    assert len(told.events(house, vault)) == 1


def test_a_case_that_does_not_open_hides_no_other(
    house: House, vault: Vault, other_vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    hers = told.share(house, other_vault, maya.vault, told.tell(house, other_vault))
    with house.store.write() as conn:
        conn.execute(update(grants).where(grants.c.id == case_id).values(heads=b"?" * 64))
    lines = {line.id: line for line in cases.mine(house, maya.vault)}
    assert (lines[case_id].damaged, lines[hers].damaged) == (True, False)
    assert lines[hers].name == told.NAME
    assert b"is damaged" in maya.client.get("/work").data


def test_one_screen(house: House, vault: Vault, maya: Worker, case_id: str, diary: Told) -> None:
    shown = case_overview.open_case(house, maya.vault, case_id)
    assert [one.newest.body.reference for one in shown.orders] == ["ORD-1"]
    assert [item.piece.id for item in shown.entries] == [diary.copied, diary.second, diary.entry]
    assert [item.reported for item in shown.entries] == [False, False, True]
    assert [item.piece.is_copy for item in shown.entries] == [True, False, False]
    assert [one.body.crime_ref for one in shown.reports] == ["22/1234"]
    assert shown.plan
    assert shown.plan.body.reviews[-1].on == "2026-03-06"
    assert len(shown.numbers.facts) == 3
    assert not shown.can_download
    (event,) = told.events(house, vault)
    assert (event.action, event.subject, event.note) == ("looked", case_id, "case")


def test_nothing_is_called_reported_by_a_report_that_she_removed(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    link = told.keep(house, vault, ReportLink(report=diary.report), parent=diary.entry)
    told.add_to(house, vault, case_id, [link])
    deletion.remove(house, vault, diary.report)
    shown = case_overview.open_case(house, maya.vault, case_id)
    assert shown.reports == ()
    assert [item.reported for item in shown.entries] == [False, False, False]
    assert names(house, maya.vault, case_id, Wanted(reported="yes")) == []


def test_what_is_new_since_the_last_visit(
    house: House, clock: Clock, vault: Vault, maya: Worker, case_id: str
) -> None:
    assert case_overview.open_case(house, maya.vault, case_id).new == frozenset()
    clock.pass_(hours=2)
    more = told.keep(house, vault, Entry(what_happened="Again."))
    told.add_to(house, vault, case_id, [more])
    assert cases.mine(house, maya.vault)[0].new == 1
    for _ in range(2):
        shown = case_overview.open_case(house, maya.vault, case_id)
        assert len(shown.new) == 1, "a second look within one visit takes nothing away"
    clock.pass_(hours=2)
    assert case_overview.open_case(house, maya.vault, case_id).new == frozenset()


def test_a_copy_holds_nothing_that_was_left_out(
    house: House, maya: Worker, case_id: str, diary: Told
) -> None:
    story = cases.read(
        house, maya.vault, case_id, Look("entry"), lambda one: case_entries.entry(one, diary.copied)
    )
    assert story.piece.left_out == ("place",)
    assert story.piece.version == 1
    assert "Elm" not in str(story)


def test_what_is_not_shared_is_not_there(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    for one in (diary.secret, "0" * 32, "x", case_id, diary.order):
        with pytest.raises(NotSharedError):
            read(house, maya.vault, case_id, partial(case_entries.entry, record_id=one))
    assert told.events(house, vault) == []


@pytest.mark.parametrize("stop", ["withdrawn", "over", "suspended", "not begun"])
def test_every_call_asks_again(
    house: House,
    clock: Clock,
    vault: Vault,
    maya: Worker,
    case_id: str,
    diary: Told,
    stop: str,
) -> None:
    if stop == "withdrawn":
        told.end(house, case_id)
    elif stop == "over":
        clock.pass_(days=30)
    elif stop == "not begun":
        clock.pass_(seconds=-1)
    else:
        with house.store.write() as conn:
            orgs.suspend(conn, maya.account_id, to_ms(house.now()))
    with pytest.raises(NotSharedError):
        read(house, maya.vault, case_id, lambda found: case_entries.entry(found, diary.entry))
    with pytest.raises(NotSharedError):
        case_overview.open_case(house, maya.vault, case_id)
    assert told.events(house, vault) == []


def test_nobody_else_opens_it(
    app: Flask, house: House, vault: Vault, other_vault: Vault, case_id: str
) -> None:
    bo = worker(app, house, org=agency(house, "Quay Street"), name="Bo")
    for somebody in (bo.vault, other_vault, vault):
        with pytest.raises(NotSharedError):
            case_overview.open_case(house, somebody, case_id)


def test_a_grant_that_ends_between_reading_and_the_trace_shows_nothing(
    house: House, maya: Worker, case_id: str
) -> None:
    def reading(_found: Open) -> str:
        told.end(house, case_id)
        return "words"

    with pytest.raises(NotSharedError):
        read(house, maya.vault, case_id, reading)


def test_no_look_goes_unrecorded(
    house: House, maya: Worker, case_id: str, diary: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_named: object) -> None:
        raise StoreFullError

    monkeypatch.setattr(records, "add", full)
    with pytest.raises(StoreFullError):
        read(house, maya.vault, case_id, lambda found: case_entries.entry(found, diary.entry))
    with pytest.raises(StoreFullError):
        case_overview.open_case(house, maya.vault, case_id)


def test_what_she_removes_is_gone_from_the_case_at_once(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    with house.store.write() as conn:
        family = vault.family(conn, diary.copied) + vault.family(conn, diary.entry)
        records.set_destroy(conn, vault.diary_id, family, to_ms(house.now()) + 1000)
    shown = case_overview.open_case(house, maya.vault, case_id)
    assert [item.piece.id for item in shown.entries] == [diary.second]
    assert len(shown.numbers.facts) == 1
    with pytest.raises(NotSharedError):
        read(house, maya.vault, case_id, lambda found: case_entries.entry(found, diary.copied))


def names(house: House, me: Vault, case_id: str, wanted: Wanted) -> list[str]:
    shelf = cases.read(
        house, me, case_id, Look("entries"), lambda found: case_entries.entries(found, wanted, 1)
    )
    return [item.piece.body.what_happened for item in shelf.items]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(words="gate STOOD"), ["He stood at the gate."]),
        (Wanted(words="elm"), []),
        (Wanted(order="ORD-1"), ["At […].", "He stood at the gate."]),
        (Wanted(reported="yes"), ["He stood at the gate."]),
        (Wanted(reported="no"), ["At […].", "Called eleven times."]),
        (Wanted(start=date(2026, 3, 5), end=date(2026, 3, 5)), ["Called eleven times."]),
        (Wanted(words="gate", reported="no"), []),
        (Wanted(), ["At […].", "Called eleven times.", "He stood at the gate."]),
    ],
)
def test_search_and_filters(
    house: House, maya: Worker, case_id: str, wanted: Wanted, found: list[str]
) -> None:
    assert names(house, maya.vault, case_id, wanted) == found


def test_pages(house: House, vault: Vault, maya: Worker) -> None:
    ids = [
        told.keep(
            house,
            vault,
            Entry(what_happened=f"{n}", when=When.now(house.now() - timedelta(days=n))),
        )
        for n in range(45)
    ]
    case_id = told.grant(house, vault, maya.vault, ids)
    shelf = cases.read(
        house, maya.vault, case_id, Look("entries"),
        lambda found: case_entries.entries(found, Wanted(), 3),
    )  # fmt: skip
    assert (shelf.total, shelf.pages) == (45, 3)
    assert [item.piece.body.what_happened for item in shelf.items] == [
        str(n) for n in range(40, 45)
    ]


def test_ranges_of_one_sound_are_one_look(
    house: House, clock: Clock, vault: Vault, maya: Worker, case_id: str
) -> None:
    look = Look("file", "f" * 32, in_parts=True)
    for _ in range(3):
        cases.read(house, maya.vault, case_id, look, lambda _found: None)
    assert len(told.events(house, vault)) == 1
    clock.pass_(minutes=6)
    cases.read(house, maya.vault, case_id, look, lambda _found: None)
    assert len(told.events(house, vault)) == 2


def test_a_case_without_its_consent_opens_and_lets_nothing_be_taken(
    house: House, vault: Vault, maya: Worker, diary: Told
) -> None:
    case_id = told.grant(house, vault, maya.vault, [diary.entry])
    with house.store.write() as conn:
        records.set_destroy(conn, vault.diary_id, [case_id], to_ms(house.now()) + 1000)
    shown = case_overview.open_case(house, maya.vault, case_id)
    assert (shown.consent, shown.can_download) == (None, False)
    assert cases.mine(house, maya.vault)[0].name == ""
    with pytest.raises(NotFoundError):
        read(house, maya.vault, case_id, cases.require_download)
