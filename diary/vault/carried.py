"""What a page carries to its own next press: sealed, so that it says nothing and is not made up."""

from __future__ import annotations

import binascii
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from pydantic import JsonValue

from diary.crypto import envelope
from diary.crypto.errors import OpenError
from diary.vault.vault import Vault


def seal(vault: Vault, about: str, said: JsonValue) -> str:
    """Return what a hidden field holds: letters, digits, `-`, `_` and `=`."""
    packed = envelope.pad(zlib.compress(json.dumps(said).encode()))
    return urlsafe_b64encode(
        envelope.seal(vault.keys.diary_key, packed, aad=_aad(vault, about))
    ).decode()


def open_(vault: Vault, about: str, carried: str) -> JsonValue:
    """Return what was sealed for this diary and this purpose; None for anything else."""
    try:
        sealed = urlsafe_b64decode(carried.encode())
        packed = envelope.open_(vault.keys.diary_key, sealed, aad=_aad(vault, about))
    except (OpenError, UnicodeEncodeError, binascii.Error):
        return None
    # Only what was sealed here comes so far: it is JSON, and no bomb.
    said: JsonValue = json.loads(zlib.decompress(envelope.unpad(packed)))
    return said


def _aad(vault: Vault, about: str) -> bytes:
    return f"carried 1 diary/v1 {vault.diary_id} {about}".encode()
