from __future__ import annotations

import errno
import os
import resource
import time
from pathlib import Path

import pytest

from diary.domain.ids import new_id
from diary.errors import DamagedError, NotFoundError, StoreFullError, StoreUnavailableError
from diary.store.blobs import Blobs
from tests.durable import Disk


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def test_bytes_come_back_from_where_they_were_put(blobs: Blobs) -> None:
    name = new_id()
    blobs.write(name, 0, b"first")
    blobs.write(name, 5, b"second")
    blobs.sync(name)
    with blobs.open(name) as blob:
        assert blob.read() == b"firstsecond"
    assert blobs.size(name) == 11
    assert list(blobs.ids()) == [name]


def test_a_crash_is_cut_back_to_what_the_database_says(blobs: Blobs) -> None:
    name = new_id()
    blobs.write(name, 0, b"committed")
    blobs.write(name, 9, b"and never confirmed")
    blobs.cut(name, 9)
    assert blobs.size(name) == 9
    with pytest.raises(DamagedError):
        blobs.cut(name, 10)


def test_the_unfinished_end_is_replaced_whole_and_the_earlier_one_stays(blobs: Blobs) -> None:
    name = new_id()
    blobs.put_tail(name, 0, b"a")
    blobs.put_tail(name, 0, b"ab")
    blobs.put_tail(name, 1, b"next")
    assert blobs.tail(name, 0) == b"ab"
    blobs.drop_tails(name, keep=1)
    assert blobs.tail(name, 1) == b"next"
    with pytest.raises(DamagedError):
        blobs.tail(name, 0)


def test_removing_takes_everything_and_may_be_repeated(blobs: Blobs) -> None:
    name = new_id()
    blobs.write(name, 0, b"x")
    blobs.put_tail(name, 1, b"y")
    blobs.remove(name)
    blobs.remove(name)
    assert not [path for path in blobs.root.rglob("*") if path.is_file()]
    with pytest.raises(DamagedError):
        blobs.open(name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 31, "A" * 32, "/" * 32, "a" * 33])
def test_only_an_id_ever_becomes_a_path(blobs: Blobs, name: str) -> None:
    with pytest.raises(NotFoundError):
        blobs.write(name, 0, b"x")


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


def test_the_probe_leaves_nothing(blobs: Blobs) -> None:
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
