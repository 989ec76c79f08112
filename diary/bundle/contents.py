"""What goes into one bundle: opened records and the log's word for them.

Private notes, words to keep secret, kept parts and keys have no place in these types, so they
cannot be put in by mistake. How to reach a witness has one place, which one document reads. In the
bundle of a share a copy with parts left out may stand in the place of a record (`bundle.derived`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from diary.bundle import derived, names
from diary.bundle.profile import Profile
from diary.domain.entry import Entry
from diary.domain.file import Derived, File
from diary.domain.order import Order
from diary.domain.people import Contact, Person
from diary.domain.report import Report
from diary.domain.when import When
from diary.errors import DamagedError
from diary.text import ENGLISH, N_, Say
from diary.vault.ledger import Proof
from diary.vault.records import Opened
from diary.vault.unopened import Unopened

ALWAYS = frozenset({"entry", "file", "derived", "order"})
DETAILS = frozenset({"report", "person", "lead", "plan_look"})
OWN = frozenset({"plan", "told", "practice_record", "other_person"})
MAY_LEAVE = ALWAYS | DETAILS | OWN
WORDS_STAY = N_(
    "This report is also about entries that were not chosen. What was said is not written here."
)


@dataclass(frozen=True, slots=True)
class EntryItem:
    """One entry in all its versions, oldest first, and the exhibits that belong to it.

    `not_shared`: the versions that a share does not hold. They are missing, and not lost.
    """

    versions: tuple[Opened, ...]
    exhibits: tuple[str, ...] = ()
    not_shared: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """The id under which reports and files know it."""
        return derived.origin(self.latest)

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
    """One file: its record in all versions, and which copies of it go along.

    `order` is the name under which the copy of an order lies; exhibits lie under their reference.
    `not_shared` as in `EntryItem`.
    """

    ref: str
    versions: tuple[Opened, ...]
    enclosed: Opened | None
    viewing: tuple[Opened, ...] = ()
    order: str = ""
    not_shared: tuple[int, ...] = ()

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

    def path(self, copy: Opened) -> str:
        """Return where the original, or a copy of it, lies in the bundle."""
        if self.order:
            return names.copy_path(self.order, copy)
        return names.path_of(self.ref, copy)


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One order in all its versions, the name of its files, and the orders that replaced it.

    `not_shared` as in `EntryItem`.
    """

    versions: tuple[Opened, ...]
    stem: str
    later: tuple[Order, ...] = ()
    copies: tuple[Exhibit, ...] = ()
    not_shared: tuple[int, ...] = ()

    @property
    def latest(self) -> Opened:
        """The newest version."""
        return self.versions[-1]

    @property
    def body(self) -> Order:
        """The newest words."""
        return derived.body_as(self.latest, Order)


@dataclass(frozen=True, slots=True)
class ReportItem:
    """One report and the chosen entries that it is about.

    `versions` is empty where it is also about entries that were not chosen: its words may tell of
    them, and stay behind, and so does when it happened, as they were told: it may be the time of
    another. To whom, when and under which number it was told is about the chosen.
    """

    newest: Report
    entries: tuple[str, ...]
    versions: tuple[Opened, ...] = ()

    def told(self, say: Say) -> Report:
        """Return what may be shown of it."""
        shown = self.newest.model_copy(update={"entries": self.entries})
        if self.versions:
            return shown
        nothing = {"their_action": "", "follow_ups": (), "happened": When()}
        return shown.model_copy(update={"what_said": say(WORDS_STAY), **nothing})


@dataclass(frozen=True, slots=True)
class Reachable:
    """A witness, how to reach them, and what they saw of which entry (by its record id)."""

    person: Person
    contact: Contact
    saw: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """One bundle, before it is built.

    `shared`: it is made of what was shared with its reader. Then copies with parts left out may be
    in it, and what is not there may be in the diary all the same.
    """

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
    orders: tuple[OrderItem, ...] = ()
    reports: tuple[ReportItem, ...] = ()
    beside: tuple[Opened, ...] = ()
    witnesses: tuple[Reachable, ...] = ()
    shared: bool = False

    def versions(self) -> list[Opened]:
        """Every record version that goes along, each once."""
        found = [version for entry in self.entries for version in entry.versions]
        for exhibit in self.exhibits:
            if self.profile.originals:
                found += exhibit.versions
            copies = (exhibit.enclosed, *exhibit.viewing)
            found += [copy for copy in copies if copy is not None and is_derived(copy)]
        found += [version for order in self.orders for version in order.versions]
        found += [version for report in self.reports for version in report.versions]
        found += self.beside
        leaves = may_leave(self.profile)
        # Also of what it is a copy: nothing private leaves in the shape of one.
        if any(self._kind(version) not in leaves for version in found):
            raise DamagedError  # a private record got in: stop before a byte of it leaves
        if self.witnesses and not self.profile.contacts:
            raise DamagedError
        return found

    def _kind(self, version: Opened) -> str:
        """Return what a version is; her own bundles hold no copies made for somebody else."""
        return derived.kind_of(version) if self.shared else version.kind

    def copies(self) -> list[Opened]:
        """Return the newest version of each entry and order that is a copy with parts left out."""
        items: tuple[EntryItem | OrderItem, ...] = (*self.entries, *self.orders)
        return [item.latest for item in items if derived.copied(item.latest) is not None]

    def not_shared(self) -> dict[str, tuple[int, ...]]:
        """Return the versions that the share does not hold, by record."""
        items: tuple[EntryItem | OrderItem, ...] = (*self.entries, *self.orders)
        return {item.latest.record_id: item.not_shared for item in items if item.not_shared}

    def reports_of(self, entry: str) -> list[Report]:
        """Return what may be shown of the reports about an entry, in the order of telling."""
        found = [one.told(self.say) for one in self.reports if entry in one.entries]
        never = datetime.max.replace(tzinfo=UTC)
        return sorted(found, key=lambda one: (one.reported.sort_moment() or never, one.reference))


def may_leave(profile: Profile) -> frozenset[str]:
    """Return the kinds of records that may go for a purpose."""
    details = DETAILS if profile.details else frozenset[str]()
    return ALWAYS | details | (OWN if profile.own else frozenset[str]())


ReadMedia = Callable[[Opened], Iterable[bytes]]


@dataclass(slots=True)
class Outcome:
    """What came of the files while they were streamed: what was written, and doubts by path."""

    written: list[str] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)


def as_entry(opened: Opened) -> Entry:
    """Return an opened entry's body, or what stayed of it in a copy."""
    return derived.body_as(opened, Entry)


def is_derived(opened: Opened | None) -> bool:
    """Tell whether a record is a derived copy."""
    return opened is not None and opened.kind == Derived.kind


def media_facts(opened: Opened) -> File | Derived:
    """Return the body of a record that names stored bytes."""
    if not isinstance(opened.body, (File, Derived)):
        raise DamagedError
    return opened.body
