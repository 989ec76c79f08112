"""The pages of reports: told and happened apart, numbers apart, nothing typed is lost, no blame."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pypdf
import pytest

from diary.domain.report import Report
from diary.domain.when import When
from diary.services import deletion, own, reporting
from diary.services.house import House
from diary.web.reports import form as forms
from tests.clock import Clock
from tests.conftest import Person
from tests.services.test_entries import write
from tests.services.test_reports import tell
from tests.web.test_write import HOSTILE, box

ID = "a" * 32
HAPPENED = When.at("exact", "2026-03-03T21:14")
TELLING = {"id": ID, "to": "police_101", "told_when": "earlier", "told_day": "2026-03-04",
           "happened_when": "now"}  # fmt: skip


def save(person: Person, **more: str):  # type: ignore[no-untyped-def]
    return person.client.post("/reports/new", data={**TELLING, **more})


def kept(house: House, person: Person, report_id: str = "") -> Report:
    found = own.every(house, person.vault, Report).items
    (one,) = (each for each in found if report_id in {"", each.id})
    return one.body


def at(house: House, person: Person) -> str:
    """Return the address of the one report there is."""
    (one,) = own.every(house, person.vault, Report).items
    return f"/reports/{one.id}"


def test_told_and_happened_are_kept_and_shown_apart(house: House, signed_in: Person) -> None:
    entry = write(house, signed_in.vault, "He rang.", when=HAPPENED)
    page = signed_in.client.get(f"/reports/new?entry={entry}").text
    assert re.search(rf'value="{entry}" checked', page)
    answer = save(signed_in, entries=entry, told_time="09:30")
    assert answer.status_code == 303
    report = kept(house, signed_in)
    assert report.reported == When.at("exact", "2026-03-04T09:30")
    assert report.happened == HAPPENED
    page = signed_in.client.get(at(house, signed_in)).text
    assert "Wednesday 4 March 2026, 09:30" in page
    assert "Tuesday 3 March 2026, 21:14" in page
    assert "You told them" in page
    assert "It happened, as you told them" in page


def test_it_happened_is_the_earliest_of_what_was_told(house: House, signed_in: Person) -> None:
    later = write(house, signed_in.vault, "b", when=When.at("date_only", "2026-03-03"))
    first = write(house, signed_in.vault, "a", when=When.at("date_only", "2026-03-01"))
    data = {key: [value] for key, value in TELLING.items()} | {"entries": [later, first]}
    assert signed_in.client.post("/reports/new", data=data).status_code == 303
    assert kept(house, signed_in).happened == When.at("date_only", "2026-03-01")
    assert kept(house, signed_in).entries == (later, first)


def test_a_report_dated_before_it_happened_is_said_in_words(
    house: House, signed_in: Person
) -> None:
    entry = write(house, signed_in.vault, "He rang.", when=HAPPENED)
    save(signed_in, entries=entry, told_day="2026-03-01")
    for path in (at(house, signed_in), f"{at(house, signed_in)}/saved"):
        assert "you told them before it happened" in signed_in.client.get(path).text
    assert kept(house, signed_in).reported == When.at("date_only", "2026-03-01")


def test_sent_twice_it_is_filed_once_and_with_other_words_it_is_another(
    house: House, signed_in: Person
) -> None:
    said = ["They wrote it down.", "They wrote it down.", "They wrote it down. PC Hall rang."]
    answers = [save(signed_in, what_said=text) for text in said]
    assert answers[0].location == answers[1].location != answers[2].location
    reports = own.every(house, signed_in.vault, Report).items
    assert {one.body.what_said for one in reports} == set(said)
    assert {one.body.reference for one in reports} == {"REP-1", "REP-2"}


def test_the_two_numbers_stay_two(house: House, signed_in: Person) -> None:
    save(signed_in, incident_ref="0914 of 17/02/2026", crime_ref="13/4567/26")
    report = kept(house, signed_in)
    assert (report.incident_ref, report.crime_ref) == ("0914 of 17/02/2026", "13/4567/26")
    page = signed_in.client.get("/reports/new").text
    assert "Incident number (CAD)" in page
    assert "Crime reference" in page
    assert save(signed_in, id="b" * 32, crime_ref="x" * 1001).status_code == 400


def test_what_needs_another_look_keeps_everything(house: House, signed_in: Person) -> None:
    entry = write(house, signed_in.vault, "He rang.")
    answer = save(signed_in, to="", entries=entry, what_said="all of it", next_contact="never",
                  told_day="", told_time="25:00")  # fmt: skip
    assert answer.status_code == 400
    assert box(answer.text, "what_said") == "all of it"
    assert 'value="25:00"' in answer.text
    assert 'value="never"' in answer.text
    assert re.search(rf'value="{entry}" checked', answer.text)
    assert reporting.shelf(house, signed_in.vault).total == 0


def test_a_name_is_enough_for_whom_she_told(house: House, signed_in: Person) -> None:
    assert save(signed_in, to="").status_code == 400
    assert save(signed_in, to="", name_rank="PC Hall").status_code == 303
    assert kept(house, signed_in).name_rank == "PC Hall"


def test_older_entries_can_be_asked_for_and_nothing_is_lost(
    house: House, signed_in: Person
) -> None:
    for number in range(25):
        write(house, signed_in.vault, f"entry {number}")
    assert signed_in.client.get("/reports/new").text.count('name="entries"') == forms.AT_FIRST
    answer = save(signed_in, more="40", what_said="typed")
    assert answer.status_code == 200
    assert answer.text.count('name="entries"') == 25
    assert box(answer.text, "what_said") == "typed"


def test_changing_it_keeps_the_earlier_wording(house: House, signed_in: Person) -> None:
    save(signed_in, what_said="one")
    same = {"base": "1", "to": "police_101", "told_when": "same", "happened_when": "same"}
    answer = signed_in.client.post(
        f"{at(house, signed_in)}/change", data={**same, "what_said": "two"}
    )
    assert answer.status_code == 303
    page = signed_in.client.get(at(house, signed_in)).text
    assert page.index("two") < page.index("Read it as it was") < page.index("one</")
    report = kept(house, signed_in)
    assert (report.reported, report.reference) == (When.at("date_only", "2026-03-04"), "REP-1")


def test_of_two_tabs_the_second_is_told(house: House, signed_in: Person) -> None:
    save(signed_in)
    same = {"base": "1", "to": "police_101", "told_when": "same", "happened_when": "same"}
    url = f"{at(house, signed_in)}/change"
    assert signed_in.client.post(url, data={**same, "what_said": "first"}).status_code == 303
    answer = signed_in.client.post(url, data={**same, "what_said": "second"})
    assert answer.status_code == 409
    assert "first" in answer.text
    assert box(answer.text, "what_said") == "second"
    assert 'name="base" value="2"' in answer.text
    assert kept(house, signed_in).what_said == "first"
    retry = {**same, "base": "2", "what_said": "both"}
    assert signed_in.client.post(url, data=retry).status_code == 303
    assert kept(house, signed_in).what_said == "both"


@pytest.mark.parametrize("text", HOSTILE)
def test_odd_texts_survive_the_form(house: House, signed_in: Person, text: str) -> None:
    report = tell(house, signed_in.vault, what_said=text, their_action=text, name_rank="x")
    page = signed_in.client.get(f"/reports/{report.id}/change").text
    typed = {name: box(page, name) for name in ("what_said", "their_action")}
    same = {"base": "1", "to": "police_101", "told_when": "same", "happened_when": "same"}
    data = {**same, **typed, "name_rank": "y"}
    assert signed_in.client.post(f"/reports/{report.id}/change", data=data).status_code == 303
    newest = kept(house, signed_in, report.id)
    assert (newest.what_said, newest.their_action, newest.name_rank) == (text, text, "y")


def test_what_came_later_has_its_own_day(house: House, signed_in: Person) -> None:
    save(signed_in)
    url = at(house, signed_in)
    data = {"base": "1", "note": "Rang back", "on": "2026-03-09", "outcome": "crime_recorded"}
    assert signed_in.client.post(url, data=data).status_code == 303
    page = signed_in.client.get(url).text
    assert "Monday 9 March 2026" in page
    assert "Rang back" in page
    report = kept(house, signed_in)
    assert (report.outcome, report.follow_ups[0].on) == ("crime_recorded", "2026-03-09")
    assert signed_in.client.post(url, data={"base": "2"}).status_code == 400


def test_an_entry_that_was_removed_is_told_in_words(house: House, signed_in: Person) -> None:
    entry = write(house, signed_in.vault, "He rang.")
    save(signed_in, entries=entry)
    deletion.remove(house, signed_in.vault, entry)
    assert "1 entry is not in your diary now." in signed_in.client.get(at(house, signed_in)).text
    same = {"base": "1", "to": "court", "told_when": "same", "happened_when": "same"}
    assert signed_in.client.post(f"{at(house, signed_in)}/change", data=same).status_code == 303
    assert kept(house, signed_in).entries == (entry,)


def test_what_is_open_is_counted_without_blame(
    house: House, signed_in: Person, clock: Clock
) -> None:
    assert 'class="number"' not in signed_in.client.get("/reports").text
    write(house, signed_in.vault, "not yet told", report_status="going_to_report")
    tell(house, signed_in.vault, reported=When.now(house.now() - timedelta(days=20)))
    page = signed_in.client.get("/reports").text
    assert re.findall(r'class="number">(\d+)<', page) == ["1", "1", "1"]
    assert not re.search(r"should|must|fail|forgot|miss|overdue|still have", page, re.I)
    assert "not yet told" in signed_in.client.get("/reports?only=not-told").text
    for only in ("no-number", "no-reply", "nonsense", ""):
        assert "Police, by 101" in signed_in.client.get(f"/reports?only={only}").text


def test_the_plan_is_offered_once_and_quietly(house: House, signed_in: Person) -> None:
    entry = write(house, signed_in.vault, "He rang.")
    save(signed_in, entries=entry)
    offer = f"/plan/look?entry={entry}"
    assert offer in signed_in.client.get(f"{at(house, signed_in)}/saved").text
    signed_in.client.post("/plan/look", data={"entry": entry, "on": "2026-03-05"})
    assert offer not in signed_in.client.get(f"{at(house, signed_in)}/saved").text


def test_one_page_asks_for_the_passphrase_and_says_where_it_will_lie(
    house: House, signed_in: Person, clock: Clock
) -> None:
    entry = write(house, signed_in.vault, "He rang.", when=HAPPENED)
    assert "downloads of this phone" in signed_in.client.get(f"/diary/{entry}/one-page").text
    answer = signed_in.client.get(f"/diary/{entry}/one-page.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r'filename="?page-\d{8}-\d{4}\.pdf', answer.headers["Content-Disposition"])
    made = pypdf.PdfReader(io.BytesIO(answer.data))
    assert len(made.pages) == 1
    assert "He rang." in made.pages[0].extract_text()
    clock.pass_(seconds=house.settings.fresh_minutes * 60 + 1)
    stale = signed_in.client.get(f"/diary/{entry}/one-page.pdf")
    assert stale.status_code == 303
    assert stale.headers["Location"].startswith("/unlock")
    assert signed_in.client.get(f"/diary/{entry}/one-page").status_code == 200


def test_a_lock_in_between_loses_nothing(house: House, signed_in: Person, clock: Clock) -> None:
    signed_in.client.get("/leave")
    locked = save(signed_in, what_said="typed before the lock")
    assert locked.status_code == 401
    assert "typed before the lock" in locked.text
