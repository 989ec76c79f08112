"""A body that is read into memory which is used again: nothing lost, nothing of what follows."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from gunicorn.http.body import ChunkedReader, LengthReader

from diary.patience import PatientReader, RoomyBody

FOLLOWS = b"GET /next HTTP/1.1\r\n"


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def read_all(body: RoomyBody, size: int = 100) -> bytes:
    room, found = bytearray(size), b""
    while got := body.readinto(room):
        found += room[:got]
    return found


@pytest.mark.parametrize("ahead", [0, 1, 30, 250, 300])
def test_what_came_with_the_head_is_first_and_nothing_after_the_end_is_taken(
    ends: tuple[socket.socket, socket.socket], ahead: int
) -> None:
    ours, theirs = ends
    sent = bytes(range(250)) + FOLLOWS
    reader = PatientReader(ours, 5)
    reader.unread(sent[:ahead])
    theirs.sendall(sent[ahead:] or b" ")
    assert read_all(RoomyBody(LengthReader(reader, 250))) == bytes(range(250))
    assert (reader.take_buffered() + ours.recv(100)).startswith(FOLLOWS)


def test_read_and_readinto_go_on_where_the_other_ended(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    theirs.sendall(bytes(range(200)))
    body = RoomyBody(LengthReader(PatientReader(ours, 5), 200))
    room = bytearray(50)
    assert body.read(7) == bytes(range(7))
    assert body.readinto(room) == 50
    assert bytes(room) == bytes(range(7, 57))
    assert body.read() == bytes(range(57, 200))


def test_a_body_without_a_length_is_read_too(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(b"5\r\nabcde\r\n3\r\nfgh\r\n0\r\n\r\n")
    message = type("Message", (), {"parse_headers": None, "limit_chunk_size_line": 100})()
    assert read_all(RoomyBody(ChunkedReader(message, PatientReader(ours, 5))), 3) == b"abcdefgh"


def test_a_line_that_breaks_ends_the_body_and_is_not_used_again(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    theirs.sendall(b"abc")
    theirs.close()
    body = RoomyBody(LengthReader(PatientReader(ours, 5), 200))
    assert read_all(body) == b"abc"
    ours.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        body.readinto(bytearray(10))
    assert body.failed


def test_a_body_that_lies_of_its_length_ends_as_a_line_that_broke(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    theirs.sendall(b"5\r\nabcde\r\nZZ\r\n")
    message = type("Message", (), {"parse_headers": None, "limit_chunk_size_line": 100})()
    body = RoomyBody(ChunkedReader(message, PatientReader(ours, 5)))
    with pytest.raises(OSError, match=r"^$"):
        read_all(body)
    assert body.failed
