"""Buckets for tests: a real server on loopback that speaks S3, and one that only refuses.

The server is a process of its own, ended by its own process id; it keeps everything in memory.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread

import obstore
from obstore.store import S3Store

from diary.settings import Bucket
from tests.running import free_port

KEY, SECRET = "NOBODY-READS-THIS-KEY", "nobody-reads-this-secret"
_numbers = count(1)


def environment(address: str) -> dict[str, str]:
    """What an operator says beside `DIARY_BLOBS`."""
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "eu-west-2",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }


@contextmanager
def bucket_server() -> Iterator[str]:
    """Give the address of a server that speaks S3."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env={key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.05)
    raise AssertionError("the server for buckets did not start")


def fresh_bucket(address: str) -> Bucket:
    """Make a bucket that nobody else has."""
    name = f"sealed-{next(_numbers)}"
    asked = urllib.request.Request(f"{address}/{name}", method="PUT")  # noqa: S310
    with urllib.request.urlopen(asked, timeout=30):  # noqa: S310
        return Bucket(name, "house/one")


def contents(bucket: Bucket) -> dict[str, bytes]:
    """Every object in a bucket, whatever its folder, by its key."""
    client = S3Store(bucket.name)
    paths = [one["path"] for one in obstore.list(client).collect()]
    return {path: bytes(obstore.get(client, path).bytes()) for path in paths}


class Line:
    """A wire to a server that can be cut and mended while something goes over it."""

    def __init__(self, address: str) -> None:
        self._to = int(address.rpartition(":")[2])
        self.port, self._ends = free_port(), list[socket.socket]()
        self.mend()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        door = socket.create_server(("127.0.0.1", self.port))
        self._ends.append(door)
        Thread(target=self._answer, args=(door,), daemon=True).start()

    def cut(self) -> None:
        """End every connection, and refuse new ones."""
        ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _answer(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = door.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                for pair in ((near, far), (far, near)):
                    Thread(target=_carry, args=pair, daemon=True).start()


def _carry(start: socket.socket, end: socket.socket) -> None:
    with suppress(OSError):
        while piece := start.recv(65_536):
            end.sendall(piece)
        end.shutdown(socket.SHUT_WR)


@contextmanager
def refusing(status: int, code: str) -> Iterator[str]:
    """Give the address of a server that answers everything with one refusal; 0 never answers."""

    class Refusal(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not status:
                time.sleep(5)
                return
            said = f"<Error><Code>{code}</Code><AWSAccessKeyId>{KEY}</AWSAccessKeyId></Error>"
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said.encode())

        do_GET = do_PUT = do_POST = answer

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusal) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
