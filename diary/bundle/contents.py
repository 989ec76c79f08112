"""What goes into one bundle: opened records and the log's word for them. Private notes, contact
details, kept parts and keys have no place in these types, so they cannot be put in by mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from diary.bundle.profile import Profile
from diary.domain.entry import Entry
from diary.domain.file import Derived, File
from diary.errors import DamagedError
from diary.text import ENGLISH, Say
from diary.vault.ledger import Proof
from diary.vault.records import Opened
from diary.vault.unopened import Unopened

LEAVES_WITH_AN_ENTRY = frozenset({"entry", "file", "derived"})


@dataclass(frozen=True, slots=True)
class EntryItem:
    """One entry in all its versions, oldest first, and the exhibits that belong to it."""

    versions: tuple[Opened, ...]
    exhibits: tuple[str, ...] = ()

    @property
    def latest(self) -> Opened:
        """The newest version."""
        return self.versions[-1]

    @property
    def body(self) -> Entry:
        """The newest words."""
        return as_entry(self.latest)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file: its record in all versions, and which copies of it go along."""

    ref: str
    versions: tuple[Opened, ...]
    enclosed: Opened | None
    viewing: tuple[Opened, ...] = ()

    @property
    def record(self) -> Opened:
        """The newest version of the file's record."""
        return self.versions[-1]

    @property
    def body(self) -> File:
        """What is recorded of the original."""
        body = self.record.body
        if not isinstance(body, File):
            raise DamagedError
        return body


@dataclass(frozen=True, slots=True)
class Contents:
    """One bundle, before it is built."""

    profile: Profile
    reference: str
    consent_id: str
    made_at: datetime
    service: str
    software: str
    log_key: str
    sign: Callable[[str], str]
    checkpoint: str
    entries: tuple[EntryItem, ...]
    exhibits: tuple[Exhibit, ...]
    proofs: Mapping[str, Proof]
    unopened: Unopened = field(default_factory=Unopened)
    say: Say = ENGLISH

    def versions(self) -> list[Opened]:
        """Every record version that goes along, each once."""
        found = [version for entry in self.entries for version in entry.versions]
        for exhibit in self.exhibits:
            if self.profile.originals:
                found += exhibit.versions
            copies = (exhibit.enclosed, *exhibit.viewing)
            found += [copy for copy in copies if copy is not None and is_derived(copy)]
        if any(version.kind not in LEAVES_WITH_AN_ENTRY for version in found):
            raise DamagedError  # a private record got in: stop before a byte of it leaves
        return found


ReadMedia = Callable[[Opened], Iterable[bytes]]


@dataclass(slots=True)
class Outcome:
    """What came of the files while they were streamed: what was written, and doubts by path."""

    written: list[str] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)


def as_entry(opened: Opened) -> Entry:
    """Return an opened entry's body."""
    if not isinstance(opened.body, Entry):
        raise DamagedError
    return opened.body


def is_derived(opened: Opened | None) -> bool:
    """Tell whether a record is a derived copy."""
    return opened is not None and opened.kind == Derived.kind


def media_facts(opened: Opened) -> File | Derived:
    """Return the body of a record that names stored bytes."""
    if not isinstance(opened.body, (File, Derived)):
        raise DamagedError
    return opened.body
