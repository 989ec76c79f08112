"""Who a practitioner is: what she sees and compares aloud before she shares anything.

Whoever asks after somebody who is not there, is suspended, or whose code is over gets one answer.
"""

from __future__ import annotations

import secrets
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from diary.canonical import sha256
from diary.content.fingerprints import words_of
from diary.domain.clock import to_ms
from diary.errors import DamagedError, NotFoundError
from diary.services import throttle
from diary.services.house import House
from diary.store import orgs
from diary.store.orgs import KnownRow
from diary.text import N_
from diary.vault import agencies

CODE_MINUTES = 15
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # as in recovery codes: nothing that looks alike
_LENGTH = 8  # 39 bits, for a quarter of an hour, at ten tries a quarter of an hour


@dataclass(frozen=True, slots=True)
class Card:
    """A practitioner, as somebody who is to trust him sees him."""

    account_id: str
    name: str
    role: str
    organisation: str
    org_id: str
    lead: bool
    suspended: bool
    public_key: bytes
    fingerprint: str  # six words, to compare aloud
    contact: str = field(default="", repr=False)  # compared with the other person's; not shown
    closed: bool = False  # by himself, for good


@dataclass(frozen=True, slots=True)
class Introduction:
    """A code to be found by, and until when."""

    code: str
    ends: datetime


def card(house: House, account_id: str) -> Card:
    """Return a practitioner's card, also a suspended one's; NotFoundError for anybody else."""
    with house.store.read() as conn:
        return card_in(conn, house, account_id)


def card_in(conn: Connection, house: House, account_id: str) -> Card:
    """Do what `card` does, inside a transaction."""
    known = orgs.member(conn, account_id)
    if known is None:
        raise NotFoundError
    return _card(house, known)


def is_active(conn: Connection, account_id: str) -> bool:
    """Tell whether this account is a practitioner's who may read now."""
    return orgs.is_active(conn, account_id)


def may_read(conn: Connection, account_id: str, fingerprint_then: str) -> bool:
    """Tell whether somebody may read now, by the key that was compared aloud and by no other."""
    known = orgs.member(conn, account_id)
    if known is None or known.member.suspended_ms is not None:
        return False
    return fingerprint(known.public_key, account_id) == fingerprint_then


def has_closed(conn: Connection, house: House, account_id: str) -> bool:
    """Tell whether this practitioner has closed the account; nothing says so that is damaged.

    It is asked for every share of hers: a row of the agency must not take her own pages from her.
    """
    known = orgs.member(conn, account_id)
    if known is None:
        return False
    with suppress(DamagedError):
        return "closed_ms" in agencies.open_(
            house.secrets, "practitioner", account_id, known.member.sealed
        )
    return False


def by_code(house: House, typed: str, *, by: str) -> Card:
    """Find who showed this code; `by` is the account that asks, whose tries are counted.

    NotFoundError, with the same work, for a code that never was, is over, or whose owner is
    suspended; TooManyTriesError after ten.
    """
    with house.store.write() as conn:
        throttle.admit_look_up(conn, house, account=by)
    with house.store.read() as conn:
        account_id = orgs.introduced(conn, _hash(house, typed), to_ms(house.now())) or ""
        known = orgs.member(conn, account_id)
    if known is None or known.member.suspended_ms is not None:
        raise NotFoundError(N_("Nobody can be found by that code. Please ask for a new one."))
    return _card(house, known)


def introduce(house: House, account_id: str) -> Introduction:
    """Make a code by which this practitioner is found for a while; the one before it ends."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    ends = house.now() + timedelta(minutes=CODE_MINUTES)
    with house.store.write() as conn:
        orgs.introduce(conn, _hash(house, code), account_id, to_ms(ends))
    return Introduction(f"{code[:4]}-{code[4:]}", ends)


def fingerprint(public_key: bytes, account_id: str) -> str:
    """Return the six words of a key that belongs to an account."""
    return words_of(sha256(b"diary/v1/fingerprint\0", public_key, account_id.encode()))


def _card(house: House, known: KnownRow) -> Card:
    row = known.member
    said = agencies.open_(house.secrets, "practitioner", row.account_id, row.sealed)
    org = agencies.open_(house.secrets, "org", row.org_id, known.org_sealed)
    return Card(
        account_id=row.account_id,
        name=said["name"],
        role=said["role"],
        organisation=org["name"],
        org_id=row.org_id,
        lead=row.lead,
        suspended=row.suspended_ms is not None,
        public_key=known.public_key,
        fingerprint=fingerprint(known.public_key, row.account_id),
        contact=said.get("contact", ""),
        closed="closed_ms" in said,
    )


def _hash(house: House, typed: str) -> bytes:
    folded = unicodedata.normalize("NFKC", typed[:100]).upper()
    return house.secrets.tried("introduction", "".join(filter(_ALPHABET.__contains__, folded)))
