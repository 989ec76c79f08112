"""Uploads that survive a broken connection: each step is safe before it is confirmed.

Any process can go on with an upload: how much is safe stands in its row, its key and its name lie
sealed in the row. One request at a time sends; one that went silent is passed over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from diary.domain.clock import from_ms, to_ms
from diary.domain.ids import new_id
from diary.errors import ConflictError, NotFoundError, TooLargeError
from diary.services import files
from diary.services.files import ChangedOnTheWayError, EmptyFileError, Received
from diary.services.house import House
from diary.services.sending import About, Behind, BusyError, Sending
from diary.store import files as rows
from diary.store import uploads
from diary.store.uploads import UploadRow
from diary.text import N_
from diary.vault import media
from diary.vault.vault import Vault

SILENT_MS = 10_000
FINISHING_MS = 120_000
MOST_OPEN = 100
ORPHAN_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as its owner may see it."""

    id: str
    length: int
    received: int
    expires: datetime
    about: About | None = None

    @property
    def is_done(self) -> bool:
        """Tell whether the file is filed."""
        return self.received == self.length


@dataclass(frozen=True, slots=True)
class Checksum:
    """What one request's bytes must hash to."""

    algorithm: str
    digest: bytes


@files.of_one_file()
def create(house: House, vault: Vault, *, length: int, about: About) -> Upload:
    """Begin an upload of a known length."""
    if not length:
        raise EmptyFileError
    files.require_room(house, length)
    files.require_parent(house, vault, about.entry)
    upload_id, now_ms = new_id(), to_ms(house.now())
    state = json.dumps({"key": media.new_key().hex(), "about": about.model_dump()}).encode()
    sealed = media.seal_state(vault.keys, upload_id, state)
    row = UploadRow(upload_id, vault.diary_id, length, 0, sealed, now_ms, now_ms)
    with house.store.write() as conn:
        if len(uploads.of_diary(conn, vault.diary_id)) >= MOST_OPEN:
            raise TooLargeError(N_("Too many files are on their way. Please finish some first."))
        uploads.add(conn, row)
    return _upload(house, row, about)


def find(house: House, vault: Vault, upload_id: str) -> Upload:
    """Return an upload, also one that is finished; another diary's is not there."""
    with house.store.read() as conn:
        row = uploads.find(conn, vault.diary_id, upload_id)
        blob = None if row else rows.find(conn, vault.diary_id, upload_id)
    if row is not None:
        return _upload(house, row, _state(vault, row)[0])
    if blob is None:
        raise NotFoundError
    return Upload(upload_id, blob.size, blob.size, _expires(house, blob.created_ms))


def unfinished(house: House, vault: Vault, entry_id: str) -> list[Upload]:
    """Return what is still on its way to an entry, oldest first."""
    with house.store.read() as conn:
        found = uploads.of_diary(conn, vault.diary_id)
    every = [_upload(house, row, _state(vault, row)[0]) for row in found]
    return [one for one in every if one.about and one.about.entry == entry_id]


def cancel(house: House, vault: Vault, upload_id: str) -> None:
    """Give up an upload and remove what came."""
    with house.store.write() as conn:
        if uploads.find(conn, vault.diary_id, upload_id) is None:
            raise NotFoundError
        uploads.take(conn, upload_id)
    house.store.blobs.remove(upload_id)


@files.of_one_file()
def receive(
    house: House,
    vault: Vault,
    upload_id: str,
    pieces: Iterable[bytes | memoryview],
    *,
    offset: int,
    checksum: Checksum | None = None,
    whole_sha256: str = "",
) -> Upload:
    """Take the next bytes; on the last one, check the file and file it."""
    sending = _claim(house, vault, upload_id, offset)
    try:
        received = _take(sending, pieces, checksum, whole_sha256 or sending.about.sha256)
    finally:
        with house.store.write() as conn:
            uploads.release(conn, upload_id, sending.holder)
    return _upload(house, sending.row._replace(received=received), sending.about)


def _claim(house: House, vault: Vault, upload_id: str, offset: int) -> Sending:
    with house.store.write() as conn:
        row = uploads.find(conn, vault.diary_id, upload_id)
        if row is None:
            if rows.find(conn, vault.diary_id, upload_id):
                raise ConflictError(N_("This file is safe already."))
            raise NotFoundError
        if row.received != offset:
            raise ConflictError(N_("Part of this file is here already. It goes on from there."))
        sending = Sending(house, vault, row, *_state(vault, row))
        claimed = uploads.claim(
            conn,
            upload_id,
            received=offset,
            holder=sending.holder,
            now_ms=to_ms(house.now()),
            idle_ms=SILENT_MS,
        )
    if not claimed:
        raise BusyError
    return sending


def _take(
    sending: Sending, pieces: Iterable[bytes | memoryview], checksum: Checksum | None, said: str
) -> int:
    row = sending.row
    writer = media.Writer(sending.house.store.blobs, row.id, sending.key, received=row.received)
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    with Behind(sending, confirms=checksum is None) as behind:
        for piece in pieces:
            if writer.received + len(piece) > row.length:
                raise TooLargeError(N_("More came than was announced. Please send it again."))
            writer.feed(piece)
            if digest:
                digest.update(piece)
            behind.follow(writer)
    if checksum and digest and digest.digest() != checksum.digest:
        raise ChangedOnTheWayError
    if writer.received == row.length:
        return _finish(sending, writer, behind.checker, said)
    sending.say(writer.pause())
    writer.tidy()
    return writer.received


def _finish(sending: Sending, writer: media.Writer, checker: media.Checker, said: str) -> int:
    """Check the whole file and file it; a file that changed on its way is dropped whole."""
    house, row = sending.house, sending.row
    sending.say(row.received, ahead_ms=FINISHING_MS)
    size = writer.finish()
    try:
        received = files.checked(
            house,
            row.id,
            sending.key,
            size,
            name=sending.about.name,
            said=said,
            checker=checker,
        )
    except ChangedOnTheWayError:
        cancel(house, sending.vault, row.id)
        raise
    _file(sending, received)
    house.store.blobs.drop_tails(row.id)
    return size


def _file(sending: Sending, received: Received) -> None:
    about, house, upload_id = sending.about, sending.house, sending.row.id
    claims = {
        "last_modified": about.last_modified,
        "capture_method": about.how,
        "user_agent": about.user_agent,
    }
    body = received.body.model_copy(update=claims)
    try:
        with house.store.write() as conn:
            if not uploads.take(conn, upload_id, sending.holder):
                raise BusyError
            files.keep(
                conn,
                sending.vault,
                replace(received, body=body),
                at=house.now(),
                parent=about.entry,
                record_id=upload_id,
            )
    except BaseException:
        for copy in received.copies:
            house.store.blobs.remove(copy.body.blob)
        raise


def sweep(house: House, *, nameless: bool = True) -> int:
    """Drop uploads that nobody went on with, and files that no row names; return how many.

    To find the `nameless` ones every file is listed, which a bucket does slowly and for money.
    """
    now = house.now()
    before_ms = to_ms(now - timedelta(days=house.settings.upload_days))
    with house.store.write() as conn:
        gone = uploads.take_abandoned(conn, before_ms=before_ms)
    if nameless:
        gone.extend(_nameless(house, before=now.timestamp() - ORPHAN_SECONDS))
    for blob_id in set(gone):
        house.store.blobs.remove(blob_id)
    return len(set(gone))


def _nameless(house: House, *, before: float) -> Iterator[str]:
    for blob_id in house.store.blobs.ids(before=before):
        with house.store.read() as conn:
            named = uploads.known(conn, blob_id) or rows.known(conn, blob_id)
        if not named:
            yield blob_id


def _state(vault: Vault, row: UploadRow) -> tuple[About, bytes]:
    state = json.loads(media.open_state(vault.keys, row.id, row.sealed))
    return About.model_validate(state["about"]), bytes.fromhex(state["key"])


def _upload(house: House, row: UploadRow, about: About) -> Upload:
    return Upload(row.id, row.length, row.received, _expires(house, row.seen_ms), about)


def _expires(house: House, seen_ms: int) -> datetime:
    return from_ms(seen_ms) + timedelta(days=house.settings.upload_days)
