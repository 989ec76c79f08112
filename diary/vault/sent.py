"""A record that one practitioner shows another of the same agency: sealed to that one alone."""

from __future__ import annotations

import json

from pydantic import ValidationError

from diary.canonical import canonical_bytes
from diary.crypto import envelope, identity
from diary.crypto.errors import OpenError
from diary.domain.practice import PracticeRecord
from diary.errors import DamagedError
from diary.vault.keyring import Unlocked


def seal(body: PracticeRecord, *, public_key: bytes, record_id: str, account_id: str) -> bytes:
    """Seal a record to somebody's public key, bound to its id."""
    plain = canonical_bytes(body.model_dump(mode="json", exclude_defaults=True))
    return identity.seal_to(public_key, envelope.pad(plain), info=_info(record_id, account_id))


def open_(sealed: bytes, unlocked: Unlocked, *, record_id: str) -> PracticeRecord:
    """Open a record that was sealed to who is signed in, or raise DamagedError."""
    info = _info(record_id, unlocked.account_id)
    try:
        plain = envelope.unpad(identity.open_with(unlocked.keys.private, sealed, info=info))
        return PracticeRecord.model_validate(json.loads(plain))
    except (OpenError, ValidationError) as error:
        raise DamagedError from error


def _info(record_id: str, account_id: str) -> bytes:
    return f"diary/v1/override {record_id} {account_id}".encode()
