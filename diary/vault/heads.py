"""The sealed index of heads: which records there are, in order, without opening them.

A diary of ten thousand entries must show its newest twenty without opening the rest. The index
holds one fixed-width row per live record (time to sort by, row number, record id, parent id,
flags, version), grouped by kind. It is sealed under the diary key, is rebuilt from the records
whenever it is missing, and is brought up to date from the rows that came after it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Set
from itertools import islice
from struct import Struct
from typing import NamedTuple

from diary.vault.unopened import Unopened

ROW = Struct(">qq16s16sBI")
NO_PARENT = bytes(16)
HIDES_PARENT = 1  # a removal that is waiting (or done): its parent is not listed
_HEADER = Struct(">BI")
_ID_AT = 16
_PARENT_AT = 32
_IDS = (_ID_AT, _PARENT_AT)
_REMOVAL = "removal"  # the one kind that hides others, and is itself never hidden


class Head(NamedTuple):
    """One live record: its newest version's row number and where it sorts."""

    sort_ms: int
    n: int
    record: bytes
    parent: bytes
    flags: int
    version: int = 1

    @property
    def mark(self) -> int:
        """The small number that the record gave itself (`Record.mark`)."""
        return self.flags >> 1


class Section:
    """The rows of one kind, packed, in order of (sort time, row number)."""

    def __init__(self, packed: bytes = b"") -> None:
        self.packed = bytearray(packed)

    def __len__(self) -> int:
        return len(self.packed) // ROW.size

    def __getitem__(self, at: int) -> Head:
        return Head(*ROW.unpack_from(self.packed, at * ROW.size))

    def __iter__(self) -> Iterator[Head]:
        return map(Head._make, ROW.iter_unpack(self.packed))

    def numbers(self) -> list[int]:
        """Return the row numbers, making no heads."""
        return [row[1] for row in ROW.iter_unpack(self.packed)]

    def put(self, head: Head) -> None:
        """Insert a head in order; the caller has dropped the row of an older version."""
        key = (head.sort_ms, head.n)
        at = bisect_left(range(len(self)), key, key=lambda i: self[i][:2]) * ROW.size
        self.packed[at:at] = ROW.pack(*head)

    def numbered(self, ns: Set[int]) -> list[Head]:
        """Return the heads with these row numbers, making no others."""
        return [Head._make(row) for row in ROW.iter_unpack(self.packed) if row[1] in ns]

    def of(self, records: Set[bytes]) -> list[Head]:
        """Return the heads of these records, making no others."""
        return [Head._make(row) for row in ROW.iter_unpack(self.packed) if row[2] in records]

    def parents(self) -> set[bytes]:
        """Return what its records belong to, making no heads."""
        return {row[3] for row in ROW.iter_unpack(self.packed)}

    def put_all(self, heads: Collection[Head]) -> None:
        """Insert many heads, each in the place of an older version's."""
        fresh = {head.record for head in heads}
        kept = [row for row in ROW.iter_unpack(self.packed) if row[2] not in fresh]
        self.packed = bytearray(b"".join(ROW.pack(*row) for row in sorted([*kept, *heads])))

    def drop(self, record: bytes) -> None:
        """Remove a record's row, if it has one."""
        for at in self._find(record, _ID_AT):
            del self.packed[at * ROW.size : (at + 1) * ROW.size]
            return

    def find(self, record: bytes) -> Head | None:
        """Return the head of a record."""
        return next((self[at] for at in self._find(record, _ID_AT)), None)

    def children(self, parent: bytes) -> list[Head]:
        """Return the heads that belong to a parent, oldest first."""
        return [self[at] for at in self._find(parent, _PARENT_AT)]

    def places(self, hidden: set[bytes]) -> set[int]:
        """Return where the rows of hidden records and of their children stand."""
        return {at for one in hidden for field in _IDS for at in self._find(one, field)}

    def _find(self, wanted: bytes, offset: int) -> Iterator[int]:
        start = 0
        while (found := self.packed.find(wanted, start)) >= 0:
            if found % ROW.size == offset:
                yield found // ROW.size
            start = found + 1


class Heads:
    """All sections of one diary, and the number of the newest row they cover."""

    def __init__(self, covers_n: int = 0) -> None:
        self.covers_n = covers_n
        self.sections: dict[str, Section] = {}
        self.unopened = Unopened()  # an index with any is not stored
        self.merged = 0  # rows that were laid over the stored index, each opened for it

    def section(self, kind: str) -> Section:
        """Return the section of a kind, empty if there is none yet."""
        return self.sections.setdefault(kind, Section())

    @property
    def lost(self) -> int:
        """How many rows are not there or do not open."""
        return self.unopened.number

    def lose(self, record: bytes, version: int) -> None:
        """Count a row that is lost, and list no older version of its record in its place."""
        self.unopened.add(record.hex(), version)
        for section in self.sections.values():
            section.drop(record)

    def hidden(self) -> set[bytes]:
        """Return the ids that a removal hides."""
        return {head.parent for head in self.section(_REMOVAL) if head.flags & HIDES_PARENT}

    def listed(self, kind: str) -> list[Head]:
        """Return the heads of a kind's listed records, newest first."""
        section, skip = self.section(kind), self._skipped(kind)
        found = [head for place, head in enumerate(section) if place not in skip]
        return found[::-1]

    def page(self, kind: str, offset: int, limit: int) -> tuple[list[Head], int]:
        """Return the heads of one page, newest first, and how many records there are."""
        section = self.section(kind)
        skip = self._skipped(kind)
        newest_first = (i for i in range(len(section) - 1, -1, -1) if i not in skip)
        return (
            [section[i] for i in islice(newest_first, offset, offset + limit)],
            len(section) - len(skip),
        )

    def _skipped(self, kind: str) -> set[int]:
        """Return where the rows stand that a removal keeps out of the lists."""
        return self.section(kind).places(self.hidden()) if kind != _REMOVAL else set()

    def is_listed(self, record: bytes) -> bool:
        """Tell whether neither the record nor anything that it belongs to is hidden."""
        hidden = self.hidden()
        while record != NO_PARENT and record not in hidden:
            head = self.find(record)
            record = head.parent if head else NO_PARENT
        return record == NO_PARENT

    def find(self, record: bytes) -> Head | None:
        """Return the head of a record of whatever kind."""
        found = (section.find(record) for section in self.sections.values())
        return next((head for head in found if head), None)

    def family(self, record: bytes) -> list[bytes]:
        """Return a record's id and the ids of all that belongs to it, but for its removals."""
        kinds = [section for kind, section in self.sections.items() if kind != _REMOVAL]
        ids = [record]
        for above in ids:  # grows while it is read: children, then their children
            ids += [head.record for section in kinds for head in section.children(above)]
        return ids

    def pack(self) -> bytes:
        """Return the plaintext of the index."""
        parts: list[bytes | bytearray] = []
        for kind, section in sorted(self.sections.items()):
            name = kind.encode()
            parts += [_HEADER.pack(len(name), len(section)), name, section.packed]
        return b"".join(parts)

    @classmethod
    def unpack(cls, packed: bytes, covers_n: int) -> Heads:
        """Read the plaintext of an index."""
        heads, at = cls(covers_n), 0
        while at < len(packed):
            name_size, count = _HEADER.unpack_from(packed, at)
            at += _HEADER.size
            name = packed[at : at + name_size].decode()
            at += name_size
            heads.sections[name] = Section(packed[at : at + count * ROW.size])
            at += count * ROW.size
        return heads
