"""Ways in: an account's identity key inside its slots, and the diary key behind it.

Every account has the same number of slots from the first day; unused ones hold random bytes of
the same size, so nobody sees in the database which ways in exist.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NewType

from diary.crypto import code as recovery
from diary.crypto import envelope, identity, slots
from diary.crypto.errors import CodeError, OpenError
from diary.domain.clock import to_ms
from diary.domain.ids import new_id
from diary.errors import WrongSecretError
from diary.settings import Settings
from diary.store.accounts import AccountRow
from diary.vault.records import Keys

Stretched = NewType("Stretched", bytes)
Cost = slots.Argon2Params


class Slot(IntEnum):
    """What each position is for."""

    PASSPHRASE = 0
    CODE = 1
    DECOY = 2
    HELPER = 3


@dataclass(frozen=True, slots=True)
class Unlocked:
    """An account that has been opened: everything that reads and writes its diary."""

    account_id: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What sign-up stores, what it unlocks, and the code that is shown once."""

    row: AccountRow
    slots: tuple[bytes, ...]
    unlocked: Unlocked
    code: str


def cost(settings: Settings) -> slots.Argon2Params:
    """Return the Argon2id parameters in force (RFC 9106, second recommended option)."""
    return slots.Argon2Params(
        memory_kib=settings.argon2_memory_kib,
        iterations=settings.argon2_iterations,
        lanes=settings.argon2_lanes,
    )


def stretch(passphrase: str, salt: bytes, params: slots.Argon2Params) -> Stretched:
    """Turn a passphrase into key material; slow and heavy by design: call it behind the gate."""
    return Stretched(slots.stretch(passphrase, salt, params))


def stored_cost(row: AccountRow) -> slots.Argon2Params:
    """Return the parameters under which this account's passphrase slots were sealed."""
    return slots.Argon2Params(row.memory_kib, row.iterations, row.lanes)


def new_salt() -> bytes:
    """Make the salt of a new account's passphrase slots."""
    return secrets.token_bytes(16)


def create(
    *,
    name_hash: bytes,
    salt: bytes,
    stretched: Stretched,
    params: slots.Argon2Params,
    at: datetime,
    account_id: str | None = None,
) -> NewAccount:
    """Make a new account: identity, diary key, slots and recovery code."""
    person, account_id, diary_id = identity.new_identity(), account_id or new_id(), new_id()
    diary_key, code = envelope.new_key(), recovery.new_code()
    unlocked = Unlocked(account_id, Keys(diary_id, diary_key, person.private))
    ways = [slots.random_slot() for _ in Slot]
    ways[Slot.PASSPHRASE] = passphrase_slot(unlocked, stretched)
    ways[Slot.CODE] = code_slot(unlocked, code)
    row = AccountRow(
        id=account_id,
        name_hash=name_hash,
        public_key=person.public,
        salt=salt,
        memory_kib=params.memory_kib,
        iterations=params.iterations,
        lanes=params.lanes,
        created_ms=to_ms(at),
        closes_ms=None,
        diary_id=diary_id,
        sealed_key=identity.seal_to(
            person.public,
            diary_key + _mark(person.private, diary_id, diary_key),
            info=_diary_info(diary_id),
        ),
    )
    return NewAccount(row, tuple(ways), unlocked, recovery.show(code))


def passphrase_slot(unlocked: Unlocked, stretched: Stretched) -> bytes:
    """Seal the identity key for a passphrase."""
    account = bytes.fromhex(unlocked.account_id)
    kek = slots.slot_key_from_passphrase(stretched, position=Slot.PASSPHRASE, account_id=account)
    return slots.seal_slot(kek, account, unlocked.keys.private)


def code_slot(unlocked: Unlocked, code: bytes) -> bytes:
    """Seal the identity key for a recovery code."""
    account = bytes.fromhex(unlocked.account_id)
    kek = slots.slot_key_from_code(code, position=Slot.CODE, account_id=account)
    return slots.seal_slot(kek, account, unlocked.keys.private)


def replacement_code(unlocked: Unlocked) -> tuple[str, bytes]:
    """Make a new recovery code; return (code as shown, sealed slot)."""
    code = recovery.new_code()
    return recovery.show(code), code_slot(unlocked, code)


def unlock_with_passphrase(row: AccountRow, ways: list[bytes], stretched: Stretched) -> Unlocked:
    """Open an account with a stretched passphrase, or raise WrongSecretError."""
    account = bytes.fromhex(row.id)
    kek = slots.slot_key_from_passphrase(stretched, position=Slot.PASSPHRASE, account_id=account)
    return _unlock(row, ways[Slot.PASSPHRASE], kek)


def unlock_with_code(row: AccountRow, ways: list[bytes], typed: str) -> Unlocked:
    """Open an account with its recovery code, or raise WrongSecretError."""
    account = bytes.fromhex(row.id)
    kek = slots.slot_key_from_code(read_code(typed), position=Slot.CODE, account_id=account)
    return _unlock(row, ways[Slot.CODE], kek)


def helper_slot(unlocked: Unlocked, theirs: bytes, ours: bytes) -> bytes:
    """Seal the identity key for two halves: one that a helper keeps, one with the server."""
    account = bytes.fromhex(unlocked.account_id)
    kek = slots.slot_key_from_halves(theirs, ours, position=Slot.HELPER, account_id=account)
    return slots.seal_slot(kek, account, unlocked.keys.private)


def unlock_with_halves(row: AccountRow, ways: list[bytes], theirs: bytes, ours: bytes) -> Unlocked:
    """Open an account with both halves, or raise WrongSecretError."""
    account = bytes.fromhex(row.id)
    kek = slots.slot_key_from_halves(theirs, ours, position=Slot.HELPER, account_id=account)
    return _unlock(row, ways[Slot.HELPER], kek)


def read_code(typed: str) -> bytes:
    """Read a code as somebody wrote it down, or raise WrongSecretError."""
    try:
        return recovery.read(typed)
    except CodeError as error:
        raise WrongSecretError from error


def reopen(row: AccountRow, private: bytes) -> Unlocked:
    """Open the diary key with an identity key that a session carries."""
    try:
        opened = identity.open_with(private, row.sealed_key, info=_diary_info(row.diary_id))
    except OpenError as error:
        raise WrongSecretError from error
    key, mark = opened[: envelope.KEY], opened[envelope.KEY :]
    if not hmac.compare_digest(mark, _mark(private, row.diary_id, key)):
        raise WrongSecretError
    return Unlocked(row.id, Keys(row.diary_id, key, private))


def _unlock(row: AccountRow, sealed: bytes, kek: bytes) -> Unlocked:
    try:
        _, private = slots.open_slot(kek, sealed)
    except OpenError as error:
        raise WrongSecretError from error
    return reopen(row, private)


def _mark(private: bytes, diary_id: str, key: bytes) -> bytes:
    """Show that the owner made this key: to her public key anybody can seal one of his own."""
    return hmac.digest(private, _diary_info(diary_id) + key, "sha256")


def _diary_info(diary_id: str) -> bytes:
    return f"diary/v1/diary-key {diary_id}".encode()


def nobody(*, name_hash: bytes, salt: bytes, params: slots.Argon2Params) -> AccountRow:
    """Stand in for an account that is not there, so that both take the same work to refuse."""
    return AccountRow(
        id=new_id(),
        name_hash=name_hash,
        public_key=bytes(32),
        salt=salt,
        memory_kib=params.memory_kib,
        iterations=params.iterations,
        lanes=params.lanes,
        created_ms=0,
        closes_ms=None,
        diary_id=new_id(),
        sealed_key=b"",
    )


def unused_slots() -> list[bytes]:
    """Return slots that open with nothing."""
    return [slots.random_slot() for _ in Slot]


def named_id(unlocked: Unlocked, name: str) -> str:
    """Return the id of the diary's one record of this name; only its owner can work it out."""
    label = b"diary/v1/named\0" + name.encode()
    return hmac.digest(unlocked.keys.diary_key, label, "sha256")[:16].hex()
