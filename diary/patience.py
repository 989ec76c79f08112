"""Callers that are slow or silent: they are waited for, and never hold up the others.

Every request is given so much patience. Waiting for its bytes uses it up and bytes give it back, up
to where it began: a line of a few KB/s goes on for hours, one that has gone silent ends. Only the
waiting counts, never our own work. Who is out of patience is treated as if the line had broken:
what came of an upload is kept, a form that is not whole is not acted on, the thread is free.
"""

from __future__ import annotations

import math
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import util
from gunicorn.http.errors import NoMoreData
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from diary.text import ENGLISH, N_

# Bytes that give back one second: the slowest phone network carries several times as many.
BYTES_A_SECOND = 500
# Somebody who plays a video takes nothing for a while; a line that is gone takes nothing for ever.
TAKEN_SECONDS = 120
TOO_SLOW = N_("The connection was too slow, so nothing was done. Please try again.")


class PatientReader(SocketUnreader):  # type: ignore[misc]  # gunicorn has no types
    """Reads a connection as gunicorn does, for as long as there is patience."""

    def __init__(self, sock: socket.socket, most: float) -> None:
        super().__init__(sock)
        self._most, self._set = most, 0
        self.expect()

    def expect(self) -> None:
        """Begin to wait for a request, with all patience."""
        self._left = self._most
        self.on_end: Callable[[], None] | None = None

    @property
    def ended(self) -> bool:
        """Tell whether there is no patience left."""
        return self._left <= 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return what comes next; nothing when the line ended or was waited for long enough."""
        if self.ended:
            return b""
        self._wait_at_most(math.ceil(self._left))
        since = time.monotonic()
        try:
            piece: bytes = super().chunk(size_hint)
        except BlockingIOError:
            return self._end()
        waited = time.monotonic() - since
        self._left = min(self._most, self._left - waited + len(piece) / BYTES_A_SECOND)
        return piece if self._left > 0 else self._end(piece)

    def _wait_at_most(self, seconds: int) -> None:
        # The kernel waits, not Python: a fast body pays no further step outside the interpreter.
        if seconds != self._set:
            self._set = seconds
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(seconds))

    def _end(self, piece: bytes = b"") -> bytes:
        # More may still come, in the middle of this request: nothing after it is a request.
        self._left = 0
        if self.on_end:
            self.on_end()
        return piece


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker; a thread is only ever held by a caller who goes on."""

    def enqueue_req(self, conn: TConn) -> None:
        """Give a thread to whoever has said something; the others wait outside."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: TConn) -> Any:
        """Answer one request, and see off a caller who is not kept."""
        if conn.parser is None:
            conn.parser = self._parser(conn)
        reader: PatientReader = conn.parser.unreader
        reader.expect()
        kept = super().handle(conn)
        if kept is False:
            if reader.ended and reader.on_end is None:  # the head of the request never came whole
                _say_too_slow(conn.sock)
            _see_off(conn.sock)
        return kept

    def handle_request(self, req: Request, conn: TConn) -> Any:
        """Answer a request whose head is there."""
        reader: PatientReader = conn.parser.unreader
        reader.on_end = req.force_close
        if (
            reader.ended
        ):  # the piece that made the head whole used it up: what follows is no request
            req.force_close()
        try:
            return super().handle_request(req, conn)
        except BlockingIOError as error:
            raise NoMoreData from error  # nobody takes what is sent: quietly the end, no log

    def _parser(self, conn: TConn) -> RequestParser:
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(TAKEN_SECONDS))
        parser = RequestParser(self.cfg, conn.sock, conn.client)
        parser.unreader = PatientReader(conn.sock, self.app.settings.patience_seconds)
        return parser


def _timeval(seconds: int) -> bytes:
    return struct.pack("ll", seconds, 0)


def _say_too_slow(sock: socket.socket) -> None:
    body = ENGLISH(TOO_SLOW).encode() + b"\n"
    head = (
        "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nCache-Control: no-store\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with suppress(OSError):
        sock.sendall(head.encode() + body)


def _see_off(sock: socket.socket) -> None:
    """Wait for the caller's own goodbye here: gunicorn would do so in the loop all wait for."""
    with suppress(OSError):
        util.close_graceful(sock.dup())
        sock.shutdown(socket.SHUT_RD)
