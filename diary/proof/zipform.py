"""The one form of zip a bundle has: every byte of every header follows from five facts.

PKWARE APPNOTE 6.3 with the data stored, its CRC-32 and sizes in a descriptor behind it (they are
not known before, because a bundle is streamed), and Zip64 where a number needs it. The writer and
the verifier share these functions, so a header byte that differs from them was changed.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

U16, U32 = 0xFFFF, 0xFFFFFFFF
UNKNOWN_SIZE_LIMIT = U32 - 1
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}", re.ASCII)
_DESCRIPTOR_FOLLOWS = 0x0008
_MODE = (0o100644 << 16, 3 << 8)  # a plain file, as Unix writes it
EPOCH = datetime(1980, 1, 1, tzinfo=UTC)

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
END64 = struct.Struct("<4sQ2H2I4Q")
LOCATOR = struct.Struct("<4sIQI")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the zip."""

    name: str
    clock: int  # DOS date and time
    zip64: bool
    crc: int = 0
    size: int = 0
    offset: int = 0


def is_safe_name(name: str) -> bool:
    """Tell whether a path is made of plain names only: no way up, no drive, no spaces."""
    return len(name) <= 400 and all(_PART.fullmatch(part) for part in name.split("/"))


def dos_clock(moment: datetime) -> int:
    """Write a moment in UTC as DOS date and time (two seconds fine, from 1980 to 2107)."""
    m = max(moment.astimezone(UTC), EPOCH)
    day = (m.year - 1980) << 9 | m.month << 5 | m.day
    return day << 16 | m.hour << 11 | m.minute << 5 | m.second // 2


def local_header(member: Member) -> bytes:
    """Return what stands before the data."""
    sizes = U32 if member.zip64 else 0
    extra = struct.pack("<2H2Q", 1, 16, 0, 0) if member.zip64 else b""
    name = member.name.encode("ascii")
    fixed = LOCAL.pack(
        b"PK\x03\x04", _version(zip64=member.zip64), _DESCRIPTOR_FOLLOWS, 0,
        member.clock & U16, member.clock >> 16, 0, sizes, sizes, len(name), len(extra),
    )  # fmt: skip
    return fixed + name + extra


def descriptor(member: Member) -> bytes:
    """Return what stands behind the data."""
    form = "<4sI2Q" if member.zip64 else "<4s3I"
    return struct.pack(form, b"PK\x07\x08", member.crc, member.size, member.size)


def central_header(member: Member) -> bytes:
    """Return the member's line in the table of contents."""
    wide = [member.size, member.size] if member.zip64 else []
    far = member.offset >= U32
    values = wide + ([member.offset] if far else [])
    extra = struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values) if values else b""
    size = U32 if member.zip64 else member.size
    name = member.name.encode("ascii")
    version = _version(zip64=bool(values))
    fixed = CENTRAL.pack(
        b"PK\x01\x02", _MODE[1] | version, version, _DESCRIPTOR_FOLLOWS, 0,
        member.clock & U16, member.clock >> 16, member.crc, size, size,
        len(name), len(extra), 0, 0, 0, _MODE[0], U32 if far else member.offset,
    )  # fmt: skip
    return fixed + name + extra


def ending(*, count: int, start: int, length: int) -> bytes:
    """Return what closes the zip, from where its table of contents starts and how long it is."""
    wide = b""
    if count >= U16 or start >= U32 or length >= U32:
        wide = END64.pack(
            b"PK\x06\x06", END64.size - 12, _MODE[1] | 45, 45, 0, 0, count, count, length, start
        ) + LOCATOR.pack(b"PK\x06\x07", 0, start + length, 1)
    few = min(count, U16)
    return wide + END.pack(b"PK\x05\x06", 0, 0, few, few, min(length, U32), min(start, U32), 0)


def _version(*, zip64: bool) -> int:
    return 45 if zip64 else 20
