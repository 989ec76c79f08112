"""Who looked: every read, download and export by somebody else, with when and what.

Each is an event in her own diary, below the consent under which it happened. Who it was is said by
that consent, which she sealed, and by nothing that a reader could write.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.ids import is_id
from diary.domain.sharing import Consent, Redacted
from diary.errors import DamagedError, NotFoundError
from diary.services import sharing
from diary.services.house import House
from diary.services.paging import place
from diary.services.sharing import Share
from diary.store import grants as rows
from diary.vault.heads import Head, Heads
from diary.vault.records import Opened
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

PER_PAGE = 40
LOOKS = frozenset({"looked", "downloaded", "exported", "practice_added"})


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when, by whom as her consent names them, and at what, where that is still there.

    Without a share its consent does not open: that somebody looked is said all the same.
    `shown` names the entries whose words stood on the page that was looked at, or in the copy.
    """

    id: str
    at: datetime
    action: str
    share: Share | None
    subject: str
    what: Record | None
    note: str = ""  # a key of `cases.WHAT`
    sha256: str = ""
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stood:
    """Entries whose words stood on one page, or in one copy, as they are now: twenty of them.

    `gone` of these twenty are not there any more.
    """

    look: Look
    entries: tuple[tuple[str, Entry], ...]
    gone: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Looks:
    """One page of looks, newest first; what does not open is counted."""

    items: tuple[Look, ...]
    page: int
    more: bool
    damaged: int = 0


def looks(
    house: House, vault: Vault, *, grant_id: str | None = None, page: int = 1, most: int = PER_PAGE
) -> Looks:
    """Return who looked, under one consent or all of them, ended ones too."""
    with house.store.read() as conn:
        every = sharing.shares_in(conn, house, vault)
        known = {one.id: one for one in every if grant_id in {None, one.id}}
        if grant_id is not None and not known:
            raise NotFoundError
        heads, lost = vault.heads(conn), Unopened()
        given = () if grant_id else rows.of_diary(conn, vault.diary_id)
        below = {bytes.fromhex(one) for one in (*known, *(row.id for row in given))}
        newest = (
            head for head in reversed(list(heads.section(Event.kind))) if head.parent in below
        )
        found = _looks(conn, vault, newest, known, lost)
        # One more than the page holds tells whether there are older ones.
        items = tuple(islice(found, most * page + 1))
    there = place(page, len(items), size=most)
    return Looks(tuple(there.of(items)), there.page, there.page < there.pages, lost.number)


def _looks(
    conn: Connection,
    vault: Vault,
    newest: Iterable[Head],
    known: dict[str, Share],
    lost: Unopened,
) -> Iterable[Look]:
    heads = vault.heads(conn)
    for head in newest:
        for opened in vault.open_heads(conn, heads, [head], lost):
            share = known.get(head.parent.hex())
            if (look := _look(conn, vault, heads, opened, share)) is not None:
                yield look


def _look(
    conn: Connection, vault: Vault, heads: Heads, opened: Opened, share: Share | None
) -> Look | None:
    event = opened.body
    if not isinstance(event, Event) or event.action not in LOOKS:
        return None
    subject = event.subject
    # What she removed is not named here, and no number of it tells somebody that he has it.
    is_there = not is_id(subject) or heads.is_listed(bytes.fromhex(subject))
    return Look(
        id=opened.record_id,
        at=opened.received_at,
        action=event.action,
        share=share,
        subject=subject,
        what=_what(conn, vault, subject) if is_there else None,
        note=event.note,
        sha256=event.sha256 if is_there else "",
        shown=event.shown,
    )


def stood(house: House, vault: Vault, grant_id: str, look_id: str, *, page: int = 1) -> Stood:
    """Return one look with the entries whose words stood there, or raise NotFoundError."""
    with house.store.read() as conn:
        known = {one.id: one for one in sharing.shares_in(conn, house, vault)}
        opened = vault.get(conn, look_id)
        if grant_id not in known or opened.parent != grant_id:
            raise NotFoundError
        look = _look(conn, vault, vault.heads(conn), opened, known[grant_id])
        if look is None or not look.shown:
            raise NotFoundError
        there = place(page, len(look.shown))
        some = there.of(look.shown)
        entries = tuple(_entries(conn, vault, some))
    return Stood(look, entries, len(some) - len(entries), there.page, there.pages)


def _entries(conn: Connection, vault: Vault, ids: Iterable[str]) -> Iterable[tuple[str, Entry]]:
    """Open those that are in her lists: what she removed is not named here either."""
    heads = vault.heads(conn)
    for one in ids:
        body = _what(conn, vault, one) if heads.is_listed(bytes.fromhex(one)) else None
        if isinstance(body, Entry):
            yield one, body


def _what(conn: Connection, vault: Vault, subject: str) -> Record | None:
    """Return what was looked at, if it is a record of hers that is still there."""
    try:
        opened: Opened = vault.get(conn, subject) if is_id(subject) else _nothing()
        body = opened.body
        if isinstance(body, Redacted):
            body = vault.get(conn, body.of).body
    except (NotFoundError, DamagedError):
        return None
    return None if isinstance(body, Consent) else body


def _nothing() -> Opened:
    raise NotFoundError
