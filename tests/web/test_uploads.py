from __future__ import annotations

import base64
import hashlib
import io
import os
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.when import When
from diary.services import entries
from diary.services.house import House
from tests.conftest import Person
from tests.media import picture

BIG = os.urandom(2 * 2**20 + 99)
BYTES = "application/offset+octet-stream"


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def entry(house: House, signed_in: Person) -> str:
    entry = Entry(when=When(), what_happened="These came today.")
    return entries.record(house, signed_in.vault, entry, record_id=new_id()).record_id


def begin(person: Person, entry: str, length: int, **headers: str) -> TestResponse:
    about = {"filename": "a photo.jpg", "lastModified": "2026-03-03T20:00:00Z", "entry": entry}
    meta = ",".join(f"{key} {coded(value)}" for key, value in about.items())
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": str(length), "Upload-Metadata": meta}
    return person.client.post("/uploads", headers=tus | headers)


def send(person: Person, url: str, at: int, data: bytes, **headers: str) -> TestResponse:
    tus = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(at), "Content-Type": BYTES}
    return person.client.patch(url, data=data, headers=tus | headers)


def offset(person: Person, url: str) -> TestResponse:
    return person.client.head(url, headers={"Tus-Resumable": "1.0.0"})


def test_a_whole_upload(signed_in: Person, entry: str) -> None:
    made = begin(signed_in, entry, len(BIG))
    assert made.status_code == 201, made.text
    url = made.headers["Location"]
    assert made.headers["Upload-Expires"]
    half = send(signed_in, url, 0, BIG[:1_500_000])
    assert (half.status_code, half.headers["Upload-Offset"]) == (204, "1500000")
    asked = offset(signed_in, url)
    assert asked.headers["Upload-Offset"] == "1500000"
    assert asked.headers["Upload-Length"] == str(len(BIG))
    assert asked.headers["Cache-Control"] == "no-store"
    whole = hashlib.sha256(BIG).hexdigest()
    done = send(signed_in, url, 1_500_000, BIG[1_500_000:], **{"Upload-Whole-Sha256": whole})
    assert done.status_code == 204, done.text
    assert offset(signed_in, url).headers["Upload-Offset"] == str(len(BIG))
    file_id = url.rsplit("/", 1)[1]
    assert signed_in.client.get(f"/files/{file_id}/original").data == BIG
    assert signed_in.client.get("/uploads", query_string={"entry": entry}).json == []


def test_creation_with_upload_and_what_is_open(signed_in: Person, entry: str) -> None:
    about = f"filename {coded('x')},entry {coded(entry)}"
    made = signed_in.client.post(
        "/uploads",
        data=b"abc",
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Length": "6",
            "Upload-Metadata": about,
            "Content-Type": BYTES,
        },
    )
    assert (made.status_code, made.headers["Upload-Offset"]) == (201, "3")
    listed: Any = signed_in.client.get("/uploads", query_string={"entry": entry}).json
    assert [(one["name"], one["offset"], one["size"]) for one in listed] == [("x", 3, 6)]
    page = signed_in.client.get(f"/diary/{entry}/files").text
    assert "Not finished yet" in page
    assert "50 % is safe" in page
    stopped = signed_in.client.post(
        f"/diary/{entry}/files/stop", data={"upload": made.headers["Location"].rsplit("/", 1)[1]}
    )
    assert stopped.status_code == 303
    assert signed_in.client.get("/uploads", query_string={"entry": entry}).json == []


def test_options_say_what_is_possible(signed_in: Person, house: House) -> None:
    answer = signed_in.client.options("/uploads")
    assert answer.headers["Tus-Max-Size"] == str(house.settings.max_file_bytes)
    assert "creation" in answer.headers["Tus-Extension"]
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


@pytest.mark.parametrize(
    ("headers", "status", "said"),
    [
        ({"Upload-Length": "0"}, 400, "empty"),
        ({"Upload-Length": str(10**13)}, 413, "over 2,048 MB"),
        ({"Upload-Length": "-1"}, 400, ""),
        ({"Upload-Length": "many"}, 400, ""),
        ({"Upload-Metadata": "filename %%%"}, 400, ""),
        ({"Upload-Metadata": "filename " + coded("no entry")}, 400, ""),
        ({"Upload-Metadata": "entry " + coded(new_id())}, 404, "nothing here"),
        ({"Tus-Resumable": "0.2.2"}, 412, "version"),
    ],
)
def test_what_cannot_begin_is_said_in_words(
    signed_in: Person, entry: str, headers: dict[str, str], status: int, said: str
) -> None:
    answer = begin(signed_in, entry, 5, **headers)
    assert answer.status_code == status
    assert answer.mimetype == "text/plain"
    assert said in answer.text


def test_wrong_requests_are_refused_and_nothing_moves(signed_in: Person, entry: str) -> None:
    url = begin(signed_in, entry, 10).headers["Location"]
    bad = {"Upload-Checksum": "sha256 " + coded("x" * 32)}
    assert send(signed_in, url, 0, b"hello", **bad).status_code == 460
    assert send(signed_in, url, 0, b"hello", **{"Upload-Checksum": "md5 eA=="}).status_code == 400
    assert send(signed_in, url, 0, b"hello", **{"Content-Type": "text/plain"}).status_code == 415
    assert send(signed_in, url, 3, b"hello").status_code == 409
    assert send(signed_in, url, 0, b"hello" * 3).status_code == 413
    assert offset(signed_in, url).headers["Upload-Offset"] == "0"
    sha1 = base64.b64encode(hashlib.sha1(b"hello", usedforsecurity=False).digest()).decode()
    assert (
        send(signed_in, url, 0, b"hello", **{"Upload-Checksum": f"sha1 {sha1}"}).status_code == 204
    )


def test_a_file_that_changed_is_refused_in_words(signed_in: Person, entry: str) -> None:
    url = begin(signed_in, entry, 5).headers["Location"]
    answer = send(signed_in, url, 0, b"hello", **{"Upload-Whole-Sha256": "0" * 64})
    assert answer.status_code == 460
    assert "changed on its way" in answer.text
    assert offset(signed_in, url).status_code == 404


def test_giving_up_also_where_networks_know_no_delete(signed_in: Person, entry: str) -> None:
    tus = {"Tus-Resumable": "1.0.0"}
    for headers in ({}, {"X-HTTP-Method-Override": "DELETE"}):
        url = begin(signed_in, entry, 5).headers["Location"]
        method = signed_in.client.post if headers else signed_in.client.delete
        assert method(url, headers=tus | headers).status_code == 204
        assert offset(signed_in, url).status_code == 404


def test_nobody_sends_without_signing_in(app: Flask) -> None:
    client = app.test_client()
    for method, path in (
        ("POST", "/uploads"),
        ("GET", "/uploads"),
        ("PATCH", f"/uploads/{new_id()}"),
    ):
        answer = client.open(path, method=method, headers={"Accept": "text/plain"})
        assert answer.status_code in {401, 303}


class Breaking(io.RawIOBase):
    """A body whose connection breaks."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.left = data

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, *_: int) -> int:
        return 0

    def readinto(self, buffer: Any) -> int:
        if not self.left:
            raise ConnectionResetError
        view = memoryview(buffer)
        size = min(len(view), len(self.left))
        view[:size] = self.left[:size]
        self.left = self.left[size:]
        return size


@pytest.mark.parametrize("came", [1, 70_000, 2**20, 2**20 + 5, 2 * 2**20 + 98])
def test_what_came_before_the_connection_broke_is_safe(
    signed_in: Person, entry: str, came: int
) -> None:
    url = begin(signed_in, entry, len(BIG)).headers["Location"]
    broken = signed_in.client.patch(
        url,
        input_stream=io.BufferedReader(Breaking(BIG[:came]), 4096),
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": BYTES},
        environ_overrides={"CONTENT_LENGTH": str(len(BIG))},
    )
    assert broken.status_code == 204, broken.text
    safe = int(offset(signed_in, url).headers["Upload-Offset"])
    assert max(-1, came - 2**20) < safe <= came
    assert send(signed_in, url, safe, BIG[safe:]).status_code == 204


def form(*files: tuple[str, bytes], **fields: str) -> dict[str, Any]:
    sent = list(fields.items())
    parts = [("files", FileStorage(io.BytesIO(data), name)) for name, data in files]
    boundary, body = encode_multipart(MultiDict([*sent, *parts]))
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def test_files_by_a_plain_form(signed_in: Person, entry: str, house: House) -> None:
    photo = picture()
    answer = signed_in.client.post(
        f"/diary/{entry}/files", **form(("a.jpg", photo), ("big.bin", BIG), ("", b""))
    )
    assert answer.status_code == 303, answer.text
    found = entries.read(house, signed_in.vault, entry).files
    assert {one.file.original_name: one.file.size for one in found} == {
        "a.jpg": len(photo),
        "big.bin": len(BIG),
    }
    again = signed_in.client.post(f"/diary/{entry}/files", **form(("a.jpg", photo)))
    assert again.status_code == 303
    assert len(entries.read(house, signed_in.vault, entry).files) == 2


def test_one_bad_file_does_not_lose_the_others(signed_in: Person, entry: str, house: House) -> None:
    answer = signed_in.client.post(
        f"/diary/{entry}/files", **form(("empty.txt", b""), ("good.txt", b"words"))
    )
    assert answer.status_code == 400
    assert "empty.txt" in answer.text
    assert "That file is empty" in answer.text
    assert "Everything else is saved." in answer.text
    assert [one.file.mime for one in entries.read(house, signed_in.vault, entry).files] == [
        "text/plain"
    ]


def test_no_file_and_broken_forms_are_said_in_words(signed_in: Person, entry: str) -> None:
    path = f"/diary/{entry}/files"
    assert "No file was chosen" in signed_in.client.post(path, **form()).text
    kind = "multipart/form-data; boundary=x"
    for body in (b"", b"--x\r\nnonsense", b"--x\r\n\r\n\r\n--x--\r\n", b"\xff" * 100):
        assert signed_in.client.post(path, data=body, content_type=kind).status_code == 400
    assert signed_in.client.post(path, data=b"a=b").status_code == 400
