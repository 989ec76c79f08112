"""Looking into a file from outside: starts the child, feeds it, and never waits for ever.

The child gets an empty environment, no argument that says anything about the file, and on its
import path only what is installed and this room: nothing of the service is loaded beside the file.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import IO, Any

from . import wire
from .kinds import PHOTOS, SOUNDS, VIDEOS

SECONDS = 30.0
_REPORT = 64 * 1024
_PICTURE = 4 << 20
_READS = 4096
_PURPOSES = {"small", "view", "poster"}
_TEXTS = {"time_in_file", "time_in_file_kind", "place_in_file"}
_NUMBERS = {"width", "height", "seconds"}
_START = "import sys; sys.path.append(sys.argv[1]); from decode.child import main; main()"
_HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Copy:
    """A JPEG made from the file."""

    purpose: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: claims of the file and pictures made from it. Both may be empty."""

    facts: dict[str, Any] = field(default_factory=dict)
    copies: tuple[Copy, ...] = ()


def look(
    mime: str,
    size: int,
    read: Callable[[int, int], bytes],
    *,
    seconds: float = SECONDS,
    start: str = _START,
) -> Look:
    """Look into a file of a known kind. Any failure of the child is an empty answer.

    `read(offset, length)` gives bytes of the file; what it raises is raised here.
    """
    if mime not in PHOTOS | VIDEOS | SOUNDS:
        return Look()
    command = [sys.executable, "-I", "-c", start, str(_HERE)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and a constant program
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"MALLOC_ARENA_MAX": "2"},
    ) as child:
        clock = Timer(seconds, child.kill)
        clock.start()
        try:
            return _converse(child, mime, size, read)
        except (EOFError, BrokenPipeError, ValueError, KeyError, TypeError):
            return Look()
        finally:
            clock.cancel()
            child.kill()
            _drain(child)


def _converse(
    child: subprocess.Popen[bytes], mime: str, size: int, read: Callable[[int, int], bytes]
) -> Look:
    asks, answers = child.stdout, child.stdin
    if asks is None or answers is None:
        raise EOFError
    wire.send_json(answers, {"mime": mime, "size": size})
    for _ in range(_READS):
        head = wire.read_exactly(asks, 1)
        if head == wire.DONE:
            return _report(asks)
        _, offset, length = wire.ASK.unpack(head + wire.read_exactly(asks, wire.ASK.size - 1))
        if length > wire.MOST or offset + length > size:
            raise EOFError
        wire.send(answers, read(offset, length))
    raise EOFError


def _report(asks: IO[bytes]) -> Look:
    """Read what the child says. It is no more to be trusted than the file it opened."""
    report = json.loads(wire.receive(asks, _REPORT))
    copies = tuple(_copy(asks, one) for one in report["pictures"][: len(_PURPOSES)])
    facts = report["facts"]
    kept = {key: str(facts[key])[:100] for key in _TEXTS & facts.keys()}
    numbers = {key: facts[key] for key in _NUMBERS & facts.keys() if _sound(facts[key])}
    return Look(kept | numbers, copies)


def _copy(asks: IO[bytes], listed: dict[str, Any]) -> Copy:
    size = int(listed["size"])
    if listed["purpose"] not in _PURPOSES or not 0 < size <= _PICTURE:
        raise ValueError("no such copy")
    data = wire.read_exactly(asks, size)
    if not data.startswith(b"\xff\xd8\xff"):
        raise ValueError("not a JPEG")
    return Copy(listed["purpose"], int(listed["width"]), int(listed["height"]), data)


def _sound(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value < 10**9


def _drain(child: subprocess.Popen[bytes]) -> None:
    """Close our ends without waiting on a pipe that nobody reads."""
    for pipe in (child.stdin, child.stdout):
        try:
            if pipe:
                pipe.close()
        except BrokenPipeError:
            continue
