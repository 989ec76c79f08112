from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from diary.domain.entry import Entry
from diary.domain.file import Derived, File
from diary.domain.ids import new_id
from diary.domain.when import When
from diary.errors import DiaryError, NotFoundError, StoreFullError, TooLargeError
from diary.services import entries, files, uploads
from diary.services.house import House
from diary.services.sending import About, BusyError
from diary.services.uploads import Checksum
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.media import PHONE_MEDIA, phone_file, picture

BIG = os.urandom(3 * 2**20 + 4321)


@pytest.fixture
def entry(house: House, vault: Vault) -> str:
    entry = Entry(when=When(), what_happened="He sent these.")
    return entries.record(house, vault, entry, record_id=new_id()).record_id


def pieces(data: bytes, size: int = 100_000) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def about(entry: str, **more: str) -> About:
    return About.model_validate({"entry": entry, "name": "a photo.jpg", **more})


def begun(house: House, vault: Vault, entry: str, data: bytes, **more: str) -> str:
    return uploads.create(house, vault, length=len(data), about=about(entry, **more)).id


def whole(house: House, vault: Vault, file_id: str) -> bytes:
    return b"".join(files.original(house, vault, file_id)[1].chunks())


def blobs_of(house: House) -> set[str]:
    return set(house.store.blobs.ids())


@pytest.mark.parametrize("name", PHONE_MEDIA)
def test_what_phones_send_is_kept_byte_for_byte(
    house: House, vault: Vault, entry: str, name: str
) -> None:
    data = phone_file(name)
    received = files.take_in(house, name, pieces(data))
    file_id = files.add(house, vault, received, parent=entry)
    shown = files.show(house, vault, file_id)
    assert whole(house, vault, file_id) == data
    assert shown.body.mime == PHONE_MEDIA[name]
    assert shown.body.sha256 == hashlib.sha256(data).hexdigest()
    assert shown.body.original_name == name
    assert len(shown.copies) == (0 if name == "voice-note.m4a" else 2)
    assert shown.received_at == house.now()


def test_the_key_is_in_no_body_and_no_column(house: House, vault: Vault, entry: str) -> None:
    received = files.take_in(house, "a.jpg", [picture()])
    file_id = files.add(house, vault, received, parent=entry)
    with house.store.read() as conn:
        opened = vault.get(conn, file_id)
        assert opened.secret == received.key
        assert received.key not in opened.canonical
        assert received.key.hex().encode() not in opened.canonical


def test_the_same_file_sent_twice_by_a_form_is_filed_once(
    house: House, vault: Vault, entry: str
) -> None:
    first = files.add(house, vault, files.take_in(house, "a.jpg", [picture()]), parent=entry)
    before = blobs_of(house)
    second = files.add(house, vault, files.take_in(house, "a.jpg", [picture()]), parent=entry)
    assert first == second
    assert blobs_of(house) == before


@pytest.mark.parametrize(
    "name", ["", "x" * 300, "x" * 3000, "../../etc/passwd", "C:\\a\\b.jpg", "\ud800"]
)
def test_any_name_is_kept_as_it_came_or_as_near_as_can_be(
    house: House, vault: Vault, entry: str, name: str
) -> None:
    received = files.take_in(house, name, [b"words"])
    file_id = files.add(house, vault, received, parent=entry)
    kept = files.show(house, vault, file_id).body.original_name
    assert kept == name[:1000].replace("\ud800", "?")


def test_nothing_stays_of_what_is_refused(house: House, vault: Vault, entry: str) -> None:
    with pytest.raises(files.EmptyFileError):
        files.take_in(house, "empty", [])
    with pytest.raises(NotFoundError):
        files.add(house, vault, files.take_in(house, "a.jpg", [picture()]), parent=new_id())
    assert blobs_of(house) == set()


def test_over_the_limit_is_refused_on_the_way_in(house: House, vault: Vault) -> None:
    read = []

    def too_much() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield bytes(2**20)

    small = replace(house, settings=replace(house.settings, max_file_bytes=3 * 2**20))
    with pytest.raises(TooLargeError) as refused:
        files.take_in(small, "big", too_much())
    assert "over 3 MB" in str(refused.value)
    assert len(read) == 4
    assert blobs_of(house) == set()


def test_an_upload_that_breaks_at_every_part_is_whole_in_the_end(
    house: House, vault: Vault, entry: str
) -> None:
    upload = begun(house, vault, entry, BIG, sha256=hashlib.sha256(BIG).hexdigest())
    at = 0
    for stop in (5, 2**20, 2**20 + 1, 2 * 2**20 - 1, 2 * 2**20 + 77, len(BIG)):
        assert uploads.find(house, vault, upload).received == at
        assert (
            uploads.receive(house, vault, upload, pieces(BIG[at:stop]), offset=at).received == stop
        )
        at = stop
    assert uploads.find(house, vault, upload).is_done
    assert whole(house, vault, upload) == BIG
    body = files.show(house, vault, upload).body
    assert body.sha256_from_phone
    assert uploads.unfinished(house, vault, entry) == []
    assert {path.suffix for path in house.settings.blobs.rglob("*") if path.is_file()} == {""}


def test_bytes_sent_twice_are_refused_and_harm_nothing(
    house: House, vault: Vault, entry: str
) -> None:
    upload = begun(house, vault, entry, BIG)
    uploads.receive(house, vault, upload, pieces(BIG[:1000]), offset=0)
    for offset in (0, 999, 1001):
        with pytest.raises(DiaryError, match="here already"):
            uploads.receive(house, vault, upload, pieces(BIG), offset=offset)
    uploads.receive(house, vault, upload, pieces(BIG[1000:]), offset=1000)
    with pytest.raises(DiaryError, match="safe already"):
        uploads.receive(house, vault, upload, pieces(BIG[1000:]), offset=1000)
    assert whole(house, vault, upload) == BIG


def test_two_at_once_and_one_is_told_to_wait(
    house: House, vault: Vault, entry: str, clock: Clock
) -> None:
    upload = begun(house, vault, entry, BIG)

    def slow() -> Iterator[bytes]:
        yield BIG[:10]
        with pytest.raises(BusyError):
            uploads.receive(house, vault, upload, pieces(BIG), offset=0)
        yield BIG[10:]

    assert uploads.receive(house, vault, upload, slow(), offset=0).is_done
    assert whole(house, vault, upload) == BIG


def test_a_sender_that_went_silent_is_passed_over_and_cannot_come_back(
    house: House, vault: Vault, entry: str, clock: Clock
) -> None:
    upload = begun(house, vault, entry, BIG)

    def stalled() -> Iterator[bytes]:
        yield BIG[: 2**20 + 5]
        clock.pass_(seconds=20)
        uploads.receive(house, vault, upload, pieces(BIG[:700]), offset=0)

    with pytest.raises(BusyError):
        uploads.receive(house, vault, upload, stalled(), offset=0)
    assert uploads.find(house, vault, upload).received == 700
    uploads.receive(house, vault, upload, pieces(BIG[700:]), offset=700)
    assert whole(house, vault, upload) == BIG


def test_a_file_that_changed_on_its_way_is_not_kept(house: House, vault: Vault, entry: str) -> None:
    upload = begun(house, vault, entry, BIG)
    with pytest.raises(files.ChangedOnTheWayError):
        uploads.receive(house, vault, upload, [BIG], offset=0, whole_sha256="0" * 64)
    with pytest.raises(NotFoundError):
        uploads.find(house, vault, upload)
    assert blobs_of(house) == set()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_guards_each_request(
    house: House, vault: Vault, entry: str, algorithm: str
) -> None:
    upload = begun(house, vault, entry, BIG)
    good = Checksum(algorithm, hashlib.new(algorithm, BIG[: 2**20 + 9]).digest())
    with pytest.raises(files.ChangedOnTheWayError):
        uploads.receive(house, vault, upload, [BIG[: 2**20 + 8]], offset=0, checksum=good)
    assert uploads.find(house, vault, upload).received == 0
    uploads.receive(house, vault, upload, [BIG[: 2**20 + 9]], offset=0, checksum=good)
    uploads.receive(house, vault, upload, [BIG[2**20 + 9 :]], offset=2**20 + 9)
    assert whole(house, vault, upload) == BIG


def test_more_than_was_announced_is_refused(house: House, vault: Vault, entry: str) -> None:
    upload = begun(house, vault, entry, BIG[:100])
    with pytest.raises(TooLargeError):
        uploads.receive(house, vault, upload, [BIG[:101]], offset=0)
    assert uploads.find(house, vault, upload).received == 0


def test_another_persons_upload_is_not_there(
    house: House, vault: Vault, other_vault: Vault, entry: str
) -> None:
    upload = begun(house, vault, entry, BIG)
    for attempt in (
        lambda: uploads.find(house, other_vault, upload),
        lambda: uploads.receive(house, other_vault, upload, [b"x"], offset=0),
        lambda: uploads.cancel(house, other_vault, upload),
        lambda: uploads.create(house, other_vault, length=5, about=about(entry)),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    uploads.receive(house, vault, upload, [BIG], offset=0)
    for read in (files.show, files.original, uploads.find):
        with pytest.raises(NotFoundError):
            read(house, other_vault, upload)


def test_abandoned_uploads_and_nameless_files_are_swept(
    house: House, vault: Vault, entry: str, clock: Clock
) -> None:
    upload = begun(house, vault, entry, BIG)
    uploads.receive(house, vault, upload, [BIG[:1000]], offset=0)
    house.store.blobs.write(new_id(), 0, b"left by a process that was ended")
    file_id = files.add(house, vault, files.take_in(house, "a.jpg", [picture()]), parent=entry)
    for path in house.settings.blobs.rglob("*"):
        os.utime(path, (clock().timestamp(),) * 2)
    assert uploads.sweep(house) == 0
    clock.pass_(days=2)
    assert uploads.sweep(house, nameless=False) == 0
    assert uploads.sweep(house) == 1
    assert uploads.find(house, vault, upload).received == 1000
    clock.pass_(days=6)
    assert uploads.sweep(house) == 1
    with pytest.raises(NotFoundError):
        uploads.find(house, vault, upload)
    assert whole(house, vault, file_id) == picture()


def test_a_full_disk_saves_nothing_by_halves(
    house: House, vault: Vault, entry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begun(house, vault, entry, BIG)
    uploads.receive(house, vault, upload, [BIG[:1000]], offset=0)

    def no_room(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", no_room)
        with pytest.raises(StoreFullError):
            uploads.receive(house, vault, upload, [BIG[1000:]], offset=1000)
        with pytest.raises(StoreFullError):
            files.take_in(house, "a.jpg", [picture()])
    assert uploads.find(house, vault, upload).received == 1000
    with house.store.read() as conn:
        assert vault.children(conn, entry, File.kind) == []
    uploads.receive(house, vault, upload, [BIG[1000:]], offset=1000)
    assert whole(house, vault, upload) == BIG


def test_copies_are_records_of_their_own(house: House, vault: Vault, entry: str) -> None:
    file_id = files.add(house, vault, files.take_in(house, "a.jpg", [picture()]), parent=entry)
    for purpose in ("small", "view"):
        body, reader = files.copy_for(house, vault, file_id, partial(has, purpose))
        assert isinstance(body, Derived)
        assert hashlib.sha256(b"".join(reader.chunks())).hexdigest() == body.sha256
    with pytest.raises(NotFoundError):
        files.copy_for(house, vault, file_id, lambda _: False)


def has(purpose: str, copy: Derived) -> bool:
    return copy.purpose == purpose
