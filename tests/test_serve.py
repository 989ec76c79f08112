"""The production server: this machine only, no log of who reads what, and a graceful end."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from diary import serve
from diary.domain.entry import Entry
from diary.errors import SettingsError, StoreUnavailableError
from diary.services import upkeep
from diary.services.house import House
from diary.settings import Settings
from diary.store import log
from diary.vault.vault import Vault
from tests.running import Server, free_port, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("serve"), DIARY_WORKERS="1") as server:
        yield server


def talk(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=20)


def heard(line: socket.socket) -> bytes:
    found = b""
    while piece := line.recv(65_536):
        found += piece
    return found


def test_it_listens_on_this_machine_only_and_logs_no_requests(settings: Settings) -> None:
    options = serve.options(settings)
    assert options["bind"] == f"127.0.0.1:{settings.port}"
    assert options["accesslog"] is None


def test_what_it_makes_is_its_own(server: Server) -> None:
    made = [path for path in server.data.rglob("*") if path.is_file()]
    assert made
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def test_nothing_of_a_request_is_logged(server: Server) -> None:
    with talk(server) as line:
        line.sendall(
            b"GET /diary?q=wordoflife HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        assert heard(line).startswith(b"HTTP/1.1 ")
    with talk(server) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"wordoflife" * 5_000)
        line.shutdown(socket.SHUT_WR)
        heard(line)
    assert "wordoflife" not in server.log.read_text()


def test_a_stalled_caller_does_not_hold_up_the_others(server: Server) -> None:
    stalled = [talk(server) for _ in range(16)]
    for line in stalled:
        line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nx")
    since = time.monotonic()
    assert server.is_healthy()
    assert time.monotonic() - since < 3
    for line in stalled:
        line.close()


def test_it_finishes_what_is_under_way_before_it_ends(tmp_path: Path) -> None:
    with running(tmp_path, DIARY_WORKERS="1") as server, talk(server) as line:
        body = b"name=Nad&passphrase=x"
        line.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        )
        time.sleep(0.5)
        ending = Thread(target=server.stop)
        ending.start()
        time.sleep(0.5)
        line.sendall(body)
        assert heard(line).startswith(b"HTTP/1.1 403 ")
        ending.join()


def test_a_port_that_is_taken_is_one_sentence(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(SettingsError, match="not free"):
            serve.run(replace(settings, port=other.getsockname()[1]))
    assert free_port()


def test_upkeep_stamps_by_itself_until_it_is_stopped(
    house: House, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.store.write() as conn:
        vault.keep(conn, Entry(what_happened="x"), at=house.now())
    monkeypatch.setattr(serve, "EVERY_SECONDS", 0.01)
    stop = Event()
    thread = Thread(target=serve.keep_up, args=(house.settings,), kwargs={"stop": stop})
    thread.start()
    until = time.monotonic() + 10
    while not stamped(house) and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()
    thread.join()
    assert stamped(house)


def stamped(house: House) -> bool:
    with house.store.read() as conn:
        return log.newest_checkpoint(conn) is not None


def test_every_file_is_listed_once_an_hour_and_not_every_minute(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, listed = Event(), list[bool]()

    def watched(_: House, *, nameless: bool) -> None:
        listed.append(nameless)
        if len(listed) == 121:
            stop.set()

    monkeypatch.setattr(serve, "EVERY_SECONDS", 0.0)
    monkeypatch.setattr(serve, "keep_up_once", watched)
    serve.keep_up(house.settings, stop=stop)
    assert [turn for turn, every in enumerate(listed) if every] == [0, 60, 120]


def test_upkeep_survives_a_store_that_cannot_be_reached(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreachable(_: House) -> None:
        raise StoreUnavailableError

    monkeypatch.setattr(upkeep, "stamp", unreachable)
    serve.keep_up_once(house)
    assert capsys.readouterr().err.startswith("Upkeep: ")


def test_upkeep_outlives_what_nobody_thought_of(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And says of it no more than its name: its words may be hers."""

    def fails(_: House, *, nameless: bool) -> None:
        raise RuntimeError("wordoflife")

    monkeypatch.setattr(upkeep, "sweep", fails)
    serve.keep_up_once(house)
    assert capsys.readouterr().err == "Upkeep: RuntimeError\n"
