"""The process that opens hostile files: little memory, little time, no files, no network.

After its decoders are loaded it may hold three descriptors in all, its pipes, so neither a file
nor a socket can be opened whatever a decoder is tricked into. It is started by `look`.
"""

from __future__ import annotations

import io
import json
import os
import resource
from collections.abc import Mapping
from typing import Any, BinaryIO

from . import clips, pictures, wire
from .kinds import PHOTOS

MEMORY = 1 << 30
SECONDS = 20
_JOB = 10_000


def main() -> None:
    """Look into one file and say what was found."""
    answers, asks = _pipes()
    pictures.prepare()
    clips.prepare()
    _limit()
    job = json.loads(wire.receive(answers, _JOB))
    facts, found = _read(job, answers, asks)
    _tell(asks, facts, found)


def _read(
    job: Mapping[str, Any], answers: BinaryIO, asks: BinaryIO
) -> tuple[dict[str, Any], list[pictures.Picture]]:
    file = io.BufferedReader(wire.Remote(job["size"], answers, asks), 256 * 1024)
    reader = pictures.read if job["mime"] in PHOTOS else clips.read
    return reader(file, job["mime"])


def _tell(asks: BinaryIO, facts: Mapping[str, Any], found: list[pictures.Picture]) -> None:
    listed = [
        {"purpose": one.purpose, "width": one.width, "height": one.height, "size": len(one.data)}
        for one in found
    ]
    asks.write(wire.DONE)
    wire.send_json(asks, {"facts": dict(facts), "pictures": listed})
    asks.write(b"".join(one.data for one in found))
    asks.flush()


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Use the first two descriptors as pipes; what a library prints goes nowhere."""
    return open(0, "rb", closefd=False), open(1, "wb", closefd=False)


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(what, (most, most))
    os.closerange(3, 1024)
