"""The fictional diary, handed over for every purpose: it verifies, and no private word is in it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pypdf
import pytest

from diary.bundle.profile import PROFILES
from diary.proof.verify import verify
from diary.services import load
from diary.services.export import export
from diary.services.gathering import Selection
from diary.services.house import House
from diary.vault.vault import Vault

SCENARIO = Path(__file__).parents[2] / "examples" / "scenario"
WORDS = "copper lantern river walnut"
CONTACTS = "data/contact-for-police-only.pdf"

pytestmark = pytest.mark.slow


@pytest.fixture
def vault(house: House) -> Vault:
    load.load(house, SCENARIO / "diary.json", name="Nad", passphrase=WORDS)
    return Vault(load.sign_in(house, name="Nad", passphrase=WORDS).unlocked)


def said() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCENARIO / "diary.json").read_text())
    return found


def made(house: House, vault: Vault, purpose: str, folder: Path) -> dict[str, bytes]:
    """Make a bundle that holds, and return its files."""
    parcel = export(house, vault, selection=Selection(), profile=PROFILES[purpose], at=house.now())
    path = folder / f"{purpose}.zip"
    path.write_bytes(b"".join(parcel.chunks))
    assert verify(path, house.secrets.log.public_line).holds
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def words(files: dict[str, bytes]) -> dict[str, str]:
    """Return the text of every file that was made here, without its white space."""
    found = {}
    for path, raw in files.items():
        if path.endswith(".pdf") and not re.fullmatch(r".*/ORD-\w+\.pdf", path):
            pages = pypdf.PdfReader(io.BytesIO(raw)).pages
            found[path] = bare(" ".join(page.extract_text() for page in pages))
        elif "06-exhibits" not in path:
            found[path] = bare(raw.decode("utf-8", "replace"))
    return found


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("purpose", PROFILES)
def test_the_scenario_keeps_to_its_schema_and_leaves_its_secrets_at_home(
    house: House, vault: Vault, tmp_path: Path, purpose: str
) -> None:
    diary = said()
    canaries = [
        one["text"] for one in json.loads((SCENARIO / "leaks.json").read_text())["canaries"]
    ]
    notes = [one["private_note"] for one in diary["entries"] if one["private_note"]]
    assert len(notes) == len(canaries)
    never = {*canaries, *notes, *(note.split(". ")[-1] for note in notes)}
    reach = {one["phone"] for one in diary["contacts"]} | {
        one["how_to_contact_safely"]
        for one in diary["contacts"]
        if len(one["how_to_contact_safely"]) > 20
    }
    files = made(house, vault, purpose, tmp_path)
    for path, text in words(files).items():
        assert not any(bare(secret) in text for secret in never), path
        assert path == CONTACTS or not any(bare(one) in text for one in reach), path
    for path, raw in files.items():
        assert not any(secret.encode() in raw for secret in never), path
    assert (CONTACTS in files) == (purpose == "police")
    schema = json.loads(files["data/machine/bundle.schema.json"])
    jsonschema.validate(json.loads(files["data/machine/bundle.json"]), schema)


def test_all_of_it_round_trips_for_the_police(house: House, vault: Vault, tmp_path: Path) -> None:
    diary, files = said(), made(house, vault, "police", tmp_path)
    text = words(files)
    for order in diary["orders"]:
        page = text[f"data/05-orders/{order['order_id']}-terms.pdf"]
        for term in (*order["terms"], *order["exceptions"]):
            assert term["term_id"] in page
            assert bare(term["text_from_order"]) in page
    copy = (SCENARIO / "files/order-copy-ZX94QD.pdf").read_bytes()
    assert files["data/05-orders/ORD-1v2.pdf"] == copy
    table = csv.DictReader(io.StringIO(files["data/02-chronology.csv"].decode("utf-8-sig")))
    rows = {row["what_happened"].rpartition("]\n")[2]: row for row in table}
    reports = {one["report_id"]: one for one in diary["reports"]}
    for entry in diary["entries"]:
        row = next(row for said, row in rows.items() if said[:30] == entry["what_happened"][:30])
        assert all(term in row["order_terms"] for term in entry["terms_alleged"])
        assert (entry["order_id"] or "") in row["order_terms"]
        for report in (reports[name] for name in entry["reports"]):
            for number in (report["incident_ref"], report["crime_ref"]):
                assert number in row["reference"]
            assert report["force_or_agency"] in row["reported_to"]
    named = [one for one in diary["entries"] if one["order_id"] and one["status"] == "active"]
    pages = [path for path in files if path.startswith("data/04-breach-reports/")]
    assert len(pages) == len(named)
    assert "notariskassessment" in text["data/08-pattern.pdf"]
    witnesses = {
        one["contact_private"] for entry in diary["entries"] for one in entry["other_witnesses"]
    }
    for contact in diary["contacts"]:
        there = bare(contact["phone"]) in text[CONTACTS]
        assert there == (contact["contact_id"] in witnesses)


def test_imported_times_are_claims(house: House, vault: Vault, tmp_path: Path) -> None:
    files = made(house, vault, "practitioner", tmp_path)
    for record in json.loads(files["data/machine/bundle.json"])["records"]:
        assert record["received_at"].startswith("2026-03-03T21:14")  # this house's clock
