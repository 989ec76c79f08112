"""Sign-in names as keyed hashes, so that a stolen table lists no names.

HMAC-SHA256 (RFC 2104) under a server secret over a label and the name as Unicode compares it:
no white space around it, NFKC, case folded, NFKC once more (folding can undo the first).
"""

from __future__ import annotations

import unicodedata

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

_LABEL = b"diary/v1/name\x00"


def name_hash(server_key: bytes, name: str) -> bytes:
    """Hash a name; two spellings that people take for the same name give the same bytes."""
    mac = HMAC(server_key, SHA256())
    mac.update(_LABEL + _compared(name).encode("utf-8"))
    return mac.finalize()


def _compared(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded).strip()
