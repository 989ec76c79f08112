"""The fictional diary, handed over for every purpose: it verifies, and no private note is in it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from diary.bundle.profile import PROFILES
from diary.proof.verify import verify
from diary.services import load
from diary.services.export import export
from diary.services.gathering import Selection
from diary.services.house import House
from diary.vault.vault import Vault

SCENARIO = Path(__file__).parents[3] / "shared" / "scenario"
WORDS = "copper lantern river walnut"

pytestmark = pytest.mark.skipif(not SCENARIO.is_dir(), reason="the scenario is not beside us")


def readable(base: Path) -> Iterator[tuple[str, str]]:
    for path in base.rglob("*"):
        if path.is_file() and "06-exhibits" not in path.parts:
            yield path.name, path.read_bytes().decode("utf-8", "replace")
        if path.name == "02-chronology.pdf":
            pages = pypdf.PdfReader(path).pages
            yield path.name, " ".join(page.extract_text() for page in pages)


def test_the_scenario_leaves_its_secrets_at_home(house: House, tmp_path: Path) -> None:
    load.load(house, SCENARIO / "diary.json", name="Nad", passphrase=WORDS)
    vault = Vault(load.sign_in(house, name="Nad", passphrase=WORDS).unlocked)
    canaries = [c["text"] for c in json.loads((SCENARIO / "leaks.json").read_text())["canaries"]]
    contacts = json.loads((SCENARIO / "diary.json").read_text())["contacts"]
    secrets = canaries + [one["how_to_contact_safely"] for one in contacts if len(
        one["how_to_contact_safely"]) > 30]  # fmt: skip
    for name, profile in PROFILES.items():
        parcel = export(house, vault, selection=Selection(), profile=profile, at=house.now())
        path = tmp_path / f"{name}.zip"
        path.write_bytes(b"".join(parcel.chunks))
        assert verify(path, house.secrets.log.public_line).holds
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / name)
        for where, text in readable(tmp_path / name):
            plain = " ".join(text.split())
            assert not any(secret in plain for secret in secrets), where
            assert not any(secret.split(". ")[-1] in plain for secret in canaries), where


def test_imported_times_are_claims(house: House, tmp_path: Path) -> None:
    load.load(house, SCENARIO / "diary.json", name="Nad", passphrase=WORDS)
    vault = Vault(load.sign_in(house, name="Nad", passphrase=WORDS).unlocked)
    parcel = export(
        house, vault, selection=Selection(), profile=PROFILES["practitioner"], at=house.now()
    )
    (tmp_path / "b.zip").write_bytes(b"".join(parcel.chunks))
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith("bundle.json"))
        bundle = json.loads(archive.read(name))
    for record in bundle["records"]:
        assert record["received_at"].startswith("2026-03-03T21:14")  # this house's clock
