"""What a practitioner takes away: what was shared and no more, marked, checked, and in her log."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from diary.bundle import checking
from diary.bundle.breach_report import breach_report
from diary.bundle.derived import GROUPS
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.file import Derived
from diary.domain.order import Order, Term, Zone
from diary.domain.report import Report
from diary.domain.sharing import Consent, Redacted
from diary.domain.when import When
from diary.errors import DamagedError
from diary.proof.__main__ import check
from diary.proof.verify import verify
from diary.services import (
    case_copies,
    entries,
    files,
    looks,
    practitioners,
    redaction,
    share_again,
)
from diary.services.gathering import MediaReader
from diary.services.house import House
from diary.store.models import records
from diary.text import ENGLISH
from diary.vault.vault import Vault
from tests import cases as told
from tests.conftest import Person
from tests.media import picture
from tests.practitioners import Worker, agency, worker
from tests.services import sharers
from tests.services.test_export import every_text, rows, unpacked

EYES = {"Accept": "text/html"}
WHERE = "Quillet-Row-14"
# What she leaves out where she changes nothing about the fields.
LEFT_OUT = ("Mrs-Unseen", "bruise-unseen", "Zone-unseen", "note-unseen", "followed")


@dataclass
class Case:
    """A share that was given the way she gives one, and who reads it."""

    house: House
    owner: Vault
    reader: Worker
    entry: str
    order: str
    file: str
    other_file: str
    client: FlaskClient
    her: FlaskClient
    id: str = ""

    def share(self, **decided: Any) -> Case:
        who = sharers.Worker(
            self.reader.vault, practitioners.card(self.house, self.reader.account_id)
        )
        said = {"entries": (self.entry,), "permission": "download"} | decided
        self.id = sharers.shared(self.house, self.owner, who, **said)
        return self

    def page(self) -> str:
        return self.client.get(f"/work/cases/{self.id}/copy", headers=EYES).text

    def bundle(self, folder: Path, *ticked: str) -> Path:
        answer = self.client.post(f"/work/cases/{self.id}/copy", data={"file": list(ticked)})
        assert answer.mimetype == "application/zip", answer.text
        path = folder / "copy.zip"
        path.write_bytes(answer.data)
        return path

    def one_page(self) -> bytes:
        answer = self.client.get(f"/work/cases/{self.id}/entries/{self.entry}/one-page.pdf")
        return bytes(answer.data)

    def events(self) -> list[Event]:
        return told.events(self.house, self.owner)

    def copies_of(self, file_id: str) -> list[bytes]:
        with self.house.store.read() as conn:
            found = self.owner.children(conn, file_id, Derived.kind)
            return [b"".join(MediaReader(self.house.store.blobs)(one)) for one in found]


@pytest.fixture
def case(app: Flask, house: House, signed_in: Person) -> Case:
    maya, vault = worker(app, house, org=agency(house)), signed_in.vault
    order = told.keep(house, vault, Order(
        reference="ORD-1", type="NMO", made_on="2026-01-02", ends="on", expires_on="2027-01-02",
        terms=(Term(term_id="ORD-1.T1", text_from_order="Not within 100 metres."),),
        zones=(Zone(label="Zone-unseen"),), notes="note-unseen",
    ))  # fmt: skip
    entry = told.keep(house, vault, Entry(
        what_happened="He stood at the gate.", when=When.at("exact", "2026-03-03T21:14"),
        place=WHERE, place_type="street", behaviours=("followed",), who_was_there=("Mrs-Unseen",),
        injuries="bruise-unseen", order_ref="ORD-1", terms_alleged=("ORD-1.T1",),
    ))  # fmt: skip
    photo, other = (
        files.add(
            house, vault, files.take_in(house, f"{name}.jpg", [picture(size=size)]), parent=above
        )
        for name, size, above in (("gate", (1800, 900), entry), ("paper", (1200, 1200), order))
    )
    return Case(house, vault, maya, entry, order, photo, other, maya.client, signed_in.client)


def log_key(house: House) -> str:
    return house.secrets.log.public_line


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_with_the_fields_as_they_are_ticked_it_holds_what_was_shared(
    case: Case, house: House, tmp_path: Path
) -> None:
    case.share(orders=(case.order,))
    page = case.page()
    assert "It holds 1 entry" in page
    assert "1 entry is shared only in part. It goes as a copy that says so." in page
    path = case.bundle(tmp_path)
    report = verify(path, log_key(house))
    assert report.holds, [str(one) for one in report.findings]
    assert any("2 records are derived copies" in str(one) for one in report.findings)
    assert check(path) == 0
    base = unpacked(path, tmp_path / "out")
    for name, data in every_text(base):
        if name == "bundle.schema.json":
            continue  # it names every answer that there can be
        assert not any(words.encode() in data for words in LEFT_OUT), name
    (row,) = rows(base, "02-chronology.csv")
    assert row["what_happened"] == (
        "[DERIVED from version 1, parts left out.]\nHe stood at the gate."
    )
    assert (row["date"], row["order_terms"]) == ("2026-03-03", "ORD-1.T1")
    assert row["written_on"].startswith(f"DERIVED from version 1 of record {case.entry}, parts")
    assert (
        "Left out, whether anything was written there or not: where, if it was at a home"
        in (row["written_on"])
    )
    (clocks,) = rows(base, "02-clocks.csv")
    assert clocks["received_at_utc"] == clocks["written_device_clock"] == "not in this copy"
    assert clocks["derived_from"].startswith("DERIVED from version 1 of record")


def test_every_document_says_that_it_is_a_copy(case: Case, house: House, tmp_path: Path) -> None:
    base = unpacked(case.share(orders=(case.order,)).bundle(tmp_path), tmp_path / "out")
    for name, record in (("02-chronology.pdf", case.entry), ("05-orders/ORD-1-terms.pdf", "")):
        text = text_of((base / "data" / name).read_bytes())
        of = record or case.order
        assert f"DERIVED from version 1 of record {of}, parts left out." in text, name
    assert "DERIVED copies of entries and orders in it: 2." in " ".join(
        (base / "READ-ME-FIRST.txt").read_text().split()
    )
    assert "made by somebody whom she let take a copy" in (base / "READ-ME-FIRST.txt").read_text()
    assert "A DERIVED copy was not changed" in (base / "verify/VERIFY.txt").read_text()
    bundle = json.loads((base / "data/machine/bundle.json").read_text())
    jsonschema.validate(bundle, json.loads((base / "data/machine/bundle.schema.json").read_text()))
    marks = {one["content"]["id"]: one["derived_from"] for one in bundle["records"]}
    assert {one["record"] for one in marks.values()} == {case.entry, case.order}
    for one in bundle["records"]:
        assert one["content"]["kind"] == "redacted"
        assert one["derived_from"]["version"] == 1
        assert one["derived_from"]["left_out"] == one["content"]["body"]["left_out"]
        assert (base / one["preimage"]).exists(), "a leaf of its own"
    bad = {**bundle, "records": [{**bundle["records"][0]}]}
    bad["records"][0]["content"] = json.loads(json.dumps(bad["records"][0]["content"]))
    bad["records"][0]["content"]["body"]["body"]["private"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bad, json.loads((base / "data/machine/bundle.schema.json").read_text()))


def test_a_flipped_byte_is_refused(case: Case, house: House, tmp_path: Path) -> None:
    path = case.share().bundle(tmp_path)
    whole = path.read_bytes()
    for place in (whole.index(b"He stood"), len(whole) // 2, len(whole) - 30):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert not verify(path, log_key(house)).holds, place


def test_what_was_left_out_never_reads_as_an_answer(case: Case, tmp_path: Path) -> None:
    told.keep(case.house, case.owner, Report(
        reference="REP-1", entries=(case.entry,), to="police_101",
        reported=When.at("date_only", "2026-03-04"),
    ))  # fmt: skip
    case.share(fields=("what",))
    base = unpacked(case.bundle(tmp_path), tmp_path / "out")
    (row,) = rows(base, "02-chronology.csv")
    assert (row["date"], row["time"], row["certainty"]) == ("left out of this copy", "", "")
    shown = text_of((base / "data/02-chronology.pdf").read_bytes()) + text_of(case.one_page())
    for claim in ("date not known", "not sure", "names no order", "about telling anybody"):
        assert claim not in shown, claim
    assert "1. left out of this copy" in shown
    assert "Nothing that was shared says so." in shown
    case.share(fields=("when", "terms"))
    (row,) = rows(unpacked(case.bundle(tmp_path), tmp_path / "more"), "02-chronology.csv")
    assert row["what_happened"].endswith("]\nleft out of this copy")
    assert "not within 100" not in row["order_terms"]
    assert "ORD-1 (no order with this reference was shared)" in row["order_terms"]
    page = text_of(case.one_page())
    assert "no order with this reference was shared" in page
    assert "its words were not shared" in page
    assert "in the diary now" not in page + row["order_terms"]


def test_an_earlier_version_that_was_not_shared_is_not_called_lost(
    case: Case, house: House, tmp_path: Path
) -> None:
    entries.amend(
        house, case.owner, case.entry, Entry(what_happened="He stood there."), base_version=1
    )
    case.share(fields=redaction.GROUPS)
    path = case.bundle(tmp_path)
    report = verify(path, log_key(house))
    assert report.holds, [str(one) for one in report.findings]
    assert any("without earlier versions, which were not shared" in str(o) for o in report.findings)
    base = unpacked(path, tmp_path / "out")
    (row,) = rows(base, "02-chronology.csv")
    assert "(version 2; what came before it was not shared)" in row["written_on"]
    assert "what came before it was not shared" in text_of(case.one_page())
    bundle = json.loads((base / "data/machine/bundle.json").read_text())
    assert bundle["not_shared"] == [{"record": case.entry, "versions": [1]}]
    assert b"at the gate" not in path.read_bytes()


def test_each_wording_of_a_copy_is_there(case: Case, house: House, tmp_path: Path) -> None:
    reworded(case, house)
    case.share(earlier=True)
    path = case.bundle(tmp_path)
    assert verify(path, log_key(house)).holds
    base = unpacked(path, tmp_path / "out")
    text = text_of((base / "data/02-chronology.pdf").read_bytes())
    assert "DERIVED from version 2 of record" in text
    assert "Version 1 said, as far as this copy tells: What happened: He stood" in text
    assert len(rows(base, "02-clocks.csv")) == 2


@pytest.mark.parametrize("fields", [redaction.USUAL, redaction.GROUPS])
def test_the_wording_before_is_handed_out_by_nothing(
    case: Case, house: House, tmp_path: Path, fields: tuple[str, ...]
) -> None:
    case.share(fields=fields)
    old = reworded(case, house)
    share_again.share(house, case.owner, case.id, case.entry, version=2)
    path = case.bundle(tmp_path)
    assert verify(path, log_key(house)).holds
    base = unpacked(path, tmp_path / "out")
    assert len(rows(base, "02-clocks.csv")) == 1
    page = text_of(case.one_page())
    assert "He waited at the gate." in page
    assert old not in page
    assert not any(old.encode() in data for _, data in every_text(base))


def reworded(case: Case, house: House) -> str:
    """Change what the entry says; return what it said before."""
    with house.store.read() as conn:
        old = case.owner.get(conn, case.entry).body
    assert isinstance(old, Entry)
    entries.amend(
        house, case.owner, case.entry,
        old.model_copy(update={"what_happened": "He waited at the gate."}), base_version=1,
    )  # fmt: skip
    return old.what_happened


def test_a_ticked_picture_goes_as_its_copy_and_no_other(
    case: Case, house: House, tmp_path: Path
) -> None:
    case.share(orders=(case.order,), files=(case.file, case.other_file))
    page = case.page()
    assert page.count('name="file"') == 2
    assert "checked" not in page
    before = len(case.events())
    path = case.bundle(tmp_path, case.file)
    assert verify(path, log_key(house)).holds
    base = unpacked(path, tmp_path / "out")
    (image,) = (base / "data").rglob("*.jpg")
    assert image.name == "FILE-1-DERIVED-view.jpg"
    assert image.read_bytes() == max(case.copies_of(case.file), key=len)
    listed = rows(base, "07-exhibit-list.csv")
    assert [one["file_name"] for one in listed] == ["not enclosed", f"viewing/{image.name}"]
    assert rows(base, "02-chronology.csv")[0]["exhibits"] == "FILE-1"
    taken = [(one.note, one.subject) for one in case.events()[before:]]
    assert taken == [("bundle", case.id), ("bundle file", case.file), ("bundle", case.id)]
    hers = case.her.get(f"/sharing/{case.id}/looks").text
    assert "Took a picture with a copy of the case" in hers
    assert "gate.jpg" in hers, "which one, as she calls it"


def test_a_picture_of_an_order_goes_with_it(case: Case, house: House, tmp_path: Path) -> None:
    case.share(orders=(case.order,), files=(case.file, case.other_file))
    path = case.bundle(tmp_path, case.other_file, case.file)
    assert verify(path, log_key(house)).holds
    base = unpacked(path, tmp_path / "out")
    image = base / "data/05-orders/viewing/ORD-1-DERIVED-view.jpg"
    assert image.read_bytes() == max(case.copies_of(case.other_file), key=len)
    assert len(list((base / "data").rglob("*.jpg"))) == 2


def test_the_way_back_from_a_file_is_to_what_it_belongs_to(case: Case, house: House) -> None:
    case.share(orders=(case.order,), files=(case.file, case.other_file))
    at = f"/work/cases/{case.id}"
    for file, back in (
        (case.file, f"entries/{case.entry}"),
        (case.other_file, f"orders/{case.order}"),
    ):
        page = case.client.get(f"{at}/files/{file}", headers=EYES).text
        assert f'href="{at}/{back}"' in page
        assert case.client.get(f"{at}/{back}", headers=EYES).status_code == 200
    alone = told.grant(house, case.owner, case.reader.vault, [case.file])
    page = case.client.get(f"/work/cases/{alone}/files/{case.file}", headers=EYES).text
    assert f'href="/work/cases/{alone}"' in page
    assert case.entry not in page


def test_nothing_ticked_is_no_picture(case: Case, tmp_path: Path) -> None:
    path = case.share(files=(case.file,)).bundle(tmp_path)
    base = unpacked(path, tmp_path / "out")
    assert not list((base / "data").rglob("*.jpg"))
    assert rows(base, "07-exhibit-list.csv") == []


@pytest.mark.parametrize("ticked", ["of an order that is not shared", "nowhere", "an entry"])
def test_files_of_another_grant_are_refused_and_leave_no_trace(case: Case, ticked: str) -> None:
    case.share(files=(case.file,))
    ids = {"of an order that is not shared": case.other_file, "nowhere": "x\0"}
    before = len(case.events())
    for chosen in ([ids.get(ticked, case.entry)], [case.file, ids.get(ticked, case.entry)]):
        answer = case.client.post(f"/work/cases/{case.id}/copy", data={"file": chosen})
        assert answer.status_code == 404
        assert "not shared with you" in answer.text
    assert len(case.events()) == before


def test_a_copy_has_its_page_with_only_what_is_shared(case: Case) -> None:
    case.share(orders=(case.order,))
    page = case.client.get(f"/work/cases/{case.id}/entries/{case.entry}", headers=EYES).text
    assert f"/entries/{case.entry}/one-page.pdf" in page
    pdf = case.one_page()
    text = text_of(pdf)
    assert text.count("DERIVED from version 1") == 2
    assert "He stood at the gate." in text
    assert WHERE in text
    assert not any(words in text for words in LEFT_OUT)
    assert "Mrs" not in text


@pytest.mark.parametrize("fields", [redaction.USUAL, redaction.GROUPS], ids=["copy", "whole"])
def test_she_reads_which_entries_a_copy_held(
    case: Case, fields: tuple[str, ...], tmp_path: Path
) -> None:
    more = [
        told.keep(case.house, case.owner, Entry(
            what_happened=f"no {i}", when=When.at("date_only", f"2026-04-{i + 1:02}"),
            injuries="bruise-unseen" if i > 19 else "",
        ))
        for i in range(24)
    ]  # fmt: skip
    unshared = told.keep(case.house, case.owner, Entry(what_happened="Nobody read this."))
    case.share(entries=(case.entry, *more), fields=fields)
    case.bundle(tmp_path)
    done, made = looks.looks(case.house, case.owner, grant_id=case.id).items[:2]
    assert list(made.shown) == [*reversed(more), case.entry], "whole ones and copies, newest first"
    assert (done.shown, made.sha256, done.sha256 != "") == ((), "", True)
    assert "25 entries were in it" in case.her.get(f"/sharing/{case.id}/looks").text
    pages = [
        case.her.get(f"/sharing/{case.id}/looks/{made.id}?page={page}").text for page in (1, 2)
    ]
    assert "Entries in that copy" in pages[0]
    links = [set(re.findall(r'href="/diary/([0-9a-f]{32})"', page)) for page in pages]
    assert [len(some) for some in links] == [20, 5]
    assert links[0] | links[1] == {case.entry, *more}
    assert unshared not in "".join(pages)


@pytest.mark.parametrize("fields", [redaction.USUAL, redaction.GROUPS], ids=["copy", "whole"])
def test_the_page_is_in_her_log_with_its_number(case: Case, fields: tuple[str, ...]) -> None:
    case.share(fields=fields)
    before = len(case.events())
    digest = hashlib.sha256(case.one_page()).hexdigest()
    (event,) = case.events()[before:]
    assert (event.action, event.note, event.subject) == ("downloaded", "page", case.entry)
    assert event.sha256 == digest
    shown = case.her.get(f"/sharing/{case.id}/looks").text
    assert "Took a copy of an entry on one page" in shown
    assert "".join(shown.split()).count(digest) == 1


def test_a_page_that_ended_while_it_was_made_does_not_leave(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.share()
    before = len(case.events())

    def ended(*args: Any, **named: Any) -> object:
        told.end(case.house, case.id)
        return breach_report(*args, **named)

    monkeypatch.setattr("diary.services.case_copies.breach_report", ended)
    assert b"%PDF" not in case.one_page()
    assert len(case.events()) == before


def test_a_bundle_that_breaks_or_is_not_read_leaves_one_trace(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.share()
    me = case.reader.vault

    def number() -> int:
        return len(case.events())

    before = number()
    unread = case_copies.bundle(case.house, me, case.id, say=ENGLISH)
    assert number() == before + 1
    unread.chunks.close()  # type: ignore[attr-defined]
    begun = case_copies.bundle(case.house, me, case.id, say=ENGLISH)
    next(begun.chunks)
    begun.chunks.close()  # type: ignore[attr-defined]
    assert number() == before + 2
    monkeypatch.setattr(checking, "verify_script", lambda: 1 / 0)
    broken = case_copies.bundle(case.house, me, case.id, say=ENGLISH)
    with pytest.raises(ZeroDivisionError):
        list(broken.chunks)
    assert number() == before + 3
    assert {one.sha256 for one in case.events()[before:]} == {""}


def test_a_report_in_part_is_told_like_a_whole_one(case: Case, tmp_path: Path) -> None:
    report = Report(reference="REP-1", entries=(case.entry,), to="police_101", crime_ref="22/1234")
    of = told.keep(case.house, case.owner, report)
    body = report.model_dump(mode="json", exclude_defaults=True)
    copy = Redacted(of=of, of_version=1, of_kind="report", left_out=("words",), body=body)
    copy_id = told.keep(case.house, case.owner, copy, parent=of)
    case.share()
    told.add_to(case.house, case.owner, case.id, [copy_id])
    base = unpacked(case.bundle(tmp_path), tmp_path / "out")
    assert rows(base, "02-chronology.csv")[0]["reference"] == "22/1234"


def test_a_copy_that_does_not_open_is_counted_with_its_files(
    case: Case, house: House, tmp_path: Path
) -> None:
    other = told.keep(house, case.owner, Entry(what_happened="He rang."))
    case.share(entries=(case.entry, other), files=(case.file,), fields=("what",))
    (item,) = [one for one in told_consent(case).items if one.copy_id]
    with house.store.write() as conn:
        row = records.c.record_id == item.copy_id
        conn.execute(update(records).where(row).values(sealed=b"?" * 64))
    path = case.bundle(tmp_path)
    doubts = [str(one) for one in verify(path, log_key(house)).doubts]
    assert any("2 records could not be opened" in one for one in doubts), doubts


def test_where_nothing_opens_there_is_no_half_a_file(case: Case, house: House) -> None:
    case.share()
    (item,) = told_consent(case).items
    with house.store.write() as conn:
        row = records.c.record_id == item.copy_id
        conn.execute(update(records).where(row).values(sealed=b"?" * 64))
    before = len(case.events())
    answer = case.client.post(f"/work/cases/{case.id}/copy", headers=EYES)
    assert (answer.status_code, "damaged" in answer.text) == (DamagedError.status, True)
    assert len(case.events()) == before


def told_consent(case: Case) -> Consent:
    with case.house.store.read() as conn:
        body = case.owner.get(conn, case.id).body
    assert isinstance(body, Consent)
    return body


def test_every_group_that_can_be_left_out_has_its_words() -> None:
    assert GROUPS.keys() == set(redaction.GROUPS)
