"""Reports: numbers given once, links in step with what a report is about, counts that are true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.kept import Removal
from diary.domain.report import FollowUp, Report, ReportLink, is_early
from diary.domain.when import When
from diary.errors import BadInputError, ConflictError, NotFoundError
from diary.services import deletion, own, reporting, reports
from diary.services.house import House
from diary.services.own import Own
from diary.store.models import records
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.services.test_entries import write

AT = When.at("exact", "2026-03-03T21:14")


def tell(house: House, vault: Vault, *entries: str, **said: object) -> Own[Report]:
    body = Report.model_validate({"reference": "", "to": "police_101", "entries": entries, **said})
    return reports.give(house, vault, body, record_id=new_id())


def live_links(house: House, vault: Vault, entry_id: str) -> set[str]:
    with house.store.read() as conn:
        found = own.below(conn, vault, ReportLink, entry_id)
    return {one.body.report for one in found if one.body.live}


def test_numbers_are_given_once_whatever_is_removed(house: House, vault: Vault) -> None:
    first, second = tell(house, vault), tell(house, vault)
    assert [first.body.reference, second.body.reference] == ["REP-1", "REP-2"]
    deletion.remove(house, vault, second.id)
    assert tell(house, vault).body.reference == "REP-3"


def test_a_form_that_is_sent_twice_is_one_report(house: House, vault: Vault) -> None:
    body, record_id = Report(reference="", to="court"), new_id()
    first = reports.give(house, vault, body, record_id=record_id)
    again = reports.give(house, vault, body, record_id=record_id)
    assert (again.id, again.body) == (first.id, first.body)
    assert tell(house, vault).body.reference == "REP-2"


def test_several_entries_in_one_report_and_several_reports_of_one(
    house: House, vault: Vault
) -> None:
    one, other = write(house, vault, "a"), write(house, vault, "b")
    first, second = tell(house, vault, one, other), tell(house, vault, one)
    assert live_links(house, vault, one) == {first.id, second.id}
    assert live_links(house, vault, other) == {first.id}
    assert [found.id for found in reporting.of_entry(house, vault, other)] == [first.id]


def test_links_follow_what_a_report_is_about(house: House, vault: Vault) -> None:
    one, other = write(house, vault, "a"), write(house, vault, "b")
    report = tell(house, vault, one)
    reports.mend(house, vault, report.id, {"entries": (other,)}, base=1)
    assert live_links(house, vault, one) == set()
    assert live_links(house, vault, other) == {report.id}
    reports.mend(house, vault, report.id, {"entries": (one, other)}, base=2)
    assert live_links(house, vault, one) == {report.id}


def test_links_go_with_a_removed_report_and_come_back(house: House, vault: Vault) -> None:
    entry = write(house, vault, "a", terms_alleged=("ORD-1.T1",))
    report = tell(house, vault, entry)
    assert reporting.shelf(house, vault).open.not_told == 0
    deletion.remove(house, vault, report.id)
    assert reporting.of_entry(house, vault, entry) == []
    assert reporting.shelf(house, vault).open.not_told == 1
    deletion.bring_back(house, vault, [deletion.waiting(house, vault)[0].removal_id])
    assert [one.id for one in reporting.of_entry(house, vault, entry)] == [report.id]


def bring_back(house: House, vault: Vault, record_id: str) -> None:
    with house.store.read() as conn:
        found = [(one.record_id, one.body) for one in vault.scan(conn, Removal.kind)]
    (removal_id,) = [
        one
        for one, body in found
        if isinstance(body, Removal) and body.target == record_id and body.hides_parent()
    ]
    assert deletion.bring_back(house, vault, [removal_id]) == 1


@pytest.mark.parametrize("first", ["entry", "report"])
def test_of_two_that_went_each_comes_back_with_what_holds_then(
    house: House, vault: Vault, first: str
) -> None:
    entry = write(house, vault, "a")
    report = tell(house, vault, entry).id
    removed = (entry, report) if first == "entry" else (report, entry)
    for order in (removed, removed[::-1]):
        for one in removed:
            deletion.remove(house, vault, one)
        bring_back(house, vault, order[0])
        if order[0] == entry:
            assert live_links(house, vault, entry) == set()
        bring_back(house, vault, order[1])
        assert live_links(house, vault, entry) == {report}


def test_a_damaged_link_keeps_no_entry_away(house: House, vault: Vault) -> None:
    entry = write(house, vault, "a")
    report = tell(house, vault, entry).id
    tell(house, vault, entry)
    deletion.remove(house, vault, report)
    with house.store.write() as conn:
        first, second = own.below(conn, vault, ReportLink, entry)
        damaged = second if second.body.report != report else first
        vault.refresh_heads(conn)
    deletion.remove(house, vault, entry)
    bring_back(house, vault, report)
    with house.store.write() as conn:
        conn.execute(
            update(records).where(records.c.record_id == damaged.id).values(sealed=b"x" * 99)
        )
    bring_back(house, vault, entry)
    with house.store.read() as conn:
        heads = vault.heads(conn)
        below = heads.section(ReportLink.kind).children(bytes.fromhex(entry))
        (link,) = vault.open_heads(conn, heads, below, Unopened())
    assert link.body == ReportLink(report=report)


def test_a_damaged_report_keeps_no_entry_away(house: House, vault: Vault) -> None:
    entry = write(house, vault, "a")
    report = tell(house, vault, entry).id
    with house.store.write() as conn:
        vault.refresh_heads(conn)
    deletion.remove(house, vault, entry)
    with house.store.write() as conn:
        conn.execute(update(records).where(records.c.record_id == report).values(sealed=b"x" * 99))
    bring_back(house, vault, entry)
    assert live_links(house, vault, entry) == {report}


def test_an_entry_comes_back_to_reports_as_they_are_then(house: House, vault: Vault) -> None:
    entry, other = write(house, vault, "a"), write(house, vault, "b")
    report = tell(house, vault, entry, other)
    deletion.remove(house, vault, entry)
    reports.mend(house, vault, report.id, {"entries": (other,)}, base=1)
    bring_back(house, vault, entry)
    assert live_links(house, vault, entry) == set()
    assert live_links(house, vault, other) == {report.id}


def test_an_entry_that_is_gone_is_said_at_its_box(house: House, vault: Vault) -> None:
    entry = write(house, vault, "a")
    deletion.remove(house, vault, entry)
    with pytest.raises(BadInputError) as error:
        tell(house, vault, entry)
    assert set(error.value.fields) == {"entries"}
    assert reporting.shelf(house, vault).total == 0


def test_an_entry_removed_later_stays_named_and_is_not_touched(house: House, vault: Vault) -> None:
    entry = write(house, vault, "a")
    report = tell(house, vault, entry)
    deletion.remove(house, vault, entry)
    changed = reports.mend(house, vault, report.id, {"outcome": "logged"}, base=1)
    assert changed.body.entries == (entry,)


def test_of_two_tabs_both_notes_stay_and_the_same_note_is_one(house: House, vault: Vault) -> None:
    report = tell(house, vault)
    notes = [FollowUp(on="2026-03-04", note=text) for text in ("Rang back", "A letter")]
    for note in (*notes, notes[0]):
        reports.mend(house, vault, report.id, {}, base=1, later=note)
    newest = own.one(house, vault, Report, report.id)
    assert newest.body.follow_ups == tuple(notes)
    assert newest.version == 3


def test_of_two_tabs_the_second_is_told_where_both_change_one_thing(
    house: House, vault: Vault
) -> None:
    report = tell(house, vault)
    reports.mend(house, vault, report.id, {"crime_ref": "A"}, base=1)
    reports.mend(house, vault, report.id, {"agency": "Wexcombe"}, base=1)
    with pytest.raises(ConflictError):
        reports.mend(house, vault, report.id, {"crime_ref": "B"}, base=1)
    newest = own.one(house, vault, Report, report.id).body
    assert (newest.crime_ref, newest.agency) == ("A", "Wexcombe")


def test_another_diary_is_not_there(house: House, vault: Vault, other_vault: Vault) -> None:
    entry, report = write(house, other_vault, "hers"), tell(house, other_vault)
    with pytest.raises(BadInputError):
        tell(house, vault, entry)
    with pytest.raises(NotFoundError):
        reports.mend(house, vault, report.id, {"outcome": "logged"}, base=1)
    assert reporting.to_choose(house, vault, [entry], newest=9) == []


def test_what_is_open_is_counted(house: House, vault: Vault, clock: Clock) -> None:
    marked = write(house, vault, "b", report_status="not_reported")
    write(house, vault, "c", report_status="reported", terms_alleged=("ORD-1.T1",))
    write(house, vault, "d")
    write(house, vault, "e", terms_alleged=("T",), withdrawn={"said_on": "", "reason": ""})
    told = write(house, vault, "a", terms_alleged=("ORD-1.T1",))
    tell(house, vault, told, incident_ref="0914", reported=When.now(house.now()))
    tell(house, vault, crime_ref="  ", outcome="arrest")
    open_ = reporting.shelf(house, vault).open
    assert (open_.not_told, open_.no_number, open_.no_reply) == (1, 1, 0)
    found = reporting.shelf(house, vault, only="not-told")
    assert [one.id for one in found.entries] == [marked]
    clock.pass_(seconds=15 * 86400)
    assert reporting.shelf(house, vault).open.no_reply == 1


@pytest.mark.parametrize(
    ("said", "quiet"),
    [
        ({}, 1),
        ({"next_contact": "2099-01-01"}, 0),
        ({"next_contact": "2020-01-01"}, 1),
        ({"outcome": "NFA"}, 0),
        ({"follow_ups": ({"on": "2099-01-01", "note": "x"},)}, 0),
        ({"follow_ups": ({"on": "", "note": "x"},)}, 1),
    ],
)
def test_without_an_answer(house: House, vault: Vault, said: dict[str, object], quiet: int) -> None:
    then = When.now(house.now() - timedelta(days=15))
    tell(house, vault, **{"reported": then, **said})
    assert reporting.shelf(house, vault).open.no_reply == quiet


def test_a_page_of_the_list_opens_only_its_reports(
    house: House, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(25):
        write(house, vault, str(number))
        tell(house, vault, incident_ref="1", outcome="logged", reported=AT)
    reporting.shelf(house, vault)
    opened: list[int] = []
    real = Vault._opened

    def count(self: Vault, row):  # type: ignore[no-untyped-def]
        opened.append(1)
        return real(self, row)

    monkeypatch.setattr(Vault, "_opened", count)
    found = reporting.shelf(house, vault, page=2)
    assert (found.total, found.pages, len(found.reports)) == (25, 2, 5)
    assert len(opened) <= 5


@pytest.mark.parametrize(
    ("told", "happened", "early"),
    [
        (AT, When.at("date_only", "2026-03-04"), True),
        (AT, When.at("exact", "2026-03-03T23:00"), False),
        (When.at("month", "2026-02"), AT, True),
        (When.at("month", "2026-03"), AT, False),
        (When(), AT, False),
        (AT, When(), False),
        (When.at("exact", "2026-03-04T00:00"), AT, False),
    ],
)
def test_told_before_it_happened_is_told_by_whole_days(
    told: When, happened: When, early: bool
) -> None:
    assert is_early(told, happened) is early


def test_the_ticks_offer_the_newest_and_the_one_she_came_from(house: House, vault: Vault) -> None:
    old = write(house, vault, "old", when=When.at("date_only", "2020-01-01"))
    for number in range(3):
        write(house, vault, str(number), when=When.at("date_only", f"2026-01-0{number + 1}"))
    found = reporting.to_choose(house, vault, [old, old, "0" * 32], newest=2)
    assert [one.body.what_happened for one in found] == ["old", "2", "1"]
    assert all(isinstance(one.body, Entry) for one in found)
