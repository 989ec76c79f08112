"""Reading the whole store back without keys, and naming what is missing or damaged.

Whether a sealed record opens can only be said by somebody who holds its key; that its bytes are
there, in order, and fixed in the log can be said by anyone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from diary.domain.clock import from_ms
from diary.errors import DiaryError
from diary.services.check_log import faults_of_log
from diary.services.house import House
from diary.store import files, log, survey
from diary.store.survey import RowFacts
from diary.text import N_
from diary.vault import ledger
from diary.vault.media import sealed_size


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was read, and everything that was wrong with it."""

    records: int
    leaves: int
    waiting: int
    files: int
    faults: tuple[DiaryError, ...]


def check(house: House) -> Checked:
    """Read everything back."""
    with house.store.read() as conn:
        faults = [
            DiaryError(N_("The database: %(fault)s"), fault=fault)
            for fault in survey.database_faults(conn)
        ]
        diaries = survey.every_diary(conn)
        for diary_id, last_n in diaries:
            faults += faults_of_diary(conn, diary_id, last_n)
        faults += faults_of_log(conn, house.secrets.log)
        leaves, waiting = log.size(conn), survey.pending_leaves(conn)
        blobs = files.every(conn)
    for blob in blobs:
        faults += faults_of_file(house, blob)
    return Checked(
        records=sum(last_n for _, last_n in diaries),
        leaves=leaves,
        waiting=waiting,
        files=len(blobs),
        faults=tuple(faults),
    )


def faults_of_diary(conn: Connection, diary_id: str, last_n: int) -> Iterator[DiaryError]:
    """Name the rows of one diary that are missing, half there or not in the log."""
    expected, newest = 1, dict[str, int]()
    for row in survey.rows_of(conn, diary_id):
        for n in range(expected, row.n):
            yield _row_fault(diary_id, n, N_("Diary %(diary)s: row %(n)s is missing."))
        expected = row.n + 1
        if row.version != newest.get(row.record_id, 0) + 1:
            yield _row_fault(diary_id, row.n, N_("Diary %(diary)s: row %(n)s is out of order."))
        newest[row.record_id] = row.version
        if not _whole(row):
            yield _row_fault(diary_id, row.n, N_("Diary %(diary)s: row %(n)s is damaged."))
        if row.leaf is None:
            yield _row_fault(diary_id, row.n, N_("Diary %(diary)s: row %(n)s is not in the log."))
        elif row.leaf != ledger.leaf_of(row.commitment, from_ms(row.received_ms)):
            yield _row_fault(
                diary_id, row.n, N_("Diary %(diary)s: the log has another time for row %(n)s.")
            )
    for n in range(expected, last_n + 1):
        yield _row_fault(diary_id, n, N_("Diary %(diary)s: row %(n)s is missing."))


def _row_fault(diary_id: str, n: int, message: str) -> DiaryError:
    return DiaryError(message, diary=diary_id, n=n)


def _whole(row: RowFacts) -> bool:
    """A row has its key and its bytes, or is a tombstone that has neither."""
    if row.destroyed_ms is not None:
        return row.wrap_size is None and row.sealed_size is None
    return bool(row.wrap_size) and bool(row.sealed_size)


def faults_of_file(house: House, row: files.BlobRow) -> Iterator[DiaryError]:
    """Name a file that is not there or not as long as it should be."""
    found, expected = house.store.blobs.size(row.id), sealed_size(row.size)
    if found == expected or not _still_known(house, row.id):
        return
    if not found:
        yield DiaryError(N_("File %(file)s is missing."), file=row.id)
    else:
        yield DiaryError(
            N_("File %(file)s has %(found)s bytes instead of %(expected)s."),
            file=row.id,
            found=found,
            expected=expected,
        )


def _still_known(house: House, blob_id: str) -> bool:
    """A file that was removed while we read is no fault."""
    with house.store.read() as conn:
        return files.known(conn, blob_id)
