"""What a case's pages say: whose it is, what she told with it, what is left, and where it is."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from diary.content import guidance
from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.order import Order, Term
from diary.domain.practice import PracticeRecord
from diary.domain.report import Report
from diary.services import agencies, consents, files, practice, practice_seen
from diary.services.house import House
from diary.services.redaction import GROUPS, USUAL
from diary.vault.vault import Vault
from diary.web.cases.consent_words import LEFT_OUT
from tests import cases as told
from tests.cases import Told
from tests.conftest import Person
from tests.media import phone_file, picture
from tests.practitioners import Worker, worker
from tests.web.test_cases import EYES, paths, write_record


@pytest.fixture
def case_id(house: House, vault: Vault, maya: Worker, diary: Told) -> str:
    return told.share(house, vault, maya.vault, diary, permission="download")


def text(maya: Worker, path: str) -> str:
    answer = maya.client.get(path, headers=EYES)
    assert answer.status_code == 200, path
    return answer.text


def seen(page: str) -> str:
    """The page without its tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_what_she_told_him_stands_at_the_top(house: House, vault: Vault, maya: Worker) -> None:
    reason = "The hearing is in May.\nPlease ring before five."
    until = house.now() + timedelta(days=9)
    case_id = told.grant(
        house, vault, maya.vault, [], purpose="To help me at court", reason=reason,
        fields=USUAL, adds_until=until,
    )  # fmt: skip
    head = text(maya, f"/work/cases/{case_id}").split('<div class="board">')[0]
    assert "To help me at court" in head
    assert reason in head
    assert "What is added later comes too, until" in head
    left = [str(LEFT_OUT[group]) for group in GROUPS if group not in USUAL]
    assert re.findall(r"<li>([^<]+)</li>", head) == left


def test_nothing_is_said_to_be_left_out_where_nothing_is(
    house: House, vault: Vault, maya: Worker
) -> None:
    case_id = told.grant(house, vault, maya.vault, [], fields=GROUPS)
    page = text(maya, f"/work/cases/{case_id}")
    assert "What is left out" not in page
    assert "comes too, until" not in page


def test_every_part_that_can_be_left_out_has_a_name() -> None:
    assert set(LEFT_OUT) == set(GROUPS)


def test_every_page_says_whose_case_it_is(
    app: Flask, maya: Worker, case_id: str, diary: Told
) -> None:
    record = write_record(maya, case_id)
    pages = 0
    for endpoint, path in paths(app, case_id, diary, record).items():
        answer = maya.client.get(path, headers=EYES)
        if answer.mimetype != "text/html":
            continue
        main = answer.text.split('<main id="content"')[1]
        assert told.NAME in main.split("</h1>")[0], endpoint
        assert "<title>Notes</title>" in answer.text, endpoint
        pages += 1
    assert pages > 12


def test_a_form_that_comes_back_says_whose_case_it_is(maya: Worker, case_id: str) -> None:
    form = {"id": told.any_id(), "detail": "No day."}
    answer = maya.client.post(f"/work/cases/{case_id}/records/new", data=form, headers=EYES)
    assert answer.status_code == 400
    assert told.NAME in answer.text


def test_an_end_at_midnight_is_said_by_the_day_before(
    house: House, vault: Vault, maya: Worker
) -> None:
    today = consents.today(house)
    midnight = datetime(today.year, today.month, today.day, tzinfo=consents.ZONE)
    days = (midnight + timedelta(days=31) - house.now()) / timedelta(days=1)
    case_id = told.grant(house, vault, maya.vault, [], days=days)  # type: ignore[arg-type]
    for path in ("/work", f"/work/cases/{case_id}"):
        said = seen(text(maya, path))
        assert "Shared until the end of" in said
        assert "00:00" not in said


def test_the_overview_says_to_keep_reporting(maya: Worker, case_id: str) -> None:
    reminder = guidance("agencies_report")
    said = seen(text(maya, f"/work/cases/{case_id}"))
    assert str(reminder.title) in said
    for line in reminder.lines:
        assert str(line) in said


def test_the_overview_counts_the_days_of_an_order(house: House, vault: Vault, maya: Worker) -> None:
    ends = (consents.today(house) + timedelta(days=12)).isoformat()
    order = Order(reference="ORD-9", type="NMO", ends="on", expires_on=ends)
    case_id = told.grant(house, vault, maya.vault, [told.keep(house, vault, order)])
    page = text(maya, f"/work/cases/{case_id}").split('aria-labelledby="orders"')[1]
    assert "12 days" in page.split("</section>")[0]


def test_a_copy_says_from_which_version_it_is(maya: Worker, case_id: str, diary: Told) -> None:
    case = f"/work/cases/{case_id}/entries"
    said = "Some parts were left out. This is derived from version 1."
    assert said in seen(text(maya, f"{case}/{diary.copied}"))
    assert "derived from" not in text(maya, f"{case}/{diary.entry}")


def test_what_was_reported_comes_in_pages_with_its_references(
    house: House, vault: Vault, maya: Worker
) -> None:
    entry = told.keep(house, vault, Entry(what_happened="He rang."))
    ids = [
        told.keep(
            house, vault,
            Report(reference=f"REP-{n}", entries=(entry,), to="police_101", crime_ref=f"CR-{n:02}.",
                   incident_ref=f"IN-{n:02}."),
        )
        for n in range(23)
    ]  # fmt: skip
    case_id = told.grant(house, vault, maya.vault, [entry, *ids], permission="download")
    case = f"/work/cases/{case_id}"
    pages = [text(maya, f"{case}/reports?page={n}") for n in (1, 2)]
    for kind in ("CR", "IN"):
        found = [re.findall(rf"{kind}-\d\d\.", page) for page in pages]
        assert [len(some) for some in found] == [20, 3]
        assert len({one for some in found for one in some}) == 23
    assert "23 reports are shared." in pages[0]
    assert f"{case}/entries/{entry}/one-page.pdf" in pages[0]
    for one in ids:
        assert f'id="{one}"' in text(maya, f"{case}/reports?at={one}")
    assert f"reports?at={ids[0]}#{ids[0]}" in text(maya, f"{case}/entries/{entry}")
    for odd in ("at=x", "at=" + "0" * 32, f"at={entry}", "page=99", "page=x"):
        assert maya.client.get(f"{case}/reports?{odd}", headers=EYES).status_code == 200, odd


def test_files_come_in_pages_closed_and_each_look_is_left(
    house: House, vault: Vault, maya: Worker
) -> None:
    entry = told.keep(house, vault, Entry(what_happened="He sent these."))
    names = [f"door-{n:02}.jpg" for n in range(22)]
    received = [files.take_in(house, name, [picture()]) for name in names]
    ids = [files.add(house, vault, one, parent=entry) for one in received]
    other = told.keep(house, vault, Entry(what_happened="Not this."))
    hidden = files.add(house, vault, files.take_in(house, "no.jpg", [picture()]), parent=other)
    case_id = told.grant(house, vault, maya.vault, [entry])
    case = f"/work/cases/{case_id}"
    pages = [text(maya, f"{case}/files?page={n}") for n in (1, 2)]
    shown = [re.findall(r'<img src="[^"]+/files/(\w+)/show"', page) for page in pages]
    assert [len(some) for some in shown] == [20, 2]
    assert {one for some in shown for one in some} == set(ids)
    assert hidden not in "".join(pages)
    assert "<details open" not in pages[0]
    assert pages[0].count('loading="lazy"') == 20, "nothing is fetched while it is closed"
    assert "He sent these." not in pages[0]
    assert [one.note for one in told.events(house, vault)] == ["media", "media"]
    maya.client.get(f"{case}/files/{ids[0]}/show")
    assert told.events(house, vault)[-1].subject == ids[0]


def test_her_page_names_the_entries_behind_a_look(
    house: House, signed_in: Person, maya: Worker
) -> None:
    owner = signed_in.vault
    diary = told.tell(house, owner)
    case_id = told.share(house, owner, maya.vault, diary)
    text(maya, "/work")
    text(maya, f"/work/cases/{case_id}/entries?q=gate")
    for path in ("/sharing/looks", f"/sharing/{case_id}/looks", f"/sharing/{case_id}"):
        page = signed_in.client.get(path, headers=EYES).text
        assert "Saw your name, and what it is for, in the list of cases" in page, path
        assert "Searched the entries" in page, path
        assert "The words of 1 entry stood there" in page, path
    (behind,) = set(re.findall(rf'href="(/sharing/{case_id}/looks/\w+)"', page))
    page = signed_in.client.get(behind, headers=EYES).text
    assert f'href="/diary/{diary.entry}"' in page
    assert "He stood at the gate." in page
    assert diary.second not in page
    assert signed_in.client.get(f"/sharing/{case_id}/looks/{diary.entry}").status_code == 404


def test_a_page_knows_when_its_session_ends(maya: Worker, case_id: str) -> None:
    page = text(maya, f"/work/cases/{case_id}")
    assert 'data-idle-seconds="900"' in page
    refresh = '<noscript><meta http-equiv="refresh" content="900; url=/work/sign-in"></noscript>'
    assert refresh in page
    assert "/idle" in page
    lock = maya.client.get("/work/sign-in", headers=EYES)
    maya.client.post("/sign-out", headers=EYES)
    lock = maya.client.get("/work/sign-in", headers=EYES)
    assert "data-idle-seconds" not in lock.text


def test_what_an_order_allows_stands_with_what_it_forbids(
    house: House, vault: Vault, maya: Worker
) -> None:
    forbids = Term(term_id="ORD-1.T1", text_from_order="Not to contact, save as below")
    allows = Term(term_id="ORD-1.T2", text_from_order="One call on Sundays")
    order = told.keep(
        house, vault, Order(reference="ORD-1", type="NMO", terms=(forbids,), exceptions=(allows,))
    )
    page = text(maya, f"/work/cases/{told.grant(house, vault, maya.vault, [order])}")
    assert "What is allowed" in page
    assert "One call on Sundays" in page


def test_no_copy_is_offered_where_it_would_hold_nothing(
    house: House, vault: Vault, maya: Worker
) -> None:
    order = told.keep(house, vault, Order(reference="ORD-1", type="NMO"))
    case_id = told.grant(house, vault, maya.vault, [order], permission="download")
    assert "Take a copy of the case" not in text(maya, f"/work/cases/{case_id}")
    page = text(maya, f"/work/cases/{case_id}/copy")
    assert "No entry is shared with you." in page
    assert "Download the copy" not in page


def test_a_look_at_what_a_copy_would_hold_is_told_as_that(
    house: House, vault: Vault, maya: Worker, case_id: str
) -> None:
    text(maya, f"/work/cases/{case_id}/copy")
    assert told.events(house, vault)[-1].note == "before copy"


def test_a_sound_or_video_offers_no_copy_beside_the_log(
    house: House, vault: Vault, maya: Worker
) -> None:
    entry = told.keep(house, vault, Entry(what_happened="He rang."))
    for name in ("voice-note.m4a", "phone-video-gps.mp4"):
        received = files.take_in(house, name, [phone_file(name)])
        files.add(house, vault, received, parent=entry)
    page = text(maya, f"/work/cases/{told.grant(house, vault, maya.vault, [entry])}/files")
    players = re.findall(r"<(?:video|audio) [^>]*>", page)
    assert len(players) == 2
    assert all('controlslist="nodownload"' in one for one in players)


def test_a_colleagues_record_links_only_what_is_shared_here(
    app: Flask, house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    ira = worker(app, house, org=agencies.every_org(house)[0], name="Ira Bell")
    record = PracticeRecord(detail="x", linked_entries=(diary.entry, diary.second))
    record_id = practice.add(house, maya.vault, case_id, record, record_id=new_id())
    other = told.grant(house, vault, ira.vault, [diary.second])
    practice_seen.pass_on(house, vault)
    page = text(ira, f"/work/cases/{other}/records/{record_id}")
    assert f"/entries/{diary.second}" in page
    assert diary.entry not in page
