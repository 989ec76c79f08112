"""Putting what a consent names into its grant: the row as it is, or a copy kept for it.

Once something is a copy there, it stays one: its later wordings are versions of that copy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection

from diary.domain.ids import new_id
from diary.domain.sharing import Redacted, Shared
from diary.errors import DamagedError, NotFoundError
from diary.services.house import House
from diary.services.let_in import Let
from diary.services.parcels import by_record, copy_of, needs_copy
from diary.vault import grants
from diary.vault.grants import Grant
from diary.vault.heads import Head, Heads
from diary.vault.records import Opened
from diary.vault.unopened import Unopened
from diary.vault.vault import BATCH, New, Vault


def place(
    conn: Connection,
    house: House,
    vault: Vault,
    grant: Grant,
    *,
    items: Sequence[Shared],
    fields: Sequence[str],
) -> int:
    """Share these items, as copies where only these groups of fields go; return how many went.

    What does not open stays behind.
    """
    copied = [item for item in items if item.copy_id is not None]
    later: list[New] = []
    copies = _copies(conn, vault, copied, fields, later)
    kept = vault.keep_all(conn, copies, at=house.now(), also=grant.key) if copied else []
    ns = _whole(conn, vault, [item for item in items if item.copy_id is None], fields)
    return grants.share(conn, vault, grant, [*ns, *_later(conn, house, vault, later)], kept=kept)


def in_steps(items: Sequence[Shared], most: int) -> Iterator[Sequence[Shared]]:
    """Yield items, so many at a time; all wordings of one record stay together."""
    start = 0
    while start < len(items):
        end = min(start + most, len(items))
        while end < len(items) and items[end].record == items[end - 1].record:
            end += 1
        yield items[start:end]
        start = end


def _whole(
    conn: Connection, vault: Vault, items: Sequence[Shared], fields: Sequence[str]
) -> Iterator[int]:
    """Yield the rows of what goes as it is.

    Each is opened for it: what is spoiled would pass for shared, and another wording than the one
    that was looked at may hold what was left out.
    """
    heads = vault.heads(conn)
    newest = by_record(heads, (item.record for item in items))
    for some in in_steps(items, BATCH):
        for opened, _ in _opened(conn, vault, heads, newest, some)[0]:
            if not needs_copy(opened, fields):
                yield opened.n


def _copies(
    conn: Connection,
    vault: Vault,
    items: Sequence[Shared],
    fields: Sequence[str],
    later: list[New],
) -> Iterator[New]:
    """Yield the copy of each record's first wording, and put those of the others aside.

    They are opened some at a time, so that the words of thousands are not in memory at once.
    """
    heads, begun = vault.heads(conn), set[str]()
    newest = by_record(heads, (item.record for item in items))
    for some in in_steps(items, BATCH):
        found, broken = _opened(conn, vault, heads, newest, some)
        for opened, item in found:
            if item.copy_id is None or item.record in broken:
                continue  # its other wordings would take the place of the one that is broken
            new = New(copy_of(opened, fields), item.copy_id, item.record)
            if item.copy_id in begun:
                later.append(new)
            else:
                begun.add(item.copy_id)
                yield new


def _later(conn: Connection, house: House, vault: Vault, copies: Sequence[New]) -> Iterator[int]:
    """Keep further wordings as versions of the copy that holds the first one."""
    versions = Counter[str]()
    for one in copies:
        versions[one.record_id] += 1
        kept = vault.keep(
            conn,
            one.body,
            at=house.now(),
            record_id=one.record_id,
            base_version=versions[one.record_id],
            parent=one.parent,
        )
        yield kept.n


def _opened(
    conn: Connection,
    vault: Vault,
    heads: Heads,
    newest: Mapping[str, Head],
    items: Sequence[Shared],
) -> tuple[list[tuple[Opened, Shared]], set[str]]:
    """Open the version that each item names; return these, and of which records one does not."""
    wanted = {item.record: newest[item.record] for item in items if item.record in newest}
    lost = Unopened()
    opened = {
        (one.record_id, one.version): one
        for one in vault.open_heads(conn, heads, list(wanted.values()), lost)
    }
    # Where the newest wording does not open, nobody knows what became of the others.
    known = {record_id for record_id, _ in opened}
    found: list[tuple[Opened, Shared]] = []
    broken = set[str]()
    for item in items:
        if item.record not in known:
            continue
        try:
            one = opened.get((item.record, item.version))
            found.append((one or vault.get(conn, item.record, item.version), item))
        except (DamagedError, NotFoundError):
            broken.add(item.record)
    return found, broken


def put(conn: Connection, house: House, vault: Vault, let: Let, newest: Opened) -> Shared:
    """Share a record's newest wording, with the consent's fields; return what was shared.

    It takes the place of the one before, which is under no key of the grant any more: what she
    changed may be what nobody is to read. All wordings stay only where she agreed to several.
    """
    copy, fields = None, let.consent.fields
    if let.is_copy(newest.record_id) or needs_copy(newest, fields):
        copy = put_copy(conn, house, vault, let, copy_of(newest, fields))
    else:
        if not let.has_earlier(newest.record_id):
            grants.unshare(conn, let.grant, [newest.record_id])
        grants.share(conn, vault, let.grant, [newest.n])
    return Shared(record=newest.record_id, version=newest.version, copy_id=copy)


def put_copy(conn: Connection, house: House, vault: Vault, let: Let, body: Redacted) -> str:
    """Share a copy in place of the record that it is of, also where that went whole before."""
    copy_id, base = new_id(), 0
    if let.is_copy(body.of) and (there := let.there(body.of)) is not None:
        copy_id = there.record.hex()
        base = vault.rows_of(conn, copy_id)[-1].version
    kept = vault.keep(
        conn, body, at=house.now(), record_id=copy_id, base_version=base, parent=body.of
    )
    # The wording before goes with its place: the whole record, or the copy's versions so far.
    gone = [body.of] if let.has_earlier(body.of) else [body.of, copy_id]
    grants.unshare(conn, let.grant, gone)
    grants.share(conn, vault, let.grant, [kept.n])
    return copy_id
