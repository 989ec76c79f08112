"""The whole journey with plain forms: only recording and going on with an upload need a script."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.conftest import Arrive
from e2e.people import Survivor, Words
from e2e.samples import papers, phone_files

TOLD, LATER = "He sent the children in with a letter.", "He sent the children in with two letters."


@pytest.fixture
def nad(arrive: Arrive) -> Survivor:
    person = arrive(java_script_enabled=False)
    person.sign_up()
    return person


def test_write_see_and_amend(nad: Survivor) -> None:
    boxes = {"Day": "2026-03-03", "Where was it?": "The school gate"}
    entry = nad.write(Words(TOLD, when="Earlier", boxes=boxes))
    nad.read(TOLD)
    nad.sees("Tuesday 3 March 2026, time not known", "The school gate")
    nad.amend(entry, LATER, why="There were two.")
    nad.sees(re.compile("First written"), LATER)
    nad.search("letters")
    nad.sees("1 entry with these words.")


def test_files_come_and_go_byte_for_byte(nad: Survivor, tmp_path: Path) -> None:
    sent = [*(path for path in phone_files() if path.stat().st_size < 800_000), *papers(tmp_path)]
    entry = nad.write(TOLD, files=sent[:2])
    nad.attach(entry, sent[2:])
    assert dict(nad.kept_files()) == {path.name: path.read_bytes() for path in sent}


def test_a_photo_is_hidden_until_tapped(nad: Survivor) -> None:
    photo = [path for path in phone_files() if path.suffix == ".heic"]
    nad.open(nad.write(TOLD, files=photo))
    picture = nad.page.get_by_alt_text("Photo")
    assert not picture.is_visible()
    nad.show("Photo")
    assert picture.is_visible()


def test_lost_phone_and_lost_passphrase(nad: Survivor) -> None:
    nad.write(TOLD)
    other = nad.sign_in_elsewhere(java_script_enabled=False)
    other.read(TOLD)
    other.end_session()
    nad.open("/diary")
    nad.sees_lock()
    nad.recover()
    nad.read(TOLD)
    other.go_away()


def test_hand_over_and_check(nad: Survivor, tmp_path: Path) -> None:
    nad.write(TOLD)
    given = nad.hand_over("A copy for myself")
    bundle = tmp_path / "bundle.zip"
    given.save_as(bundle)
    checked = subprocess.run([sys.executable, "-m", "diary", "verify", str(bundle)], check=False)
    assert checked.returncode == 0


def test_take_back_and_close(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    nad.remove(entry)
    nad.bring_back(TOLD)
    nad.read(TOLD)
    nad.close_account()
    nad.give_passphrase()
    nad.sees("do not fit together")
