"""Accounts: opening one, signing in, the way back, the passphrase, the recovery code, closing.

Wrong name, wrong passphrase and no such account take the same path and the same work. Passphrases
are stretched behind the house's gate, outside any transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from diary.domain.clock import to_ms
from diary.domain.event import Event
from diary.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    DiaryError,
    NotFoundError,
    NotSignedInError,
    WrongSecretError,
)
from diary.services import passphrases, practice_seen, sharing, throttle
from diary.services.house import House
from diary.store import accounts, helpers, sessions
from diary.store.accounts import AccountRow
from diary.text import N_
from diary.vault import keyring
from diary.vault.keyring import Slot, Stretched, Unlocked
from diary.vault.records import Opened
from diary.vault.sessions import mark_of
from diary.vault.vault import Vault

LONGEST_NAME = 100
PATIENCE_SECONDS = 8.0  # how long a request may wait for its turn at the gate
_DAY_MS = 24 * 60 * 60_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a network, and what the browser keeps since it signed in before."""

    network: str
    browser: bytes
    words: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """An opened account. `needs_code`: its recovery code was never typed back."""

    unlocked: Unlocked
    needs_code: bool


def sign_up(house: House, *, name: str, passphrase: str, caller: Caller) -> Entered:
    """Make an account; its recovery code comes next (`new_code`, `confirm_code`)."""
    name, passphrase = tidy_name(name), passphrases.tidy(passphrase)
    if not name:
        raise BadInputError(fields={"name": DiaryError(N_("Choose a name to sign in with."))})
    passphrases.require_strong(passphrase, name)
    with house.store.write() as conn:
        throttle.admit_start(conn, house, network=caller.network)
    salt, params = keyring.new_salt(), keyring.cost(house.settings)
    made = keyring.create(
        name_hash=house.secrets.name_hash(name),
        salt=salt,
        stretched=stretch(house, passphrase, salt, params),
        params=params,
        at=house.now(),
    )
    vault = Vault(made.unlocked)
    try:
        with house.store.write() as conn:
            accounts.add(conn, made.row, made.slots)
            _note_code(conn, house, vault, Event(action="account_opened"))
            _know(conn, house, made.row.id, caller)
    except ConflictError as error:
        # A form that makes names unique must say so. It says no more, costs a passphrase's work
        # for each try, and few are let through from one network.
        taken = DiaryError(N_("Please choose another name."))
        raise BadInputError(fields={"name": taken}) from error
    return Entered(made.unlocked, needs_code=True)


def sign_in(house: House, *, name: str, passphrase: str, caller: Caller) -> Entered:
    """Open an account with its passphrase, or raise WrongSecretError whatever is wrong."""
    name_hash = house.secrets.name_hash(tidy_name(name))
    with house.store.write() as conn:
        row, ways = _find(conn, house, name_hash)
        mark = mark_of(caller.browser, row.id)
        known = mark if sessions.knows_browser(conn, mark, row.id) else None
        tried = throttle.Try(name=name_hash, network=caller.network, mark=known)
        counted = throttle.admit_sign_in(conn, house, tried)
    typed = passphrases.tidy(passphrase)
    stretched = stretch(house, typed, row.salt, keyring.stored_cost(row))
    unlocked = keyring.unlock_with_passphrase(row, ways, stretched)
    stronger = _stronger(house, row, typed)
    vault = Vault(unlocked)
    with house.store.write() as conn:
        throttle.admitted(conn, house, tried, counted=counted)
        if stronger is not None:
            _set_passphrase(conn, house, unlocked, stronger)
        _know(conn, house, row.id, caller)
        helpers.meet(conn, name_hash, to_ms(house.now()))  # who can sign in needs no other way
        vault.keep(conn, Event(action="signed_in", note=caller.words), at=house.now())
        vault.refresh_heads(conn)
        entered = Entered(unlocked, needs_code=not _code_is_known(conn, vault))
    practice_seen.pass_on(house, vault)
    return entered


def unlock(house: House, unlocked: Unlocked, passphrase: str) -> None:
    """Check the passphrase of somebody who is signed in, or raise WrongSecretError."""
    with house.store.write() as conn:
        throttle.admit_unlock(conn, house, account=unlocked.account_id)
        row = _row(conn, unlocked)
        ways = accounts.read_slots(conn, row.id)
    typed = passphrases.tidy(passphrase)
    stretched = stretch(house, typed, row.salt, keyring.stored_cost(row))
    keyring.unlock_with_passphrase(row, ways, stretched)
    with house.store.write() as conn:
        throttle.unlocked(conn, house, account=unlocked.account_id)


def way_back(house: House, *, name: str, code: str, caller: Caller) -> Unlocked:
    """Open an account with its recovery code; one that was closed and still waits is reopened."""
    name_hash = house.secrets.name_hash(tidy_name(name))
    with house.store.read() as conn:
        row, ways = _find(conn, house, name_hash, closed_too=True)
    unlocked = keyring.unlock_with_code(row, ways, code)
    vault = Vault(unlocked)
    with house.store.write() as conn:
        if row.closes_ms is not None:
            accounts.set_closing(conn, row.id, None)
            vault.keep(conn, Event(action="account_reopened"), at=house.now())
        helpers.meet(conn, name_hash, to_ms(house.now()))
        come_back(conn, house, vault, Event(action="code_used", note=caller.words), caller)
    practice_seen.pass_on(house, vault)
    return unlocked


def come_back(conn: Connection, house: House, vault: Vault, event: Event, caller: Caller) -> None:
    """Note a way back that was used: until a new code is typed back, signing in asks for one."""
    _note_code(conn, house, vault, event)
    _know(conn, house, vault.account_id, caller)
    vault.refresh_heads(conn)


def change_passphrase(house: House, vault: Vault, passphrase: str, *, name: str) -> None:
    """Seal the identity for a new passphrase; the old one opens nothing any more."""
    passphrase = passphrases.tidy(passphrase)
    passphrases.require_strong(passphrase, name)
    with house.store.read() as conn:
        row = _row(conn, vault.unlocked)
    stretched = stretch(house, passphrase, row.salt, keyring.cost(house.settings))
    with house.store.write() as conn:
        _set_passphrase(conn, house, vault.unlocked, stretched)
        vault.keep(conn, Event(action="passphrase_changed"), at=house.now())


def new_code(vault: Vault) -> str:
    """Make a recovery code to show. Nothing is stored: the old one works until this is typed."""
    return keyring.replacement_code(vault.unlocked)[0]


def confirm_code(house: House, vault: Vault, *, shown: str, typed: str) -> None:
    """Put the shown code in force once it was typed back; WrongSecretError if it was not."""
    code = keyring.read_code(typed)
    if code != keyring.read_code(shown):
        raise WrongSecretError
    with house.store.write() as conn:
        slot = keyring.code_slot(vault.unlocked, code)
        accounts.write_slot(conn, vault.account_id, Slot.CODE, slot)
        _note_code(conn, house, vault, Event(action="code_replaced"))


def close(house: House, vault: Vault) -> None:
    """Close the account; it can be reopened with the recovery code until the wait is over."""
    wait_ms = house.settings.delete_wait_days * _DAY_MS
    with house.store.write() as conn:
        vault.keep(conn, Event(action="account_closing"), at=house.now())
        sharing.end_all(conn, house, vault)
        accounts.set_closing(conn, vault.account_id, to_ms(house.now()) + wait_ms)
        sessions.end_all(conn, vault.account_id)
        sessions.forget_browsers(conn, vault.account_id)


def tidy_name(name: str) -> str:
    """Return a name as it counts."""
    return " ".join(passphrases.whole(name[:LONGEST_NAME]).split())


def stretch(house: House, passphrase: str, salt: bytes, params: keyring.Cost) -> Stretched:
    """Stretch a passphrase when it is its turn, or raise BusyError."""
    if not house.gate.acquire(timeout=PATIENCE_SECONDS):
        raise BusyError
    try:
        return keyring.stretch(passphrase[: passphrases.LONGEST], salt, params)
    finally:
        house.gate.release()


def _find(
    conn: Connection, house: House, name_hash: bytes, *, closed_too: bool = False
) -> tuple[AccountRow, list[bytes]]:
    row = accounts.by_name(conn, name_hash)
    if row is None or (row.closes_ms is not None and not closed_too):
        salt = house.secrets.tried("salt", name_hash.hex())[:16]
        row = keyring.nobody(name_hash=name_hash, salt=salt, params=keyring.cost(house.settings))
    return row, accounts.read_slots(conn, row.id) or keyring.unused_slots()


def _row(conn: Connection, unlocked: Unlocked) -> AccountRow:
    row = accounts.by_id(conn, unlocked.account_id)
    if row is None:
        raise NotSignedInError
    return row


def _stronger(house: House, row: AccountRow, passphrase: str) -> Stretched | None:
    """Stretch again where the settings ask for more than this account has."""
    params = keyring.cost(house.settings)
    if params == keyring.stored_cost(row) or params.memory_kib < row.memory_kib:
        return None
    return stretch(house, passphrase, row.salt, params)


def _set_passphrase(
    conn: Connection, house: House, unlocked: Unlocked, stretched: Stretched
) -> None:
    params = keyring.cost(house.settings)
    slot = keyring.passphrase_slot(unlocked, stretched)
    accounts.write_slot(conn, unlocked.account_id, Slot.PASSPHRASE, slot)
    accounts.set_cost(
        conn,
        unlocked.account_id,
        memory_kib=params.memory_kib,
        iterations=params.iterations,
        lanes=params.lanes,
    )


def _know(conn: Connection, house: House, account_id: str, caller: Caller) -> None:
    mark = mark_of(caller.browser, account_id)
    sessions.know_browser(conn, mark, account_id, to_ms(house.now()))


def _code_note(conn: Connection, vault: Vault) -> Opened | None:
    try:
        return vault.get(conn, keyring.named_id(vault.unlocked, "code"))
    except NotFoundError:
        return None


def _note_code(conn: Connection, house: House, vault: Vault, event: Event) -> None:
    """Note what became of the code, as the next version of one record: the newest is its state."""
    last = _code_note(conn, vault)
    vault.keep(
        conn,
        event,
        at=house.now(),
        record_id=keyring.named_id(vault.unlocked, "code"),
        base_version=last.version if last else 0,
    )


def _code_is_known(conn: Connection, vault: Vault) -> bool:
    last = _code_note(conn, vault)
    return last is not None and isinstance(last.body, Event) and last.body.action == "code_replaced"
