"""Media in parts, each one message of C2SP chunked encryption (Cobblestone-256).

https://c2sp.org/chunked-encryption with SHA-512 and AES-256-GCM: salt (24) || commitment (32) ||
chunks of 16 KiB, each with a tag (16); the last chunk is always shorter. It commits to its key and
finds truncation. The context binds a part to its file, its number and whether it is the last:
a missing, repeated, swapped or foreign part does not open. A part is opened whole, in a
fraction of a millisecond, so ranges need no second way in.
"""

from __future__ import annotations

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from .errors import OpenError

PART = 1 << 20
_FILE_ID = 16
_CHUNK = 16 * 1024
_TAG = 16
_HEADER = 24 + 32
Bytes = bytes | bytearray | memoryview

_LABEL = b"diary/v1/part\x00"


def part_context(file_id: bytes, number: int, *, last: bool) -> bytes:
    """Say which part of which file this is: label || file id (16) || number (8) || last (1)."""
    if len(file_id) != _FILE_ID:
        raise ValueError("a file id is 16 bytes")
    return _LABEL + file_id + number.to_bytes(8, "big") + bytes([last])


def seal_part(key: bytes, plaintext: Bytes, context: bytes) -> bytes:
    """Seal one part of at most PART bytes."""
    if len(plaintext) > PART:
        raise ValueError("a part is at most 1 MiB")
    encryptor = Cobblestone256Encryptor(key, context)
    return encryptor.update(plaintext) + encryptor.finalize()


def seal_part_into(key: bytes, plaintext: Bytes, context: bytes, buffer: bytearray) -> int:
    """Seal one part into a buffer of at least ROOM bytes, used again and again; return its size.

    For long streams: fresh memory for each part costs several times what sealing it does.
    """
    if len(plaintext) > PART:
        raise ValueError("a part is at most 1 MiB")
    encryptor = Cobblestone256Encryptor(key, context)
    size = encryptor.update_into(plaintext, buffer)
    rest = encryptor.finalize()
    buffer[size : size + len(rest)] = rest
    return size + len(rest)


def open_part(key: bytes, sealed: Bytes, context: bytes) -> bytes:
    """Open one whole part, or raise OpenError; nothing comes out of a part that is not whole."""
    if len(sealed) > sealed_size(PART):
        raise OpenError
    decryptor = Cobblestone256Decryptor(key, context)
    try:
        return decryptor.update(sealed) + decryptor.finalize()
    except InvalidTag:
        raise OpenError from None


def open_part_into(key: bytes, sealed: Bytes, context: bytes, buffer: bytearray) -> int:
    """Open one whole part into a buffer of at least ROOM bytes; return its size.

    Raises OpenError; what then lies in the buffer must not be used.
    """
    if len(sealed) > sealed_size(PART):
        raise OpenError
    decryptor = Cobblestone256Decryptor(key, context)
    try:
        size = decryptor.update_into(sealed, buffer)
        rest = decryptor.finalize()
    except InvalidTag:
        raise OpenError from None
    buffer[size : size + len(rest)] = rest
    return size + len(rest)


def sealed_size(size: int) -> int:
    """Tell how long a part of this many bytes is when sealed."""
    return _HEADER + size + _TAG * (size // _CHUNK + 1)


ROOM = sealed_size(PART) + _CHUNK
