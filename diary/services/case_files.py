"""Files of a case: shown, and taken away where she allowed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from diary.domain.entry import Entry
from diary.domain.file import Derived, File
from diary.domain.order import Order
from diary.errors import NotFoundError
from diary.services import cases
from diary.services.case_reading import Open, Piece
from diary.services.entries import Attached
from diary.services.files import reader_of
from diary.services.house import House
from diary.vault.media import Reader


@dataclass(frozen=True, slots=True)
class Bytes:
    """Something that can be sent: what it is, and a reader of its bytes."""

    file: Piece[File]
    body: File | Derived
    reader: Reader


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of a file."""

    file: Piece[File]
    entry_id: str  # of the entry that it belongs to, or of the order: where that can be read
    order_id: str
    attached: Attached
    can_download: bool


def about(found: Open, file_id: str) -> Shown:
    """Return what is known of a file, or raise NotFoundError."""
    one = found.one(File, file_id)
    copies = tuple(copy.body for copy in found.below(Derived, [file_id])[file_id])
    consent = found.consent()
    return Shown(
        file=one,
        entry_id=_parent(found, Entry, file_id),
        order_id=_parent(found, Order, file_id),
        attached=Attached(file_id, one.body, one.received_at, copies),
        can_download=consent is not None and consent.permission == "download",
    )


def original(house: House, found: Open, file_id: str) -> Bytes:
    """Return a file as it came, to be looked at."""
    one = found.one(File, file_id)
    return Bytes(one, one.body, _reader(house, found, file_id))


def to_take(house: House, found: Open, file_id: str) -> Bytes:
    """Return a file as it came, to be taken away: only where she allowed it."""
    cases.require_download(found)
    taken = original(house, found, file_id)
    found.sums.append(taken.body.sha256)
    return taken


def copy(house: House, found: Open, file_id: str, wanted: Callable[[Derived], bool]) -> Bytes:
    """Return a copy made from a file, or raise NotFoundError."""
    one = found.one(File, file_id)
    for made in found.below(Derived, [file_id])[file_id]:
        if wanted(made.body):
            return Bytes(one, made.body, _reader(house, found, made.id))
    raise NotFoundError


def _reader(house: House, found: Open, record_id: str) -> Reader:
    head = found.heads.find(bytes.fromhex(record_id))
    if head is None:
        raise NotFoundError
    opened = found.case.open_heads(found.conn, found.heads, [head])
    return reader_of(house.store.blobs, opened[0])


def _parent(found: Open, model: type[Entry | Order], file_id: str) -> str:
    """Return the id of what a file belongs to, where that is of this sort and can be read."""
    head = found.heads.section(File.kind).find(bytes.fromhex(file_id))
    above = head.parent.hex() if head else ""
    return above if found.find(model, above) else ""
