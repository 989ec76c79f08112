"""One's own records of any kind: write one, change it, read it, list them.

What a kind needs beyond this (numbers that are given once, links) stands in its own module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Connection

from diary.domain.base import Record
from diary.errors import ConflictError, DamagedError, NotFoundError
from diary.services.house import House
from diary.vault.heads import Heads
from diary.vault.records import Opened
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

Body = TypeVar("Body", bound=Record)


@dataclass(frozen=True, slots=True)
class Own(Generic[Body]):
    """One wording of a record, with the server's times."""

    id: str
    version: int
    body: Body
    written_at: datetime
    received_at: datetime
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Listed(Generic[Body]):
    """Records of one kind, newest first, and how many more do not open."""

    items: tuple[Own[Body], ...]
    damaged: int = 0


@contextmanager
def turn(house: House, vault: Vault) -> Iterator[Connection]:
    """Open a write transaction in which nobody else changes this diary: what is read in it holds.

    For whoever writes what depends on what is there: the next number, the one of a kind, a field
    laid over the newest wording.
    """
    with house.store.write() as conn:
        vault.take_turn(conn)
        yield conn


def add(
    house: House, vault: Vault, body: Body, *, record_id: str, parent: str | None = None
) -> Own[Body]:
    """File a new record; the id is made with the form, so sending it twice files it once."""
    try:
        with house.store.write() as conn:
            return add_in(conn, house, vault, body, record_id=record_id, parent=parent)
    except ConflictError:
        return one(house, vault, type(body), record_id)


def add_in(
    conn: Connection,
    house: House,
    vault: Vault,
    body: Body,
    *,
    record_id: str | None = None,
    parent: str | None = None,
) -> Own[Body]:
    """File a new record within a transaction that does more; its parent must be listed."""
    at = house.now()
    kept = vault.keep(conn, body, at=at, record_id=record_id, parent=parent)
    # After keep, which waits for the diary's other writers: a removal is seen for sure.
    if parent is not None and not vault.is_listed(conn, parent):
        raise NotFoundError
    return Own(kept.record_id, 1, body, at, kept.received_at, parent)


def change(
    house: House, vault: Vault, body: Body, *, record_id: str, base_version: int
) -> Own[Body]:
    """Save a new version after `base_version`.

    ConflictError when another change came in between, unless it is this very one.
    """
    try:
        with house.store.write() as conn:
            return change_in(conn, house, vault, body, record_id=record_id, base=base_version)
    except ConflictError:
        newest = one(house, vault, type(body), record_id)
        if newest.body != body:
            raise
        return newest


def change_in(
    conn: Connection, house: House, vault: Vault, body: Body, *, record_id: str, base: int
) -> Own[Body]:
    """Save a new version within a transaction that does more; nothing new saves nothing."""
    newest = one_in(conn, vault, type(body), record_id)
    if newest.version == base and newest.body == body:
        return newest
    at = house.now()
    kept = vault.keep(
        conn, body, at=at, record_id=record_id, base_version=base, parent=newest.parent
    )
    if not vault.is_listed(conn, record_id):
        raise NotFoundError
    return Own(record_id, kept.version, body, at, kept.received_at, newest.parent)


def laid_over(
    versions: Sequence[Own[Body]], changed: Mapping[str, object], *, base: int
) -> Own[Body]:
    """Return the newest wording, over which changes may be laid that were seen in version `base`.

    ConflictError when one of these fields was changed to something else since.
    """
    newest = versions[-1]
    seen = next((one for one in versions if one.version == base), newest).body
    for name, value in changed.items():
        if getattr(newest.body, name) not in (getattr(seen, name), value):
            raise ConflictError
    return newest


def one(house: House, vault: Vault, model: type[Body], record_id: str) -> Own[Body]:
    """Return the newest version of a record that is there to be seen, or NotFoundError."""
    with house.store.read() as conn:
        return one_in(conn, vault, model, record_id)


def one_in(conn: Connection, vault: Vault, model: type[Body], record_id: str) -> Own[Body]:
    """Return the same within a transaction."""
    return versions_in(conn, vault, model, record_id)[-1]


def newest_in(conn: Connection, vault: Vault, model: type[Body], record_id: str) -> Own[Body]:
    """Return the newest version where nothing else is asked: an older one may be damaged."""
    opened = vault.get(conn, record_id)
    if opened.kind != model.kind or not vault.is_listed(conn, record_id):
        raise NotFoundError
    return as_own(opened, model)


def versions(house: House, vault: Vault, model: type[Body], record_id: str) -> list[Own[Body]]:
    """Return every wording of a record, oldest first."""
    with house.store.read() as conn:
        return versions_in(conn, vault, model, record_id)


def versions_in(
    conn: Connection, vault: Vault, model: type[Body], record_id: str
) -> list[Own[Body]]:
    """Return the same within a transaction."""
    found = vault.versions(conn, record_id)
    if found[0].kind != model.kind or not vault.is_listed(conn, record_id):
        raise NotFoundError
    return [as_own(opened, model) for opened in found]


def every(house: House, vault: Vault, model: type[Body]) -> Listed[Body]:
    """Return all records of a kind; what does not open is counted."""
    with house.store.read() as conn:
        return every_in(conn, vault, model)


def every_in(
    conn: Connection, vault: Vault, model: type[Body], *, heads: Heads | None = None
) -> Listed[Body]:
    """Return the same within a transaction; with the index at hand, it is not read again."""
    lost = Unopened()
    found = vault.scan(conn, model.kind, unopened=lost, heads=heads)
    return Listed(tuple(as_own(opened, model) for opened in found), lost.number)


def below(conn: Connection, vault: Vault, model: type[Body], parent: str) -> list[Own[Body]]:
    """Return the records of a kind that belong to another, oldest first."""
    return [as_own(opened, model) for opened in vault.children(conn, parent, model.kind)]


def only(conn: Connection, vault: Vault, model: type[Body]) -> Own[Body] | None:
    """Return the one record of a kind of which a diary has one: the oldest; None without."""
    found = every_in(conn, vault, model).items
    return min(found, key=lambda own: own.received_at, default=None)


def as_own(opened: Opened, model: type[Body]) -> Own[Body]:
    """Give an opened record its type."""
    body = opened.body
    if not isinstance(body, model):
        raise DamagedError
    return Own(
        opened.record_id, opened.version, body, opened.written_at, opened.received_at, opened.parent
    )
