"""Handing over: chosen, looked at, saved; a stranger can check it, and one flipped byte shows."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from e2e.people import Survivor
from e2e.samples import papers, phone_files
from tests.running import Server

FIRST, SECOND = "He came to the door.", "He came again."
PHOTO = "iphone-6.jpg"


@pytest.fixture(scope="module")
def giver(browser: Browser, server: Server) -> Iterator[Survivor]:
    """Somebody with one photo and one letter, and words that changed."""
    person = Survivor(browser, server.url)
    person.sign_up()
    yield person
    person.go_away()


@pytest.fixture(scope="module")
def given(giver: Survivor, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for the police; the letter stays."""
    folder = tmp_path_factory.mktemp("given")
    photo = next(path for path in phone_files() if path.name == PHOTO)
    entry = giver.write(FIRST, files=[photo, papers(folder)[0]])
    giver.amend(entry, FIRST + " It was nine.")
    giver.write(SECOND)
    assert server.command("stamp").returncode == 0
    saved = giver.hand_over("For the police", files=[PHOTO])
    path = folder / saved.suggested_filename
    saved.save_as(path)
    return path


@pytest.fixture
def bundle(given: Path, tmp_path: Path) -> Path:
    """A copy of the copy, to do with as one likes."""
    return Path(shutil.copy(given, tmp_path))


def verify(bundle: Path) -> subprocess.CompletedProcess[str]:
    """Check it as a stranger does: no account, no database, no settings."""
    return subprocess.run(
        [sys.executable, "-m", "diary", "verify", str(bundle)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def inside(bundle: Path, ending: str) -> tuple[str, bytes]:
    with zipfile.ZipFile(bundle) as packed:
        name = next(name for name in packed.namelist() if name.endswith(ending))
        return name, packed.read(name)


def test_a_stranger_can_check_it(bundle: Path) -> None:
    found = verify(bundle)
    assert found.returncode == 0, found.stdout + found.stderr


def test_what_was_ticked_is_in_it_as_it_came(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as packed:
        names = packed.namelist()
        photos = [packed.read(name) for name in names if name.endswith(".jpg")]
    assert next(path for path in phone_files() if path.name == PHOTO).read_bytes() in photos
    text = inside(bundle, "chronology.csv")[1].decode()
    assert FIRST in text
    assert SECOND in text


def test_what_was_not_ticked_is_not_in_it(bundle: Path, tmp_path: Path) -> None:
    letter = papers(tmp_path)[0].read_bytes()
    with zipfile.ZipFile(bundle) as packed:
        assert letter not in [packed.read(name) for name in packed.namelist()]


@pytest.mark.parametrize("ending", [".jpg", "chronology.csv", "bundle.json"])
def test_one_flipped_byte_is_found_and_placed(bundle: Path, ending: str) -> None:
    name, content = inside(bundle, ending)
    whole = bytearray(bundle.read_bytes())
    at = whole.find(content[:64]) + len(content) // 2
    whole[at] ^= 1
    bundle.write_bytes(whole)
    found = verify(bundle)
    assert found.returncode == 1
    assert name.split("/", 1)[1] in found.stdout + found.stderr


def test_she_sees_what_was_given_with_its_number(bundle: Path, giver: Survivor) -> None:
    giver.open("/hand-over/given")
    giver.sees("For the police", "2 entries, 1 file")
    digits = subprocess.run(
        ["sha256sum", str(bundle)], capture_output=True, text=True, check=True
    ).stdout.split()[0]
    giver.sees(" ".join(digits[at : at + 4] for at in range(0, 64, 4)))


def test_nothing_goes_without_her_yes(nad: Survivor) -> None:
    nad.write(FIRST)
    nad.open("/hand-over")
    nad.page.get_by_label("A copy for myself").check()
    nad.press("Choose what goes")
    nad.press("Look at it once more")
    nad.press("Go on")
    nad.sees("Tick the box if you want to hand this over.")
    nad.open("/hand-over/save")
    expect(nad.heading("Hand over")).to_be_visible()
