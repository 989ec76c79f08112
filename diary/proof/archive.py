"""Reading a bundle's zip so strictly that each of its bytes is accounted for.

A zip reader that is lenient can be shown one file while another reader is shown a second one. Here
the table of contents, the headers, the descriptors and the end must be exactly what `zipform`
writes; the members must follow one another without a gap; and nothing may stand before or behind.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from diary.proof import zipform
from diary.proof.report import Report, UnreadableError
from diary.proof.zipform import U16, U32, Member
from diary.text import N_

MAX_MEMBERS = 500_000
MAX_CONTENTS = 256 * 1024 * 1024
HEADER = N_("The zip's header of %(name)s was changed.")
TRAILER = N_("The zip's trailer of %(name)s was changed.")
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """What a member's bytes are."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Table:
    """The table of contents, and where it starts."""

    members: list[Member]
    start: int


def read_table(stream: BinaryIO, report: Report) -> Table:
    """Read the end and the table of contents; UnreadableError when they cannot be relied on."""
    count, start, length = _read_end(stream)
    if count > MAX_MEMBERS or length > MAX_CONTENTS:
        raise UnreadableError(N_("This zip says it holds more files than a bundle ever has."))
    stream.seek(start)
    raw, members = stream.read(length), list[Member]()
    at = 0
    while at < len(raw):
        member, used = _read_line(raw, at, len(members) + 1)
        if raw[at : at + used] != zipform.central_header(member):
            report.doubt(
                N_("The zip's table of contents was changed in the line of %(name)s."),
                member.name,
                name=member.name,
            )
        members.append(member)
        at += used
    if len(members) != count:
        raise UnreadableError(N_("The zip's table of contents and the end of the zip disagree."))
    _check_names(members, report)
    return Table(members, start)


def walk(stream: BinaryIO, table: Table, report: Report) -> Iterator[tuple[Member, Content]]:
    """Read every member in order and yield what its bytes are."""
    position = 0
    for member in table.members:
        if member.offset != position:
            raise UnreadableError(
                N_("The zip has bytes that belong to no file, or a file twice, before %(name)s."),
                name=member.name,
            )
        stream.seek(position)
        position += _check(stream, zipform.local_header(member), HEADER, member, report)
        content, crc = _read_content(stream, member)
        if crc != member.crc:
            report.doubt(
                N_("%(name)s was changed: its bytes are not those that were packed."),
                member.name,
                name=member.name,
            )
        position += member.size
        position += _check(stream, zipform.descriptor(member), TRAILER, member, report)
        yield member, content
    if position != table.start:
        raise UnreadableError(N_("The zip has bytes between its files and its table of contents."))


def read_member(stream: BinaryIO, member: Member, limit: int) -> bytes:
    """Return one small member's bytes."""
    if member.size > limit:
        raise UnreadableError(N_("%(name)s is larger than such a file ever is."), name=member.name)
    stream.seek(member.offset + len(zipform.local_header(member)))
    return stream.read(member.size)


def _read_end(stream: BinaryIO) -> tuple[int, int, int]:
    damaged = UnreadableError(
        N_("This is no whole zip: the end of the zip is missing or was changed.")
    )
    size = stream.seek(0, 2)
    if size < zipform.END.size:
        raise damaged
    longest = zipform.END64.size + zipform.LOCATOR.size + zipform.END.size
    stream.seek(max(0, size - longest))
    tail = stream.read()
    _, _, _, _, count, length, start, _ = zipform.END.unpack(tail[-zipform.END.size :])
    if U16 in (count,) or U32 in (length, start):
        if len(tail) < longest:
            raise damaged
        count, length, start = zipform.END64.unpack(tail[: zipform.END64.size])[-3:]
    end = zipform.ending(count=count, start=start, length=length)
    if not tail.endswith(end) or start + length + len(end) != size:
        raise damaged
    return count, start, length


def _read_line(raw: bytes, at: int, number: int) -> tuple[Member, int]:
    damaged = UnreadableError(
        N_("The zip's table of contents was changed at file %(number)s."), number=number
    )
    if len(raw) - at < zipform.CENTRAL.size:
        raise damaged
    line = zipform.CENTRAL.unpack_from(raw, at)
    (crc, size), (name_size, extra_size), offset = line[7:9], line[10:12], line[-1]
    used = zipform.CENTRAL.size + name_size + extra_size
    name = raw[at + zipform.CENTRAL.size :][:name_size].decode("ascii", "replace")
    if line[0] != b"PK\x01\x02" or at + used > len(raw) or not zipform.is_safe_name(name):
        raise damaged
    zip64 = size == U32
    wanted = (2 if zip64 else 0) + (1 if offset == U32 else 0)
    if extra_size != (4 + 8 * wanted if wanted else 0):
        raise damaged
    values = struct.unpack_from(f"<{wanted}Q", raw, at + used - 8 * wanted)
    if zip64:
        size = values[0]
    if offset == U32:
        offset = values[-1]
    return Member(name, line[6] << 16 | line[5], zip64, crc, size, offset), used


def _check_names(members: list[Member], report: Report) -> None:
    seen: set[str] = set()
    for member in members:
        # Two names that differ in case only are one file on Windows and on a Mac.
        if member.name.lower() in seen:
            report.doubt(N_("%(name)s is in the zip twice."), member.name, name=member.name)
        seen.add(member.name.lower())
        if member.clock != members[0].clock:
            report.doubt(
                N_("The time of %(name)s in the zip was changed."), member.name, name=member.name
            )


def _check(stream: BinaryIO, wanted: bytes, changed: str, member: Member, report: Report) -> int:
    if stream.read(len(wanted)) != wanted:
        report.doubt(changed, member.name, name=member.name)
    return len(wanted)


def _read_content(stream: BinaryIO, member: Member) -> tuple[Content, int]:
    digest, crc, left = hashlib.sha256(), 0, member.size
    while left:
        piece = stream.read(min(_PIECE, left))
        if not piece:
            raise UnreadableError(N_("The zip ends in the middle of %(name)s."), name=member.name)
        digest.update(piece)
        crc = zlib.crc32(piece, crc)
        left -= len(piece)
    return Content(digest.hexdigest(), member.size), crc
