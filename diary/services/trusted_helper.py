"""Somebody who can help her back in when phone, passphrase and code are all lost.

Set by her alone and with her passphrase, by a short code that the helper shows, and six words that
both compare. A helper is a practitioner, or anybody with an account. Changing anything here stops
every request that was made before: a request counts for the helper of its own time only.
"""

from __future__ import annotations

import secrets
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from diary.domain.clock import to_ms
from diary.domain.event import Event
from diary.errors import BadInputError, DiaryError, NotFoundError
from diary.services import practitioners, sharing
from diary.services.house import House
from diary.services.passphrases import whole
from diary.services.practitioners import CODE_MINUTES, Card, Introduction
from diary.store import accounts, helpers, orgs
from diary.text import N_
from diary.vault import helpers as halves
from diary.vault.helpers import LONGEST_CALLED, Halves, Helper
from diary.vault.keyring import Slot
from diary.vault.vault import Vault

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # as in recovery codes: nothing that looks alike
_LENGTH = 8
_NOBODY = N_("Nobody can be found by that code. Please ask for a new one.")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who helps: what she calls them, and whether they still could."""

    label: str
    can_help: bool


def introduce(house: House, account_id: str) -> Introduction:
    """Make a code by which this account is found for a while; the one before it ends."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    ends = house.now() + timedelta(minutes=CODE_MINUTES)
    with house.store.write() as conn:
        orgs.introduce(conn, _hash(house, code), account_id, to_ms(ends))
    return Introduction(f"{code[:4]}-{code[4:]}", ends)


def find(house: House, vault: Vault, typed: str) -> Card:
    """Find who showed this code; a friend's card has no name, for accounts have none to show.

    One answer for a code that never was or is over, her own, and whoever is suspended or has gone.
    """
    card = _friend(house, typed)
    with suppress(NotFoundError):  # no practitioner, so a friend or nobody
        card = sharing.find(house, vault, typed)
    if card is None or card.account_id == vault.account_id:
        raise NotFoundError(_NOBODY)
    return card


def choose(house: House, vault: Vault, typed: str, *, called: str, label: str) -> None:
    """Let whoever shows this code be her helper, in the place of anybody before."""
    card = find(house, vault, typed)
    called, label = _line(called, "called"), card.name or _line(label, "label")
    with house.store.write() as conn:
        if not card.name:
            _refuse_other_side(conn, vault, card, label)
        slot, kept = halves.choose(
            vault.unlocked, Helper(card.account_id, card.public_key), called=called, label=label
        )
        _put(conn, house, vault, slot, halves.seal(house.secrets, vault.account_id, kept))
        vault.keep(conn, Event(action="helper_set", note=label), at=house.now())


def current(house: House, vault: Vault) -> Chosen | None:
    """Return who helps, if anybody."""
    with house.store.read() as conn:
        found = opened(conn, house, vault.account_id)
        if found is None:
            return None
        return Chosen(halves.label_of(vault.unlocked, found), can_help(conn, found.helper_id))


def is_lost(house: House, vault: Vault) -> bool:
    """Tell whether a helper is set who cannot help any more: another has to be chosen."""
    with house.store.read() as conn:
        found = opened(conn, house, vault.account_id)
        return found is not None and not can_help(conn, found.helper_id)


def words_of(house: House, account_id: str) -> str:
    """Return the six words of an account's own key, to read aloud."""
    with house.store.read() as conn:
        row = accounts.by_id(conn, account_id)
    if row is None:
        raise NotFoundError
    return practitioners.fingerprint(row.public_key, account_id)


def remove(house: House, vault: Vault) -> None:
    """Let nobody help any more: both halves and the slot are destroyed at once."""
    with house.store.write() as conn:
        if opened(conn, house, vault.account_id) is not None:
            vault.keep(conn, Event(action="helper_removed"), at=house.now())
        destroy(conn, house, vault)


def destroy(conn: Connection, house: House, vault: Vault) -> None:
    """Put random bytes where slot and halves were, and stop what was asked."""
    _put(conn, house, vault, halves.unused_slot(), halves.none())


def opened(conn: Connection, house: House, account_id: str) -> Halves | None:
    """Return an account's halves; None where nobody helps."""
    return halves.open_(house.secrets, account_id, helpers.read(conn, account_id))


def can_help(conn: Connection, account_id: str) -> bool:
    """Tell whether this account is open, and not that of a practitioner who is suspended."""
    row = accounts.by_id(conn, account_id)
    if row is None or row.closes_ms is not None:
        return False
    return orgs.member(conn, account_id) is None or orgs.is_active(conn, account_id)


def is_cut_off(conn: Connection, account_id: str) -> bool:
    """Tell whether this is a practitioner's account that was suspended: what it agreed to is void.

    A friend who has gone meanwhile has done their part; whom an agency cuts off, has not.
    """
    return orgs.member(conn, account_id) is not None and not orgs.is_active(conn, account_id)


def _put(conn: Connection, house: House, vault: Vault, slot: bytes, sealed: bytes) -> None:
    accounts.write_slot(conn, vault.account_id, Slot.HELPER, slot)
    helpers.write(conn, vault.account_id, sealed)
    row = accounts.by_id(conn, vault.account_id)
    if row is None:
        raise NotFoundError
    helpers.stop(conn, row.name_hash, to_ms(house.now()))


def _friend(house: House, typed: str) -> Card | None:
    with house.store.read() as conn:
        account_id = orgs.introduced(conn, _hash(house, typed), to_ms(house.now())) or ""
        row = accounts.by_id(conn, account_id)
        if row is None or not can_help(conn, account_id):
            return None
    return _card(account_id, "", row.public_key)


def _card(account_id: str, name: str, public_key: bytes) -> Card:
    return Card(
        account_id=account_id,
        name=name,
        role="",
        organisation="",
        org_id="",
        lead=False,
        suspended=False,
        public_key=public_key,
        fingerprint=practitioners.fingerprint(public_key, account_id),
    )


def _refuse_other_side(conn: Connection, vault: Vault, card: Card, label: str) -> None:
    """Refuse whom she herself calls by the other person's name."""
    try:
        sharing.refuse_other_side(conn, vault, _card(card.account_id, label, card.public_key))
    except NotFoundError as error:
        raise NotFoundError(_NOBODY) from error


def _line(typed: str, name: str) -> str:
    line = " ".join(whole(typed[:LONGEST_CALLED]).split())
    if not line:
        raise BadInputError(fields={name: DiaryError(N_("Please type a name."))})
    return line


def _hash(house: House, typed: str) -> bytes:
    folded = unicodedata.normalize("NFKC", typed[:100]).upper()
    return house.secrets.tried("helper", "".join(filter(_ALPHABET.__contains__, folded)))
