"""A real tus client judges the real server; an upload outlives the server and goes on."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import psutil
import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed
from tusclient.uploader.uploader import Uploader

from bench.client import Client
from tests.running import Server, running

DATA = os.urandom(5 * 2**20 + 17)
PASSPHRASE = "copper lantern river walnut seven"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("tus"), DIARY_WORKERS="1") as server:
        yield server


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    client = Client(server.port)
    own = {"name": "Nad", "choice": "own", "passphrase": PASSPHRASE, "again": PASSPHRASE}
    assert client.post("/start", own).status == 303
    page = re.sub(r"<[^>]+>", "", client.get("/start/code").body.decode())
    code = re.search(r"(?:[0-9A-Z]{4}-){7}[0-9A-Z]{4}", re.sub(r"\s", "", page))
    assert code
    client.get("/start/code/check")
    assert client.post("/start/code/check", {"code": code[0]}).status == 303
    yield client
    client.connection.close()


@pytest.fixture(scope="module")
def entry(client: Client) -> str:
    saved = client.post("/write", {"what_happened": "He sent a film.", "when": "now"})
    return saved.headers["Location"].split("/")[2]


def uploader(client: Client, entry: str, data: bytes, **options: Any) -> Uploader:
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    tus = TusClient(f"http://127.0.0.1:{client.port}/uploads", headers={"Cookie": cookies})
    made: Uploader = tus.uploader(
        file_stream=BytesIO(data),
        chunk_size=options.pop("chunk_size", 2**20 - 5),
        metadata={"filename": "film.mp4", "entry": entry},
        **options,
    )
    return made


def original(client: Client, url: str | None) -> bytes:
    assert url
    client.connection.close()  # the server may have closed it while another client was at work
    return client.get(f"/files/{url.rsplit('/', 1)[1]}/original").body


def offset(client: Client, url: str) -> int:
    client.connection.close()
    answer = client.send("HEAD", f"/uploads/{url.rsplit('/', 1)[1]}", headers=TUS)
    return int(answer.headers["Upload-Offset"])


def test_a_stock_client_uploads(client: Client, entry: str) -> None:
    sending = uploader(client, entry, DATA)
    sending.upload()
    assert original(client, sending.url) == DATA


def test_a_stock_client_with_checksums(client: Client, entry: str) -> None:
    sending = uploader(client, entry, DATA, upload_checksum=True)
    sending.upload()
    assert original(client, sending.url) == DATA


def test_a_stock_client_is_told_what_is_not_there(client: Client) -> None:
    sending = uploader(client, "0" * 32, b"x")
    with pytest.raises(TusCommunicationError) as refused:
        sending.upload()
    assert refused.value.status_code == 404


def raw(client: Client, url: str, at: int, data: bytes, length: int) -> socket.socket:
    """Send part of what was announced, and keep the line open."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    head = [f"PATCH {url} HTTP/1.1", "Host: localhost", f"Cookie: {cookies}"]
    head += [f"Upload-Offset: {at}", f"Content-Length: {length}"]
    head += [f"{name}: {value}" for name, value in BYTES.items()]
    line = socket.create_connection(("127.0.0.1", client.port), timeout=30)
    line.sendall("\r\n".join([*head, "", ""]).encode() + data)
    return line


def eventually(client: Client, url: str, least: int) -> int:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if (found := offset(client, url)) >= least:
            return found
        time.sleep(0.05)
    raise AssertionError("what was sent did not become safe")


def finish(client: Client, entry: str, url: str) -> None:
    """Go on as a stock client does, however often the server asks for patience."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            uploader(client, entry, DATA, url=url).upload()
        except (TusCommunicationError, TusUploadFailed):
            time.sleep(0.5)
        else:
            return
    raise AssertionError("the upload was never taken up again")


def test_a_broken_connection_goes_on(client: Client, entry: str) -> None:
    sending = uploader(client, entry, DATA)
    url = sending.create_url()
    raw(client, url[url.index("/uploads") :], 0, DATA[: 3 * 2**20], len(DATA)).close()
    assert eventually(client, url, 2 * 2**20) <= 3 * 2**20
    finish(client, entry, url)
    assert original(client, url) == DATA


def test_a_process_that_is_killed_is_followed_by_another(
    server: Server, client: Client, entry: str
) -> None:
    sending = uploader(client, entry, DATA)
    url = sending.create_url()
    path = url[url.index("/uploads") :]
    raw(client, path, 0, DATA[:2_000_000], 2_000_000).close()
    safe = eventually(client, url, 1_900_000)
    line = raw(client, path, safe, DATA[safe : safe + 2_000_000], len(DATA) - safe)
    time.sleep(0.5)
    kill(server)
    line.close()
    server.start()
    assert offset(client, url) >= safe
    finish(client, entry, url)
    assert original(client, url) == DATA


def kill(server: Server) -> None:
    """End the server and its workers as a power cut would, by their own process ids."""
    assert server.process
    family = [psutil.Process(server.process.pid)]
    family += family[0].children(recursive=True)
    for process in family:
        process.kill()
    server.process.wait(timeout=60)
    psutil.wait_procs(family, timeout=10)
    server.process = None


def test_memory_does_not_grow_with_the_file(server: Server, client: Client, entry: str) -> None:
    piece, count = os.urandom(2**20), 96

    def send() -> str:
        url = uploader(client, entry, bytes(count * 2**20)).create_url()
        answer = client.send(
            "PATCH",
            url[url.index("/uploads") :],
            (piece for _ in range(count)),
            BYTES | {"Upload-Offset": "0", "Content-Length": str(count * 2**20)},
        )
        assert answer.status == 204, answer.body
        return str(url)

    def held() -> int:
        assert server.process
        family = psutil.Process(server.process.pid).children(recursive=True)
        return sum(process.memory_info().rss for process in family)

    client.connection.close()
    before = held()
    url = send()
    assert held() - before < 64 * 2**20
    digest = hashlib.sha256(piece * count).hexdigest()
    assert digest in client.get(f"/files/{url.rsplit('/', 1)[1]}").body.decode()


def test_nothing_of_a_file_lies_anywhere_in_the_clear(
    server: Server, client: Client, entry: str
) -> None:
    words = b"what he wrote in the letter that came on Tuesday. " * 50_000
    boundary = "xxxxboundaryxxxx"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; '
        f'filename="tuesday-letter.txt"\r\n\r\n'
    ).encode()
    body += words + f"\r\n--{boundary}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    client.connection.close()
    assert client.send("POST", f"/diary/{entry}/files", body, kind).status == 303
    url = uploader(client, entry, words).create_url()
    path = url[url.index("/uploads") :]
    raw(client, path, 0, words[:1_500_000], 1_500_000).close()
    eventually(client, url, 1_400_000)
    seen = 0
    for file in server.folder.rglob("*"):
        if file.is_file():
            found = file.read_bytes()
            seen += len(found)
            for secret in (b"came on Tuesday", b"tuesday-letter", b"film.mp4", b"text/plain"):
                assert secret not in found, file
    assert seen > len(words)
