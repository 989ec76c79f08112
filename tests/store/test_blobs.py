from __future__ import annotations

import errno
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from diary.domain.ids import new_id
from diary.errors import DamagedError, NotFoundError, StoreFullError, StoreUnavailableError
from diary.settings import Bucket
from diary.store.blob_store import BlobStore
from diary.store.blobs import Blobs
from diary.store.blobs_s3 import BucketBlobs
from tests.buckets import contents
from tests.durable import Disk

PART = 9


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@dataclass(frozen=True)
class Kind:
    """A folder or a bucket, and a look at everything that lies in it."""

    blobs: BlobStore
    lying: Callable[[], set[str]]


@pytest.fixture(params=["folder", "bucket"])
def kind(request: pytest.FixtureRequest) -> Kind:
    if request.param == "bucket":
        bucket: Bucket = request.getfixturevalue("bucket")
        return Kind(BucketBlobs(bucket, part=PART), lambda: set(contents(bucket)))
    folder: Blobs = request.getfixturevalue("blobs")
    files = folder.root.rglob
    return Kind(folder, lambda: {str(path) for path in files("*") if path.is_file()})


@pytest.fixture
def each(kind: Kind) -> BlobStore:
    """What holds for a folder and for a bucket."""
    return kind.blobs


def test_bytes_come_back_from_where_they_were_put(each: BlobStore) -> None:
    name = new_id()
    each.write(name, 0, b"first one")
    each.write(name, 9, b"second")
    each.sync(name)
    with each.open(name) as blob:
        assert blob.read() == b"first onesecond"
    assert each.size(name) == 15
    assert list(each.ids()) == [name]


def test_any_place_can_be_read(each: BlobStore) -> None:
    name, data = new_id(), bytes(range(4 * PART - 2))
    for at in range(0, len(data), PART):
        each.write(name, at, data[at : at + PART])
    with each.open(name) as blob:
        for start in (0, 1, PART - 1, PART, 3 * PART, len(data) - 1, len(data), len(data) + PART):
            assert blob.seek(start) == start
            assert blob.read(PART) == data[start : start + PART]


def test_what_is_written_again_takes_the_place_of_what_was(each: BlobStore) -> None:
    name = new_id()
    each.write(name, 0, b"sealed 1.")
    each.write(name, 0, b"sealed 2.")
    with each.open(name) as blob:
        assert blob.read() == b"sealed 2."


def test_a_crash_is_cut_back_to_what_the_database_says(each: BlobStore) -> None:
    name = new_id()
    each.write(name, 0, b"committed")
    each.write(name, 9, b"and never")
    each.write(name, 18, b"confirmed")
    each.cut(name, 9)
    assert each.size(name) == 9
    with pytest.raises(DamagedError):
        each.cut(name, 10)
    with pytest.raises(DamagedError):
        each.cut(name, 18)
    each.cut(name, 4)
    with each.open(name) as blob:
        assert blob.read() == b"comm"


def test_nothing_is_there_before_the_first_byte(each: BlobStore) -> None:
    assert each.size(new_id()) == 0
    assert list(each.ids()) == []
    each.cut(new_id(), 0)
    with pytest.raises(DamagedError):
        each.cut(new_id(), 1)


def test_the_unfinished_end_is_replaced_whole_and_the_earlier_one_stays(each: BlobStore) -> None:
    name = new_id()
    each.put_tail(name, 0, b"a")
    each.put_tail(name, 0, b"ab")
    each.put_tail(name, 1, b"next")
    assert each.tail(name, 0) == b"ab"
    each.drop_tails(name, keep=1)
    assert each.tail(name, 1) == b"next"
    with pytest.raises(DamagedError):
        each.tail(name, 0)


def test_an_unfinished_end_is_no_part_of_the_blob(each: BlobStore) -> None:
    name = new_id()
    each.write(name, 0, b"committed")
    each.put_tail(name, 1, b"more")
    assert each.size(name) == 9
    each.drop_tails(name)
    with pytest.raises(DamagedError):
        each.tail(name, 1)
    with each.open(name) as blob:
        assert blob.read() == b"committed"


def test_removing_takes_everything_and_may_be_repeated(kind: Kind) -> None:
    name, other = new_id(), new_id()
    kind.blobs.write(other, 0, b"another")
    kept = kind.lying()
    kind.blobs.write(name, 0, b"x")
    kind.blobs.put_tail(name, 1, b"y")
    kind.blobs.remove(name)
    kind.blobs.remove(name)
    assert kind.lying() == kept
    kind.blobs.remove(other)
    assert kind.lying() == set()
    with pytest.raises(DamagedError):
        kind.blobs.open(name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 31, "A" * 32, "/" * 32, "a" * 33])
def test_only_an_id_ever_becomes_a_path(each: BlobStore, name: str) -> None:
    with pytest.raises(NotFoundError):
        each.write(name, 0, b"x")


def test_nobody_else_on_the_machine_may_read(blobs: Blobs) -> None:
    name = new_id()
    blobs.write(name, 0, b"x")
    path = blobs.root / name[:2] / name
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_in_words(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(*_: object) -> int:
        raise OSError(number, "full")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(StoreFullError):
        blobs.write(new_id(), 0, b"x")
    with pytest.raises(StoreFullError):
        blobs.put_tail(new_id(), 0, b"x")


def test_a_file_size_limit_counts_as_full(blobs: Blobs) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        with pytest.raises(StoreFullError):
            blobs.write(new_id(), 0, b"x" * 4096)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file is in the way")
    with pytest.raises(StoreUnavailableError):
        Blobs(tmp_path / "blobs").check()


def test_only_old_blobs_are_named_when_asked(blobs: Blobs) -> None:
    old, young = new_id(), new_id()
    for name in (old, young):
        blobs.write(name, 0, b"x")
    os.utime(blobs.root / old[:2] / old, (0, 0))
    assert list(blobs.ids(before=time.time() - 60)) == [old]


def test_the_probe_leaves_nothing(kind: Kind, blobs: Blobs) -> None:
    kind.blobs.check()
    assert kind.lying() == set()
    blobs.check()
    assert list(blobs.root.iterdir()) == []


def test_a_blob_is_on_the_disk_with_its_name_when_sync_returns(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, name = Disk(monkeypatch), new_id()
    blobs.write(name, 0, b"x")
    assert {path.name for path in disk.unsafe} == {name, name[:2]}
    blobs.sync(name)
    assert disk.unsafe == set()
    synced = [path for step, path in disk.steps if step == "sync"]
    assert synced == [name, name[:2], "blobs"]


def test_an_unfinished_end_is_on_the_disk_before_it_takes_the_earlier_ones_place(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, name = Disk(monkeypatch), new_id()
    blobs.put_tail(name, 0, b"x")
    assert disk.unsafe == set()
    assert disk.steps == [
        ("write", f"{name}.new"),
        ("sync", f"{name}.new"),
        ("name", f"{name}.0"),
        ("sync", name[:2]),
    ]
