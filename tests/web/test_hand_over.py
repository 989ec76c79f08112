"""Handing over in the browser: plain forms, nothing ticked but words, one look, and then a file."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from diary.domain.order import Order
from diary.domain.people import Contact
from diary.domain.people import Person as Witness
from diary.domain.report import Report
from diary.domain.when import When
from diary.proof.verify import verify
from diary.services.export import given
from diary.services.house import House
from tests.clock import Clock
from tests.conftest import Person
from tests.services.test_export import PHOTO, Diary, lose

BEGIN = {"purpose": "police", "start": "", "end": ""}


@pytest.fixture
def filled(signed_in: Person, house: House) -> Diary:
    diary = Diary(house, signed_in.vault)
    entry = diary.entry("He rang. <b>bold</b>", When.at("date_only", "2026-02-17"))
    diary.file(entry, PHOTO)
    diary.entry("He rang again.", When.at("date_only", "2026-03-01"))
    return diary


def ids(text: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([0-9a-f]{{32}})"', text)


def test_the_whole_way(signed_in: Person, filled: Diary, tmp_path: Path) -> None:
    phone = signed_in.client
    assert "Who is it for?" in phone.get("/hand-over").text
    assert phone.post("/hand-over", data=BEGIN).headers["Location"] == "/hand-over/choose"
    page = phone.get("/hand-over/choose").text
    entries, files = ids(page, "entry"), ids(page, "file")
    assert (len(entries), len(files)) == (2, 1)
    assert all(" checked" in tag for tag in re.findall(r"<input[^>]*name=\"entry\"[^>]*>", page))
    assert not any("checked" in tag for tag in re.findall(r"<input[^>]*name=\"file\"[^>]*>", page))
    assert "&lt;b&gt;bold" in page
    answer = phone.post("/hand-over/choose", data={"entry": entries, "file": files})
    assert answer.headers["Location"] == "/hand-over/review"
    page = phone.get("/hand-over/review").text
    assert "2 entries, 1 file" in page
    assert phone.post("/hand-over/review", data={}).status_code == 400
    assert phone.get("/hand-over/save").status_code == 303
    assert phone.post("/hand-over/save").status_code == 303
    assert phone.post("/hand-over/review", data={"agree": "yes"}).status_code == 303
    assert "downloads of this phone" in phone.get("/hand-over/save").text
    answer = phone.post("/hand-over/save")
    assert answer.mimetype == "application/zip"
    disposition = answer.headers["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename=bundle-[0-9a-f]{8}-\d{8}\.zip", disposition)
    assert "no-store" in answer.headers["Cache-Control"]
    path = tmp_path / "b.zip"
    path.write_bytes(answer.data)
    assert verify(path).holds
    with zipfile.ZipFile(path) as archive:
        assert any(name.endswith("X-001.jpg") for name in archive.namelist())
    (done,) = given(filled.house, filled.vault)
    page = phone.get("/hand-over/given").text
    assert done.sha256[:4] + " " + done.sha256[4:8] in page
    assert "For the police" in page


def test_nothing_goes_that_was_not_ticked(signed_in: Person, filled: Diary) -> None:
    phone = signed_in.client
    phone.post("/hand-over", data=BEGIN | {"start": "2026-03-01", "end": "2026-03-31"})
    page = phone.get("/hand-over/choose").text
    assert "He rang again." in page
    assert "bold" not in page
    assert phone.post("/hand-over/choose", data={}).status_code == 400
    phone.post("/hand-over/choose", data={"entry": ids(page, "entry")})
    phone.post("/hand-over/review", data={"agree": "yes"})
    answer = phone.post("/hand-over/save")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert not any("/06-exhibits/" in name for name in archive.namelist())


def test_a_changed_choice_is_looked_at_again(signed_in: Person, filled: Diary) -> None:
    phone = signed_in.client
    phone.post("/hand-over", data=BEGIN)
    entries = ids(phone.get("/hand-over/choose").text, "entry")
    phone.post("/hand-over/choose", data={"entry": entries})
    phone.post("/hand-over/review", data={"agree": "yes"})
    phone.post("/hand-over/choose", data={"entry": entries[:1]})
    assert phone.post("/hand-over/save").status_code == 303


def test_what_was_chosen_and_is_gone_is_said(signed_in: Person, filled: Diary) -> None:
    phone = signed_in.client
    phone.post("/hand-over", data=BEGIN)
    phone.post("/hand-over/choose", data={"entry": ["0" * 32]})
    phone.post("/hand-over/review", data={"agree": "yes"})
    assert phone.post("/hand-over/save").status_code == 400
    assert given(filled.house, filled.vault) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "friends"},
        {"purpose": ""},
        {"start": "soon"},
        {"end": "2026-02-31"},
        {"start": "2026-03-02", "end": "2026-03-01"},
    ],
)
def test_what_cannot_be_read_is_said_beside_it(
    signed_in: Person, filled: Diary, wrong: dict[str, str]
) -> None:
    answer = signed_in.client.post("/hand-over", data=BEGIN | wrong)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text


def test_it_asks_for_the_passphrase_again(signed_in: Person, filled: Diary, clock: Clock) -> None:
    phone = signed_in.client
    phone.post("/hand-over", data=BEGIN)
    page = phone.get("/hand-over/choose").text
    phone.post("/hand-over/choose", data={"entry": ids(page, "entry")})
    clock.pass_(minutes=11)
    assert phone.get("/hand-over/review").status_code in {303, 401}
    assert phone.post("/hand-over/save").status_code in {303, 401}
    assert given(filled.house, filled.vault) == []


def test_what_is_damaged_is_said_before_she_agrees(
    signed_in: Person, filled: Diary, tmp_path: Path
) -> None:
    lose(filled, filled.entry("damaged"))
    phone = signed_in.client
    phone.post("/hand-over", data=BEGIN)
    page = phone.get("/hand-over/choose").text
    phone.post("/hand-over/choose", data={"entry": ids(page, "entry"), "file": ids(page, "file")})
    assert "1 record is damaged and will not be in the copy" in phone.get("/hand-over/review").text
    phone.post("/hand-over/review", data={"agree": "yes"})
    path = tmp_path / "b.zip"
    path.write_bytes(phone.post("/hand-over/save").data)
    (doubt,) = verify(path).doubts
    assert "1 record could not be opened" in doubt.text


def test_what_goes_along_is_said_and_a_copy_of_an_order_goes_only_ticked(
    signed_in: Person, house: House
) -> None:
    diary, phone = Diary(house, signed_in.vault), signed_in.client
    order = diary.keep(Order(reference="ORD-1", type="NMO"))
    copy = diary.file(order, PHOTO, description="two pages")
    person = diary.keep(Witness(name="Mrs B"))
    diary.keep(Contact(phone="01632 960377"), parent=person)
    seen = ({"name_or_description": "B", "person": person},)
    entry = diary.entry("He rang.", order_ref="ORD-1", witnesses=seen)
    diary.keep(Report(reference="REP-1", entries=(entry,), to="police_101"))
    reach = "How to reach 1 witness, on a page for the police alone."
    for purpose, told in (("police", True), ("family-court", False), ("own-copy", False)):
        phone.post("/hand-over", data=BEGIN | {"purpose": purpose})
        page = phone.get("/hand-over/choose").text
        assert "Copies of orders" in page
        assert ids(page, "file") == [copy]
        assert not any(
            "checked" in tag for tag in re.findall(r"<input[^>]*name=\"file\"[^>]*>", page)
        )
        phone.post("/hand-over/choose", data={"entry": entry, "file": copy})
        page = phone.get("/hand-over/review").text
        assert "1 entry, 1 file" in page
        assert "1 order with everything" in page
        assert "To whom you told it" in page
        assert (reach in page) == told
        assert ("how to reach witnesses, never go" in page) == (not told)
        assert ("Your safety plan" in page) == (purpose == "own-copy")
