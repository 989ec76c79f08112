"""A practitioner's pages: every one leaves exactly one trace, before a byte of it leaves."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from diary.domain.entry import Entry, Withdrawn
from diary.domain.event import Event
from diary.domain.when import When
from diary.errors import StoreFullError
from diary.proof.verify import verify
from diary.services import deletion, entries, export, looks
from diary.services.house import House
from diary.store import records
from diary.vault.vault import Vault
from diary.web.house import is_for_practitioners
from tests import cases as told
from tests.cases import Told
from tests.clock import Clock
from tests.practitioners import Worker, agency, worker

EYES = {"Accept": "text/html"}
UNSEEN = ("Nobody may read this.", "Elm")


@pytest.fixture
def case_id(house: House, vault: Vault, maya: Worker, diary: Told) -> str:
    return told.share(house, vault, maya.vault, diary, permission="download")


RECORD = {"reported_day": "2026-03-04", "reported_time": "09:15", "detail": "She rang me."}


def write_record(maya: Worker, case_id: str, **more: str) -> str:
    form = {"id": told.any_id(), **RECORD, **more}
    answer = maya.client.post(f"/work/cases/{case_id}/records/new", data=form, headers=EYES)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rsplit("/", 1)[1]


def case_rules(app: Flask) -> list[Rule]:
    return [one for one in app.url_map.iter_rules() if one.rule.startswith("/work/cases/")]


def paths(app: Flask, case_id: str, diary: Told, record: str) -> dict[str, str]:
    """Every address under a case that can be read, with ids that are there."""
    ids = {"case_id": case_id, "file_id": diary.file, "order_id": diary.order}
    found = {}
    for rule in case_rules(app):
        if "GET" not in (rule.methods or ()):
            continue
        ids["record_id"] = record if "/records/" in rule.rule else diary.entry
        found[rule.endpoint] = re.sub(r"<(\w+)>", lambda one: ids[one[1]], rule.rule)
    return found


def test_every_address_leaves_one_trace_and_says_of_what(
    app: Flask, house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    record = write_record(maya, case_id)
    before = len(told.events(house, vault))
    every = paths(app, case_id, diary, record)
    assert len(every) > 12
    for endpoint, path in every.items():
        answer = maya.client.get(path, headers=EYES)
        assert answer.status_code == 200, (endpoint, answer.text)
        assert not any(words.encode() in answer.data for words in UNSEEN), endpoint
        events = told.events(house, vault)
        assert len(events) == before + 1, endpoint
        before = len(events)
        assert isinstance(events[-1], Event)
        assert events[-1].subject in {case_id, *path.split("/")}, endpoint
        assert events[-1].note, endpoint


def test_where_the_trace_cannot_be_left_nothing_is_shown(
    app: Flask,
    house: House,
    maya: Worker,
    case_id: str,
    diary: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = write_record(maya, case_id)

    def full(*_args: object, **_named: object) -> None:
        raise StoreFullError

    monkeypatch.setattr(records, "add", full)
    for endpoint, path in paths(app, case_id, diary, record).items():
        answer = maya.client.get(path, headers=EYES)
        assert answer.status_code == 507, endpoint
        assert "gate" not in answer.text, endpoint


def test_nothing_stays_open_once_it_is_withdrawn(
    app: Flask, house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    record = write_record(maya, case_id)
    before = len(told.events(house, vault))
    told.end(house, case_id)
    answers = set()
    for path in paths(app, case_id, diary, record).values():
        answer = maya.client.get(path, headers=EYES)
        assert answer.status_code == 404
        answers.add(answer.text.replace(path, ""))
    unknown = maya.client.get("/work/cases/" + "0" * 32, headers=EYES)
    answers.add(unknown.text)
    assert len(answers) == 1, "withdrawn, over and never given are one answer"
    assert "not shared with you" in unknown.text
    assert len(told.events(house, vault)) == before


def test_nobody_but_the_one_who_was_let_in(
    app: Flask, house: House, maya: Worker, case_id: str, diary: Told
) -> None:
    bo = worker(app, house, org=agency(house, "Quay Street"), name="Bo")
    for path in paths(app, case_id, diary, "0" * 32).values():
        assert bo.client.get(path, headers=EYES).status_code == 404, path


def test_views_are_marked(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in {"cases", "case_files", "practice", "overrides"}:
            assert is_for_practitioners(app.view_functions[rule.endpoint]), rule.endpoint


def test_looking_only_gives_no_download(
    house: House, vault: Vault, maya: Worker, diary: Told
) -> None:
    case_id = told.share(house, vault, maya.vault, diary)
    file = f"/work/cases/{case_id}/files/{diary.file}"
    page = maya.client.get(file, headers=EYES).text
    assert "Downloads are not shared" in page
    before = len(told.events(house, vault))
    for path in (f"{file}/original", f"/work/cases/{case_id}/entries/{diary.entry}/one-page.pdf"):
        assert path not in page
        assert maya.client.get(path, headers=EYES).status_code == 404
    assert len(told.events(house, vault)) == before
    shown = maya.client.get(f"{file}/show", headers=EYES)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")


def test_a_download_is_a_download(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    file = f"/work/cases/{case_id}/files/{diary.file}/original"
    answer = maya.client.get(file)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    event = told.events(house, vault)[-1]
    assert (event.action, event.sha256) == ("downloaded", hashlib.sha256(answer.data).hexdigest())
    before = len(told.events(house, vault))
    for number, whole in enumerate(("", "x", "bytes=0-", "bytes=5-2", "bytes=-999999999"), 1):
        again = maya.client.get(file, headers={"Range": whole})
        assert again.data == answer.data
        assert len(told.events(house, vault)) == before + number, whole
    odd = maya.client.get(file, headers={"Range": "bytes=1-", "If-Range": '"other"'})
    assert odd.data == answer.data
    for part in ("bytes=1-", "bytes=9-12"):
        assert maya.client.get(file, headers={"Range": part}).status_code == 206
    assert len(told.events(house, vault)) == before + 7, "what goes on is one look"


def test_of_a_file_that_she_removed_her_log_shows_no_number(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    maya.client.get(f"/work/cases/{case_id}/files/{diary.file}/original")
    look = looks.looks(house, vault, grant_id=case_id).items[0]
    assert (look.note, bool(look.sha256), look.what is None) == ("original", True, False)
    deletion.remove(house, vault, diary.entry)
    look = looks.looks(house, vault, grant_id=case_id).items[0]
    assert (look.note, look.sha256, look.what) == ("original", "", None)


def test_the_list_is_chosen_by_address_and_bad_days_are_said(
    maya: Worker, case_id: str, diary: Told
) -> None:
    path = f"/work/cases/{case_id}/entries"
    page = maya.client.get(f"{path}?q=gate&reported=yes&order=ORD-1", headers=EYES).text
    assert "1 entry fits." in page
    for bad in ("from=x", "to=31/2/2026", "from=2026-03-09&to=2026-03-01", "to=9999-99-99"):
        answer = maya.client.get(f"{path}?{bad}", headers=EYES)
        assert answer.status_code == 400, bad
        assert "Please look at this again" in answer.text
    for odd in ("page=0", "page=-4", "page=x", "page=9" * 40, "reported=maybe", "order=%00"):
        assert maya.client.get(f"{path}?{odd}", headers=EYES).status_code == 200, odd


def test_cases_of_which_there_are_none(maya: Worker) -> None:
    page = maya.client.get("/work", headers=EYES)
    assert "Nothing is shared with you now." in page.text


def test_what_she_wrote_is_shown_and_not_run(house: House, vault: Vault, maya: Worker) -> None:
    entry = told.keep(house, vault, Entry(what_happened="<script>x</script>\u202e\0"))
    case_id = told.grant(house, vault, maya.vault, [entry], from_name="<b>Nad</b>")
    for path in ("/work", f"/work/cases/{case_id}", f"/work/cases/{case_id}/entries/{entry}"):
        page = maya.client.get(path, headers=EYES)
        assert page.status_code == 200
        assert "<script>x" not in page.text
        assert "<b>Nad" not in page.text
        assert "\0" not in page.text


def test_sessions_end_after_a_quarter_of_an_hour(clock: Clock, maya: Worker, case_id: str) -> None:
    assert maya.client.get(f"/work/cases/{case_id}", headers=EYES).status_code == 200
    clock.pass_(minutes=16)
    assert maya.client.get(f"/work/cases/{case_id}", headers=EYES).status_code != 200


def test_a_copy_of_the_case_is_in_her_log_with_its_number(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told, tmp_path: Path
) -> None:
    entries.amend(
        house, vault, diary.second, Entry(what_happened="Called twelve times."), base_version=1
    )
    told.add_to(house, vault, case_id, [diary.second])
    page = maya.client.get(f"/work/cases/{case_id}/copy", headers=EYES).text
    assert "It holds 3 entries" in page
    assert "1 entry is shared only in part" in page
    before = len(told.events(house, vault))
    answer = maya.client.post(f"/work/cases/{case_id}/copy", headers=EYES)
    assert (answer.mimetype, len(answer.data) > 0) == ("application/zip", True)
    first, last = told.events(house, vault)[before:]
    assert (first.action, first.note, first.sha256) == ("downloaded", "bundle", "")
    assert (last.note, last.sha256) == ("bundle", hashlib.sha256(answer.data).hexdigest())
    shown = looks.looks(house, vault, grant_id=case_id).items
    assert [look.sha256 for look in shown[:2]] == [last.sha256, ""], "she sees it under the share"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as copy:
        inside = b"".join(copy.read(name) for name in copy.namelist())
    assert b"He stood at the gate." in inside
    assert not any(words.encode() in inside for words in UNSEEN)
    bag = tmp_path / "copy.zip"
    bag.write_bytes(answer.data)
    report = verify(bag, house.secrets.log.public_line)
    assert report.holds, report
    assert export.given(house, vault) == [], "what she handed over herself is another list"


def test_looking_only_gives_no_copy(house: House, vault: Vault, maya: Worker, diary: Told) -> None:
    case_id = told.share(house, vault, maya.vault, diary)
    before = len(told.events(house, vault))
    for ask in (maya.client.get, maya.client.post):
        assert ask(f"/work/cases/{case_id}/copy", headers=EYES).status_code == 404
    assert len(told.events(house, vault)) == before


def test_the_pattern_says_what_it_does_not_count(house: House, vault: Vault, maya: Worker) -> None:
    said = [
        *(
            Entry(what_happened="He rang.", when=When.at("date_only", f"2026-03-0{n}"))
            for n in "345"
        ),
        Entry(what_happened="I do not know when."),
        Entry(what_happened="A mistake.", withdrawn=Withdrawn(reason="mixed up")),
    ]
    case = told.grant(house, vault, maya.vault, [told.keep(house, vault, one) for one in said])
    page = maya.client.get(f"/work/cases/{case}/pattern", headers=EYES).text
    assert "where none is needed: 1." in page
    assert "Taken back, and left out: 1." in page
    ranged = f"/work/cases/{case}/pattern?from=2026-03-01&to=2026-03-09"
    assert "as there is no date: 1." in maya.client.get(ranged, headers=EYES).text
