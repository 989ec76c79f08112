"""The diary and its entries as pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from diary.domain.claimed import Claimed
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.ids import new_id
from diary.domain.when import When
from diary.services import entries
from diary.services.house import House
from diary.store.models import records
from diary.vault.vault import Vault
from diary.web.visible import FIRST_WORDS, first_words, visible
from tests.clock import Clock
from tests.conftest import Person
from tests.services.test_entries import write


def test_an_empty_diary_says_one_kind_sentence(signed_in: Person) -> None:
    page = signed_in.client.get("/diary").text
    assert "Whatever you write will be kept here" in page
    assert 'href="/write"' in page
    assert 'name="q"' not in page


def test_months_are_headings_newest_first(house: House, signed_in: Person) -> None:
    for local in ("2025-12-31", "2026-02-01", "2026-02-28"):
        write(house, signed_in.vault, local, when=When.at("date_only", local))
    write(house, signed_in.vault, "some time", when=When.at("month", "2026-01"))
    write(house, signed_in.vault, "no idea")  # listed when it was written, but under no month
    page = signed_in.client.get("/diary").text
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page) == [
        "Date not known",
        "February 2026",
        "January 2026",
        "December 2025",
    ]
    assert "Not sure when" in page
    assert "Some time in January 2026" in page
    assert "Saturday 28 February 2026, time not known" in page


@pytest.mark.parametrize("page", ["0", "-5", "x", "99999999999999999999", "2"])
def test_any_page_number_is_answered(house: House, signed_in: Person, page: str) -> None:
    write(house, signed_in.vault)
    assert signed_in.client.get(f"/diary?page={page}").status_code == 200


def test_pages_lead_on_and_back(house: House, signed_in: Person) -> None:
    for number in range(21):
        write(house, signed_in.vault, f"call {number}")
    page = signed_in.client.get("/diary?q=call").text
    assert page.count('class="card"') == 20
    assert "Page 1 of 2" in page
    assert re.search(r'href="/diary\?[^"]*q=call', page)
    assert signed_in.client.get("/diary?q=call&page=2").text.count('class="card"') == 1


def test_search_says_what_it_found(house: House, signed_in: Person) -> None:
    write(house, signed_in.vault, "He rang the bell")
    page = signed_in.client.get("/diary?q=BELL").text
    assert "1 entry with these words" in page
    assert '<details class="fold" open>' in page
    nothing = signed_in.client.get("/diary", query_string={"q": '"><script>x</script>'}).text
    assert "No entry has these words." in nothing
    assert "<script>x" not in nothing
    assert "Show everything" in nothing


def test_small_tags(house: House, signed_in: Person) -> None:
    claimed = Claimed(source="diary.json", written_at="2026-01-01T10:00:00Z", clock="device")
    entry_id = write(house, signed_in.vault, "from a file", claimed=claimed.model_dump())
    with house.store.write() as conn:
        for mime in ("image/jpeg", "image/png", "video/mp4"):
            body = File(blob=new_id(), mime=mime, size=1, sha256="0" * 64)
            signed_in.vault.keep(conn, body, at=house.now(), parent=entry_id)
    page = signed_in.client.get("/diary").text
    assert re.findall(r"<li>([^<]*)</li>", page) == [
        "2 photos",
        "1 video",
        "brought in from a file",
    ]


def test_what_a_file_claims_is_never_shown_as_the_time_of_receipt(
    house: House, signed_in: Person, clock: Clock
) -> None:
    claimed = Claimed(source="diary.json", written_at="2025-11-05T19:00:00Z", clock="device")
    entry_id = write(house, signed_in.vault, "a", claimed=claimed.model_dump())
    page = signed_in.client.get(f"/diary/{entry_id}").text
    rows = dict(re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page))
    assert rows["The file that was brought in says: written"] == "2025-11-05T19:00:00Z"
    assert "3 March 2026, 21:14:05" in rows["Brought in here"]
    assert "Received here" not in rows


def test_her_words_first_then_the_facts(house: House, signed_in: Person) -> None:
    entry = Entry(what_happened="He rang.", place="Home", when=When.at("about", "2026-03-01T10:00"))
    phone = house.now() - timedelta(minutes=9)
    entries.record(house, signed_in.vault, entry, record_id="a" * 32, device_at=phone)
    page = signed_in.client.get(f"/diary/{'a' * 32}").text
    order = ["He rang.", "Sunday 1 March 2026, about 10:00", "Home", "Received here", "Remove"]
    places = [page.rindex(text) for text in order]
    assert places == sorted(places)
    assert "21:05:05 (UTC+00:00)" in page
    assert "21:14:05 (UTC+00:00)" in page
    assert "The clock on your phone said" in page


@pytest.mark.parametrize(("how", "said"), [("", "received"), ("import", "brought in")])
def test_the_time_on_a_tile_is_called_the_time_of_its_coming(
    house: House, signed_in: Person, how: str, said: str
) -> None:
    entry_id = write(house, signed_in.vault)
    with house.store.write() as conn:
        body = File(blob=new_id(), mime="image/jpeg", size=1, sha256="0" * 64, capture_method=how)
        signed_in.vault.keep(conn, body, at=house.now(), parent=entry_id)
    page = signed_in.client.get(f"/diary/{entry_id}").text
    assert f'Photo, <span class="number">{said} 3 Mar 21:14</span>' in page


def test_files_are_closed_until_tapped(house: House, signed_in: Person) -> None:
    entry_id = write(house, signed_in.vault)
    with house.store.write() as conn:
        body = File(blob=new_id(), mime="video/mp4", size=1, sha256="0" * 64)
        signed_in.vault.keep(conn, body, at=house.now(), parent=entry_id)
    page = signed_in.client.get(f"/diary/{entry_id}").text
    assert re.search(r'<details class="media video">', page)
    assert 'preload="none"' in page
    assert "autoplay" not in page


def test_a_damaged_row_is_said_and_hides_nothing_else(house: House, signed_in: Person) -> None:
    broken, whole = write(house, signed_in.vault, "broken"), write(house, signed_in.vault, "whole")
    for number in range(40):
        write(house, signed_in.vault, f"call {number}", when=When.at("date_only", "2025-01-01"))
    with house.store.write() as conn:
        where = records.c.record_id == broken
        conn.execute(update(records).where(where).values(sealed=b"x" * 200))
    page = signed_in.client.get("/diary").text
    assert "1 entry is damaged and cannot be shown" in page
    assert "whole" in page
    assert signed_in.client.get(f"/diary/{broken}").status_code == 500
    assert signed_in.client.get(f"/diary/{whole}").status_code == 200


@pytest.mark.parametrize("path", ["", "/change", "/remove", "/saved", "/files"])
@pytest.mark.parametrize("wanted", ["hers", "0" * 32, "x", "..%2f..%2fetc%2fpasswd", "A" * 32])
def test_what_is_not_hers_is_one_and_the_same_page(
    house: House, signed_in: Person, other_vault: Vault, wanted: str, path: str
) -> None:
    if wanted == "hers":
        wanted = write(house, other_vault, "not for you")
    answer = signed_in.client.get(f"/diary/{wanted}{path}")
    assert answer.status_code == 404
    assert "not for you" not in answer.text


def test_the_first_words_are_few_and_whole() -> None:
    assert first_words(Entry(what_happened=" one\n\ntwo ")) == "one two"
    long = first_words(Entry(what_happened="word " * 100))
    assert len(long) <= FIRST_WORDS
    assert long.endswith("word…")
    assert len(first_words(Entry(what_happened="x" * 500))) <= FIRST_WORDS
    assert first_words(Entry(exact_words="said")) == "said"
    assert first_words(Entry()) == ""


def test_nothing_vanishes_from_what_is_shown() -> None:
    every = "".join(map(chr, range(0x100)))
    assert len(visible(every)) == len(every)
    assert visible("\ud800") == "\ufffd"
    assert visible("a\r\nb\rc") == "a\nb␍c"
