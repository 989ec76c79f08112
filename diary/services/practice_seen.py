"""What practitioners wrote beside her diary: shown to her, with who wrote it.

Each is sealed to her. Agencies see what they wrote themselves, whoever of theirs it was; what
another wrote they see only where she said so. It is she who passes it on, by coming in.
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
    corrected_by: str = ""  # the newest record of the same person that corrects this one
    decided_by: str = ""  # the one that says what a second person decided about this

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
    """Say of each which record corrects it, or decides about it: only under its own author's name.

    What is decided about something that was passed on corrects nothing of it.
    """
    corrected, decided = dict[tuple[str, str], str](), dict[tuple[str, str], str]()
    # What was written last counts; the list goes by when it was told.
    for one in sorted(items, key=lambda it: it.record.received_at, reverse=True):
        named = decided if one.record.body.override else corrected
        if one.author:
            named.setdefault((one.author, one.record.body.corrects), one.record.id)
    for one in items:
        this = one.author, one.record.id
        yield replace(one, corrected_by=corrected.get(this, ""), decided_by=decided.get(this, ""))


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
    """Let each agency see what its own people wrote, and others' where she said so.

    Her own keys do it, so it is done when she comes in: nobody else could. Returns how many went.
    Nothing of it that is damaged keeps her out.
    """
    due: list[str] = []
    with suppress(DamagedError, NotFoundError), house.store.read() as conn:
        due = [grant_id for grant_id, ns in _due(conn, house, vault).items() if ns]
    return sum(_pass_on(house, vault, grant_id) for grant_id in due)


def _pass_on(house: House, vault: Vault, grant_id: str) -> int:
    """Do it for one share; one that is damaged keeps nobody out, neither her nor another."""
    with suppress(DamagedError, NotFoundError), house.store.write() as conn:
        row, ns = rows.by_id(conn, grant_id), _due(conn, house, vault).get(grant_id)
        if row is not None and ns:
            return grants.share(conn, vault, grants.as_owner(vault, row), ns)
    return 0


def _due(conn: Connection, house: House, vault: Vault) -> dict[str, list[int]]:
    """Return the rows that each share still lacks."""
    heads = vault.heads(conn).listed(PracticeRecord.kind)
    if not heads:
        return {}
    shares = sharing.shares_in(conn, house, vault)
    agency = {one.id: one.consent.org for one in shares}
    read = [one for one in shares if one.state in {"live", "later"}]
    return {one.id: list(_lacking(conn, one, heads, agency)) for one in read}


def _lacking(
    conn: Connection, share: Share, heads: Iterable[Head], agency: dict[str, str]
) -> Iterable[int]:
    """Yield what was written under other shares and may be read under this one.

    Never what was passed on without asking: that is between its author, a lead and her.
    """
    there = rows.wrapped(conn, share.id)
    for head in heads:
        if head.mark or head.n in there or head.parent.hex() == share.id:
            continue
        org = agency.get(head.parent.hex())
        ours = bool(org) and org == share.consent.org
        theirs = org is not None and share.consent.sees_other_agencies
        if ours or theirs:
            yield head.n
