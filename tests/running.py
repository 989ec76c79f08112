"""The real thing for tests: `diary run` as a process of its own, with a fresh data folder.

It listens on a free loopback port, keeps its temp files in a folder of its own, writes its log to a
file, and is ended by its own process id.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.database import admin_url, fresh_database

PATIENCE_SECONDS = 60.0


@dataclass
class Server:
    """One `diary run` and everything that it leaves on the disk."""

    folder: Path
    database_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    program: str = "diary"
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def temp(self) -> Path:
        return self.folder / "temp"

    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("DIARY_")}
        own = {"DIARY_DATA": str(self.data), "TMPDIR": str(self.temp), "PORT": str(self.port)}
        if self.database_url:
            own["DIARY_DATABASE_URL"] = self.database_url
        return kept | own | {"PYTHONUNBUFFERED": "1"} | self.settings

    def start(self) -> None:
        self.temp.mkdir(exist_ok=True, parents=True)
        self.port = self.port or free_port()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.program, "run"],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and self.process and self.process.poll() is None:
            if self.is_healthy():
                return
            time.sleep(0.1)
        self.stop()
        raise AssertionError(f"diary run did not start:\n{self.log.read_text()[-2000:]}")

    def is_healthy(self) -> bool:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/healthz")
            return asked.getresponse().status == 200
        except OSError:
            return False
        finally:
            asked.close()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE_SECONDS)
            self.process = None

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one `diary` command on the same data, beside the running server."""
        self.temp.mkdir(exist_ok=True, parents=True)
        return subprocess.run(
            [sys.executable, "-m", "diary", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, *, program: str = "diary", **settings: str) -> Iterator[Server]:
    """A running server on SQLite, or on a database of its own where the tests run on PostgreSQL."""
    with _database() as url:
        server = Server(folder, database_url=url, settings=settings, program=program)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def _database() -> Iterator[str]:
    if admin := admin_url():
        with fresh_database(admin) as url:
            yield url
    else:
        yield ""
