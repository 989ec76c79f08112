"""What practitioners wrote beside her diary: shown to her, with who wrote it.

Each is sealed to her. Several agencies see hers and their own; what another wrote they see only
where she said so, and then it is she who passes it on.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from diary.domain.entry import Entry
from diary.domain.ids import is_id
from diary.domain.practice import PracticeRecord
from diary.errors import DamagedError, NotFoundError
from diary.services import own, sharing
from diary.services.house import House
from diary.services.own import Own
from diary.services.sharing import Share
from diary.store import grants as rows
from diary.vault import grants
from diary.vault.heads import Head
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Written:
    """One record, and the share under which it was left: that says who wrote it."""

    record: Own[PracticeRecord]
    share: Share | None
    corrected_by: str = ""  # a later record of the same person that names this one

    @property
    def author(self) -> str:
        """Whose it is, as her own consent says; nothing where none does."""
        return self.share.consent.grantee if self.share else ""


@dataclass(frozen=True, slots=True)
class Page:
    """One record with what it names: her entries that are still there, and the one it corrects."""

    written: Written
    entries: tuple[Own[Entry], ...]
    gone: int
    corrects: Written | None


@dataclass(frozen=True, slots=True)
class Everything:
    """All of them, newest first, and how many do not open."""

    items: tuple[Written, ...]
    damaged: int


def every(house: House, vault: Vault) -> Everything:
    """Return all of them."""
    with house.store.read() as conn:
        listed = own.every_in(conn, vault, PracticeRecord)
        shares = {one.id: one for one in sharing.shares_in(conn, house, vault)}
    items = [Written(one, shares.get(_consent(one))) for one in listed.items]
    return Everything(tuple(_corrected(items)), listed.damaged)


def _corrected(items: list[Written]) -> Iterable[Written]:
    """Say of each which record corrects it: only its own author can."""
    later = {(one.author, one.record.body.corrects): one.record.id for one in items if one.author}
    for one in items:
        yield replace(one, corrected_by=later.get((one.author, one.record.id), ""))


def one(house: House, vault: Vault, record_id: str) -> Page:
    """Return one of them with what it names, or NotFoundError."""
    found = {one.record.id: one for one in every(house, vault).items}
    if record_id not in found:
        raise NotFoundError
    written = found[record_id]
    before = found.get(written.record.body.corrects)
    named = written.record.body.linked_entries
    with house.store.read() as conn:
        entries = tuple(_named(conn, vault, named))
    return Page(
        written,
        entries,
        len(named) - len(entries),
        before if before and before.author == written.author else None,
    )


def _named(conn: Connection, vault: Vault, ids: Iterable[str]) -> Iterable[Own[Entry]]:
    """Return the entries that a record names; what was removed or never was is left out."""
    for entry_id in ids:
        with suppress(NotFoundError, DamagedError):
            if is_id(entry_id):
                yield own.one_in(conn, vault, Entry, entry_id)


def _consent(record: Own[PracticeRecord]) -> str:
    return record.body.about or record.parent or ""


def pass_on(house: House, vault: Vault) -> int:
    """Let agencies see what others wrote where she said so; return how many records went."""
    with house.store.read() as conn:
        due = _due(conn, house, vault)
    if not any(due.values()):
        return 0
    with house.store.write() as conn:
        return sum(
            grants.share(conn, vault, grants.as_owner(vault, row), ns)
            for grant_id, ns in _due(conn, house, vault).items()
            if ns and (row := rows.by_id(conn, grant_id))
        )


def _due(conn: Connection, house: House, vault: Vault) -> dict[str, list[int]]:
    """Return the rows that each share still lacks: what other agencies wrote."""
    shares = sharing.shares_in(conn, house, vault)
    open_to = [one for one in shares if one.consent.sees_other_agencies and one.state != "ended"]
    if not open_to:
        return {}
    heads = vault.heads(conn).listed(PracticeRecord.kind)
    agency = {one.id: one.consent.org for one in shares}
    return {one.id: list(_lacking(conn, one, heads, agency)) for one in open_to}


def _lacking(
    conn: Connection, share: Share, heads: Iterable[Head], agency: dict[str, str]
) -> Iterable[int]:
    there = rows.wrapped(conn, share.id)
    for head in heads:
        author = agency.get(head.parent.hex())
        others = author is not None and author != share.consent.org
        if others and not head.mark and head.n not in there:
            yield head.n
