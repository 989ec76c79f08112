"""The whole way over a bucket: sent by a phone, gone on with by another server, read, handed over.

Real processes: `diary run`, its commands beside it, and a server that speaks S3.
"""

from __future__ import annotations

import base64
import http.client
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from diary.services import accounts
from diary.services.accounts import Caller
from diary.services.house import open_house
from diary.settings import Bucket, Settings
from diary.vault.vault import Vault
from tests.buckets import KEY, SECRET, Line, contents, environment
from tests.media import phone_file
from tests.running import PATIENCE_SECONDS, Server, running
from tests.searcher import Searcher, file_slices, hits, lying
from tests.test_at_rest import HALF, NAME, PASSPHRASE, PIECE, TOLD, Web

PHOTO = phone_file("iphone-6.jpg")


@dataclass(frozen=True)
class Place:
    """A server, the bucket that its files lie in, and the wire between them."""

    server: Server
    bucket: Bucket
    line: Line


@pytest.fixture
def place(tmp_path: Path, bucket: Bucket, s3: str) -> Iterator[Place]:
    line = Line(s3)
    said = environment(line.address) | {"DIARY_BLOBS": f"s3://{bucket.name}/{bucket.prefix}"}
    with running(tmp_path / "server", **said, DIARY_WORKERS="1") as server:
        yield Place(server, bucket, line)
    line.cut()


@pytest.fixture
def web(place: Place) -> Web:
    house = open_house(Settings.from_env(place.server.environment()))
    caller = Caller(network="192.0.2.1", browser=b"b" * 32)
    made = accounts.sign_up(house, name=NAME, passphrase=PASSPHRASE, caller=caller)
    vault = Vault(made.unlocked)
    code = accounts.new_code(vault)
    accounts.confirm_code(house, vault, shown=code, typed=code)
    house.store.engine.dispose()
    web = Web(place.server.port)
    web.sign_in()
    return web


def begin(web: Web, entry: str) -> str:
    about = {"filename": HALF, "entry": entry, "how": "file_picker"}
    coded = [f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in about.items()]
    made = web.ask(
        "POST",
        "/uploads",
        Tus_Resumable="1.0.0",
        Upload_Length=str(len(PHOTO)),
        Upload_Metadata=",".join(coded),
    )
    assert made.status == 201
    return made.to


def send(web: Web, upload: str, start: int, stop: int) -> int:
    return web.ask(
        "PATCH",
        upload,
        PHOTO[start:stop],
        Tus_Resumable="1.0.0",
        Upload_Offset=str(start),
        Content_Type="application/offset+octet-stream",
    ).status


def ranged(web: Web, path: str, start: int, stop: int) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    cookies = "; ".join(f"{name}={value}" for name, value in web.cookies.items())
    said = {
        "Cookie": cookies,
        "Range": f"bytes={start}-{stop - 1}",
        "Sec-Fetch-Site": "same-origin",
    }
    connection.request("GET", path, headers=said)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def is_back(server: Server) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while not server.is_healthy() and time.monotonic() < until:
        time.sleep(0.2)
    return server.is_healthy()


def command(server: Server, *arguments: str) -> str:
    done = server.command(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_photo_goes_all_the_way_over_a_bucket(place: Place, web: Web, tmp_path: Path) -> None:
    server, entry = place.server, web.write()
    upload = begin(web, entry)
    assert send(web, upload, 0, PIECE) == 204
    server.stop()
    server.start()

    place.line.cut()
    assert not server.is_healthy()
    assert send(web, upload, PIECE, len(PHOTO)) == 503
    place.line.mend()
    assert is_back(server)
    assert send(web, upload, PIECE, len(PHOTO)) == 204

    original = upload.replace("/uploads/", "/files/") + "/original"
    assert ranged(web, original, 1_000_000, 1_100_000) == (206, PHOTO[1_000_000:1_100_000])
    assert ranged(web, original, 0, len(PHOTO)) == (206, PHOTO)
    assert not (server.data / "blobs").exists()

    words, bundle = tmp_path / "words", tmp_path / "bundle.zip"
    words.write_text(PASSPHRASE)
    way_in = ("--name", NAME, "--passphrase-file", str(words))
    command(server, "export", *way_in, "--profile", "police", "-o", str(bundle))
    command(server, "verify", str(bundle))
    assert "3 files" in command(server, "check")
    assert_nobody_reads(place)


def assert_nobody_reads(place: Place) -> None:
    """Whoever runs the bucket, or takes the disk or the log, reads nothing, the key neither."""
    held = contents(place.bucket)
    assert sum(map(len, held.values())) > len(PHOTO)
    found = lying(place.server.folder) | held | {"names": "\n".join(held).encode()}
    searcher = Searcher([TOLD, HALF, NAME, KEY, SECRET], [PHOTO])
    assert searcher.find(b"...." + next(file_slices(PHOTO)) + KEY.encode())
    assert hits(searcher, found) == {}
