"""Writing in the browser, without JavaScript: what is typed is saved, or is still in the form."""

from __future__ import annotations

import errno
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from diary.domain.entry import Entry
from diary.services import entries
from diary.services.entries import Version
from diary.services.house import House
from tests.clock import Clock
from tests.conftest import Person

MARK = "nobody else writes this"


def form_id(person: Person) -> str:
    found = re.search(r'name="id" value="(\w{32})"', person.client.get("/write").text)
    assert found
    return found[1]


def send(person: Person, text: str | bytes = MARK, **fields: str) -> TestResponse:
    typed = {"id": form_id(person), "what_happened": text, "when": "now", **fields}
    return person.client.post("/write", data=typed)


def saved(house: House, person: Person) -> Version:
    (item,) = entries.timeline(house, person.vault).items
    return entries.read(house, person.vault, item.id).newest


def how_many(house: House, person: Person) -> int:
    return entries.timeline(house, person.vault).total


def box(page: str, name: str = "what_happened") -> str:
    """What stands in a text area, as the browser shows it (HTML drops the first line end)."""
    found = re.search(rf'<textarea id="f-{name}".*?>\n(.*?)</textarea>', page, re.DOTALL)
    assert found, f"no box {name}"
    return unescape(found[1])


def test_the_box_alone_is_enough(house: House, signed_in: Person) -> None:
    page = signed_in.client.get("/write").text
    assert len(re.findall(r"<textarea[^>]*autofocus", page)) == 1
    answer = send(signed_in, "He rang.")
    assert answer.status_code == 303
    after = signed_in.client.get(answer.location).text
    assert "Saved at 21:14." in after
    assert "Add more about this" in after
    version = saved(house, signed_in)
    assert version.entry.what_happened == "He rang."
    assert version.entry.when.local == "2026-03-03T21:14"


def test_everything_at_once(house: House, signed_in: Person) -> None:
    send(
        signed_in,
        "He rang.",
        when="earlier",
        day="2026-03-01",
        time="09:30",
        sure="about",
        place="Home",
        who="Mum\r\n\r\n The neighbour ",
        exact_words="“I know where you are”",
        how_it_was="Shaking",
    )
    entry = saved(house, signed_in).entry
    assert (entry.when.precision, entry.when.local) == ("about", "2026-03-01T09:30")
    assert entry.who_was_there == ("Mum", "The neighbour")
    assert (entry.place, entry.how_it_was) == ("Home", "Shaking")


@pytest.mark.parametrize("text", ["", "   ", "\r\n\t"])
def test_nothing_at_all_is_refused_kindly(house: House, signed_in: Person, text: str) -> None:
    answer = send(signed_in, text, when="not_sure")
    assert answer.status_code == 400
    assert "One word is enough" in answer.text
    assert re.search(r'value="not_sure"[^>]*checked', answer.text)
    assert how_many(house, signed_in) == 0


def test_any_one_box_is_enough(house: House, signed_in: Person) -> None:
    assert send(signed_in, "", exact_words="only this").status_code == 303
    assert saved(house, signed_in).entry.exact_words == "only this"


def test_two_megabytes_stay_in_the_form(house: House, signed_in: Person) -> None:
    text = "word " * 400_000
    answer = send(signed_in, text, place="Home")
    assert answer.status_code == 413
    assert "2,000,000 characters" in answer.text
    assert "100,000" in answer.text
    assert box(answer.text) == text
    assert 'value="Home"' in answer.text
    assert how_many(house, signed_in) == 0


def test_the_limit_is_published_and_holds(house: House, signed_in: Person) -> None:
    assert "100,000 characters" in signed_in.client.get("/write").text
    assert send(signed_in, "x" * 100_001).status_code == 413
    assert send(signed_in, "x" * 100_000).status_code == 303


@pytest.mark.parametrize("at", ["/write", "change"])
def test_the_limit_of_a_line_is_published_and_what_is_longer_is_told_to_be_shortened(
    signed_in: Person, at: str
) -> None:
    if at == "change":
        at = f"/diary/{send(signed_in).location.split('/')[2]}/change"
    page = signed_in.client.get(at).text
    assert "One box holds up to 100,000 characters." in page
    assert "“Where was it?” and each line of “Who was there?” hold up to 1,000." in page
    for name in ("place", "who"):
        answer = send(signed_in, **{name: "x" * 5000})
        assert answer.status_code == 413
        assert "the most for one line is 1,000. Please make it shorter." in answer.text
        assert "save it in parts" not in answer.text
        assert "x" * 5000 in answer.text


def test_an_answer_that_is_none_of_them_is_not_taken_as_not_sure(
    house: House, signed_in: Person
) -> None:
    answer = send(signed_in, when="zzz")
    assert answer.status_code == 400
    assert "Please choose one of these answers." in answer.text
    assert box(answer.text) == MARK
    assert how_many(house, signed_in) == 0


def test_a_body_over_every_limit_is_one_plain_page(house: House, signed_in: Person) -> None:
    signed_in.client.environ_base["HTTP_ACCEPT"] = "text/html"
    answer = send(signed_in, "x" * (house.settings.max_form_bytes + 1))
    assert answer.status_code == 413
    assert answer.text.count("That is too large") == 1
    assert "nothing was saved" in answer.text
    assert "send it in parts" in answer.text
    assert how_many(house, signed_in) == 0


def with_files(person: Person, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    parts = [("files", FileStorage(io.BytesIO(data), name)) for name, data in files]
    typed = {"id": form_id(person), "what_happened": MARK, "when": "now", **fields}
    edge, body = encode_multipart(MultiDict([*typed.items(), *parts]))
    kind = f"multipart/form-data; boundary={edge}"
    return person.client.post("/write", data=body, content_type=kind)


@pytest.fixture
def one_mb(app: Flask, house: House) -> None:
    """Make the limit for one file 1 MB."""
    app.extensions["house"] = replace(house, settings=replace(house.settings, max_file_bytes=2**20))


@pytest.mark.usefixtures("one_mb")
def test_files_far_over_every_limit_leave_the_words_in_the_form(
    house: House, signed_in: Person
) -> None:
    later = {"exact_words": "“Open up”", "how_it_was": "Shaking", "place": "Home"}
    answer = with_files(signed_in, ("film.mp4", b"x" * 30 * 2**20), **later)
    assert answer.status_code == 413
    assert box(answer.text) == MARK
    # The boxes that fold away stand before the files, too: nothing that was typed is behind them.
    assert box(answer.text, "exact_words") == "“Open up”"
    assert box(answer.text, "how_it_was") == "Shaking"
    assert 'value="Home"' in answer.text
    assert "together they are over 2 MB" in answer.text
    assert "One file can be up to 1 MB" in answer.text
    assert "Please choose the files again" in answer.text
    assert how_many(house, signed_in) == 0


def test_every_box_of_the_form_stands_before_the_files(signed_in: Person) -> None:
    page = signed_in.client.get("/write").text
    names = re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', page.split("data-upload")[1])
    assert names.index("files") > max(names.index(name) for name in {*names} - {"files"})


@pytest.mark.usefixtures("one_mb")
def test_files_that_a_script_did_not_send_are_named_on_the_page_that_is_looked_at(
    house: House, signed_in: Person
) -> None:
    typed = {"id": form_id(signed_in), "what_happened": MARK, "when": "now", "with_files": "1"}
    answer = signed_in.client.post("/write", data=typed | {"too_large": "film.mp4\nlong.mov"})
    ahead = signed_in.client.get(answer.location, headers={"X-Words-First": "1"}).text
    assert "Saved at" in ahead
    assert "film.mp4" not in ahead
    page = signed_in.client.get(answer.location).text
    for name in ("film.mp4", "long.mov"):
        assert f"“{name}” is not saved. That file is over 1 MB." in page
    assert how_many(house, signed_in) == 1


@pytest.mark.parametrize(
    ("failed", "said"),
    [
        (errno.ENOSPC, "There is no room for this file just now. Please try later."),
        (errno.EIO, "This file could not be kept just now. Please try later."),
    ],
)
def test_a_disk_that_takes_no_file_does_not_say_that_nothing_was_saved(
    house: House, signed_in: Person, monkeypatch: pytest.MonkeyPatch, failed: int, said: str
) -> None:
    def full(*_: object) -> int:
        raise OSError(failed, "no")

    monkeypatch.setattr("diary.store.blobs.os.pwrite", full)
    answer = with_files(signed_in, ("photo.jpg", b"x" * 1000))
    assert answer.status_code == 303
    page = signed_in.client.get(answer.location).text
    assert f"“photo.jpg” is not saved. {said}" in page
    assert "Nothing was saved" not in page
    assert how_many(house, signed_in) == 1


HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% for x in ().__class__ %}",
    '=HYPERLINK("http://example.com","x")',
    "#set page(fill: red) $x$ \\input{/etc/passwd} @ref <label>",
    "\u202egnp.exe \u2066abc\u2069 שלום مرحبا",
    "e\u0301\u0302\u0303\u0304" * 40,
    "👩‍👩‍👧‍👦 \U0010ffff \ufeff",
    "</textarea></div><h1>out</h1>",
    "&amp; &lt; \"quotes\" 'too'",
    "\nstarts with a line end",
    "a" * 500,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_kept_and_shown_as_text(
    house: House, signed_in: Person, text: str
) -> None:
    for fields in ({"day": "no day", "when": "earlier"}, {}):
        answer = send(signed_in, text, exact_words=text, place=text.strip(), **fields)
        if fields:
            assert answer.status_code == 400
            assert box(answer.text) == text
    entry = saved(house, signed_in).entry
    assert (entry.what_happened, entry.exact_words) == (text, text)
    item = entries.timeline(house, signed_in.vault).items[0].id
    for path in ("/diary", f"/diary/{item}", f"/diary/{item}/change", f"/diary/{item}/remove"):
        page = signed_in.client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<h1>out" not in page
        assert ">49" not in page
    assert text in unescape(signed_in.client.get(f"/diary/{item}").text)
    assert box(signed_in.client.get(f"/diary/{item}/change").text) == text


def test_control_characters_are_kept_and_drawn(house: House, signed_in: Person) -> None:
    text = "a\x00b\x01c\x1b[31m\x7f\x85\rd"
    send(signed_in, text)
    assert saved(house, signed_in).entry.what_happened == text
    item = entries.timeline(house, signed_in.vault).items[0].id
    for path in ("/diary", f"/diary/{item}", f"/diary/{item}/change"):
        page = signed_in.client.get(path).data.decode()
        # In the list, what counts as a space is one space.
        assert ("a␀b␁c␛[31m␡ d" if path == "/diary" else "a␀b␁c␛[31m␡␦␍d") in page
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", page)


def test_line_ends_are_the_ones_she_sees(house: House, signed_in: Person) -> None:
    send(signed_in, "one\r\ntwo\r\n\r\nthree")
    assert saved(house, signed_in).entry.what_happened == "one\ntwo\n\nthree"


@pytest.mark.parametrize("broken", [b"caf%E9", b"%ED%A0%80", b"%FF%FE", b"caf\xe9"])
def test_bytes_that_are_no_text_are_said_never_replaced(
    house: House, signed_in: Person, broken: bytes
) -> None:
    body = b"id=" + form_id(signed_in).encode() + b"&when=now&what_happened=before+" + broken
    answer = signed_in.client.post(
        "/write", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400
    assert "did not arrive whole" in answer.text
    assert box(answer.text).startswith("before ")
    assert "\ufffd" in box(answer.text)
    assert how_many(house, signed_in) == 0


def test_bytes_that_are_no_text_in_a_form_with_files(house: House, signed_in: Person) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="what_happened"\r\n\r\nbefore \xff\r\n'
        b'--b\r\nContent-Disposition: form-data; name="when"\r\n\r\nnow\r\n--b--\r\n'
    )
    answer = signed_in.client.post(
        "/write", data=body, content_type="multipart/form-data; boundary=b"
    )
    assert answer.status_code == 400
    assert box(answer.text) == "before \ufffd"


@pytest.mark.parametrize(
    ("day", "time", "words"),
    [
        ("2026-03-29", "01:30", "did not exist"),
        ("2026-10-25", "01:30", "happened twice"),
        ("2025-10-26", "01:59", "happened twice"),
    ],
)
def test_the_nights_when_clocks_change(
    house: House, signed_in: Person, day: str, time: str, words: str
) -> None:
    answer = send(signed_in, when="earlier", day=day, time=time)
    when = saved(house, signed_in).entry.when
    assert (when.local, when.offset) == (f"{day}T{time}", "")
    entry_id = answer.location.split("/")[2]
    for path in (answer.location, f"/diary/{entry_id}"):
        page = signed_in.client.get(path).text
        assert "The clocks changed that night" in page
        assert words in page
    assert "clocks changed that night" in signed_in.client.get("/diary").text


def test_now_on_such_a_night_is_known(house: House, signed_in: Person, clock: Clock) -> None:
    clock.now = clock.now.replace(year=2026, month=10, day=25, hour=1, minute=30)
    answer = signed_in.client.post(
        "/sign-in", data={"name": "Nad", "passphrase": signed_in.passphrase}
    )
    assert answer.status_code == 303
    answer = send(signed_in)
    assert saved(house, signed_in).entry.when.offset == "+00:00"
    assert "clocks changed" not in signed_in.client.get(answer.location).text


@pytest.mark.parametrize(
    ("fields", "precision", "local"),
    [
        ({"day": "1900-01-01"}, "date_only", "1900-01-01"),
        ({"day": "3/3/2026"}, "date_only", "2026-03-03"),
        ({"day": "2026-03-03", "time": "9.05"}, "exact", "2026-03-03T09:05"),
        ({"day": "2026-03-03", "time": "21:14:30"}, "exact", "2026-03-03T21:14"),
        ({"month": "2026-02"}, "month", "2026-02"),
        ({"month": "2/2026"}, "month", "2026-02"),
        ({"day": "2026-02-03", "month": "2026-02"}, "date_only", "2026-02-03"),
        ({"day": "2024-02-29"}, "date_only", "2024-02-29"),
    ],
)
def test_times_as_people_give_them(
    house: House, signed_in: Person, fields: dict[str, str], precision: str, local: str
) -> None:
    assert send(signed_in, when="earlier", **fields).status_code == 303
    when = saved(house, signed_in).entry.when
    assert (when.precision, when.local) == (precision, local)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Write the day or the month"),
        ({"time": "10:00"}, "Write the day too"),
        ({"day": "2026-02-29"}, "There is no such day"),
        ({"day": "2026-13-01"}, "There is no such day"),
        ({"day": "yesterday"}, "Write the day like"),
        ({"day": "1899-12-31"}, "too far away"),
        ({"day": "9999-12-31"}, "too far away"),
        ({"month": "9999-12"}, "too far away"),
        ({"day": "2026-03-03", "time": "25:00"}, "Write the time like"),
        ({"day": "2026-03-03", "time": "noon"}, "Write the time like"),
        ({"month": "March"}, "Write the month like"),
        ({"month": "2026-13"}, "There is no such month"),
        ({"day": "2026-03-03", "month": "2026-02"}, "differ"),
        ({"day": "٢٠٢٦-٠٣-٠٣"}, "Write the day like"),
    ],
)
def test_times_that_need_another_look(
    house: House, signed_in: Person, fields: dict[str, str], words: str
) -> None:
    answer = send(signed_in, when="earlier", **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert box(answer.text) == MARK
    for name, value in fields.items():
        assert re.search(rf'id="f-{name}"[^>]*value="{value}"', answer.text)
    assert how_many(house, signed_in) == 0


def test_a_day_beside_now_is_asked_about(house: House, signed_in: Person) -> None:
    answer = send(signed_in, day="2026-03-01")
    assert answer.status_code == 400
    assert "Choose Earlier" in answer.text
    assert "earlier stack shown" in answer.text


def test_what_is_still_to_come_is_saved_and_said(house: House, signed_in: Person) -> None:
    answer = send(signed_in, when="earlier", day="2026-12-24")
    assert answer.status_code == 303
    assert "still to come" in signed_in.client.get(answer.location).text
    assert how_many(house, signed_in) == 1


def test_sent_twice_is_saved_once(house: House, signed_in: Person) -> None:
    typed = {"id": form_id(signed_in), "what_happened": MARK, "when": "now"}
    first = signed_in.client.post("/write", data=typed)
    again = signed_in.client.post("/write", data=typed)
    assert first.location == again.location
    assert how_many(house, signed_in) == 1
    signed_in.client.post("/write", data={**typed, "what_happened": "another text"})
    assert how_many(house, signed_in) == 2


@pytest.mark.parametrize("wrong", ["", "x", "../..", "0" * 33, "\ud800"])
def test_a_form_without_a_good_id_still_saves(house: House, signed_in: Person, wrong: str) -> None:
    data = {"id": wrong.encode("utf-8", "surrogatepass"), "what_happened": MARK, "when": "now"}
    assert signed_in.client.post("/write", data=data).status_code == 303
    assert how_many(house, signed_in) == 1


@pytest.mark.parametrize(("minutes", "shown"), [(1, False), (2, False), (3, True), (-300, True)])
def test_clocks_that_differ_are_both_shown(
    house: House, signed_in: Person, minutes: int, shown: bool
) -> None:
    phone = house.now() - timedelta(minutes=minutes)
    answer = send(signed_in, device_time=phone.isoformat())
    assert saved(house, signed_in).device_at == phone
    page = signed_in.client.get(answer.location).text
    assert ("The clock on your phone said" in page) == shown


@pytest.mark.parametrize("said", ["", "now", "99999-01-01", "0001-01-01T00:00:00+14:00", "\x00"])
def test_a_clock_that_makes_no_sense_is_left_out(
    house: House, signed_in: Person, said: str
) -> None:
    assert send(signed_in, device_time=said).status_code == 303
    assert saved(house, signed_in).device_at is None


def test_words_and_files_in_one_form(house: House, signed_in: Person) -> None:
    files = [(io.BytesIO(b"some words"), "note.txt"), (io.BytesIO(b""), "empty.txt")]
    typed = {"id": form_id(signed_in), "what_happened": MARK, "when": "now", "files": files}
    answer = signed_in.client.post("/write", data=typed)
    assert answer.status_code == 303
    page = signed_in.client.get(answer.location).text
    assert "“empty.txt” is not saved." in page
    entry_id = answer.location.split("/")[2]
    story = entries.read(house, signed_in.vault, entry_id)
    assert [one.file.original_name for one in story.files] == ["note.txt"]
    assert "1 file" in signed_in.client.get("/diary").text
    assert "note.txt" in signed_in.client.get(f"/diary/{entry_id}").text


def test_a_file_without_words_is_enough(house: House, signed_in: Person) -> None:
    typed = {"what_happened": "", "when": "now", "files": (io.BytesIO(b"some words"), "note.txt")}
    assert signed_in.client.post("/write", data=typed).status_code == 303
    assert "No words yet." in signed_in.client.get("/diary").text


def test_words_may_be_empty_when_files_follow(house: House, signed_in: Person) -> None:
    assert send(signed_in, "", with_files="0").status_code == 400
    assert send(signed_in, "", with_files="2").status_code == 303
    assert how_many(house, signed_in) == 1


def test_files_of_a_refused_form_leave_nothing_and_are_asked_for_again(
    house: House, signed_in: Person
) -> None:
    file = (io.BytesIO(b"some words"), "note.txt")
    typed = {"what_happened": MARK, "when": "earlier", "files": file}
    answer = signed_in.client.post("/write", data=typed)
    assert answer.status_code == 400
    assert "choose the files again" in answer.text
    assert box(answer.text) == MARK
    assert list(house.store.blobs.ids()) == []


@pytest.fixture
def broken(house: House) -> Iterator[dict[str, str]]:
    """Let the database fail at the next statement that holds a word."""
    fault = {"at": "\0never", "says": ""}

    def fail(conn, cursor, statement, parameters, context, many):  # type: ignore[no-untyped-def]
        if fault["at"] in statement:
            raise OperationalError(
                statement, {}, type("OperationalError", (Exception,), {})(fault["says"])
            )

    event.listen(house.store.engine, "before_cursor_execute", fail)
    yield fault
    event.remove(house.store.engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("as_files", [False, True])
@pytest.mark.parametrize("at", ["INSERT INTO records", "", "UPDATE"])
@pytest.mark.parametrize(("says", "status"), [("disk is full", 507), ("closed", 503)])
def test_a_fault_of_the_store_keeps_what_was_typed(
    house: House,
    signed_in: Person,
    broken: dict[str, str],
    clock: Clock,
    at: str,
    says: str,
    status: int,
    as_files: bool,
) -> None:
    typed: dict[str, object] = {
        "id": form_id(signed_in),
        "what_happened": MARK,
        "when": "now",
        "place": "Home & away",
    }
    if as_files:
        typed["files"] = (io.BytesIO(b"some words"), "note.txt")
    clock.pass_(minutes=5)  # the session has to be written too
    broken |= {"at": at, "says": says}
    answer = signed_in.client.post("/write", data=typed, headers={"Accept": "text/html"})
    broken["at"] = "\0never"
    assert answer.status_code == status
    assert MARK in answer.text
    assert "Home &amp; away" in answer.text
    assert "Saved at" not in answer.text
    assert how_many(house, signed_in) == 0
    assert list(house.store.blobs.ids()) == []
    assert signed_in.client.post("/write", data={**typed, "files": b""}).status_code == 303
    assert how_many(house, signed_in) == 1


def test_a_really_full_database(house: House, signed_in: Person) -> None:
    if house.store.engine.dialect.name != "sqlite":
        pytest.skip("SQLite can be told how many pages it may have")
    with house.store.engine.connect() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()

    def cramped(connection, _):  # type: ignore[no-untyped-def]
        connection.execute(f"PRAGMA max_page_count={pages + 2}")

    house.store.engine.dispose()
    event.listen(house.store.engine, "connect", cramped)
    text = "word " * 10_000
    answer = send(signed_in, text)
    assert answer.status_code == 507
    assert "no room" in answer.text
    assert box(answer.text) == text
    assert how_many(house, signed_in) == 0
    event.remove(house.store.engine, "connect", cramped)
    house.store.engine.dispose()
    assert send(signed_in, text).status_code == 303


def test_a_session_that_ended_keeps_what_was_typed(
    house: House, signed_in: Person, clock: Clock
) -> None:
    typed = {"id": form_id(signed_in), "what_happened": MARK, "when": "not_sure"}
    clock.pass_(hours=2)
    answer = signed_in.client.post("/write", data=typed)
    assert answer.status_code == 401
    assert how_many(house, signed_in) == 0
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', answer.text))
    assert fields["kept.what_happened"] == MARK
    back = {**fields, "name": "Nad", "passphrase": signed_in.passphrase}
    answer = signed_in.client.post("/sign-in", data=back)
    assert answer.status_code == 303
    page = signed_in.client.get(answer.location).text
    assert box(page) == MARK
    assert re.search(r'value="not_sure"[^>]*checked', page)


def test_an_entry_of_nobody_has_no_saved_page(signed_in: Person) -> None:
    assert signed_in.client.get(f"/diary/{'0' * 32}/saved").status_code == 404


def test_the_words_of_an_entry_stand_in_no_address(house: House, signed_in: Person) -> None:
    answer = send(signed_in, "secret words")
    assert "secret" not in answer.location
    assert isinstance(saved(house, signed_in).entry, Entry)
