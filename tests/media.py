"""Files to send: what real phones took, and small hostile ones made here."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

FOLDER = Path(os.environ.get("DIARY_TEST_MEDIA", Path(__file__).parent.parent / "examples/media"))

PHONE_MEDIA = {
    "iphone-6.jpg": "image/jpeg",
    "galaxy-j3.jpg": "image/jpeg",
    "iphone-photo.heic": "image/heic",
    "messenger-image.webp": "image/webp",
    "phone-video-gps.mp4": "video/mp4",
    "iphone-video-gps.mov": "video/quicktime",
    "old-phone-video.3gp": "video/3gpp",
    "voice-note.m4a": "audio/mp4",
}


def phone_file(name: str) -> bytes:
    """One of the phones' files; says plainly what is missing."""
    path = FOLDER / name
    if not path.exists():
        pytest.fail(f"{name} is not in {FOLDER}: set DIARY_TEST_MEDIA to the folder of phone media")
    return path.read_bytes()


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 400), **options: object) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of some kilobytes that would unpack to 30,000 times 30,000 pixels."""
    side = 30_000
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(side // 8 + 1)) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", rows)
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
HTML = b"<!doctype html><script>alert(1)</script>"
POLYGLOTS = {
    "svg": SVG,
    "html": HTML,
    "html after white space": b" \r\n\t" + HTML,
    "html after words": b"Hello there.\n" + HTML,
    "html in a gif": b"GIF89a/*" + HTML + b"*/=1;",
}
