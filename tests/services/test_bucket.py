"""A diary whose files lie in a bucket: everything that is promised of a folder."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.when import When
from diary.errors import DamagedError, StoreUnavailableError
from diary.proof.__main__ import check as verify
from diary.services import check, deletion, entries, export, files, upkeep, uploads
from diary.services.gathering import Selection
from diary.services.house import House, open_house
from diary.settings import Bucket, Settings
from diary.vault import media
from diary.vault.vault import Vault
from tests.buckets import Line, contents
from tests.clock import Clock
from tests.media import phone_file, picture
from tests.services.test_files import BIG, begun, pieces, whole

PHOTO = "iphone-6.jpg"


@pytest.fixture
def line(s3: str, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """The wire between the house and the bucket."""
    line = Line(s3)
    monkeypatch.setenv("AWS_ENDPOINT_URL", line.address)
    yield line
    line.cut()


@pytest.fixture
def settings(settings: Settings, bucket: Bucket) -> Settings:
    return replace(settings, bucket=bucket)


@pytest.fixture
def entry(house: House, vault: Vault) -> str:
    said = Entry(when=When(), what_happened="He sent these.")
    return entries.record(house, vault, said, record_id=new_id()).record_id


@pytest.fixture
def photo(house: House, vault: Vault, entry: str) -> str:
    return kept(house, vault, entry, picture())


def kept(house: House, vault: Vault, entry: str, data: bytes) -> str:
    received = files.take_in(house, "a photo.jpg", pieces(data))
    return files.add(house, vault, received, parent=entry)


def test_a_photo_is_kept_byte_for_byte_and_nothing_of_it_lies_on_this_machine(
    house: House, vault: Vault, entry: str, bucket: Bucket
) -> None:
    photo = kept(house, vault, entry, phone_file(PHOTO))
    assert whole(house, vault, photo) == phone_file(PHOTO)
    assert len(files.show(house, vault, photo).copies) == 2
    assert not house.settings.blobs.exists()
    assert {key.split("/")[3] for key in contents(bucket)} == set(house.store.blobs.ids())
    assert check.check(house).faults == ()


def test_what_is_missing_is_named(house: House, vault: Vault, entry: str) -> None:
    blob_id = files.show(house, vault, kept(house, vault, entry, BIG)).body.blob
    house.store.blobs.cut(blob_id, media.SEALED_PART)
    (short,) = check.check(house).faults
    assert str(short).startswith(f"File {blob_id} has {media.SEALED_PART} bytes instead of ")
    house.store.blobs.remove(blob_id)
    (missing,) = check.check(house).faults
    assert str(missing) == f"File {blob_id} is missing."


def test_an_upload_goes_on_in_another_process_when_the_bucket_is_back(
    line: Line, settings: Settings, house: House, vault: Vault, entry: str, bucket: Bucket
) -> None:
    upload = begun(house, vault, entry, BIG)
    half = 2 * 2**20 + 77
    assert uploads.receive(house, vault, upload, pieces(BIG[:half]), offset=0).received == half

    def breaking() -> Iterator[bytes]:
        yield BIG[half : half + 1000]
        line.cut()
        yield BIG[half + 1000 :]

    with pytest.raises(StoreUnavailableError):
        uploads.receive(house, vault, upload, breaking(), offset=half)
    assert uploads.find(house, vault, upload).received == half
    assert not house.store.writable(0)
    line.mend()
    other = open_house(settings, clock=house.clock)
    assert other.store.writable(0)
    uploads.receive(other, vault, upload, pieces(BIG[half:]), offset=half)
    assert whole(other, vault, upload) == BIG
    assert [key for key in contents(bucket) if "tail" in key] == []
    other.store.engine.dispose()


def test_a_form_whose_bucket_is_gone_files_nothing(
    line: Line, house: House, vault: Vault, entry: str, bucket: Bucket
) -> None:
    line.cut()
    with pytest.raises(StoreUnavailableError):
        files.take_in(house, "a photo.jpg", pieces(BIG))
    line.mend()
    assert contents(bucket) == {}
    assert check.check(house).files == 0


def test_what_was_changed_on_its_way_back_is_never_called_saved(
    house: House, vault: Vault, entry: str, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bucket that answers a PUT and keeps something else is found out before "saved" is said."""
    write = house.store.blobs.write

    def spoiling(blob_id: str, at: int, data: bytes | memoryview) -> None:
        spoilt = bytearray(data)
        spoilt[len(spoilt) // 2] ^= at == media.SEALED_PART  # what is looked at first is whole
        write(blob_id, at, bytes(spoilt))

    monkeypatch.setattr(house.store.blobs, "write", spoiling)
    with pytest.raises(DamagedError):
        files.take_in(house, "a photo.jpg", pieces(BIG))
    assert contents(bucket) == {}


def test_what_is_removed_leaves_the_bucket_after_its_wait(
    line: Line, house: House, vault: Vault, entry: str, photo: str, bucket: Bucket, clock: Clock
) -> None:
    deletion.remove(house, vault, entry)
    assert contents(bucket)
    clock.pass_(days=8)
    line.cut()
    with pytest.raises(StoreUnavailableError):
        upkeep.sweep(house)
    line.mend()
    upkeep.sweep(house)
    assert contents(bucket) == {}


def test_what_no_row_names_is_swept_after_a_day(
    house: House, vault: Vault, photo: str, clock: Clock
) -> None:
    house.store.blobs.write(new_id(), 0, b"left by a process that was ended")
    clock.now = datetime.now(UTC)  # as the bucket says it
    assert uploads.sweep(house) == 0
    clock.pass_(days=2)
    assert uploads.sweep(house) == 1
    assert whole(house, vault, photo) == picture()


def test_a_bundle_is_made_of_it_and_holds(
    house: House, vault: Vault, photo: str, tmp_path: Path
) -> None:
    upkeep.stamp(house)
    parcel = export.export(
        house,
        vault,
        selection=Selection(),
        profile=export.profile_named("police"),
        at=house.now(),
    )
    bundle = tmp_path / "bundle.zip"
    with bundle.open("wb") as file:
        file.writelines(parcel.chunks)
    assert verify(bundle) == 0
    with zipfile.ZipFile(bundle) as opened:
        assert picture() in [opened.read(name) for name in opened.namelist()]
