"""Taking files in, and giving them back.

A file's bytes are sealed as they come, read back and opened, compared with what the phone
counted, and only then filed: a record, its blob's row and the copies made from it in one
transaction. What is not filed in the end is dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from diary.decode import kinds
from diary.decode.look import Copy, look
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.file import Derived, File
from diary.domain.ids import new_id
from diary.domain.order import Order
from diary.errors import (
    BadInputError,
    DamagedError,
    DiaryError,
    NotFoundError,
    StoreFullError,
    StoreUnavailableError,
    TooLargeError,
)
from diary.services.house import House
from diary.store import files as rows
from diary.store.blob_store import BlobStore
from diary.text import N_
from diary.vault import media
from diary.vault.media import Checker, Reader, Writer
from diary.vault.records import Opened
from diary.vault.vault import Vault

TOOL = "diary.decode 1 (Pillow, libheif, FFmpeg)"
LINE = 1000
HAVE_FILES = {Entry.kind, Order.kind}


class ChangedOnTheWayError(DiaryError):
    """What arrived is not what was sent (status: tus 1.0, checksum mismatch)."""

    status = 460
    default = N_("This file changed on its way here, so it was not kept. Please send it again.")


class NoRoomForFileError(StoreFullError):
    """The disk is full for this file; what was saved before it stays saved."""

    default = N_("There is no room for this file just now. Please try later.")


class FileNotNowError(StoreUnavailableError):
    """The store cannot take this file now; what was saved before it stays saved."""

    default = N_("This file could not be kept just now. Please try later.")


@contextmanager
def of_one_file() -> Iterator[None]:
    """Say of one file that it is not kept, where the store would say that nothing was saved."""
    try:
        yield
    except StoreFullError as error:
        raise NoRoomForFileError from error
    except StoreUnavailableError as error:
        raise FileNotNowError from error


@dataclass(frozen=True, slots=True)
class SealedCopy:
    """A copy made from a file, sealed and safe, not yet filed."""

    body: Derived
    key: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is sealed, read back and looked into, but not yet filed."""

    body: File
    key: bytes
    copies: tuple[SealedCopy, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A filed file, the times of its coming, and what was made from it."""

    id: str
    entry_id: str
    body: File
    written_at: datetime
    received_at: datetime
    copies: tuple[Derived, ...]
    of_order: bool = False  # it hangs below an order, and not below an entry


class Intake:
    """Takes the bytes of one file as they come, within the published limit."""

    def __init__(self, house: House, name: str) -> None:
        self._house, self._name = house, name
        self._blob_id, self._key = new_id(), media.new_key()
        self._writer = Writer(house.store.blobs, self._blob_id, self._key)

    @of_one_file()
    def feed(self, data: bytes) -> None:
        """Take some bytes, or raise TooLargeError."""
        require_room(self._house, self._writer.received + len(data))
        self._writer.feed(data)

    @of_one_file()
    def done(self) -> Received:
        """Return the file sealed, checked and looked into; a file of nothing is refused."""
        size = self._writer.received
        if not size:
            raise EmptyFileError
        self._writer.finish()
        return checked(self._house, self._blob_id, self._key, size, name=self._name)

    def drop(self) -> None:
        """Forget what came."""
        self._house.store.blobs.remove(self._blob_id)


class EmptyFileError(BadInputError):
    """There is nothing in the file."""

    default = N_("That file is empty, so there is nothing to keep.")


def require_room(house: House, size: int) -> None:
    """Refuse what is over the published limit."""
    if size > house.settings.max_file_bytes:
        raise over_limit(house)


def over_limit(house: House) -> TooLargeError:
    """Say that one file is over the published limit."""
    return TooLargeError(
        N_("That file is over %(limit)s MB. Please send it in parts or choose a shorter one."),
        limit=f"{house.settings.max_file_bytes // 2**20:,}",
    )


def take_in(house: House, name: str, pieces: Iterable[bytes]) -> Received:
    """Seal a whole file that comes in pieces; nothing of it stays if that fails."""
    intake = Intake(house, name)
    try:
        for piece in pieces:
            intake.feed(piece)
        return intake.done()
    except BaseException:
        intake.drop()
        raise


def checked(
    house: House,
    blob_id: str,
    key: bytes,
    size: int,
    *,
    name: str,
    said: str = "",
    checker: Checker | None = None,
) -> Received:
    """Read a sealed file back; compare it with the SHA-256 that was said; look into it.

    `checker` may have read back a part of it while it came.
    """
    reader = Reader(house.store.blobs, blob_id, key, size)
    digest = (checker or Checker(reader)).finish()
    if said and said != digest:
        raise ChangedOnTheWayError
    mime = kinds.sniff(reader.read(0, kinds.HEAD))
    with house.looks:
        seen = look(mime, size, reader.read)
    body = File(
        blob=blob_id,
        original_name=name.encode(errors="replace").decode()[:LINE],
        mime=mime,
        size=size,
        sha256=digest,
        sha256_from_phone=bool(said),
        **seen.facts,
    )
    return Received(body, key, tuple(_sealed_copy(house, copy) for copy in seen.copies))


def _sealed_copy(house: House, copy: Copy) -> SealedCopy:
    blob_id, key = new_id(), media.new_key()
    writer = Writer(house.store.blobs, blob_id, key)
    writer.feed(copy.data)
    writer.finish()
    body = Derived(
        blob=blob_id,
        purpose=copy.purpose,
        mime="image/jpeg",
        size=len(copy.data),
        sha256=hashlib.sha256(copy.data).hexdigest(),
        width=copy.width,
        height=copy.height,
        made_with=TOOL,
        made_at=house.now(),
    )
    return SealedCopy(body, key)


def discard(house: House, received: Received) -> None:
    """Drop a file that is not filed in the end."""
    for blob_id in (received.body.blob, *(copy.body.blob for copy in received.copies)):
        house.store.blobs.remove(blob_id)


@of_one_file()
def add(
    house: House,
    vault: Vault,
    received: Received,
    *,
    parent: str | None,
    record_id: str | None = None,
) -> str:
    """File a received file under an entry; return its id.

    The same bytes under the same name are filed once: a form that was sent twice adds nothing.
    """
    try:
        with house.store.write() as conn:
            before = _same(conn, vault, received.body, parent)
            if before is None:
                return keep(
                    conn, vault, received, at=house.now(), parent=parent, record_id=record_id
                )
    except BaseException:
        discard(house, received)
        raise
    discard(house, received)
    return before


def _same(conn: Connection, vault: Vault, body: File, parent: str | None) -> str | None:
    for opened in vault.children(conn, parent, File.kind) if parent else ():
        found = opened.body
        if isinstance(found, File) and _marks(found) == _marks(body):
            return opened.record_id
    return None


def _marks(body: File) -> tuple[str, str]:
    return body.sha256, body.original_name


def keep(
    conn: Connection,
    vault: Vault,
    received: Received,
    *,
    at: datetime,
    parent: str | None,
    record_id: str | None = None,
) -> str:
    """Write the records of a file and its copies, and their blobs' rows; return the file's id."""
    file_id = _keep_one(
        conn, vault, received.body, received.key, at=at, parent=parent, record_id=record_id
    )
    if parent is not None:  # after keep, which waits for the diary's other writers
        _require_parent(conn, vault, parent)
    for copy in received.copies:
        _keep_one(conn, vault, copy.body, copy.key, at=at, parent=file_id)
    return file_id


def _keep_one(
    conn: Connection,
    vault: Vault,
    body: File | Derived,
    key: bytes,
    *,
    at: datetime,
    parent: str | None,
    record_id: str | None = None,
) -> str:
    kept = vault.keep(conn, body, at=at, parent=parent, record_id=record_id, secret=key)
    row = rows.BlobRow(body.blob, vault.diary_id, kept.record_id, body.size, to_ms(at))
    rows.add(conn, row)
    return kept.record_id


def _require_parent(conn: Connection, vault: Vault, parent: str) -> None:
    if vault.get(conn, parent).kind not in HAVE_FILES or not vault.is_listed(conn, parent):
        raise NotFoundError


def require_parent(house: House, vault: Vault, parent: str) -> None:
    """Raise NotFoundError unless this is an entry or an order that is there to be seen."""
    with house.store.read() as conn:
        _require_parent(conn, vault, parent)


def show(house: House, vault: Vault, file_id: str) -> Shown:
    """Return what is known of a file."""
    with house.store.read() as conn:
        opened, body = _file(conn, vault, file_id)
        copies = vault.children(conn, file_id, Derived.kind)
        above = vault.get(conn, opened.parent) if opened.parent else None
    return Shown(
        id=file_id,
        entry_id=opened.parent or "",
        of_order=above is not None and above.kind == Order.kind,
        body=body,
        written_at=opened.written_at,
        received_at=opened.received_at,
        copies=tuple(copy.body for copy in copies if isinstance(copy.body, Derived)),
    )


def original(house: House, vault: Vault, file_id: str) -> tuple[File, Reader]:
    """Return a file and a reader of its bytes as they came."""
    with house.store.read() as conn:
        opened, body = _file(conn, vault, file_id)
    return body, reader_of(house.store.blobs, opened)


def copy_for(
    house: House, vault: Vault, file_id: str, wanted: Callable[[Derived], bool]
) -> tuple[Derived, Reader]:
    """Return a copy made from a file and a reader of it, or raise NotFoundError."""
    with house.store.read() as conn:
        _file(conn, vault, file_id)
        for opened in vault.children(conn, file_id, Derived.kind):
            if isinstance(opened.body, Derived) and wanted(opened.body):
                return opened.body, reader_of(house.store.blobs, opened)
    raise NotFoundError


def reader_of(blobs: BlobStore, opened: Opened) -> Reader:
    """Return a reader of the bytes that an opened file or copy names."""
    body = opened.body
    if not isinstance(body, File | Derived):
        raise DamagedError
    return Reader(blobs, body.blob, opened.secret, body.size)


def _file(conn: Connection, vault: Vault, file_id: str) -> tuple[Opened, File]:
    opened = vault.get(conn, file_id)
    hidden = opened.parent and not vault.is_listed(conn, opened.parent)
    if not isinstance(opened.body, File) or hidden or not vault.is_listed(conn, file_id):
        raise NotFoundError
    return opened, opened.body
