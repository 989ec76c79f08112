"""Sealing and opening one record version.

Envelope: canonical JSON (RFC 8785) of `{v, kind, id, version, parent, supersedes, written_at,
device_at, body}`. Commitment: SHA-256(salt ‖ envelope). Sealed plaintext: salt (32) ‖ length (4)
‖ envelope ‖ secret, padded (Padmé). Both seals bind diary, record, version and format, so a row
that was moved, swapped or rolled back does not open.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from diary.canonical import canonical_bytes, parse_utc, sha256, utc_text
from diary.crypto import envelope, identity
from diary.crypto.errors import OpenError
from diary.domain.base import Record
from diary.domain.clock import from_ms
from diary.domain.ids import is_id
from diary.domain.kinds import KINDS
from diary.errors import DamagedError
from diary.store.records import RecordRow

FORMAT = 1
SALT = 32
_TO_DIARY_KEY = b"\x01"
_TO_IDENTITY = b"\x02"
_LEFT_FOR_OWNER = b"\x03"  # the same, wrapped again under the key of a grant
_WRAP = {_TO_DIARY_KEY: b"wrap", _LEFT_FOR_OWNER: b"wrap left"}
# What may be left for an owner who is not signed in: by her phone, by whom she lets read.
_FOR_OWNER = {"entry", "file", "event", "practice_record"}


@dataclass(frozen=True)
class Keys:
    """What opens a diary: its key, and its owner's identity for what was left for her."""

    diary_id: str
    diary_key: bytes
    private: bytes

    @cached_property
    def wrapping(self) -> envelope.Key:
        """The diary key, made ready for the keys of thousands of records."""
        return envelope.ready(self.diary_key)


@dataclass(frozen=True)
class Opened:
    """One opened version. `body` is read from the envelope when it is first asked for."""

    record_id: str
    version: int
    n: int
    received_at: datetime
    commitment: bytes
    salt: bytes
    canonical: bytes
    secret: bytes

    @cached_property
    def envelope(self) -> dict[str, Any]:
        """The committed JSON object."""
        return _read(self.canonical)

    @property
    def kind(self) -> str:
        """The kind of record."""
        return str(self.envelope["kind"])

    @property
    def parent(self) -> str | None:
        """The record that this one belongs to, if any."""
        value: str | None = self.envelope["parent"]
        return value

    @property
    def supersedes(self) -> str | None:
        """The commitment (hex) of the version before this one."""
        value: str | None = self.envelope["supersedes"]
        return value

    @property
    def written_at(self) -> datetime:
        """When the server wrote it down."""
        return parse_utc(self.envelope["written_at"])

    @property
    def device_at(self) -> datetime | None:
        """What the phone's clock said then, if it said anything."""
        said = self.envelope["device_at"]
        return None if said is None else parse_utc(said)

    @cached_property
    def body(self) -> Record:
        """The typed record."""
        try:
            return KINDS[self.kind].model_validate(self.envelope["body"])
        except (KeyError, ValidationError) as error:
            raise DamagedError from error


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is stored of one version."""

    commitment: bytes
    wrap: bytes
    sealed: bytes
    also: bytes = b""  # a second wrap of its key, under the key of a grant


def describe(
    body: Record,
    *,
    record_id: str,
    version: int,
    parent: str | None,
    supersedes: bytes | None,
    written_at: datetime,
    device_at: datetime | None,
) -> bytes:
    """Return the canonical envelope of one version."""
    return canonical_bytes(
        {
            "v": FORMAT,
            "kind": body.kind,
            "id": record_id,
            "version": version,
            "parent": parent,
            "supersedes": None if supersedes is None else supersedes.hex(),
            "written_at": utc_text(written_at),
            "device_at": None if device_at is None else utc_text(device_at),
            "body": body.model_dump(mode="json", exclude_defaults=True),
        }
    )


def seal_for_diary(
    canonical: bytes,
    secret: bytes,
    *,
    keys: Keys,
    record_id: str,
    version: int,
    also: envelope.Key | None = None,
) -> Sealed:
    """Seal one version for its owner, who is signed in.

    With `also`, a grant's key, whoever has that can read it too: as if it were rewrapped at once.
    """
    bound = _bound(keys.diary_id, record_id, version)
    record_key = envelope.new_key()
    wrap = _to_key(record_key, keys.wrapping, bound)
    also_wrap = b"" if also is None else _to_key(record_key, also, bound)
    return _seal(canonical, secret, record_key, wrap, bound, also=also_wrap)


def seal_for_owner(
    canonical: bytes,
    *,
    public_key: bytes,
    diary_id: str,
    record_id: str,
    version: int,
    grant_key: bytes | None = None,
) -> Sealed:
    """Seal one version for an owner who is not signed in, by her public key alone.

    With `grant_key`, whoever left it can read it too for as long as that grant lives.
    """
    bound = _bound(diary_id, record_id, version)
    record_key = envelope.new_key()
    wrap = _TO_IDENTITY + identity.seal_to(public_key, record_key, info=b"wrap" + bound)
    also = b"" if grant_key is None else _left(record_key, grant_key, bound)
    return _seal(canonical, b"", record_key, wrap, bound, also=also)


def open_row(row: RecordRow, keys: Keys) -> Opened:
    """Open one row, or raise DamagedError; the caller has excluded tombstones."""
    if row.wrap is None or row.sealed is None:
        raise DamagedError
    bound = _bound(keys.diary_id, row.record_id, row.version)
    try:
        record_key = _record_key(row.wrap, keys, bound)
        plain = envelope.unpad(envelope.open_(record_key, row.sealed, aad=b"body" + bound))
    except OpenError as error:
        raise DamagedError from error
    size = int.from_bytes(plain[SALT : SALT + 4])
    canonical = plain[SALT + 4 : SALT + 4 + size]
    # AES-GCM alone does not commit to its key; this comparison does, for every reader.
    if sha256(plain[:SALT], canonical) != row.commitment:
        raise DamagedError
    # What its signed-in owner kept was received when it was written: a row that says otherwise was
    # dated back. Names are in order, so `written_at` comes last.
    received_at = from_ms(row.received_ms)
    at = f'"written_at":"{utc_text(received_at)}"}}'.encode()
    if row.wrap[:1] == _TO_DIARY_KEY and not canonical.endswith(at):
        raise DamagedError
    opened = Opened(
        record_id=row.record_id,
        version=row.version,
        n=row.n,
        received_at=received_at,
        commitment=row.commitment,
        salt=plain[:SALT],
        canonical=canonical,
        secret=plain[SALT + 4 + size :],
    )
    # Anybody can seal to her public key. It adds something at most: it changes nothing of hers.
    if row.wrap[:1] != _TO_DIARY_KEY and (row.version > 1 or not _is_for_owner(opened)):
        raise DamagedError
    return opened


def _read(canonical: bytes) -> dict[str, Any]:
    value: dict[str, Any]
    try:
        # Names are few and may be kept for the next record; what somebody wrote is never kept.
        value = from_json(canonical, cache_strings="keys")
    except ValueError:
        value = json.loads(canonical)  # what was imported may lie deeper than that one goes
    return value


def _is_for_owner(opened: Opened) -> bool:
    """Tell whether a stranger's envelope is one that the diary itself could have left here."""
    try:
        said = opened.envelope
        parse_utc(said["written_at"])
        if said["device_at"] is not None:
            parse_utc(said["device_at"])
        below = said["parent"] is None or is_id(said["parent"])
        return said["kind"] in _FOR_OWNER and below and "body" in said
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def rewrap(row: RecordRow, keys: Keys, key: envelope.Key) -> bytes:
    """Return the row's record key wrapped under another key: one more way in, no copy."""
    if row.wrap is None:
        raise DamagedError
    bound = _bound(keys.diary_id, row.record_id, row.version)
    try:
        record_key = _record_key(row.wrap, keys, bound)
    except OpenError as error:
        raise DamagedError from error
    if row.wrap[:1] != _TO_DIARY_KEY:
        return _left(record_key, key, bound)
    return _to_key(record_key, key, bound)


def _to_key(record_key: bytes, key: envelope.Key, bound: bytes) -> bytes:
    return _TO_DIARY_KEY + envelope.seal(key, record_key, aad=_WRAP[_TO_DIARY_KEY] + bound)


def _left(record_key: bytes, key: envelope.Key, bound: bytes) -> bytes:
    aad = _WRAP[_LEFT_FOR_OWNER] + bound
    return _LEFT_FOR_OWNER + envelope.seal(key, record_key, aad=aad)


def _record_key(wrap: bytes, keys: Keys, bound: bytes) -> bytes:
    if wrap[:1] == _TO_IDENTITY:
        return identity.open_with(keys.private, wrap[1:], info=b"wrap" + bound)
    # What a key was wrapped as is bound into it: one cannot pass for the other.
    return envelope.open_(keys.wrapping, wrap[1:], aad=_WRAP.get(wrap[:1], b"?") + bound)


def _seal(
    canonical: bytes,
    secret: bytes,
    record_key: bytes,
    wrap: bytes,
    bound: bytes,
    *,
    also: bytes = b"",
) -> Sealed:
    salt = os.urandom(SALT)
    plain = b"".join((salt, len(canonical).to_bytes(4), canonical, secret))
    return Sealed(
        commitment=sha256(salt, canonical),
        wrap=wrap,
        sealed=envelope.seal(record_key, envelope.pad(plain), aad=b"body" + bound),
        also=also,
    )


def _bound(diary_id: str, record_id: str, version: int) -> bytes:
    return f" diary/v{FORMAT} {diary_id} {record_id} {version}".encode()
