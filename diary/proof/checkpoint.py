"""Checkpoints of the log: C2SP tlog-checkpoint in a C2SP signed-note, signed with Ed25519.

https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note. The text is three lines (origin,
size, root in base64); after an empty line come signature lines. A signature by another key is
passed over, as the format demands; one by the trusted key must hold, and one must be there.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from diary.canonical import sha256

_ED25519 = b"\x01"
_NOTE_LIMIT = 64 * 1024
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class CheckpointError(ValueError):
    """This is not a checkpoint signed by the key that is trusted."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: who keeps it, how many leaves, and their root."""

    origin: str
    size: int
    root: bytes


def public_line(key_name: str, public: bytes) -> str:
    """Write a verifier key as signed-note has it: name+id+base64(type || key)."""
    key_id = _key_id(_checked_name(key_name), public)
    return f"{key_name}+{key_id.hex()}+{_base64(_ED25519 + public)}"


def verifier_of(private_seed: bytes, key_name: str) -> str:
    """Write the verifier key that belongs to a signing key."""
    key = Ed25519PrivateKey.from_private_bytes(private_seed)
    return public_line(key_name, key.public_key().public_bytes_raw())


def sign(checkpoint: Checkpoint, private_seed: bytes, key_name: str) -> str:
    """Write and sign a checkpoint."""
    root = _base64(checkpoint.root)
    return sign_note(f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n", private_seed, key_name)


def verify(note: str, public_line: str) -> Checkpoint:
    """Return the checkpoint if the trusted key signed it; CheckpointError if not."""
    lines = open_note(note, public_line).split("\n")
    if len(lines) != 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise CheckpointError("the note is not a checkpoint")
    root = _decoded(lines[2])
    if len(root) != 32:
        raise CheckpointError("the root is not 32 bytes")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def sign_note(text: str, private_seed: bytes, key_name: str) -> str:
    """Sign any text that ends with a new line."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise CheckpointError("a note is lines of text")
    key = Ed25519PrivateKey.from_private_bytes(private_seed)
    key_id = _key_id(_checked_name(key_name), key.public_key().public_bytes_raw())
    signature = _base64(key_id + key.sign(text.encode("utf-8")))
    return f"{text}\n— {key_name} {signature}\n"


def open_note(note: str, public_line: str) -> str:
    """Return the text that the trusted key signed; CheckpointError for anything else."""
    name, key_id, public = _public_key(public_line)
    text, signatures = _split(note)
    trusted = [raw[4:] for signer, raw in signatures if (signer, raw[:4]) == (name, key_id)]
    if not trusted:
        raise CheckpointError("the trusted key has not signed this note")
    try:
        for signature in trusted:
            public.verify(signature, text.encode("utf-8"))
    except InvalidSignature:
        raise CheckpointError("the signature does not hold") from None
    return text


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    head, blank, tail = note.rpartition("\n\n")
    if not blank or len(note) > _NOTE_LIMIT or not tail.endswith("\n") or _CONTROL.search(note):
        raise CheckpointError("this is not a signed note")
    return head + "\n", [_signature(line) for line in tail[:-1].split("\n")]


def _signature(line: str) -> tuple[str, bytes]:
    found = _SIGNATURE.fullmatch(line)
    if not found:
        raise CheckpointError("this is not a signed note")
    return found[1], _decoded(found[2])


def _public_key(line: str) -> tuple[str, bytes, Ed25519PublicKey]:
    name, _, rest = line.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    public = _decoded(encoded)
    if public[:1] != _ED25519 or len(public) != 33:
        raise CheckpointError("this is not an Ed25519 key")
    expected = _key_id(_checked_name(name), public[1:])
    if key_id != expected.hex():
        raise CheckpointError("name and key do not belong together")
    return name, expected, Ed25519PublicKey.from_public_bytes(public[1:])


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode("utf-8"), b"\n", _ED25519, public)[:4]


def _checked_name(name: str) -> str:
    if not name or "+" in name or any(c.isspace() for c in name):
        raise CheckpointError("a key name has no spaces and no plus")
    return name


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CheckpointError("this is not base64") from None
    # Only the one canonical spelling: no stray bits in the last character.
    if _base64(data) != text:
        raise CheckpointError("this is not base64")
    return data
