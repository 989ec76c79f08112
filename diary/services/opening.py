"""Opening records for a bundle: what does not open is counted and left out, never hidden.

An owner's bundle holds her records. That of a share holds what was shared: whole, or as a copy with
parts left out, which stands in the place of the record that it was made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from diary.bundle import derived
from diary.domain.file import File
from diary.domain.sharing import MARKS, Redacted
from diary.vault.case import Case
from diary.vault.heads import Head
from diary.vault.reader import Reader as Records
from diary.vault.records import Opened
from diary.vault.unopened import Unopened


def every(conn: Connection, vault: Records, kind: str, unopened: Unopened) -> Iterator[Opened]:
    """Open every record of a kind, and in a case what stands in the place of one."""
    yield from vault.scan(conn, kind, unopened=unopened)
    if isinstance(vault, Case):  # her own diary holds the copies too, for whom they were made
        yield from _copies(conn, vault, kind, unopened)


def _copies(conn: Connection, case: Case, kind: str, unopened: Unopened) -> Iterator[Opened]:
    heads = case.heads(conn)
    wanted = list(newest_copies(heads.listed(Redacted.kind), kind).values())
    whole = {head.record for head in heads.listed(kind)}
    shown = [head for head in wanted if head.parent not in whole]
    for opened in case.open_heads(conn, heads, shown, unopened):
        copy = derived.copied(opened)
        if copy is not None and copy.whole() is not None:
            yield opened
        else:
            unopened.add(opened.record_id, opened.version)


def newest_copies(copies: Sequence[Head], kind: str) -> dict[bytes, Head]:
    """Return the newest copy of each record of a kind, by its original."""
    of_kind = (head for head in copies if head.mark == MARKS.get(kind))
    return {head.parent: head for head in sorted(of_kind, key=lambda head: head.n)}


def files_of(
    conn: Connection, vault: Records, above: Sequence[Opened], unopened: Unopened
) -> dict[str, list[Opened]]:
    """Open the files of some records, by the id of each or of its original."""
    ids = [derived.origin(one) for one in above]
    return vault.children_of(conn, ids, File.kind, unopened=unopened)


def below_lost(conn: Connection, vault: Records, unopened: Unopened) -> dict[str, list[Opened]]:
    """Open the files of records that did not open; of a copy, those of its original."""
    heads = vault.heads(conn)
    lost = (heads.find(bytes.fromhex(one)) for one in unopened.ids)
    parents = (head.parent.hex() for head in lost if head is not None and head.mark)
    above = dict.fromkeys((*unopened.ids, *parents))
    return vault.children_of(conn, list(above), File.kind, unopened=unopened)


def not_shared(conn: Connection, vault: Records, newest: Opened) -> tuple[int, ...]:
    """Return the versions before the newest that a case does not hold: nothing of it is lost."""
    if newest.version == 1 or not isinstance(vault, Case):
        return ()
    there = {row.version for row in vault.rows_of(conn, newest.record_id)}
    return tuple(number for number in range(1, newest.version) if number not in there)


def versions(
    conn: Connection, vault: Records, newest: Opened, unopened: Unopened
) -> tuple[Opened, ...]:
    """Return every version of a record, oldest first."""
    if newest.version == 1:
        return (newest,)
    return tuple(vault.versions(conn, newest.record_id, unopened=unopened))
