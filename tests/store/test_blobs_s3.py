"""What a bucket does otherwise than a folder: one object a part, and answers over a wire."""

from __future__ import annotations

import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import obstore
import pytest

from diary.domain.ids import new_id
from diary.errors import DamagedError, SettingsError, StoreFullError, StoreUnavailableError
from diary.services.house import open_house
from diary.settings import Bucket, Settings
from diary.store.blobs import Blobs
from diary.store.blobs_s3 import BucketBlobs
from tests.buckets import KEY, SECRET, Line, contents, environment, refusing
from tests.running import free_port

PART = 9
Surroundings = Callable[[str], None]


@pytest.fixture
def blobs(bucket: Bucket) -> BucketBlobs:
    return BucketBlobs(bucket, part=PART)


@pytest.fixture
def reach(monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """Say where the bucket is."""

    def say(address: str) -> None:
        for key, value in environment(address).items():
            monkeypatch.setenv(key, value)

    return say


def hasty() -> BucketBlobs:
    return BucketBlobs(Bucket("sealed"), part=PART, patience=timedelta(seconds=1))


def test_each_part_is_an_object_in_the_folder_of_its_blob(
    blobs: BucketBlobs, bucket: Bucket
) -> None:
    name = new_id()
    blobs.write(name, 0, b"sealed 1.")
    blobs.write(name, PART, b"sealed 2")
    blobs.put_tail(name, 2, b"end")
    folder = f"house/one/{name[:2]}/{name}"
    assert contents(bucket) == {
        f"{folder}/00000000": b"sealed 1.",
        f"{folder}/00000001": b"sealed 2",
        f"{folder}/tail-00000002": b"end",
    }


@pytest.mark.parametrize(("at", "size"), [(1, 1), (PART - 1, 1), (0, PART + 1)])
def test_what_is_no_whole_part_is_not_taken(blobs: BucketBlobs, at: int, size: int) -> None:
    with pytest.raises(ValueError, match="whole parts"):
        blobs.write(new_id(), at, b"x" * size)


def test_only_the_parts_that_are_read_are_asked_for(
    blobs: BucketBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, asked, get = new_id(), list[str](), obstore.get
    for number in range(5):
        blobs.write(name, number * PART, b"part %d 89" % number)

    def watched(store: obstore.store.S3Store, path: str) -> obstore.GetResult:
        asked.append(path.rpartition("/")[2])
        return get(store, path)

    monkeypatch.setattr(obstore, "get", watched)
    with blobs.open(name) as blob:
        blob.seek(3 * PART)
        assert blob.read(PART) == b"part 3 89"
        blob.seek(PART)
        assert blob.read(4) == b"part"
        assert blob.read(5) == b" 1 89"
    assert asked == ["00000003", "00000001"]


def test_a_part_that_is_missing_is_damage_and_never_passed_over(
    blobs: BucketBlobs, bucket: Bucket
) -> None:
    name = new_id()
    for number in range(3):
        blobs.write(name, number * PART, b"sealed %d." % number)
    obstore.delete(blobs._client, f"{name[:2]}/{name}/00000001")
    assert blobs.size(name) == 2 * PART
    with blobs.open(name) as blob:
        assert blob.read() == b"sealed 0."
    for size in (2 * PART, 3 * PART):
        with pytest.raises(DamagedError):
            blobs.cut(name, size)


def test_more_parts_than_one_answer_lists_are_all_seen(blobs: BucketBlobs, bucket: Bucket) -> None:
    name = new_id()
    names = [f"{name[:2]}/{name}/{number:08d}" for number in range(1003)]
    for one in names:
        obstore.put(blobs._client, one, b"x" * PART)
    assert blobs.size(name) == 1003 * PART
    blobs.remove(name)
    assert contents(bucket) == {}


def test_only_what_was_left_alone_is_named_when_asked(blobs: BucketBlobs) -> None:
    old, gone_on_with = new_id(), new_id()
    for name in (old, gone_on_with):
        blobs.write(name, 0, b"sealed 1.")
    time.sleep(2.1)  # a bucket tells the time in whole seconds
    between = time.time() - 1
    blobs.put_tail(gone_on_with, 1, b"more")
    assert set(blobs.ids()) == {old, gone_on_with}
    assert list(blobs.ids(before=between)) == [old]


def every_way(blobs: BucketBlobs) -> Iterator[Callable[[], object]]:
    name = new_id()
    yield lambda: blobs.write(name, 0, b"x")
    yield lambda: blobs.cut(name, 0)
    yield lambda: blobs.put_tail(name, 0, b"x")
    yield lambda: blobs.tail(name, 0)
    yield lambda: blobs.drop_tails(name)
    yield lambda: blobs.open(name)
    yield lambda: blobs.size(name)
    yield lambda: blobs.remove(name)
    yield lambda: list(blobs.ids())
    yield blobs.check


REFUSALS = {
    (507, "XMinioStorageFull"): StoreFullError,
    (403, "QuotaExceeded"): StoreFullError,
    (400, "XMinioAdminBucketQuotaExceeded"): StoreFullError,
    (403, "AccessDenied"): StoreUnavailableError,
    (403, "InvalidAccessKeyId"): StoreUnavailableError,
    (404, "NoSuchBucket"): StoreUnavailableError,
    (503, "SlowDown"): StoreUnavailableError,
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_is_one_of_two_errors_and_repeats_no_key(
    refusal: tuple[int, str], reach: Surroundings
) -> None:
    with refusing(*refusal) as address:
        reach(address)
        ways = list(every_way(hasty()))
        for way in (
            ways[:2] if refusal[0] >= 500 else ways
        ):  # those are tried again: that takes time
            with pytest.raises(REFUSALS[refusal]) as caught:
                way()
            said = "".join(traceback.format_exception(caught.value))
            assert KEY not in said
            assert SECRET not in said
            assert address not in said


def test_no_server_at_all_is_said_in_words(reach: Surroundings) -> None:
    reach(f"http://127.0.0.1:{free_port()}")
    for way in list(every_way(hasty()))[:4]:
        with pytest.raises(StoreUnavailableError):
            way()


def test_nobody_waits_for_ever(reach: Surroundings) -> None:
    with refusing(0, "") as address:
        reach(address)
        since = time.monotonic()
        with pytest.raises(StoreUnavailableError):
            hasty().write(new_id(), 0, b"x")
        assert time.monotonic() - since < 15


def test_nothing_goes_over_a_plain_wire_unless_that_was_said(
    blobs: BucketBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ALLOW_HTTP")
    with pytest.raises(StoreUnavailableError):
        blobs.check()


@contextmanager
def gone(line: Line) -> Iterator[None]:
    line.cut()
    with pytest.raises(StoreUnavailableError):
        yield
    line.mend()


def test_it_goes_on_when_the_server_is_back(bucket: Bucket, s3: str, reach: Surroundings) -> None:
    line, name = Line(s3), new_id()
    reach(line.address)
    blobs = BucketBlobs(bucket, part=PART)
    blobs.write(name, 0, b"sealed 1.")
    with gone(line):
        blobs.write(name, PART, b"sealed 2.")
    blobs.write(name, PART, b"sealed 2.")
    assert blobs.size(name) == 2 * PART
    line.cut()


def test_a_folder_costs_nothing_of_it() -> None:
    said = "import sys, diary.cli; sys.exit('obstore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("s3://sealed", Bucket("sealed")),
        ("s3://sealed/", Bucket("sealed")),
        ("s3://sealed.by-us/house/one", Bucket("sealed.by-us", "house/one")),
        ("s3://sealed/house/", Bucket("sealed", "house")),
        ("", None),
        ("/srv/sealed", None),
    ],
)
def test_a_setting_names_the_bucket_or_a_folder(said: str, meant: Bucket | None) -> None:
    settings = Settings.from_env({"DIARY_BLOBS": said} if said else {})
    assert settings.bucket == meant
    assert settings.blobs == Path(said if said.startswith("/") else "data/blobs")


@pytest.mark.parametrize(
    "said",
    [
        "s3://",
        "s3://x",
        "s3://Sealed",
        "s3://sealed/../other",
        "s3://sealed//house",
        "s3://key:secret@sealed",
        "s3://sealed?region=x",
        "gs://sealed",
        "s3:/sealed",
        "S3:sealed",
        "https://sealed.example.org",
    ],
)
def test_what_names_neither_stops_the_start_and_is_not_repeated(said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"DIARY_BLOBS": said})
    assert "s3://BUCKET" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_house_keeps_its_files_where_the_setting_says(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, blobs=tmp_path / "blobs")
    for chosen, kind in (
        (settings, Blobs),
        (replace(settings, bucket=Bucket("sealed")), BucketBlobs),
    ):
        store = open_house(chosen).store
        assert isinstance(store.blobs, kind)
        store.engine.dispose()
