"""A passkey as a way in: its PRF output opens a slot of its own (WebAuthn level 3, PRF extension).

What the authenticator gives never leaves it but to this page, and the server keeps none of it: a
copy of the database opens no slot. A passkey that gives nothing has a slot of random bytes, and the
account's passphrase slot is the way in then.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from diary.canonical import sha256
from diary.crypto import slots
from diary.crypto.errors import OpenError
from diary.errors import WrongSecretError
from diary.settings import Settings
from diary.store.accounts import AccountRow
from diary.store.passkeys import PasskeyRow
from diary.vault import keyring
from diary.vault.keyring import NewAccount, Slot, Stretched, Unlocked

OUTPUT = 32
# What every passkey is asked to work on. Each has a key of its own, so that no two answer alike.
PRF_INPUT = sha256(b"diary/v1/passkey")


def new_account(
    settings: Settings, *, account_id: str, stretched: Stretched | None, salt: bytes, at: datetime
) -> NewAccount:
    """Make an account that no name finds, with no recovery code; `stretched` if it has words."""
    made = keyring.create(
        name_hash=secrets.token_bytes(32),
        salt=salt,
        stretched=stretched or Stretched(secrets.token_bytes(32)),
        params=keyring.cost(settings),
        at=at,
        account_id=account_id,
    )
    ways = keyring.unused_slots()
    if stretched is not None:
        ways[Slot.PASSPHRASE] = made.slots[Slot.PASSPHRASE]
    return NewAccount(made.row, tuple(ways), made.unlocked, "")


def slot_for(unlocked: Unlocked, passkey_id: bytes, output: bytes | None) -> bytes:
    """Seal the identity key for a passkey; random bytes for one that gave nothing."""
    if output is None:
        return slots.random_slot()
    account = bytes.fromhex(unlocked.account_id)
    kek = slots.slot_key_from_passkey(output, credential_id=passkey_id, account_id=account)
    return slots.seal_slot(kek, account, unlocked.keys.private)


def unlock(account: AccountRow, passkey: PasskeyRow, output: bytes) -> Unlocked:
    """Open an account with what a passkey gave, or raise WrongSecretError."""
    account_id = bytes.fromhex(account.id)
    kek = slots.slot_key_from_passkey(output, credential_id=passkey.id, account_id=account_id)
    try:
        opened, private = slots.open_slot(kek, passkey.slot)
    except OpenError as error:
        raise WrongSecretError from error
    if opened != account_id:
        raise WrongSecretError
    return keyring.reopen(account, private)
