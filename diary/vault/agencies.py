"""Names of agencies and of the people in them, sealed under a key of the server's secret.

The server must be able to say who somebody is before anything is shared with them, so it can open
these; a copied table names nobody. What a name was sealed for is bound to it: it opens in no other
row.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from diary.crypto import envelope
from diary.crypto.errors import OpenError
from diary.errors import DamagedError
from diary.vault.secrets import Secrets

What = Literal["org", "practitioner", "invitation"]


def seal(secrets: Secrets, what: What, row_id: str, values: dict[str, Any]) -> bytes:
    """Seal what a row says about somebody."""
    plain = envelope.pad(json.dumps(values).encode())
    return envelope.seal(secrets.agencies, plain, aad=_aad(what, row_id))


def open_(secrets: Secrets, what: What, row_id: str, sealed: bytes) -> dict[str, Any]:
    """Open it again, or raise DamagedError."""
    try:
        padded = envelope.open_(secrets.agencies, sealed, aad=_aad(what, row_id))
        values: dict[str, Any] = json.loads(envelope.unpad(padded))
    except OpenError as error:
        raise DamagedError from error
    return values


def _aad(what: What, row_id: str) -> bytes:
    return f"agencies diary/v1 {what} {row_id}".encode()
