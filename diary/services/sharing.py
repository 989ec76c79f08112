"""Sharing as its owner sees it: with whom, what exactly, what changed since, and ending it.

Names come from the sealed consent, never from what somebody else could write.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from diary.domain.clock import from_ms, to_ms
from diary.domain.event import Event
from diary.domain.order import Order
from diary.domain.people import OtherPerson
from diary.domain.sharing import Consent
from diary.errors import DamagedError, NotFoundError
from diary.services import own, practitioners
from diary.services.house import House
from diary.services.own import Own
from diary.services.practitioners import Card
from diary.store import grants as rows
from diary.store.grants import GrantRow
from diary.text import N_
from diary.vault import case as cases
from diary.vault.vault import Vault

NOBODY = N_("Nobody can be found by that code. Please ask for a new one.")


@dataclass(frozen=True, slots=True)
class Share:
    """One consent, and whether anybody can read by it now."""

    id: str
    consent: Consent
    version: int
    given_at: datetime
    state: str  # live | later | cut_off (nobody reads by it, though its time is not over) | ended
    ended_at: datetime | None = None
    reader_closed: bool = False  # its reader has closed the account, and can open nothing


def find(house: House, vault: Vault, typed: str) -> Card:
    """Find who showed this code.

    Somebody who may be the other person, or close to them, is as unknown as a code that never
    was: the answer tells nothing (H8.58).
    """
    others = other_side(house, vault)  # first, so that both refusals take the same work
    card = practitioners.by_code(house, typed, by=vault.account_id)
    if is_other_side(card, others):
        raise NotFoundError(NOBODY)
    return card


def other_side(house: House, vault: Vault) -> tuple[OtherPerson, ...] | None:
    """Return what she noted of the other person; None where nobody can say what it was."""
    with house.store.read() as conn:
        return _other_side(conn, vault)


def _other_side(conn: Connection, vault: Vault) -> tuple[OtherPerson, ...] | None:
    """Return it, and whom her orders name. A row that is lost, of which nobody knows what it was,
    may be such a note.
    """
    heads = vault.heads(conn)
    found = own.every_in(conn, vault, OtherPerson, heads=heads)
    orders = own.every_in(conn, vault, Order, heads=heads)
    if found.damaged or orders.damaged or heads.lost:
        return None
    named = {one.body.respondent_name for one in orders.items}
    return (*(one.body for one in found.items), *(OtherPerson(name=one) for one in named))


def refuse_other_side(conn: Connection, vault: Vault, card: Card) -> None:
    """Raise NotFoundError for a name or contact that is the other person's or an associate's."""
    if is_other_side(card, _other_side(conn, vault)):
        raise NotFoundError(NOBODY)


def is_other_side(card: Card, others: Iterable[OtherPerson] | None) -> bool:
    """Tell whether a name or contact may be the other person's, or of somebody close to them.

    Where nobody can say who that is, it may be anybody.
    """
    return others is None or any(_is_side_of(card, other) for other in others)


def _is_side_of(card: Card, other: OtherPerson) -> bool:
    """Compare names without marks, case and order; numbers by their digits."""
    said = " ".join((card.name, card.role, card.organisation, card.contact))
    names = (other.name, other.called, *other.known_as, *(one.name for one in other.associates))
    if any(_is_one_name(card.name, theirs) for theirs in names):
        return True
    digits = _digits(said)
    if any(len(phone) >= 7 and phone in digits for phone in map(_tail, other.phones)):
        return True
    folded = _fold(said)
    contacts = (*other.emails, *other.accounts)
    return any(len(word) > 3 and _fold(word) in folded for word in map(str.strip, contacts))


def _is_one_name(one: str, other: str) -> bool:
    """Tell whether two names are alike: the same words, or all of the shorter one's, if not one."""
    mine, theirs = _words(one), _words(other)
    fewer, more = sorted((mine, theirs), key=len)
    joined = {"".join(filter(str.isalnum, _fold(name))) for name in (one, other)}
    alike = len(joined) == 1 or mine == theirs or (len(fewer) > 1 and fewer <= more)
    return alike and bool(mine and theirs)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", re.sub(r"['’ʼ`]", "", _fold(text))))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _tail(phone: str) -> str:
    """Return a number without the country's code or the first nought."""
    return _digits(phone)[-10:].lstrip("0")


def shares(house: House, vault: Vault) -> list[Share]:
    """Return every consent, those by which somebody can read first."""
    with house.store.read() as conn:
        found = shares_in(conn, house, vault)
    return sorted(found, key=lambda one: (one.state == "ended", -one.given_at.timestamp()))


def shares_in(conn: Connection, house: House, vault: Vault) -> list[Share]:
    """Return the same within a transaction, in no order."""
    given = {row.id: row for row in rows.of_diary(conn, vault.diary_id)}
    return [
        _share(conn, house, vault, one, given.get(one.id))
        for one in own.every_in(conn, vault, Consent).items
    ]


def live_grants(house: House, vault: Vault) -> list[Share]:
    """Return the consents by which somebody can read now, or will be able to."""
    return [one for one in shares(house, vault) if one.state != "ended"]


def share(house: House, vault: Vault, grant_id: str) -> Share:
    """Return one, ended or not."""
    with house.store.read() as conn:
        return share_in(conn, house, vault, grant_id)


def share_in(conn: Connection, house: House, vault: Vault, grant_id: str) -> Share:
    """Return the same within a transaction."""
    consent = own.newest_in(conn, vault, Consent, grant_id)
    return _share(conn, house, vault, consent, rows.by_id(conn, grant_id))


def adds(house: House, share: Share) -> bool:
    """Tell whether what she writes goes along, or will once it has begun."""
    until = share.consent.adds_until
    return share.state in {"live", "later"} and until is not None and house.now() < until


def _share(
    conn: Connection, house: House, vault: Vault, one: Own[Consent], row: GrantRow | None
) -> Share:
    now, body = house.now(), one.body
    given_at = one.written_at
    if one.version > 1:
        # Damaged, it still says what she agreed to last, and can be ended.
        with suppress(DamagedError, NotFoundError):
            given_at = vault.get(conn, one.id, 1).written_at
    over = row is None or row.ended_ms is not None or body.ends <= now
    state = "ended" if over else _state(conn, body, now)
    ended_at = (body.ended_at or _ended(row, min(body.ends, now))) if over else None
    closed = practitioners.has_closed(conn, house, body.grantee)
    return Share(one.id, body, one.version, given_at, state, ended_at, closed)


def _ended(row: GrantRow | None, last: datetime) -> datetime:
    """Return when it ended before its time; `last` where it did not."""
    return last if row is None or row.ended_ms is None else min(from_ms(row.ended_ms), last)


def _state(conn: Connection, consent: Consent, now: datetime) -> str:
    if not practitioners.may_read(conn, consent.grantee, consent.fingerprint):
        return "cut_off"
    return "later" if consent.starts > now else "live"


def unread(house: House, vault: Vault) -> list[str]:
    """Return the grants by which somebody may read, and whose consent does not open."""
    with house.store.read() as conn:
        known = {one.id for one in shares_in(conn, house, vault)}
        return [row.id for row in _unread(conn, house, vault, known)]


def _unread(conn: Connection, house: House, vault: Vault, known: Container[str]) -> list[GrantRow]:
    now_ms, given = to_ms(house.now()), rows.of_diary(conn, vault.diary_id)
    live = [row for row in given if row.ended_ms is None and now_ms < row.ends_ms]
    return [row for row in live if row.id not in known]


def end(house: House, vault: Vault, grant_id: str) -> None:
    """End a share now: its keys and wraps are destroyed. Ending it twice ends it once.

    One whose consent is damaged or lost ends too: its keys do not depend on it.
    """
    with own.turn(house, vault) as conn:  # nobody is saving what would go along
        try:
            _end(conn, house, vault, share_in(conn, house, vault, grant_id))
        except (DamagedError, NotFoundError):
            row = rows.by_id(conn, grant_id)
            if row is None or row.diary_id != vault.diary_id:
                raise
            _end_keys(conn, house, vault, row)


def end_person(house: House, vault: Vault, grant_id: str) -> int:
    """End everything that is shared with the person of this share; return how many ended."""
    with own.turn(house, vault) as conn:
        grantee = share_in(conn, house, vault, grant_id).consent.grantee
        every = shares_in(conn, house, vault)
        theirs = [one for one in every if one.consent.grantee == grantee]
        live = [one for one in theirs if one.state != "ended"]
        for one in live:
            _end(conn, house, vault, one)
        left = _unread(conn, house, vault, {one.id for one in every})
        damaged = [row for row in left if row.grantee == grantee]  # to end too much is no harm
        for row in damaged:
            _end_keys(conn, house, vault, row)
    return len(live) + len(damaged)


def _end(conn: Connection, house: House, vault: Vault, one: Share) -> None:
    if one.state == "ended":
        return
    now = house.now()
    rows.end(conn, one.id, to_ms(now))
    ended = one.consent.model_copy(update={"ended_at": now, "ended_by": "owner"})
    vault.keep(conn, ended, at=now, record_id=one.id, base_version=one.version)
    _note_end(conn, house, vault, one.id)


def _end_keys(conn: Connection, house: House, vault: Vault, row: GrantRow) -> None:
    """End what no consent that opens says anything of: its keys, and that she did it."""
    if row.ended_ms is None:
        rows.end(conn, row.id, to_ms(house.now()))
        _note_end(conn, house, vault, row.id)


def _note_end(conn: Connection, house: House, vault: Vault, grant_id: str) -> None:
    event = Event(action="share_ended", subject=grant_id)
    vault.keep(conn, event, at=house.now(), parent=grant_id)


def end_all(conn: Connection, house: House, vault: Vault) -> None:
    """End every share of a diary that closes, also those whose consent does not open."""
    for one in shares_in(conn, house, vault):
        _end(conn, house, vault, one)
    for grant_id in rows.end_all(conn, vault.diary_id, to_ms(house.now())):
        _note_end(conn, house, vault, grant_id)


def sweep(house: House) -> int:
    """End the shares whose time is over; return how many. Her diary says so when she looks."""
    now = house.now()
    with house.store.write() as conn:
        due: Iterable[str] = rows.due(conn, to_ms(now))
        found = [row for grant_id in due if (row := rows.by_id(conn, grant_id))]
        for row in found:
            rows.end(conn, row.id, to_ms(now))
            event = Event(action="share_ended", actor="server", subject=row.id)
            cases.leave_for_owner(conn, row.diary_id, event, at=now, parent=row.id)
    return len(found)
