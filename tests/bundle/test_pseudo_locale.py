"""No sentence in a bundle escapes translation: every document is read in brackets.

What the person typed is numbers here, and what a machine reads (paths, hashes, references and
commands) is known by its form; so every other word that stands outside brackets was left out.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import zipfile
from itertools import islice
from pathlib import Path

import pytest
from babel import dates
from flask import Flask

from diary.bundle import checking, choices, derived, tables
from diary.bundle.build import BROKEN, MISMATCH
from diary.bundle.contents import media_facts
from diary.bundle.machine import ONE_UNOPENED, OTHER_TIME, PENDING, SOME_UNOPENED
from diary.bundle.profile import PROFILES
from diary.bundle.texts import NOT_SHARED
from diary.domain import entry as entries
from diary.domain.entry import Entry
from diary.domain.file import Sensitive
from diary.proof.copies import ONE_NOT_SHARED, SOME_NOT_SHARED
from diary.services import case_copies
from diary.services.export import export
from diary.services.gathering import Selection
from diary.services.house import House
from diary.text import Say
from tests import test_pseudo_locale as pages
from tests.conftest import Person
from tests.services import sharers
from tests.services.test_export import Diary, lose
from tests.test_pseudo_locale import OPEN, bare, has_words, messages, pseudo

# The fixtures of the pages, for the one page that hands over.
catalogue, bracketed_pages = pages.catalogue, pages.bracketed
KNOWN = {message for message in messages() if isinstance(message, str)}
DERIVED_COPIES = "DERIVED copies of entries and orders in it:"
DATA_COLUMNS = {"record", "sha256", "type"}
MACHINE = re.compile(
    r"bundle-[0-9a-f]{8}-\d{8}|[\w/-]*/[\w./-]*|[\w-]+\.(?:zip|jpg|txt|bin|csv)"
    r"|\b[0-9a-f]{4,64}\b|\b[A-Z]+-\d+\b"
)


def bracketed(message: str) -> str:
    """What is not marked for extraction cannot be translated, whoever says it."""
    return str(pseudo(message)) if message in KNOWN else message


SAY = Say(bracketed, "eo")


@pytest.fixture(autouse=True)
def _bare_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of days and months come from the locale's own data."""
    monkeypatch.setattr(dates, "format_date", lambda *_args, **_options: "1.1.2026")


def handed_over(numbers: Diary, purpose: str, folder: Path) -> Path:
    parcel = export(
        numbers.house, numbers.vault, selection=Selection(), profile=PROFILES[purpose],
        at=numbers.house.now(), say=SAY,
    )  # fmt: skip
    path = folder / parcel.file_name
    path.write_bytes(b"".join(parcel.chunks))
    return path


def documents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def left_out(text: str) -> list[str]:
    """Return the lines with words outside all brackets that no machine reads."""
    outside, depth = bare(MACHINE.sub("0", text))
    assert depth == 0, text
    return [line.strip() for line in outside.splitlines() if has_words(line)]


def left_out_of_text(raw: bytes, folder: str) -> list[str]:
    text = raw.decode()
    commands = (checking.SHELL, checking.BY_HAND, checking.POWERSHELL, checking.PROOF)
    for command in commands:
        for line in (command.replace("%(folder)s", folder)).splitlines():
            text = text.replace(line.strip(), "")
    return left_out(text)


def left_out_of_table(raw: bytes) -> list[str]:
    rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    return [
        f"{column}: {found}"
        for row in rows
        for column, cell in row.items()
        if column not in DATA_COLUMNS
        for found in left_out(cell)
    ]


def left_out_of_pdf(raw: bytes) -> list[str]:
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=raw, capture_output=True, check=True
    )
    text = done.stdout.decode()
    assert OPEN in text
    return left_out(text)


def said_in_json(raw: bytes) -> str:
    """Return what bundle.json says in sentences."""
    bundle = json.loads(raw)
    items = [bundle["unopened"], *bundle["records"], *bundle["files"]]
    doubts = [why for item in items for why in item["not_verified"]]
    return "\n".join([*bundle["clocks"].values(), bundle["time_stamp"], *doubts])


@pytest.fixture
def shared(numbers: Diary) -> tuple[sharers.Worker, str, tuple[str, ...]]:
    """All of it shared with somebody, of each entry no more than one part."""
    house, vault = numbers.house, numbers.vault
    with house.store.read() as conn:
        entry, order = (
            tuple(one.record_id for one in vault.scan(conn, kind)) for kind in ("entry", "order")
        )
    who = sharers.worker(house)
    said = {"entries": entry, "orders": order, "earlier": True, "permission": "download"}
    return who, sharers.shared(house, vault, who, **said, fields=("what",)), entry


def test_every_word_about_a_copy_can_be_translated(
    numbers: Diary, shared: tuple[sharers.Worker, str, tuple[str, ...]], tmp_path: Path
) -> None:
    who, case, entry = shared
    parcel = case_copies.bundle(numbers.house, who.vault, case, say=SAY)
    path = tmp_path / parcel.file_name
    path.write_bytes(b"".join(parcel.chunks))
    found = documents(path)
    assert DERIVED_COPIES in found["READ-ME-FIRST.txt"].decode().replace("\n", " ")
    for name in ("READ-ME-FIRST.txt", "verify/VERIFY.txt"):
        assert left_out_of_text(found[name], path.stem) == [], name
    for name in ("data/02-chronology.csv", "data/02-clocks.csv"):
        assert left_out_of_table(found[name]) == [], name
    pdfs = [raw for name, raw in found.items() if name.endswith(".pdf")]
    pages = (case_copies.one_page(numbers.house, who.vault, case, one, SAY).data for one in entry)
    for raw in (*pdfs, *islice(pages, 3)):
        assert left_out_of_pdf(raw) == []
    assert set(derived.GROUPS.values()) | {NOT_SHARED, ONE_NOT_SHARED, SOME_NOT_SHARED} <= KNOWN


@pytest.mark.parametrize("purpose", PROFILES)
def test_every_word_of_a_bundle_can_be_translated(
    numbers: Diary, purpose: str, tmp_path: Path
) -> None:
    path = handed_over(numbers, purpose, tmp_path)
    read = 0
    for name, raw in documents(path).items():
        if name in {"READ-ME-FIRST.txt", "verify/VERIFY.txt"}:
            assert left_out_of_text(raw, path.stem) == [], name
        elif name.endswith(".csv"):
            assert left_out_of_table(raw) == [], name
        elif name.endswith(".pdf") and "exhibits" not in name:
            assert left_out_of_pdf(raw) == [], name
        elif name == "data/machine/bundle.json":
            assert left_out(said_in_json(raw)) == [], name
        else:
            continue
        read += 1
    assert read >= 7


def test_every_doubt_can_be_translated(numbers: Diary, tmp_path: Path) -> None:
    """Doubts come seldom: damage is done here, and what no damage brings is looked up."""
    with numbers.house.store.read() as conn:
        blobs = [media_facts(file).blob for file in numbers.vault.scan(conn, "file")]
    for blob in blobs:
        (found,) = numbers.house.settings.blobs.rglob(blob + "*")
        found.chmod(0o600)
        found.write_bytes(b"x" * found.stat().st_size)
    lose(numbers, numbers.entry("24"))
    path = handed_over(numbers, "police", tmp_path)
    read_me = documents(path)["READ-ME-FIRST.txt"]
    assert BROKEN in read_me.decode()
    assert ONE_UNOPENED in read_me.decode()
    assert left_out_of_text(read_me, path.stem) == []
    assert left_out_of_table(documents(path)["data/07-exhibit-list.csv"]) == []
    assert left_out(said_in_json(documents(path)["data/machine/bundle.json"])) == []
    assert {MISMATCH, PENDING, OTHER_TIME, SOME_UNOPENED} <= KNOWN


def test_a_page_hands_over_in_its_own_language(
    bracketed_pages: Flask,
    signed_in: Person,
    house: House,
) -> None:
    entry = Diary(house, signed_in.vault).entry("25")
    phone = signed_in.client
    for path, sent in (
        ("/hand-over", {"purpose": "police"}), ("/hand-over/choose", {"entry": entry}),
        ("/hand-over/review", {"agree": "yes"}),
    ):  # fmt: skip
        assert phone.post(path, data=sent).status_code == 303
    with zipfile.ZipFile(io.BytesIO(phone.post("/hand-over/save").data)) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("READ-ME-FIRST.txt")]
        read_me = archive.read(name)
    assert left_out_of_text(read_me, name.partition("/")[0]) == []


def test_every_choice_has_its_words() -> None:
    lists = (
        entries.Behaviour, entries.PlaceType, Sensitive,
        *(Entry.model_fields[name].annotation for name in ("direct_or_indirect",
          "who_started_contact", "report_status", "inside_zone")),
    )  # fmt: skip
    codes = set(re.findall(r"'(\w+)'", " ".join(map(str, lists))))
    assert {code.replace("_", " ") for code in codes} == choices.WORDS


@pytest.mark.parametrize("text", ["left out", f"{SAY('yes')} left out", "⟦kept⟧\nleft out"])
def test_a_planted_sentence_is_found(text: str) -> None:
    assert left_out(text)
    assert left_out_of_table(tables.as_csv(["certainty"], [[text]]))
    assert SAY(text) == text
