"""What can be chosen on the way to a share: twenty entries at a time, and the rest by sort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.ids import is_id
from diary.domain.kept import Profile
from diary.domain.order import Order
from diary.domain.people import Contact, OtherPerson, Person, Secrets, Told
from diary.domain.plan import Lead, Plan
from diary.domain.report import Report
from diary.errors import DamagedError
from diary.insights import order_versions
from diary.services import own, secret_words, share_look
from diary.services.house import House
from diary.services.own import Own
from diary.services.paging import PER_PAGE, find_page, place
from diary.services.parcels import Parcel, Piece
from diary.services.redaction import GROUPS
from diary.services.share_drafts import Draft
from diary.vault.reader import Page
from diary.vault.records import Opened
from diary.vault.vault import Vault

Files = tuple[tuple[str, File], ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """One page of entries to tick, and the orders of which all entries can be ticked."""

    items: tuple[Opened, ...]
    total: int
    page: int
    pages: int
    orders: tuple[Own[Order], ...]


@dataclass(frozen=True, slots=True)
class FileChoice:
    """A file of something that was chosen."""

    id: str
    body: File
    of: Entry | Order


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of what they will see, and what is to be known of all of it."""

    seen: str
    entries: tuple[tuple[Piece, Files], ...]
    others: tuple[tuple[Piece, Files], ...]
    total: int
    page: int
    pages: int
    files: int
    copies: int
    damaged: int
    reports_left: int
    secrets: tuple[str, ...]  # words to keep secret that stand in it
    secrets_unread: bool = False  # nobody can say which words to keep secret stand in it


def own_name(house: House, vault: Vault) -> str:
    """Return what she calls herself, as far as she has said."""
    with house.store.read() as conn:
        found = own.only(conn, vault, Profile)
    return (found.body.display_name or found.body.initials) if found else ""


def entries(house: House, vault: Vault, *, page: int, query: str) -> Entries:
    """Return twenty entries, newest first, or of what is found in their words."""
    with house.store.read() as conn:

        def find(offset: int) -> Page:
            if query:
                return vault.search(conn, Entry.kind, query, offset=offset, limit=PER_PAGE)
            return vault.page(conn, Entry.kind, offset=offset, limit=PER_PAGE)

        found, there = find_page(page, find)
        orders = own.every_in(conn, vault, Order).items
    bodies = [one.body for one in orders]
    newest = tuple(one for one in orders if not order_versions.later(one.body, bodies))
    return Entries(tuple(found.items), found.total, there.page, there.pages, newest)


def of_order(house: House, vault: Vault, order_id: str) -> list[str]:
    """Return the ids of all entries that name an order, or a part of it, in any of its versions."""
    if not is_id(order_id):
        return []
    with house.store.read() as conn:
        chosen = own.one_in(conn, vault, Order, order_id).body
        bodies = [one.body for one in own.every_in(conn, vault, Order).items]
        family = {one.reference for one in order_versions.family(chosen, bodies)}
        return [
            one.id
            for one in own.every_in(conn, vault, Entry).items
            if one.body.order_ref in family
            or any(term.rpartition(".")[0] in family for term in one.body.terms_alleged)
        ]


def files(house: House, vault: Vault, draft: Draft) -> list[FileChoice]:
    """Return the files of chosen entries and orders."""
    with house.store.read() as conn:
        return [
            FileChoice(file.record_id, file.body, of)
            for file, of in below(conn, vault, (*draft.entries, *draft.orders), File.kind)
            if isinstance(file.body, File) and isinstance(of, Entry | Order)
        ]


def below(
    conn: Connection, vault: Vault, chosen: Sequence[str], kind: str
) -> Iterator[tuple[Opened, Record]]:
    """Yield the records of a kind that belong to what was chosen, each with what it belongs to."""
    above = [one for one in chosen if is_id(one)]
    counts = vault.count_children(conn, above, kind)
    having = [one for one in above if counts[one] and vault.is_listed(conn, one)]
    for one, some in vault.children_of(conn, having, kind).items():
        of = vault.get(conn, one).body
        yield from ((child, of) for child in some)


def look(house: House, vault: Vault, draft: Draft, *, page: int) -> Shown:
    """Return one page of exactly what would go."""
    with house.store.read() as conn:
        looked = share_look.look(conn, vault, draft)
        secrets = _secrets(conn, vault)
    parcel = looked.parcel
    entries = parcel.of_kind(Entry.kind)
    there = place(page, len(entries))
    return Shown(
        seen=looked.seen,
        entries=tuple((one, _files_of(parcel, one)) for one in there.of(entries)),
        others=tuple((one, _files_of(parcel, one)) for one in parcel.pieces if one.kind in _OTHERS),
        total=len(entries),
        page=there.page,
        pages=there.pages,
        files=len(parcel.of_kind(File.kind)),
        copies=sum(one.copy is not None for one in parcel.pieces),
        damaged=parcel.damaged,
        reports_left=parcel.reports_left,
        secrets=_told_secrets(parcel, secrets) if secrets else (),
        secrets_unread=secrets is None,
    )


def _secrets(conn: Connection, vault: Vault) -> Secrets | None:
    """Return her words to keep secret; None where nobody can say which they are: she is told."""
    try:
        return secret_words.kept_secret(conn, vault)
    except DamagedError:
        return None


_OTHERS = frozenset(
    one.kind for one in (Order, Plan, Person, Contact, OtherPerson, Told, Lead, Report)
)


def _files_of(parcel: Parcel, one: Piece) -> Files:
    found = (piece.opened for piece in parcel.below(one.opened.record_id, File.kind))
    return tuple((file.record_id, file.body) for file in found if isinstance(file.body, File))


def _told_secrets(parcel: Parcel, secrets: Secrets) -> tuple[str, ...]:
    """Return the words that she wants kept secret, and that stand in what would go."""
    told = "\n".join(
        secret_words.said(one.opened, GROUPS if one.stays is None else one.stays)
        for one in parcel.pieces
    )
    return secret_words.standing(told, secrets)
