"""What practitioners wrote beside her diary: shown to her, with who wrote it.

Each is sealed to her. Agencies see what they wrote themselves, whoever of theirs it was; what
another wrote they see only where she said so. It is she who passes it on, by coming in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from diary.services.share_drafts import Draft
from diary.services.sharing import Share
from diary.store import grants as rows
from diary.store import orgs
from diary.vault import grants
from diary.vault.heads import Head
from diary.vault.vault import Vault

_READ = frozenset({"live", "later"})  # the states in which something is passed on


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
    agency = _agencies(shares)
    read = [one for one in shares if one.state in _READ]
    return {one.id: list(_lacking(conn, one, heads, agency)) for one in read}


def _lacking(
    conn: Connection, share: Share, heads: Iterable[Head], agency: Mapping[str, str]
) -> Iterable[int]:
    """Yield what was written under other shares and may be read under this one.

    Never what was passed on without asking: that is between its author, a lead and her.
    """
    there = rows.wrapped(conn, share.id)
    to = _To(share.consent.org, share.consent.sees_other_agencies)
    for head in heads:
        if head.n not in there and head.parent.hex() != share.id and to.may_read(head, agency):
            yield head.n


@dataclass(frozen=True, slots=True)
class _To:
    """Whom something may be passed on to: of which agency, and whether she lets them see more."""

    org: str
    sees_others: bool

    def may_read(self, head: Head, agency: Mapping[str, str]) -> bool:
        """Tell whether what was written under another share may be read."""
        org = agency.get(head.parent.hex())
        if head.mark or org is None:
            return False
        return self.sees_others or (bool(org) and org == self.org)


def _agencies(shares: Iterable[Share]) -> dict[str, str]:
    return {one.id: one.consent.org for one in shares}


def read_under(house: House, vault: Vault, share: Share) -> int:
    """Count what was written under other shares and can be read under this one, told by heads.

    What she passes on by coming in next is counted too: nothing more is asked of her for it.
    """
    with house.store.read() as conn:
        heads = vault.heads(conn).listed(PracticeRecord.kind)
        if not heads:
            return 0
        there, due = rows.wrapped(conn, share.id), set[int]()
        if share.state in _READ:
            agency = _agencies(sharing.shares_in(conn, house, vault))
            due = set(_lacking(conn, share, heads, agency))
    others = (head.n for head in heads if head.parent.hex() != share.id)
    return sum(n in there or n in due for n in others)


def would_read(house: House, vault: Vault, draft: Draft) -> int:
    """Count the same for a share that is not given yet."""
    with house.store.read() as conn:
        heads = vault.heads(conn).listed(PracticeRecord.kind)
        if not heads:
            return 0
        agency = _agencies(sharing.shares_in(conn, house, vault))
        to = _To(_org(conn, draft), draft.sees_others)
    return sum(to.may_read(head, agency) for head in heads)


def _org(conn: Connection, draft: Draft) -> str:
    """Return the agency that the consent would name; nothing for who is not there any more."""
    known = orgs.member(conn, draft.account_id)
    return known.member.org_id if known else ""
