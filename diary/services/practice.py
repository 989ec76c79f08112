"""What practitioners record beside a diary: their own, signed, never changed, and hers to read.

A record is sealed to her, to the grant under which it was written, and once more in its author's
own diary: when the grant ends, the author keeps what he wrote and nothing of hers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from diary.domain.entry import Entry
from diary.domain.practice import PracticeRecord
from diary.errors import BadInputError, ConflictError, NotFoundError
from diary.services import cases, own, practitioners
from diary.services.case_reading import Open, Piece
from diary.services.cases import Look
from diary.services.house import House
from diary.services.own import Own
from diary.services.practitioners import Card
from diary.store import grants as rows
from diary.text import N_
from diary.vault.case import leave_and_keep
from diary.vault.vault import Vault

GONE = N_("One of these entries is not shared any more. Look at the list, then save again.")
NOT_YOURS = N_("Only your own records can be corrected.")
CHOICES = 20


@dataclass(frozen=True, slots=True)
class Shelf:
    """The records of practitioners in a case, newest first: his own, and others' she lets in."""

    records: tuple[Piece[PracticeRecord], ...]
    own: frozenset[str]
    corrected: dict[str, str]
    damaged: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the form needs: entries to choose from, and the record that is to be corrected."""

    entries: tuple[Piece[Entry], ...]
    corrects: PracticeRecord | None


def every(found: Open, me: Vault) -> Shelf:
    """Return the records in a case."""
    records = found.every(PracticeRecord)
    # Of several that correct one, what was written last counts; the list goes by when it was told.
    oldest_first = sorted(records, key=lambda one: one.n)
    mine = {row.id for row in rows.to_grantee(found.conn, me.account_id)}
    return Shelf(
        records=tuple(records),
        own=frozenset(one.id for one in records if one.body.about in mine),
        corrected={one.body.corrects: one.id for one in oldest_first if one.body.corrects},
        damaged=found.lost.number,
    )


@dataclass(frozen=True, slots=True)
class Page:
    """One record, what stands around it, and of the entries that it names those shared here."""

    record: Piece[PracticeRecord]
    shelf: Shelf
    named: tuple[str, ...]


def one(found: Open, me: Vault, record_id: str) -> Page:
    """Return one record, or raise NotFoundError.

    Who wrote it may have been let in to other entries: nothing here says how many.
    """
    shelf = every(found, me)
    for record in shelf.records:
        if record.id == record_id:
            named = [one for one in record.body.linked_entries if found.find(Entry, one)]
            return Page(record, shelf, tuple(named))
    raise NotFoundError


def sheet(found: Open, me: Vault, named: Sequence[str], corrects: str) -> Sheet:
    """Return what can be chosen in the form: the newest entries, and before them those named."""
    first = [head for one in dict.fromkeys(named) if (head := found.find(Entry, one))]
    heads = list(dict.fromkeys((*first, *found.listed(Entry.kind)[:CHOICES])))
    entries = tuple(found.open(Entry, heads))
    found.shown.extend(one.id for one in entries)
    return Sheet(
        entries=entries,
        corrects=_to_correct(found, me, corrects) if corrects else None,
    )


def _to_correct(found: Open, me: Vault, record_id: str) -> PracticeRecord:
    page = one(found, me, record_id)
    if page.record.id not in page.shelf.own:
        raise NotFoundError
    return page.record.body


def add(house: House, me: Vault, case_id: str, body: PracticeRecord, *, record_id: str) -> str:
    """Keep a record, signed by the server with its author's name; sent twice, it is kept once."""
    at = house.now()
    try:
        with house.store.write() as conn:
            grant = cases.live(conn, house, me, case_id)
            signed = _signed(conn, house, me, body.model_copy(update={"about": case_id}))
            _check(cases.opened(conn, grant), me, signed)
            leave_and_keep(conn, grant, signed, at=at, record_id=record_id)
            me.keep(conn, signed, at=at, record_id=record_id)
            look = Look("practice", record_id, action="practice_added")
            cases.trace(conn, house, me, case_id, look)
    except ConflictError:
        return own.one(house, me, PracticeRecord, record_id).id
    return record_id


def _signed(conn: Connection, house: House, me: Vault, body: PracticeRecord) -> PracticeRecord:
    card = practitioners.card_in(conn, house, me.account_id)
    return body.model_copy(update=signature(card))


def signature(card: Card) -> dict[str, str]:
    """Return who wrote it, as his agency knows him: never taken from a form."""
    return {
        "author_name": card.name,
        "author_role": card.role,
        "author_organisation": card.organisation,
    }


def _check(found: Open, me: Vault, body: PracticeRecord) -> None:
    """Refuse what names an entry that is not shared, or a record that is not his."""
    if any(found.find(Entry, entry_id) is None for entry_id in body.linked_entries):
        raise BadInputError(fields={"linked": BadInputError(GONE)})
    if body.corrects:
        try:
            _to_correct(found, me, body.corrects)
        except NotFoundError:
            raise BadInputError(NOT_YOURS) from None


def kept(house: House, me: Vault) -> own.Listed[PracticeRecord]:
    """Return what he wrote himself in every case, also where nothing is shared any more."""
    with house.store.read() as conn:
        cases.require_active(conn, me)
        return own.every_in(conn, me, PracticeRecord)


def kept_one(house: House, me: Vault, record_id: str) -> Own[PracticeRecord]:
    """Return one of these, or raise NotFoundError."""
    with house.store.read() as conn:
        cases.require_active(conn, me)
        return own.one_in(conn, me, PracticeRecord, record_id)
