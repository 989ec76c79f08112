"""What the database says is safe is on the disk, with its name, before it says so."""

from __future__ import annotations

import os

import pytest

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.when import When
from diary.services import entries, files, sending, uploads
from diary.services.house import House
from diary.services.sending import About
from diary.store import files as file_rows
from diary.store import uploads as upload_rows
from diary.vault.media import PART
from diary.vault.vault import Vault
from tests.durable import Disk
from tests.media import phone_file


class Said:
    """The moments at which the database says something, and what was not safe at each."""

    def __init__(self, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.unsafe = list[set[str]]()
        for module, name in ((upload_rows, "advance"), (file_rows, "add")):
            said = getattr(module, name)

            def saying(*args: object, said: object = said, **kwargs: object) -> object:
                self.unsafe.append({path.name for path in disk.unsafe})
                return said(*args, **kwargs)  # type: ignore[operator]

            monkeypatch.setattr(module, name, saying)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture
def said(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> Said:
    return Said(disk, monkeypatch)


@pytest.fixture
def entry(house: House, vault: Vault) -> str:
    entry = Entry(when=When(), what_happened="He sent these.")
    return entries.record(house, vault, entry, record_id=new_id()).record_id


def begun(house: House, vault: Vault, entry: str, length: int) -> str:
    about = About(entry=entry, name="a photo.jpg")
    return uploads.create(house, vault, length=length, about=about).id


def test_an_upload_that_pauses_is_safe_before_its_row_says_so(
    house: House, vault: Vault, entry: str, said: Said, disk: Disk
) -> None:
    upload = begun(house, vault, entry, 3 * PART)
    for at in (0, PART + 17):
        uploads.receive(house, vault, upload, [os.urandom(PART + 17)], offset=at)
    assert said.unsafe == [set()] * 2
    assert ("write", upload) in disk.steps


def test_what_is_confirmed_on_the_way_is_safe_before(
    house: House, vault: Vault, entry: str, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SETTLE_BYTES", 0)
    upload = begun(house, vault, entry, 9 * PART)
    uploads.receive(house, vault, upload, [os.urandom(2 * PART)], offset=0)
    assert said.unsafe == [set()] * 2  # once behind the request, once at its end


def test_a_finished_upload_and_its_copies_are_safe_before_they_are_filed(
    house: House, vault: Vault, entry: str, said: Said
) -> None:
    photo = phone_file("iphone-6.jpg")
    uploads.receive(house, vault, begun(house, vault, entry, len(photo)), [photo], offset=0)
    filed = said.unsafe[1:]  # the first one only says that somebody is at work
    assert len(filed) >= 2
    assert filed == [set()] * len(filed)


def test_a_file_of_a_form_is_safe_before_it_is_filed(
    house: House, vault: Vault, entry: str, said: Said
) -> None:
    received = files.take_in(house, "a.txt", [b"He wrote this down."])
    files.add(house, vault, received, parent=entry)
    assert said.unsafe == [set()]
