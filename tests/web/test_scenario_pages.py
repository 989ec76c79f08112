"""The fictional diary, loaded from its file: every page of it opens and says what the file says."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.order import Order
from diary.domain.people import Person, Told
from diary.domain.plan import Lead
from diary.domain.report import Report
from diary.services import load, own
from diary.services.house import House
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import PASSPHRASE, browser_of

SCENARIO = Path(__file__).parents[2] / "examples" / "scenario" / "diary.json"
SAID: dict[str, Any] = json.loads(SCENARIO.read_text())
TAG = re.compile(r"<[^>]*>")

pytestmark = pytest.mark.slow


class Walker:
    """Somebody signed in to the loaded diary, and the ids of its records."""

    def __init__(self, app: Flask, house: House) -> None:
        load.load(house, SCENARIO, name="Nad", passphrase=PASSPHRASE)
        self.house = house
        self.vault = Vault(load.sign_in(house, name="Nad", passphrase=PASSPHRASE).unlocked)
        self.phone = browser_of(app)
        signed = self.phone.post("/sign-in", data={"name": "Nad", "passphrase": PASSPHRASE})
        assert signed.status_code == 303

    def read(self, path: str) -> str:
        """Return a page's words, without white space."""
        answer = self.phone.get(path)
        assert answer.status_code == 200, path
        return bare(html.unescape(TAG.sub(" ", answer.text)))

    def ids(self, model: type[Record]) -> dict[str, str]:
        """Return the records of a kind by what the file calls them."""
        with self.house.store.read() as conn:
            found = own.every_in(conn, self.vault, model).items
        return {_reference(one.body): one.id for one in found}


def _reference(body: Record) -> str:
    claimed = getattr(body, "claimed", None)
    if claimed is not None and claimed.reference:
        return str(claimed.reference)
    return str(getattr(body, "exhibit_ref", "") or id(body))


def bare(text: str) -> str:
    return "".join(text.split())


def one_of(said: list[dict[str, Any]], key: str, name: str) -> dict[str, Any]:
    return next(one for one in said if one[key] == name)


@pytest.fixture
def walker(app: Flask, house: House, clock: Clock) -> Walker:
    clock.pass_(days=264)  # the day that the file is of
    return Walker(app, house)


def test_every_page_of_the_loaded_diary_says_what_the_file_says(walker: Walker) -> None:
    orders_are_there(walker)
    reports_are_there(walker)
    people_are_there(walker)
    entries_are_there(walker)
    plan_and_lists_are_there(walker)
    files_say_whose_time_it_is(walker)


def orders_are_there(walker: Walker) -> None:
    for name, record in walker.ids(Order).items():
        said, page = one_of(SAID["orders"], "order_id", name), walker.read(f"/orders/{record}")
        for term in (*said["terms"], *said["exceptions"]):
            assert bare(term["text_from_order"]) in page, term["term_id"]
        for text in (said["court_name"], said["case_number_or_urn"]):
            assert bare(text) in page, (name, text)
        for path in ("change", "files", "terms/new", "terms/1", "places/new"):
            walker.read(f"/orders/{record}/{path}")
    (copy,) = [one for one in walker.ids(File).items() if one[0] == "NAP-016"]
    (of_february,) = [record for name, record in walker.ids(Order).items() if name == "ORD-1v2"]
    assert copy[1] in walker.phone.get(f"/orders/{of_february}").text
    assert "ORD-2" in walker.read("/orders")


def reports_are_there(walker: Walker) -> None:
    walker.read("/reports")
    for name, record in walker.ids(Report).items():
        said, page = one_of(SAID["reports"], "report_id", name), walker.read(f"/reports/{record}")
        for key in ("incident_ref", "crime_ref", "name_rank", "what_said", "their_action"):
            assert bare(said[key]) in page, (name, key)
        for one in said["follow_ups"]:
            assert bare(one["note"]) in page, name
        walker.read(f"/reports/{record}/change")


def people_are_there(walker: Walker) -> None:
    listed = walker.read("/people")
    for name, record in walker.ids(Person).items():
        said, page = one_of(SAID["contacts"], "contact_id", name), walker.read(f"/people/{record}")
        assert bare(said["name"]) in listed
        for key in ("name", "relation", "phone", "how_to_contact_safely"):
            assert bare(said[key]) in page, (name, key)
    told = walker.read("/told")
    for name, record in walker.ids(Told).items():
        said = one_of(SAID["who_knows"], "who_knows_id", name)
        assert bare(said["person_or_agency"]) in told
        page = walker.read(f"/told/{record}")
        assert bare(said["notes"]) in page


def entries_are_there(walker: Walker) -> None:
    notes = [one["private_note"] for one in SAID["entries"] if one["private_note"]]
    for name, record in walker.ids(Entry).items():
        said, page = one_of(SAID["entries"], "entry_id", name), walker.read(f"/diary/{record}")
        for witness in said["other_witnesses"]:
            assert bare(witness["name_or_description"]) in page, name
        for lead in said["independent_leads"]:
            assert bare(lead["holder"]) in walker.read(f"/diary/{record}/leads"), name
        if said["private_note"]:
            note = walker.read(f"/diary/{record}/note")
            assert bare(said["private_note"]) in note
            notes.remove(said["private_note"])
        walker.read(f"/diary/{record}/more")
    assert notes == []


def files_say_whose_time_it_is(walker: Walker) -> None:
    """A file is shown with the time of its coming here, which is not the time of what it shows."""
    brought = bare("Amna's photo of him on the prom, brought in 22 Nov")
    entries = [walker.read(f"/diary/{one}") for one in walker.ids(Entry).values()]
    assert sum(brought in page for page in entries) == 1
    photo = walker.read(f"/files/{walker.ids(File)['NAP-018']}")
    for said, exact in (
        ("4 August 2026, 11:00:00 (UTC+01:00)", "2026-08-04T10:00:00Z"),
        ("3 August 2026", "2026-08-03"),
        ("4 May 2020, 23:39:11 (UTC+01:00)", "2020-05-04T18:39:11-04:00"),
    ):
        assert bare(f"{said} As it is written there: {exact}") in photo, said


def plan_and_lists_are_there(walker: Walker) -> None:
    plan = walker.read("/plan")
    for item in SAID["safety_plan"]["items"]:
        assert bare(item["text"]) in plan, item["item_id"]
    about = walker.phone.get("/about-you").text
    for text in (SAID["person"]["name_for_documents"], SAID["other_person"]["name"]):
        assert html.escape(text) in about
    assert all(one["value"] in html.unescape(about) for one in SAID["person"]["keep_secret"])
    for path in ("/coming-up", "/patterns", "/diary", "/hand-over", "/orders/moved", "/more"):
        walker.read(path)
    for lead in walker.ids(Lead).values():
        walker.read(f"/leads/{lead}")
    entry = walker.ids(Entry)["A018"]
    pdf = walker.phone.get(f"/diary/{entry}/one-page.pdf")
    assert pdf.status_code == 200
    assert pdf.data.startswith(b"%PDF")
