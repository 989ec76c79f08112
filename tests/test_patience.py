"""Slow and silent callers, more of them than there are threads: the others go on."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from threading import Timer

import pytest

from diary import patience
from diary.patience import PatientReader
from tests.running import Server, running
from tests.test_at_rest import NAME, PASSPHRASE, Web
from tests.test_serve import heard, talk

THREADS, PATIENCE = 32, 3
MANY = THREADS + 16
HALF_HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: "
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"
SIGN_IN = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + FORM
HALF_BODY = SIGN_IN + b"Content-Length: 99\r\n\r\nname=N"
TOO_SLOW = patience.TOO_SLOW.encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with few_threads(tmp_path_factory.mktemp("patience")) as server:
        yield server


def few_threads(folder: Path) -> AbstractContextManager[Server]:
    chosen = {"DIARY_WORKERS": "1", "DIARY_THREADS": str(THREADS)}
    return running(folder, DIARY_PATIENCE_SECONDS=str(PATIENCE), **chosen)


def stalled(server: Server, said: bytes, stack: ExitStack, many: int = MANY) -> list[socket.socket]:
    lines = [stack.enter_context(talk(server)) for _ in range(many)]
    for line in lines:
        line.sendall(said)
    time.sleep(0.5)
    return lines


def seconds_to_answer(server: Server) -> float:
    since = time.monotonic()
    with talk(server) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert heard(line).startswith(b"HTTP/1.1 200 ")
    return time.monotonic() - since


@pytest.mark.parametrize("said", [HALF_HEAD, HALF_BODY], ids=["half a head", "half a body"])
def test_more_stalled_callers_than_threads_end_and_are_told(server: Server, said: bytes) -> None:
    with ExitStack() as stack:
        lines = stalled(server, said, stack)
        assert seconds_to_answer(server) < 2 * PATIENCE + 3
        for answer in map(heard, lines):
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert TOO_SLOW in answer
    assert seconds_to_answer(server) < 1
    assert "Traceback" not in server.log.read_text()


def test_who_says_nothing_at_all_has_no_thread(server: Server) -> None:
    with ExitStack() as stack:
        stalled(server, b"", stack)
        assert seconds_to_answer(server) < 1


def test_who_is_let_go_and_stays_keeps_nobody_waiting(server: Server) -> None:
    """gunicorn waits two seconds for each one's goodbye, in the loop that all wait for."""
    asked = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with ExitStack() as stack:
        stalled(server, asked, stack, many=16)
        assert seconds_to_answer(server) < 1.5


def test_it_stops_with_stalled_callers(tmp_path: Path) -> None:
    with few_threads(tmp_path) as server, ExitStack() as stack:
        stalled(server, HALF_BODY, stack)
        since = time.monotonic()
        server.stop()
        assert time.monotonic() - since < 8 * PATIENCE  # and by itself: not killed after 30


def test_a_slow_line_that_lives_goes_on(server: Server) -> None:
    """Three times as long as its patience, in small pieces with pauses."""
    body = b"name=Nad&passphrase=" + b"x" * 9_000
    with talk(server) as line:
        line.sendall(SIGN_IN + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
        for at in range(0, len(body), 1_000):
            time.sleep(PATIENCE / 3)
            line.sendall(body[at : at + 1_000])
        assert heard(line).startswith(b"HTTP/1.1 403 ")


def test_a_body_is_never_taken_for_a_request(server: Server) -> None:
    """Patience that ends with the very piece that makes the head whole leaves the body unread."""
    inside = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with talk(server) as line:
        line.settimeout(4 * PATIENCE)
        line.sendall(SIGN_IN[:40])
        time.sleep(0.3 * PATIENCE)
        line.sendall(SIGN_IN[40:41])
        time.sleep(0.85 * PATIENCE)
        line.sendall(SIGN_IN[41:] + b"Content-Length: 60\r\n\r\n" + inside)
        answers = heard(line)
    assert answers.count(b"HTTP/1.1 ") == 1
    assert answers.startswith(b"HTTP/1.1 408 ")


def test_a_trickle_ends(server: Server) -> None:
    """Never silent, and never done: a byte now and then is no line that lives."""
    with talk(server) as line:
        line.sendall(HALF_HEAD)
        since = time.monotonic()
        line.settimeout(0.5)
        while time.monotonic() - since < 4 * PATIENCE:
            try:
                line.sendall(b"x")
                assert line.recv(100).startswith(b"HTTP/1.1 408 ")
                break
            except TimeoutError:
                continue
        assert time.monotonic() - since < 2 * PATIENCE


def test_what_came_of_an_upload_is_kept(server: Server, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text(PASSPHRASE)
    diary = tmp_path / "diary.json"
    told = {"entry_id": "A001", "what_happened": "It rained.", "event_start": None}
    diary.write_text(json.dumps({"entries": [told | {"time_precision": "not_sure"}]}))
    made = server.command("load", str(diary), "--name", NAME, "--passphrase-file", str(words))
    assert made.returncode == 0, made.stderr
    web = Web(server.port)
    web.sign_in()
    entry = web.write()
    upload = begin(web, entry, 200_000)
    came = send_and_go_silent(server, web, upload, b"j" * 70_000, announced=200_000)
    assert came.startswith(b"HTTP/1.1 204 ")
    assert b"Upload-Offset: 70000\r\n" in came
    assert b"Connection: close\r\n" in came


def begin(web: Web, entry: str, length: int) -> str:
    about = f"filename {b64('x')},entry {b64(entry)},how {b64('file_picker')}"
    made = web.ask(
        "POST",
        "/uploads",
        Tus_Resumable="1.0.0",
        Upload_Length=str(length),
        Upload_Metadata=about,
    )
    assert made.status == 201
    return made.to


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def send_and_go_silent(
    server: Server, web: Web, upload: str, body: bytes, *, announced: int
) -> bytes:
    cookies = "; ".join(f"{name}={value}" for name, value in web.cookies.items())
    head = (
        f"PATCH {upload} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookies}\r\n"
        "Sec-Fetch-Site: same-origin\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        "Content-Type: application/offset+octet-stream\r\n"
        f"Content-Length: {announced}\r\n\r\n"
    )
    with talk(server) as line:
        line.sendall(head.encode() + body)
        return heard(line)


@pytest.mark.parametrize("broken", [True, False], ids=["the line breaks", "it goes silent"])
def test_half_a_form_is_not_acted_on(server: Server, broken: bool) -> None:
    with talk(server) as line:
        line.sendall(HALF_BODY)
        if broken:
            line.shutdown(socket.SHUT_WR)
        assert heard(line).startswith(b"HTTP/1.1 408 ")


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A line, ours and theirs; it ends by itself, so that a reader without an end is found out."""
    ours, theirs = socket.socketpair()
    ending = Timer(10, theirs.shutdown, [socket.SHUT_WR])
    ending.start()
    with ours, theirs:
        yield ours, theirs
        ending.cancel()


def test_only_waiting_counts(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the server takes between two reads, the caller has lost nothing."""
    reader = PatientReader(pair[0], 2)
    for _ in range(3):
        pair[1].sendall(b"x")
        assert reader.chunk() == b"x"
        time.sleep(1)
    assert not reader.ended


def test_bytes_buy_no_long_silence(pair: tuple[socket.socket, socket.socket]) -> None:
    """A fast beginning is no credit for a slow end."""
    reader = PatientReader(pair[0], 1)
    pair[1].sendall(b"x" * 100_000)
    since = time.monotonic()
    while reader.chunk(100_000):
        pass
    assert reader.ended
    assert time.monotonic() - since < 4
