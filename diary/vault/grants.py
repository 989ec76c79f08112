"""Letting somebody read: a key for the grant, and one more wrap of each record key under it.

The grant's key is sealed to the reader by HPKE (once: opening it costs 50 us, a wrap 2 us), and to
the owner under her diary key, so that she can add to it. Ending a grant destroys both and all
wraps: what was shared is then under no key that the reader has.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from diary.crypto import envelope, identity
from diary.crypto.errors import OpenError
from diary.domain.clock import to_ms
from diary.domain.ids import new_id
from diary.errors import DamagedError, NotFoundError
from diary.store import grants as store
from diary.store import records as record_store
from diary.store.grants import GrantRow, WrapRow
from diary.store.records import RecordRow
from diary.vault.heads import Head, Heads
from diary.vault.keyring import Unlocked
from diary.vault.records import rewrap
from diary.vault.vault import Kept, Vault


@dataclass(frozen=True, slots=True)
class Grantee:
    """Who is let in: an account, and the public key that was compared aloud."""

    account_id: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Term:
    """From when until when; what is added later goes along until `adds_until`, if at all."""

    starts: datetime
    ends: datetime
    adds_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant whose key is at hand."""

    row: GrantRow
    key: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Its id, which is its consent's too."""
        return self.row.id


def give(
    conn: Connection, vault: Vault, grantee: Grantee, term: Term, *, grant_id: str | None = None
) -> Grant:
    """Make a grant of nothing yet (`share` adds to it)."""
    grant_id, key = grant_id or new_id(), envelope.new_key()
    row = GrantRow(
        id=grant_id,
        diary_id=vault.diary_id,
        grantee=grantee.account_id,
        starts_ms=to_ms(term.starts),
        ends_ms=to_ms(term.ends),
        adds_until_ms=None if term.adds_until is None else to_ms(term.adds_until),
        ended_ms=None,
        grantee_key=None,
        owner_key=envelope.seal(vault.keys.diary_key, key, aad=_owner_aad(grant_id)),
        heads=_seal_heads(Heads(), grant_id, key),
    )
    row = row._replace(grantee_key=identity.seal_to(grantee.public_key, key, info=_info(row)))
    store.add(conn, row)
    return Grant(row, key)


def share(
    conn: Connection, vault: Vault, grant: Grant, ns: Sequence[int], *, kept: Sequence[Kept] = ()
) -> int:
    """Add records by their newest rows' numbers; return how many are new.

    `kept` are records that were just kept with a wrap under the grant's key. The index of what is
    shared is brought up to date in the same transaction.
    """
    before = store.wrapped(conn, grant.id) if ns else set()
    wanted = [n for n in dict.fromkeys(ns) if n not in before]
    rows = record_store.by_n(conn, vault.diary_id, wanted)
    if len(rows) != len(wanted):
        raise NotFoundError
    wraps, key = {}, envelope.ready(grant.key)
    for n, row in rows.items():
        with suppress(DamagedError):  # it opens to nobody, and holds up no other
            wraps[n] = WrapRow(grant.id, n, row.record_id, rewrap(row, vault.keys, key))
    made = [WrapRow(grant.id, one.n, one.record_id, one.also) for one in kept]
    store.add_wraps(conn, [*wraps.values(), *made])
    _index(conn, vault, grant, {n: rows[n] for n in wraps}, {one.n for one in kept})
    return len(wraps) + len(made)


def unshare(conn: Connection, grant: Grant, record_ids: Collection[str]) -> None:
    """Take records out of a grant again, in every version: their wraps are destroyed."""
    store.drop_wraps(conn, grant.id, list(record_ids))
    shared = open_heads(now(conn, grant))
    for section in shared.sections.values():
        for record_id in record_ids:
            section.drop(bytes.fromhex(record_id))
    store.set_heads(conn, grant.id, _seal_heads(shared, grant.id, grant.key))


def as_owner(vault: Vault, row: GrantRow) -> Grant:
    """Take up a grant that one gave, to add to it; NotFoundError when it has ended."""
    if row.owner_key is None or row.diary_id != vault.diary_id:
        raise NotFoundError
    try:
        key = envelope.open_(vault.keys.diary_key, row.owner_key, aad=_owner_aad(row.id))
    except OpenError as error:
        raise DamagedError from error
    return Grant(row, key)


def as_reader(row: GrantRow, unlocked: Unlocked, at: datetime) -> Grant:
    """Take up a grant that one was given; NotFoundError when it is not one's own, or not now."""
    mine = row.grantee == unlocked.account_id and row.is_live(to_ms(at))
    if not mine or row.grantee_key is None:
        raise NotFoundError
    try:
        key = identity.open_with(unlocked.keys.private, row.grantee_key, info=_info(row))
    except OpenError as error:
        raise DamagedError from error
    return Grant(row, key)


def open_heads(grant: Grant) -> Heads:
    """Open the index of what is shared."""
    if grant.row.heads is None:
        raise NotFoundError
    try:
        packed = envelope.open_(grant.key, grant.row.heads, aad=_heads_aad(grant.id))
    except OpenError as error:
        raise DamagedError from error
    return Heads.unpack(envelope.unpad(packed), 0)


def _index(
    conn: Connection, vault: Vault, grant: Grant, rows: dict[int, RecordRow], kept: set[int]
) -> None:
    shared, own = open_heads(now(conn, grant)), vault.heads(conn)
    ids = {n: bytes.fromhex(row.record_id) for n, row in rows.items()}
    left, wanted = set(ids.values()), kept | ids.keys()
    for kind, section in own.sections.items():
        found = section.numbered(wanted)
        # Numbers can be swapped in the table: only the row that was shared is listed.
        if new := [head for head in found if head.n in kept or ids[head.n] == head.record]:
            shared.section(kind).put_all(new)
            left -= {head.record for head in new}
    # What she has changed since is listed as what goes: the newest wording that does.
    for row in sorted(rows.values(), key=lambda one: one.version):
        if bytes.fromhex(row.record_id) in left:
            _index_earlier(vault, shared, row)
    store.set_heads(conn, grant.id, _seal_heads(shared, grant.id, grant.key))


def _index_earlier(vault: Vault, shared: Heads, row: RecordRow) -> None:
    with suppress(DamagedError):  # it opens to nobody
        kind, head = vault.head_of(row)
        there = shared.section(kind).find(head.record)
        if there is None or there.version < head.version:
            shared.section(kind).drop(head.record)
            shared.section(kind).put(head)


def index_left(conn: Connection, grant: Grant, kind: str, head: Head) -> None:
    """Add one record that its reader left to the index of what he can read.

    NotFoundError when the grant ended in between: it opens nothing any more.
    """
    shared = open_heads(now(conn, grant))
    shared.section(kind).drop(head.record)
    shared.section(kind).put(head)
    store.set_heads(conn, grant.id, _seal_heads(shared, grant.id, grant.key))


def now(conn: Connection, grant: Grant) -> Grant:
    """Return the grant as it is, locked: owner and reader may add to its index at once."""
    row = store.locked(conn, grant.id)
    if row is None:
        raise NotFoundError
    return replace(grant, row=row)


def _seal_heads(heads: Heads, grant_id: str, key: bytes) -> bytes:
    return envelope.seal(key, envelope.pad(heads.pack()), aad=_heads_aad(grant_id))


def _info(row: GrantRow) -> bytes:
    """Bind the key to who reads and to her days: a row made to last longer opens nothing."""
    return f"diary/v1/grant {row.id} {row.grantee} {row.starts_ms} {row.ends_ms}".encode()


def _owner_aad(grant_id: str) -> bytes:
    return f"grant owner diary/v1 {grant_id}".encode()


def _heads_aad(grant_id: str) -> bytes:
    return f"grant heads diary/v1 {grant_id}".encode()
