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
from typing import Any, TypeVar

from gunicorn import util
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from diary.text import ENGLISH, N_

# Bytes that give back one second: the slowest phone network carries several times as many.
BYTES_A_SECOND = 500
STEP = 64 * 1024  # of a body without a length: how much is waited for at once
# Somebody who plays a video takes nothing for a while; a line that is gone takes nothing for ever.
TAKEN_SECONDS = 120
TOO_SLOW = N_("The connection was too slow, so nothing was done. Please try again.")

T = TypeVar("T")


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
        take: Callable[[], bytes] = partial(super().chunk, size_hint)
        return self._patiently(take, len) or b""

    def chunk_into(self, room: memoryview) -> int:
        """Put what comes next into the room; return how many bytes: 0 where `chunk` has none."""
        return self._patiently(partial(self.sock.recv_into, room), int) or 0

    def _patiently(self, take: Callable[[], T], size: Callable[[T], int]) -> T | None:
        if self.ended:
            return None
        self._wait_at_most(math.ceil(self._left))
        since = time.monotonic()
        try:
            taken = take()
        except BlockingIOError:
            self._end()
            return None
        waited = time.monotonic() - since
        self._left = min(self._most, self._left - waited + size(taken) / BYTES_A_SECOND)
        if self._left <= 0:
            self._end()
        return taken

    def _wait_at_most(self, seconds: int) -> None:
        # The kernel waits, not Python: a fast body pays no further step outside the interpreter.
        if seconds != self._set:
            self._set = seconds
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(seconds))

    def _end(self) -> None:
        # More may still come, in the middle of this request: nothing after it is a request.
        self._left = 0
        if self.on_end:
            self.on_end()


class RoomyBody(Body):  # type: ignore[misc]
    """A body that can be read into memory that is used again.

    gunicorn takes fresh memory for each piece and copies it three times on its way: of a long
    upload that is as much work as sealing, hashing and writing it.
    """

    def readinto(self, room: bytearray | memoryview) -> int:
        """Put what is there into the room, from its start; 0 when the body has ended."""
        view, reader = memoryview(room), self.reader
        if self.buf.tell() or not isinstance(reader, LengthReader):
            return _put(self._read_step(min(len(view), STEP)), view)
        view = view[: reader.length]
        if ahead := reader.unreader.buf.getbuffer().nbytes:  # it came along with the head
            return _put(reader.read(min(len(view), ahead)), view)
        try:
            size: int = reader.unreader.chunk_into(view) if view else 0
        except OSError:
            self.failed = True  # as gunicorn does: nobody knows where a next request would begin
            raise
        reader.length -= size
        return size

    def _read_step(self, size: int) -> bytes:
        try:
            data: bytes = self.read(size)
        except ParseException as error:
            raise OSError from error  # what it says of its own length is wrong: a line that broke
        return data


def _put(data: bytes, view: memoryview) -> int:
    view[: len(data)] = data
    return len(data)


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
        req.body = RoomyBody(req.body.reader)
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
