"""Handing over, through the real vault: what goes, what never goes, and what is kept of it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import bagit
import jsonschema
import pypdf
import pytest
from sqlalchemy import delete, update

from diary.bundle.profile import PROFILES
from diary.domain.base import Record
from diary.domain.claimed import Claimed
from diary.domain.entry import Entry, Withdrawn
from diary.domain.file import Derived, File
from diary.domain.ids import new_id
from diary.domain.kept import Kept, PrivateNote, Profile
from diary.domain.people import Contact
from diary.domain.when import When
from diary.errors import BadInputError
from diary.proof.__main__ import check
from diary.proof.verify import verify
from diary.services.export import Parcel, choices, export, given, goes_along
from diary.services.gathering import Selection
from diary.services.house import House
from diary.store.models import records
from diary.vault.media import Writer, new_key
from diary.vault.vault import Vault
from tests.clock import Clock

CANARY = "Blue-Heron-417"
PHOTO = b"\xff\xd8\xff not quite a photo " * 90_000  # more than one sealed part
ALL = Selection()


class Diary:
    """Fills a diary the short way, one record after the other."""

    def __init__(self, house: House, vault: Vault) -> None:
        self.house, self.vault = house, vault

    def keep(self, body: Record, **more: object) -> str:
        with self.house.store.write() as conn:
            kept = self.vault.keep(conn, body, at=self.house.now(), **more)  # type: ignore[arg-type]
        return kept.record_id

    def entry(self, words: str, when: When | None = None, **fields: object) -> str:
        return self.keep(Entry(what_happened=words, when=when or When(), **fields))

    def file(self, entry: str, data: bytes, mime: str = "image/jpeg", **fields: object) -> str:
        blob, key = self._blob(data)
        body = File(
            blob=blob, mime=mime, size=len(data), sha256=hashlib.sha256(data).hexdigest(),
            original_name="Nadia at 14 Quillet Row.jpg", place_in_file="51.5 -0.1", **fields,
        )  # fmt: skip
        return self.keep(body, parent=entry, secret=key)

    def copy(self, file: str, data: bytes) -> str:
        blob, key = self._blob(data)
        body = Derived(
            blob=blob, purpose="view", mime="image/jpeg", size=len(data),
            sha256=hashlib.sha256(data).hexdigest(), made_at=self.house.now(),
        )  # fmt: skip
        return self.keep(body, parent=file, secret=key)

    def _blob(self, data: bytes) -> tuple[str, bytes]:
        blob, key = new_id(), new_key()
        writer = Writer(self.house.store.blobs, blob, key)
        writer.feed(data)
        writer.finish()
        return blob, key

    def bundle(self, folder: Path, purpose: str = "police", selection: Selection = ALL) -> Path:
        parcel = self.parcel(purpose, selection)
        path = folder / parcel.file_name
        path.write_bytes(b"".join(parcel.chunks))
        return path

    def parcel(self, purpose: str = "police", selection: Selection = ALL) -> Parcel:
        return export(
            self.house, self.vault, selection=selection, profile=PROFILES[purpose],
            at=self.house.now(),
        )  # fmt: skip


@pytest.fixture
def diary(house: House, vault: Vault) -> Diary:
    return Diary(house, vault)


@pytest.fixture
def full(diary: Diary, clock: Clock) -> Diary:
    """Entries of every certainty, an amended one, a withdrawn one, files, and what is private."""
    diary.keep(Profile(initials="NAP"))
    contact = diary.keep(Contact(text=f"07700 900118 {CANARY}"))
    first = diary.entry(
        'He came to the door.\n=HYPERLINK("x") #let <script> {{ 1 }} $x$ 😀 \u202ertl\x07',
        When.at("exact", "2026-02-17T19:40"),
        who_was_there=("Mam",),
        witnesses=({"name_or_description": "neighbour", "person": contact},),
    )
    diary.keep(PrivateNote(text=CANARY), parent=first)
    diary.keep(Kept(part="contacts", data={"phone": CANARY}))
    clock.pass_(days=1)
    with diary.house.store.read() as conn:
        old = diary.vault.get(conn, first).body
    assert isinstance(old, Entry)
    new = old.model_copy(update={"what_happened": "He came to my door.", "change_reason": "typo"})
    diary.keep(new, record_id=first, base_version=1)
    diary.entry("undated")
    diary.entry("spring forward", When.at("exact", "2026-03-29T01:30"))
    diary.entry("autumn back", When.at("about", "2025-10-26T01:30", words="after the pub"))
    diary.entry("in a month", When.at("month", "2025-11"), withdrawn=Withdrawn(reason="mixed up"))
    diary.entry(
        "imported", When.at("date_only", "2026-01-30"),
        claimed=Claimed(source="nad.json", written_at="2026-01-31T08:00:00Z", clock="device"),
    )  # fmt: skip
    photo = diary.file(first, PHOTO)
    diary.copy(photo, b"small jpeg")
    diary.file(first, b"text of a chat", "text/plain", exhibit_ref="NAP-007")
    return diary


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    (base,) = folder.iterdir()
    return base


def rows(base: Path, name: str) -> list[dict[str, str]]:
    text = (base / "data" / name).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def every_text(base: Path) -> Iterator[tuple[str, bytes]]:
    for path in base.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()
            if path.suffix == ".pdf":
                pages = pypdf.PdfReader(path).pages
                yield path.name, "\n".join(page.extract_text() for page in pages).encode()


def test_the_bundle_is_a_bag_that_everybody_accepts(full: Diary, tmp_path: Path) -> None:
    path = full.bundle(tmp_path)
    report = verify(path, full.house.secrets.log.public_line)
    assert report.holds, [str(finding) for finding in report.findings]
    assert check(path) == 0
    base = unpacked(path, tmp_path / "out")
    bagit.Bag(str(base)).validate()
    done = subprocess.run(["sh", "verify/verify.sh"], cwd=base, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    bundle = json.loads((base / "data/machine/bundle.json").read_text())
    schema = json.loads((base / "data/machine/bundle.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(bundle, schema)
    for record in bundle["records"]:
        preimage = (base / record["preimage"]).read_bytes()
        assert hashlib.sha256(preimage).hexdigest() == record["commitment"]
    assert (base / "data/06-exhibits/NAP-008.jpg").read_bytes() == PHOTO
    assert "not yet time-stamped" in (base / "READ-ME-FIRST.txt").read_text()


def test_the_chronology_says_what_is_known_and_no_more(full: Diary, tmp_path: Path) -> None:
    base = unpacked(full.bundle(tmp_path), tmp_path / "out")
    table = rows(base, "02-chronology.csv")
    assert [row["what_happened"].split("\n")[-1] for row in table] == [
        "autumn back", "in a month", "imported", "He came to my door.", "spring forward",
        "undated",
    ]  # fmt: skip
    assert [row["date"] for row in table][-1] == "date not known"
    assert "twice" in table[0]["certainty"]
    assert "after the pub" in table[0]["certainty"]
    assert "did not happen" in table[4]["certainty"]
    assert "WITHDRAWN" in table[1]["what_happened"]
    assert "written, says the imported file" in table[2]["written_on"]
    assert table[3]["exhibits"] == "NAP-007; NAP-008"
    assert "witness: neighbour" in table[3]["others_present"]
    versions = [row for row in rows(base, "02-clocks.csv") if row["no"] == "4"]
    assert [row["version"] for row in versions] == ["1", "2"]
    assert "[U+202E]" in versions[0]["what_happened"]
    text = "\n".join(
        page.extract_text() for page in pypdf.PdfReader(base / "data/02-chronology.pdf").pages
    )
    assert "First written 2026-03-03" in text
    assert "#let <script> {{ 1 }} $x$" in text
    assert "grinning face U+1F600" in text


def test_what_is_private_never_goes(full: Diary, tmp_path: Path) -> None:
    for purpose in PROFILES:
        folder = tmp_path / purpose
        folder.mkdir()
        base = unpacked(full.bundle(folder), folder / "out")
        for name, data in every_text(base):
            assert CANARY.encode() not in data, name
    keys = []
    with full.house.store.read() as conn:
        keys = [opened.secret for opened in full.vault.scan(conn, "file")]
    keys.append(full.vault.keys.diary_key)
    for name, data in every_text(base):
        assert not any(key in data or key.hex().encode() in data for key in keys), name


@pytest.mark.parametrize("purpose", ["family-court", "practitioner"])
def test_without_originals_no_metadata_goes(full: Diary, tmp_path: Path, purpose: str) -> None:
    path = full.bundle(tmp_path, purpose)
    assert verify(path).holds
    base = unpacked(path, tmp_path / "out")
    files = {file.name for file in (base / "data/06-exhibits").rglob("*") if file.is_file()}
    assert files == {"NAP-008-DERIVED-view.jpg"}
    for name, data in every_text(base):
        assert b"51.5 -0.1" not in data, name
        assert b"Quillet" not in data, name
    listed = {row["exhibit_ref"]: row["file_name"] for row in rows(base, "07-exhibit-list.csv")}
    assert listed["NAP-007"] == "not enclosed"


def test_only_what_was_chosen_goes(full: Diary, tmp_path: Path) -> None:
    chosen = choices(full.house, full.vault, Selection(start=date(2026, 1, 1)))
    assert {choice.entry.what_happened for choice in chosen} == {
        "imported", "He came to my door.", "spring forward",
    }  # fmt: skip
    one = frozenset(choice.id for choice in chosen if choice.files)
    path = full.bundle(tmp_path, selection=Selection(entries=one, files=frozenset()))
    base = unpacked(path, tmp_path / "out")
    assert len(rows(base, "02-chronology.csv")) == 1
    assert rows(base, "07-exhibit-list.csv") == []
    with pytest.raises(BadInputError):
        full.parcel(selection=Selection(entries=frozenset({new_id()})))


def test_it_is_written_down_with_its_number(full: Diary, tmp_path: Path) -> None:
    parcel = full.parcel()
    (before,) = given(full.house, full.vault)
    assert before.sha256 == ""
    data = b"".join(parcel.chunks)
    (after,) = given(full.house, full.vault)
    assert after.sha256 == hashlib.sha256(data).hexdigest()
    assert after.reference == parcel.reference
    assert (after.profile, after.entries, after.files) == (PROFILES["police"], 6, 2)


def test_the_same_choice_at_the_same_time_is_the_same_payload(full: Diary, tmp_path: Path) -> None:
    full.bundle(tmp_path)  # gives the references, which are records themselves
    first = unpacked(full.bundle(tmp_path), tmp_path / "a") / "manifest-sha256.txt"
    again = unpacked(full.bundle(tmp_path), tmp_path / "b") / "manifest-sha256.txt"
    without = [line for line in first.read_text().split("\n") if "proofs/" not in line]
    assert without == [line for line in again.read_text().split("\n") if "proofs/" not in line]


def test_references_are_never_used_twice(diary: Diary, tmp_path: Path) -> None:
    entry = diary.entry("x")
    diary.file(entry, b"one", "text/plain")
    diary.bundle(tmp_path)
    diary.file(entry, b"two", "text/plain")
    base = unpacked(diary.bundle(tmp_path), tmp_path / "out")
    assert [row["exhibit_ref"] for row in rows(base, "07-exhibit-list.csv")] == ["X-001", "X-002"]


def test_a_damaged_file_goes_marked(full: Diary, tmp_path: Path) -> None:
    with full.house.store.read() as conn:
        blobs = {file.body.size: file.body.blob for file in full.vault.scan(conn, "file")}  # type: ignore[attr-defined]
    blob = next(path for path in full.house.settings.blobs.rglob(blobs[len(PHOTO)] + "*"))
    damaged = bytearray(blob.read_bytes())
    damaged[-100] ^= 1
    blob.chmod(0o600)
    blob.write_bytes(damaged)
    path = full.bundle(tmp_path)
    base = unpacked(path, tmp_path / "out")
    assert "NOT VERIFIED: data/06-exhibits/NAP-008.jpg" in (base / "READ-ME-FIRST.txt").read_text()
    assert any("NOT VERIFIED" in row["file_name"] for row in rows(base, "07-exhibit-list.csv"))
    assert any("NOT VERIFIED" in str(doubt) for doubt in verify(path).doubts)
    assert bagit.Bag(str(base)).validate()


def test_a_pending_record_is_said(
    full: Diary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.bundle(tmp_path)
    monkeypatch.setattr("diary.services.export.ledger.sequence", lambda *_: None)
    full.entry("came later", When.now(datetime(2026, 3, 4, tzinfo=UTC)))
    path = full.bundle(tmp_path)
    report = verify(path)
    assert len(report.doubts) == 1
    assert "not in the log yet" in report.doubts[0].text


def test_an_error_midway_leaves_no_zip(full: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> bytes:
        raise RuntimeError("midway")

    monkeypatch.setattr("diary.bundle.texts.read_me", breaks)
    parcel = full.parcel()
    sent = bytearray()

    def send() -> None:
        for chunk in parcel.chunks:
            sent.extend(chunk)

    with pytest.raises(RuntimeError):
        send()
    assert len(sent) > len(PHOTO)
    assert not zipfile.is_zipfile(io.BytesIO(sent))
    assert given(full.house, full.vault)[0].sha256 == ""


def test_an_imported_change_is_not_said_to_be_written_when_it_came(
    diary: Diary, tmp_path: Path
) -> None:
    claimed = [Claimed(source="d.json", written_at=f"2025-0{n}-01T08:00:00Z") for n in (1, 2)]
    entry = diary.entry("first", claimed=claimed[0])
    body = Entry(what_happened="second", claimed=claimed[1])
    diary.keep(body, record_id=entry, base_version=1)
    with zipfile.ZipFile(diary.bundle(tmp_path)) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("chronology.pdf")]
        pages = pypdf.PdfReader(io.BytesIO(archive.read(name))).pages
    text = " ".join("\n".join(page.extract_text() for page in pages).split())
    assert "First written 2025-01-01T08:00:00Z (written, says the imported file)" in text
    assert "changed 2025-02-01T08:00:00Z (written, says the imported file)" in text
    assert "First written 2026" not in text


def lose(diary: Diary, record_id: str, version: int = 1, *, gone: bool = False) -> None:
    """Damage one row, or take it out, behind the back of everybody."""
    row = (records.c.record_id == record_id) & (records.c.version == version)
    change = delete(records) if gone else update(records).values(sealed=b"x" * 200)
    with diary.house.store.write() as conn:
        conn.execute(change.where(row))


def index(diary: Diary) -> None:
    with diary.house.store.write() as conn:
        diary.vault.refresh_heads(conn)


def told_of_loss(diary: Diary, folder: Path, number: int, ids: list[str]) -> Path:
    """Hand over what is left: the loss is said before, in words, in the JSON and by the check."""
    assert goes_along(diary.house, diary.vault, ALL, PROFILES["police"]).unopened == number
    path = diary.bundle(folder)
    base = unpacked(path, folder / "out")
    bundle = json.loads((base / "data/machine/bundle.json").read_text())
    jsonschema.validate(bundle, json.loads((base / "data/machine/bundle.schema.json").read_text()))
    assert bundle["unopened"]["number"] == number
    assert bundle["unopened"]["records"] == sorted(ids)
    said = "1 record could" if number == 1 else f"{number} records could"
    assert f"NOT VERIFIED: {said} not be opened" in (base / "READ-ME-FIRST.txt").read_text()
    assert any(f"{said} not be opened" in doubt.text for doubt in verify(path).doubts)
    assert check(path) == 1
    return base


@pytest.mark.parametrize("gone", [True, False])
@pytest.mark.parametrize("indexed", [True, False])
def test_a_lost_entry_is_said_and_the_rest_goes(
    full: Diary, tmp_path: Path, *, indexed: bool, gone: bool
) -> None:
    lost = full.entry("lost")
    full.entry("after it")
    if indexed:
        index(full)
    lose(full, lost, gone=gone)
    base = told_of_loss(full, tmp_path, 1, [lost] if indexed or not gone else [])
    assert len(rows(base, "02-chronology.csv")) == 7
    assert (base / "data/06-exhibits/NAP-008.jpg").read_bytes() == PHOTO


def test_files_copies_and_versions_that_do_not_open_are_said(diary: Diary, tmp_path: Path) -> None:
    entry = diary.entry("first words")
    diary.keep(Entry(what_happened="newest"), record_id=entry, base_version=1)
    files = [diary.file(entry, data, "text/plain") for data in (b"one", b"two")]
    copy = diary.copy(files[0], b"a copy")
    index(diary)
    lose(diary, entry, gone=True)
    lose(diary, files[1])
    lose(diary, copy)
    base = told_of_loss(diary, tmp_path, 3, [entry, files[1], copy])
    assert [row["exhibit_ref"] for row in rows(base, "07-exhibit-list.csv")] == ["X-001"]
    (told,) = rows(base, "02-chronology.csv")
    assert told["what_happened"] == "newest"
    assert "version 2; what came before it could not be opened" in told["written_on"]


def test_the_file_of_a_lost_entry_is_counted_too(full: Diary, tmp_path: Path) -> None:
    lost = full.entry("lost")
    file = full.file(lost, b"could be opened", "text/plain")
    index(full)
    lose(full, lost)
    told_of_loss(full, tmp_path, 2, [lost, file])


@pytest.mark.parametrize("indexed", [True, False])
def test_no_reference_is_given_twice_when_their_count_is_lost(
    diary: Diary, tmp_path: Path, *, indexed: bool
) -> None:
    profile = diary.keep(Profile(initials="X"))
    entry = diary.entry("x")
    first = diary.file(entry, b"one", "text/plain")
    diary.bundle(tmp_path)
    if indexed:
        index(diary)
    lose(diary, first, 2)
    lose(diary, profile, 2)
    diary.file(entry, b"two", "text/plain")
    base = unpacked(diary.bundle(tmp_path), tmp_path / "out")
    (row,) = rows(base, "07-exhibit-list.csv")
    assert int(row["exhibit_ref"].partition("-")[2]) > 1
