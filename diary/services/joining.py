"""A practitioner's ways in: joining by an invitation, signing in, and a second passkey.

The identity key opens with what a passkey gives, or else with a passphrase: the server alone never
opens it. Unknown, suspended, forged, replayed and too late are one refusal.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diary.domain.clock import from_ms, to_ms
from diary.domain.event import Event
from diary.errors import BadInputError, ConflictError, NotFoundError, WrongSecretError
from diary.services import accounts as ways_in
from diary.services import agencies, challenges, own, passkeys, passphrases, throttle
from diary.services.accounts import Caller
from diary.services.house import House
from diary.services.passkeys import Asked, Made, RefusedError
from diary.store import accounts, orgs, sessions
from diary.store import passkeys as store
from diary.store.accounts import AccountRow
from diary.store.orgs import MemberRow
from diary.store.passkeys import PasskeyRow
from diary.text import N_
from diary.vault import agencies as names
from diary.vault import keyring
from diary.vault import passkeys as slots
from diary.vault.keyring import Slot, Stretched, Unlocked
from diary.vault.vault import Vault

MOST_PASSKEYS = 10
_ACCOUNT = 16


class NeedsWordsError(BadInputError):
    """This passkey cannot open anything by itself: a passphrase has to be chosen."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A passkey's answer, and what its PRF extension gave, if it has one."""

    answer: str
    output: bytes | None


@dataclass(frozen=True, slots=True)
class HalfIn:
    """A passkey was right but opens nothing by itself: the passphrase comes next."""

    ticket: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """One of somebody's own passkeys, for a list."""

    id: str
    made_at: datetime
    used_at: datetime


def join(house: House, token: str, asked: Asked, shown: Shown, *, passphrase: str) -> Unlocked:
    """Become who the link invites. Of two who use it at once, one does; NotFoundError for both
    a link that is of no use and the later one.
    """
    invited = agencies.invited(house, token)
    if shown.output is None:
        _require_words(passphrase, invited.name)
    made = passkeys.made(house, asked, shown.answer)
    salt, now_ms = keyring.new_salt(), to_ms(house.now())
    stretched = None if shown.output is not None else _first_words(house, passphrase, salt)
    new = slots.new_account(
        house.settings,
        account_id=agencies.account_of(token),
        stretched=stretched,
        salt=salt,
        at=house.now(),
    )
    said = {"name": invited.name, "role": invited.role, "words": stretched is not None}
    said |= {"contact": invited.contact} if invited.contact else {}
    sealed = names.seal(house.secrets, "practitioner", new.row.id, said)
    row = MemberRow(new.row.id, invited.org_id, invited.lead, sealed, now_ms, None)
    try:
        with house.store.write() as conn:
            if not orgs.use_invitation(conn, invited.id, now_ms):
                raise NotFoundError
            accounts.add(conn, new.row, new.slots)
            orgs.add_member(conn, row)
            store.add(conn, _passkey(house, new.unlocked, made, shown))
            Vault(new.unlocked).keep(conn, Event(action="account_opened"), at=house.now())
    except ConflictError as error:
        raise RefusedError from error
    return new.unlocked


def sign_in(house: House, asked: Asked, shown: Shown) -> Unlocked | HalfIn:
    """Sign in with a passkey, or raise RefusedError whatever is wrong."""
    with house.store.read() as conn:
        row = store.by_id(conn, passkeys.id_in(shown.answer))
    count = passkeys.shown(house, asked, shown.answer, row)
    if row is None:
        raise RefusedError
    _note_use(house, row, count)
    with house.store.read() as conn:
        account = _account(accounts.by_id(conn, row.account_id))
    try:
        unlocked = slots.unlock(account, row, shown.output or b"")
    except WrongSecretError:
        return HalfIn(_ticket(house, account.id, asked.caller))
    return _enter(house, unlocked, asked.caller)


def show_again(house: House, vault: Vault, asked: Asked, shown: Shown) -> None:
    """Check that who is signed in holds one of the account's own passkeys, or refuse."""
    with house.store.read() as conn:
        row = store.by_id(conn, passkeys.id_in(shown.answer))
    mine = row if row is not None and row.account_id == vault.account_id else None
    count = passkeys.shown(house, asked, shown.answer, mine)
    if mine is None:
        raise RefusedError
    _note_use(house, mine, count)


def open_with_words(house: House, ticket: str, passphrase: str, caller: Caller) -> Unlocked:
    """Sign in with the passphrase that belongs to a passkey which was shown a moment ago."""
    account_id = _whose(house, ticket, caller)
    with house.store.write() as conn:
        throttle.admit_unlock(conn, house, account=account_id)
        account = _account(accounts.by_id(conn, account_id))
        ways = accounts.read_slots(conn, account_id)
    typed = passphrases.tidy(passphrase)
    stretched = ways_in.stretch(house, typed, account.salt, keyring.stored_cost(account))
    unlocked = keyring.unlock_with_passphrase(account, ways, stretched)
    with house.store.write() as conn:
        throttle.unlocked(conn, house, account=account_id)
    return _enter(house, unlocked, caller)


def listed(house: House, vault: Vault) -> list[Passkey]:
    """Return one's own passkeys."""
    with house.store.read() as conn:
        rows = store.of_account(conn, vault.account_id)
    return [Passkey(row.id.hex(), from_ms(row.created_ms), from_ms(row.seen_ms)) for row in rows]


def add(house: House, vault: Vault, asked: Asked, shown: Shown, *, passphrase: str) -> None:
    """Add a passkey to one's own account, so that losing one loses nothing."""
    with house.store.read() as conn:
        account = _account(accounts.by_id(conn, vault.account_id))
        said = _said(house, orgs.member(conn, vault.account_id))
        known = store.of_account(conn, vault.account_id)
    if len(known) >= MOST_PASSKEYS:
        raise BadInputError(N_("You have %(most)s passkeys already."), most=MOST_PASSKEYS)
    needs_words = shown.output is None and not said["words"]
    if needs_words:
        _require_words(passphrase, said["name"])
    made = passkeys.made(house, asked, shown.answer)
    stretched = _first_words(house, passphrase, account.salt) if needs_words else None
    try:
        with house.store.write() as conn:
            if stretched is not None:
                slot = keyring.passphrase_slot(vault.unlocked, stretched)
                accounts.write_slot(conn, vault.account_id, Slot.PASSPHRASE, slot)
                sealed = {**said, "words": True}
                orgs.set_member_sealed(
                    conn,
                    vault.account_id,
                    names.seal(house.secrets, "practitioner", vault.account_id, sealed),
                )
            store.add(conn, _passkey(house, vault.unlocked, made, shown))
    except ConflictError as error:
        raise RefusedError from error


def remove(house: House, vault: Vault, passkey_id: str, *, but: bytes = b"") -> None:
    """Remove one of one's own passkeys, never the last one; every session `but` one's own ends.

    What it was lost with may still be signed in.
    """
    with own.turn(house, vault) as conn:
        rows = store.of_account(conn, vault.account_id)
        wanted = [row for row in rows if row.id.hex() == passkey_id]
        if not wanted:
            raise NotFoundError
        if len(rows) == 1:
            raise BadInputError(N_("This is your only passkey. Add another one first."))
        store.remove(conn, wanted[0].id)
        sessions.end_all(conn, vault.account_id, but=but)


def known_ids(house: House, account_id: str) -> list[bytes]:
    """Return the credential ids that an account has already."""
    with house.store.read() as conn:
        return [row.id for row in store.of_account(conn, account_id)]


def _require_words(passphrase: str, name: str) -> None:
    if not passphrase:
        raise NeedsWordsError
    passphrases.require_strong(passphrases.tidy(passphrase), name)


def _first_words(house: House, passphrase: str, salt: bytes) -> Stretched:
    typed = passphrases.tidy(passphrase)
    return ways_in.stretch(house, typed, salt, keyring.cost(house.settings))


def _passkey(house: House, unlocked: Unlocked, made: Made, shown: Shown) -> PasskeyRow:
    now_ms = to_ms(house.now())
    slot = slots.slot_for(unlocked, made.id, shown.output)
    return PasskeyRow(
        made.id, unlocked.account_id, made.public_key, made.sign_count, slot, now_ms, now_ms
    )


def _note_use(house: House, row: PasskeyRow, count: int) -> None:
    """Keep the new count: a copied key that is behind it is refused from now on."""
    with house.store.write() as conn:
        noted = store.used(conn, row, sign_count=count, at_ms=to_ms(house.now()))
        if not noted or not orgs.is_active(conn, row.account_id):
            raise RefusedError


def _enter(house: House, unlocked: Unlocked, caller: Caller) -> Unlocked:
    """Let in whoever is not suspended, and note it in their own log."""
    vault = Vault(unlocked)
    with house.store.write() as conn:
        if not orgs.is_active(conn, unlocked.account_id):
            raise RefusedError
        vault.keep(conn, Event(action="signed_in", note=caller.words), at=house.now())
        vault.refresh_heads(conn)
    return unlocked


def _account(row: AccountRow | None) -> AccountRow:
    if row is None:
        raise RefusedError
    return row


def _said(house: House, known: orgs.KnownRow | None) -> dict[str, Any]:
    if known is None:
        raise RefusedError
    row = known.member
    return names.open_(house.secrets, "practitioner", row.account_id, row.sealed)


def _ticket(house: House, account_id: str, caller: Caller) -> str:
    signed = challenges.make(house, "words", account_id, caller.browser)
    return urlsafe_b64encode(bytes.fromhex(account_id) + signed).decode()


def _whose(house: House, ticket: str, caller: Caller) -> str:
    """Return whose passkey a ticket says was shown, or refuse."""
    try:
        told = urlsafe_b64decode(ticket[:400])
    except ValueError as error:
        raise RefusedError from error
    account_id, signed = told[:_ACCOUNT].hex(), told[_ACCOUNT:]
    if not challenges.holds(house, signed, "words", account_id, caller.browser):
        raise RefusedError
    return account_id
