"""Getting back in with a helper: somebody asks, the helper agrees, and three days pass.

A request is made for a name, without looking whether there is such an account: there is nothing to
tell apart. Its code is shown once. What opens needs all of it: the code, the helper's half, the
server's half, and 72 hours in which nobody stopped it and nobody signed in. Several may ask at
once, each on their own: whoever guesses the name cannot take her request's place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from diary.canonical import utc_text
from diary.domain.clock import from_ms, to_ms
from diary.domain.event import Event
from diary.errors import BadInputError, DiaryError, NotFoundError, WrongSecretError
from diary.services import accounts, practice_seen, throttle, trusted_helper
from diary.services.accounts import Caller
from diary.services.house import House
from diary.store import accounts as rows
from diary.store import helpers, sessions
from diary.store.accounts import AccountRow
from diary.store.helpers import AskedRow
from diary.text import N_
from diary.vault import helpers as halves
from diary.vault import keyring
from diary.vault.helpers import Halves, Share
from diary.vault.keyring import Unlocked
from diary.vault.vault import Vault

WAIT = timedelta(hours=72)
KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Request:
    """A fresh request: its code, shown once, and when it can open at the earliest."""

    code: str
    opens: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands, as far as whoever made it may know."""

    asked: datetime
    opens: datetime
    unlocked: Unlocked | None


@dataclass(frozen=True, slots=True)
class Plea:
    """What a helper sees: for whom it is, as she wanted to be called, and since when."""

    called: str
    asked: datetime
    opens: datetime


def ask(house: House, *, name: str, caller: Caller) -> Request:
    """Make a request for a name; the same, whether there is such an account or not."""
    name = accounts.tidy_name(name)
    if not name:
        raise BadInputError(fields={"name": DiaryError(N_("Type the name you sign in with."))})
    code, now = halves.new_code(), house.now()
    with house.store.write() as conn:
        throttle.admit_asking(conn, house, network=caller.network)
        name_hash = house.secrets.name_hash(name)
        helpers.add_asked(conn, halves.row_id(code), name_hash, to_ms(now))
    return Request(halves.show_code(code), now + WAIT)


def plea(house: House, vault: Vault, typed: str) -> Plea:
    """Show a helper what a code asks for, or NotFoundError: whatever the reason, one answer."""
    with house.store.write() as conn:
        throttle.admit_look_up(conn, house, account=vault.account_id)
    with house.store.read() as conn:
        row, _, share = _for_helper(conn, house, vault, _read(typed))
    return Plea(share.called, from_ms(row.asked_ms), from_ms(row.asked_ms) + WAIT)


def agree(house: House, vault: Vault, typed: str) -> None:
    """Hand the helper's half on to whoever has the code."""
    with house.store.write() as conn:
        throttle.admit_look_up(conn, house, account=vault.account_id)
    code = _read(typed)
    with house.store.write() as conn:
        row, owner, share = _for_helper(conn, house, vault, code)
        handed = halves.hand_on(code, owner.id, vault.account_id, share)
        if not helpers.hand_on(conn, row.id, handed):
            raise _unknown()


def come_in(house: House, *, name: str, typed: str, caller: Caller) -> Standing:
    """Open the account when everything is there and the wait is over, and end its sessions.

    WrongSecretError for a code and a name that do not fit. Whatever else is missing, whether the
    helper has not agreed, it was stopped, or there is no such account, is one answer.
    """
    name_hash, code = house.secrets.name_hash(accounts.tidy_name(name)), keyring.read_code(typed)
    with house.store.read() as conn:
        asked = _of_name(conn, house, code, name_hash)
    begun, unlocked = from_ms(asked.asked_ms), None
    if _is_due(house, asked):
        with house.store.write() as conn:
            # Read again: it may have been stopped a moment ago.
            unlocked = _unlock(conn, house, _of_name(conn, house, code, name_hash), code)
            if unlocked is not None:
                _enter(conn, house, Vault(unlocked), caller)
    if unlocked is not None:
        practice_seen.pass_on(house, Vault(unlocked))
    return Standing(begun, begun + WAIT, unlocked)


def complete(house: House, vault: Vault) -> None:
    """Use the way in up, once a new passphrase is set: code, halves and slot open nothing more."""
    with house.store.write() as conn:
        trusted_helper.destroy(conn, house, vault)


def noticed(house: House, account_id: str) -> datetime | None:
    """Return when somebody first asked for a new way into this account, while that is open."""
    since_ms = to_ms(house.now() - KEPT)
    with house.store.read() as conn:
        found = helpers.open_asked(conn, account_id, since_ms)
        if not found or trusted_helper.opened(conn, house, account_id) is None:
            return None  # without a helper nobody gets anywhere, and there is nothing to fear
    return from_ms(found[0])


def stop(house: House, vault: Vault) -> None:
    """Stop every request for this account; those who asked are told nothing."""
    since = noticed(house, vault.account_id)
    with house.store.write() as conn:
        row = rows.by_id(conn, vault.account_id)
        if row is None or since is None:
            return
        if helpers.stop(conn, row.name_hash, to_ms(house.now())):
            event = Event(action="helper_stopped", note=utc_text(since))
            vault.keep(conn, event, at=house.now())


def sweep(house: House) -> None:
    """Drop requests that are over."""
    with house.store.write() as conn:
        helpers.drop_asked(conn, to_ms(house.now() - KEPT))


def _of_name(conn: Connection, house: House, code: bytes, name_hash: bytes) -> AskedRow:
    """Find a request that is not over by its code and its name, or raise WrongSecretError."""
    asked = helpers.asked_by_id(conn, halves.row_id(code))
    if asked is None or asked.name_hash != name_hash or not _is_kept(house, asked):
        raise WrongSecretError
    return asked


def _enter(conn: Connection, house: House, vault: Vault, caller: Caller) -> None:
    sessions.end_all(conn, vault.account_id)
    accounts.come_back(conn, house, vault, Event(action="helper_used", note=caller.words), caller)


def _unlock(conn: Connection, house: House, asked: AskedRow, code: bytes) -> Unlocked | None:
    """Open the account, or None; the same work where there is nothing to open."""
    row = rows.by_name(conn, asked.name_hash)
    ways = rows.read_slots(conn, row.id) if row else keyring.unused_slots()
    if row is None:
        salt, params = keyring.new_salt(), keyring.cost(house.settings)
        row = keyring.nobody(name_hash=asked.name_hash, salt=salt, params=params)
    kept = trusted_helper.opened(conn, house, row.id) or halves.stand_in()
    try:
        unlocked = halves.unlock(row, ways, kept, code=code, handed=asked.handed)
    except WrongSecretError:
        return None
    is_open = _can_open(row, asked) and not trusted_helper.is_cut_off(conn, kept.helper_id)
    return unlocked if is_open else None


def _for_helper(
    conn: Connection, house: House, vault: Vault, code: bytes
) -> tuple[AskedRow, AccountRow, Share]:
    asked = helpers.asked_by_id(conn, halves.row_id(code))
    owner = rows.by_name(conn, asked.name_hash) if asked and _is_kept(house, asked) else None
    if asked is None or owner is None or not _can_open(owner, asked):
        raise _unknown()
    kept = trusted_helper.opened(conn, house, owner.id)
    if kept is None or not _is_helper(conn, kept, vault):
        raise _unknown()
    return asked, owner, halves.take(vault.unlocked, kept, owner.id)


def _is_helper(conn: Connection, kept: Halves, vault: Vault) -> bool:
    mine = kept.helper_id == vault.account_id
    return mine and trusted_helper.can_help(conn, vault.account_id)


def _can_open(owner: AccountRow, asked: AskedRow) -> bool:
    return owner.closes_ms is None and asked.stopped_ms is None and asked.met_ms is None


def _is_kept(house: House, asked: AskedRow) -> bool:
    return house.now() < from_ms(asked.asked_ms) + KEPT


def _is_due(house: House, asked: AskedRow) -> bool:
    return house.now() >= from_ms(asked.asked_ms) + WAIT


def _read(typed: str) -> bytes:
    try:
        return keyring.read_code(typed)
    except WrongSecretError as error:
        raise _unknown() from error


def _unknown() -> NotFoundError:
    return NotFoundError(N_("That code asks nothing of you now. Please compare it once more."))
