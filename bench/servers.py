"""Starting the two servers as processes of their own, and reading what they cost."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil

START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address, its process, and its processes' cost."""

    port: int
    process: psutil.Process

    def tree(self) -> list[psutil.Process]:
        """Return the server's own process and its workers."""
        return [self.process, *self.process.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """Return user and system time of the whole tree, ended children included."""
        total = 0.0
        for process in self.tree():
            times = process.cpu_times()
            total += times.user + times.system
        own = self.process.cpu_times()
        return float(total + own.children_user + own.children_system)

    def memory(self) -> int:
        """Return the resident bytes of the whole tree, shared pages counted once for each."""
        return sum(process.memory_info().rss for process in self.tree())


class Peak(threading.Thread):
    """Samples a server's memory until it is stopped."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server, self.idle = server, server.memory()
        self.most, self._stop_now = self.idle, threading.Event()

    def run(self) -> None:
        """Sample twenty times a second."""
        while not self._stop_now.wait(0.05):
            try:
                self.most = max(self.most, self.server.memory())
            except psutil.Error:
                continue

    @property
    def grown(self) -> int:
        """Return by how many bytes memory grew at most."""
        return self.most - self.idle

    def __enter__(self) -> Peak:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_now.set()
        self.join()


@contextmanager
def serving(command: list[str], folder: Path, extra: Mapping[str, str]) -> Iterator[Server]:
    """Run a server on a free loopback port until the block ends; ended by its own process id."""
    port = free_port()
    env = {**os.environ, "PORT": str(port), "DIARY_DATA": str(folder), **extra}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, *command], env=env, stdout=log, stderr=log)
    try:
        if not _answers(port, process):
            raise RuntimeError(f"no answer: {(folder / 'server.log').read_text()[-2000:]}")
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    """Return a loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return True
    return False
