"""What is taken out of a case in a real browser: in part, with a picture, checked by a stranger."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from diary.domain.entry import Entry
from diary.domain.when import When
from diary.services import consents, files, load, share_drafts, sharing
from diary.services.house import House, open_house
from diary.settings import Settings
from diary.vault.vault import Vault
from e2e.people import Practitioner, Survivor
from e2e.test_hand_over import verify
from e2e.work_states import OPTIONS, invited
from tests.media import picture
from tests.running import Server
from tests.services.sharers import give, wrote

TOLD, LEFT_OUT = "He stood at the gate.", ("Mrs Unseen", "followed")
SAID = Entry(
    what_happened=TOLD, when=When.at("exact", "2026-03-03T21:14"), behaviours=("followed",),
    who_was_there=("Mrs Unseen",),
)  # fmt: skip


@pytest.fixture(scope="module")
def nad(browser: Browser, server: Server) -> Iterator[Survivor]:
    person = Survivor(browser, server.url)
    person.sign_up()
    yield person
    person.go_away()


@pytest.fixture(scope="module")
def maya(browser: Browser, server: Server) -> Iterator[Practitioner]:
    server.command("org", "add", "Harbour Advice")
    person = Practitioner(browser, server.url, has_prf=True, **OPTIONS)
    person.join(invited(server, "Maya Thorn"))
    person.is_in()
    yield person
    person.go_away()


@pytest.fixture(scope="module")
def case(nad: Survivor, maya: Practitioner, server: Server) -> str:
    """The address of a case with one entry and its photo, the fields as they are ticked."""
    house = open_house(Settings.from_env(server.environment()))
    name, passphrase = nad.secrets.name, nad.secrets.passphrase
    owner = Vault(load.sign_in(house, name=name, passphrase=passphrase).unlocked)
    entry = wrote(house, owner, SAID)
    received = files.take_in(house, "gate.jpg", [picture(size=(1800, 900))])
    chosen = {"entries": (entry,), "files": (files.add(house, owner, received, parent=entry),)}
    case = shared(house, owner, maya.own_code(), **chosen)
    house.store.engine.dispose()
    return case


def shared(house: House, owner: Vault, code: str, **chosen: object) -> str:
    draft = share_drafts.begin(house, owner, sharing.find(house, owner, code))
    today = consents.today(house)
    ends = (today + timedelta(days=30)).isoformat()
    said = {"compared": True, "purpose": "safety", "starts": today.isoformat(), "ends": ends}
    share_drafts.decide(house, owner, draft, permission="download", **said, **chosen)
    return give(house, owner, draft.id)


def grouped(data: bytes) -> str:
    digest = sha256(data).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, 64, 4))


def test_a_copy_of_the_case(nad: Survivor, maya: Practitioner, case: str, tmp_path: Path) -> None:
    maya.open(f"/work/cases/{case}/copy")
    maya.sees("It holds 1 entry", "1 entry is shared only in part.")
    maya.page.get_by_label("gate.jpg").check()
    path = tmp_path / "copy.zip"
    maya.download("Download the copy").save_as(path)
    found = verify(path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "1 record is a derived copy with parts left out" in found.stdout
    whole = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as packed:
        names = packed.namelist()
        inside = {one: packed.read(one) for one in names if not one.endswith("schema.json")}
    assert any(TOLD.encode() in one for one in inside.values())
    assert not any(words.encode() in one for one in inside.values() for words in LEFT_OUT)
    assert len([name for name in names if name.endswith("-DERIVED-view.jpg")]) == 1
    at = whole.index(TOLD.encode())
    path.write_bytes(whole[:at] + b"S" + whole[at + 1 :])
    assert verify(path).returncode == 1
    nad.open(f"/sharing/{case}/looks")
    nad.sees(grouped(whole), "Took a picture with a copy of the case")


def test_one_page_of_a_copy(nad: Survivor, maya: Practitioner, case: str, tmp_path: Path) -> None:
    maya.open(f"/work/cases/{case}/entries")
    maya.page.get_by_role("article").get_by_role("link").click()
    path = tmp_path / "page.pdf"
    maya.download("Download it on one page (PDF)").save_as(path)
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True)
    text = " ".join(done.stdout.split())
    assert TOLD in text
    assert text.count("DERIVED from version 1") == 2
    assert not any(words in text for words in LEFT_OUT)
    nad.open(f"/sharing/{case}/looks")
    nad.sees(grouped(path.read_bytes()), "Took a copy of an entry on one page")
