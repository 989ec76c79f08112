"""The way back with a helper: two halves, of which neither opens anything.

The identity key lies in the helper's slot under a key made of both. The helper's half is sealed to
the helper's public key (HPKE); the server's half lies with it, all under a key of the server's
secret. So a copied table tells neither whether a helper is set nor who; the helper, even with that
table, lacks the server's half; the server lacks the helper's. When a helper agrees, his half is
sealed again under a key that only the request's code gives: the server cannot use what waits.
"""

from __future__ import annotations

import secrets as random
from dataclasses import dataclass, field

from diary.crypto import asked, envelope, identity
from diary.crypto import code as codes
from diary.crypto.errors import OpenError
from diary.crypto.slots import HALF, random_slot
from diary.errors import NotFoundError, WrongSecretError
from diary.store.accounts import AccountRow
from diary.store.helpers import SIZE
from diary.vault import keyring
from diary.vault.keyring import Unlocked
from diary.vault.secrets import Secrets

LONGEST_CALLED = 100
_TEXT = 402  # two bytes of length, and 100 characters of UTF-8
_ID = 16
_SEALED = 32 + 16  # what HPKE adds
_OWN = b"diary/v1/helper/label "
_ROW = b"diary/v1/helper "
_HANDED = b"diary/v1/asked/handed"


@dataclass(frozen=True, slots=True)
class Helper:
    """Who is to help: an account, and the key whose six words were compared."""

    account_id: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Halves:
    """What an account's row holds: who helps, both halves, and what the owner calls the helper."""

    helper_id: str
    ours: bytes = field(repr=False)
    theirs: bytes = field(repr=False)
    label: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Share:
    """The helper's half, opened, and by which name the owner wanted to be known to the helper."""

    half: bytes = field(repr=False)
    called: str


def choose(unlocked: Unlocked, helper: Helper, *, called: str, label: str) -> tuple[bytes, Halves]:
    """Split a new way in for a helper; return the slot, and the halves to keep."""
    theirs, ours = random.token_bytes(HALF), random.token_bytes(HALF)
    sealed = identity.seal_to(
        helper.public_key,
        theirs + _fixed(called),
        info=_info(unlocked.account_id, helper.account_id),
    )
    own = envelope.seal(unlocked.keys.diary_key, _fixed(label), aad=_own(unlocked))
    slot = keyring.helper_slot(unlocked, theirs, ours)
    return slot, Halves(helper.account_id, ours, sealed, own)


def unused_slot() -> bytes:
    """Return a slot that opens with nothing."""
    return random_slot()


def none() -> bytes:
    """Return what stands in the row of an account without a helper."""
    return random.token_bytes(SIZE)


def seal(secrets: Secrets, owner_id: str, halves: Halves) -> bytes:
    """Seal an account's halves under the server's key; every row has one size."""
    plain = bytes.fromhex(halves.helper_id) + halves.ours + halves.theirs + halves.label
    return envelope.seal(secrets.helper, plain, aad=_ROW + owner_id.encode())


def open_(secrets: Secrets, owner_id: str, sealed: bytes) -> Halves | None:
    """Open them; None where nobody helps."""
    try:
        plain = envelope.open_(secrets.helper, sealed, aad=_ROW + owner_id.encode())
    except OpenError:
        return None
    helper_id, ours, rest = plain[:_ID], plain[_ID : _ID + HALF], plain[_ID + HALF :]
    cut = _SEALED + HALF + _TEXT
    return Halves(helper_id.hex(), ours, rest[:cut], rest[cut:])


def label_of(unlocked: Unlocked, halves: Halves) -> str:
    """Say what the owner calls her helper; nothing, if that is damaged."""
    try:
        return _text(envelope.open_(unlocked.keys.diary_key, halves.label, aad=_own(unlocked)))
    except OpenError:
        return ""


def take(helper: Unlocked, halves: Halves, owner_id: str) -> Share:
    """Open the helper's half with the helper's own key; NotFoundError for anybody else's."""
    info = _info(owner_id, helper.account_id)
    try:
        plain = identity.open_with(helper.keys.private, halves.theirs, info=info)
    except OpenError as error:
        raise NotFoundError from error
    return Share(plain[:HALF], _text(plain[HALF:]))


def hand_on(code: bytes, owner_id: str, helper_id: str, share: Share) -> bytes:
    """Seal the helper's half again, for whoever has the code of the request."""
    return envelope.seal(_handed_key(code, owner_id, helper_id), share.half, aad=_HANDED)


def unlock(
    row: AccountRow, ways: list[bytes], halves: Halves, *, code: bytes, handed: bytes
) -> Unlocked:
    """Open an account with the server's half and what the helper handed on for this code."""
    try:
        half = envelope.open_(_handed_key(code, row.id, halves.helper_id), handed, aad=_HANDED)
    except OpenError as error:
        raise WrongSecretError from error
    return keyring.unlock_with_halves(row, ways, half, halves.ours)


def stand_in() -> Halves:
    """Stand in for halves that are not there, so that both take the same work to refuse."""
    return Halves(random.token_hex(_ID), random.token_bytes(HALF), b"", b"")


def new_code() -> bytes:
    """Make the code of a request."""
    return codes.new_code()


def show_code(code: bytes) -> str:
    """Write it as people copy it."""
    return codes.show(code)


def row_id(code: bytes) -> bytes:
    """Return what a request is found by."""
    return asked.row_id(code)


def _handed_key(code: bytes, owner_id: str, helper_id: str) -> bytes:
    owner, helper = bytes.fromhex(owner_id), bytes.fromhex(helper_id)
    return asked.handed_key(code, owner_id=owner, helper_id=helper)


def _info(owner_id: str, helper_id: str) -> bytes:
    return f"diary/v1/helper/half {owner_id} {helper_id}".encode()


def _own(unlocked: Unlocked) -> bytes:
    return _OWN + unlocked.account_id.encode()


def _fixed(text: str) -> bytes:
    """Write a short text so that its length does not show."""
    written = text[:LONGEST_CALLED].encode()
    return len(written).to_bytes(2, "big") + written.ljust(_TEXT - 2, b"\0")


def _text(fixed: bytes) -> str:
    return fixed[2 : 2 + int.from_bytes(fixed[:2], "big")].decode()
