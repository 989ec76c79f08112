"""A request to get back in with a helper: what its code finds, and what it opens.

The code has 128 random bits, shown once to whoever asks; it is written as a recovery code is. The
server stores neither it nor anything that opens with less: by HKDF-SHA256 (RFC 5869) it becomes the
id of the request's row, and the key of what the helper hands on. Info binds whose account it is
and who helps, so that what was handed on for one request opens for no other.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .code import CODE

ID = 16
_ROW = b"diary/v1/asked/row\x00"
_KEY = b"diary/v1/asked/key\x00"


def row_id(code: bytes) -> bytes:
    """Return what a request is found by; nobody gets from it to the code."""
    return _derive(code, _ROW)


def handed_key(code: bytes, *, owner_id: bytes, helper_id: bytes) -> bytes:
    """Derive the key under which the helper's half is handed on to whoever has the code."""
    if len(owner_id) != ID or len(helper_id) != ID:
        raise ValueError("an account id is 16 bytes")
    return _derive(code, _KEY + owner_id + helper_id)


def _derive(code: bytes, info: bytes) -> bytes:
    if len(code) != CODE:
        raise ValueError("a code is 16 bytes")
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(code)
