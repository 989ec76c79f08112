"""Names inside a bundle: plain, short and neutral. Nothing a person typed becomes a file name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from diary.canonical import sha256
from diary.domain.file import Derived, File
from diary.proof import machine
from diary.vault.records import Opened

# Endings by what the bytes are, not by what a name claims; anything else is .bin.
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif",
    "image/heic": "heic", "image/heif": "heic", "image/avif": "avif", "image/tiff": "tif",
    "image/bmp": "bmp", "video/mp4": "mp4", "video/quicktime": "mov", "video/3gpp": "3gp",
    "video/webm": "webm", "audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/m4a": "m4a",
    "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/webm": "weba", "audio/amr": "amr",
    "audio/x-wav": "wav", "audio/wav": "wav", "audio/aac": "aac", "application/pdf": "pdf",
    "application/zip": "zip", "text/plain": "txt", "text/csv": "csv", "text/vcard": "vcf",
    "text/x-vcard": "vcf", "message/rfc822": "eml",
}  # fmt: skip
CONTACTS = "data/contact-for-police-only.pdf"
BREACHES = "data/04-breach-reports/"
PATTERN = "data/08-pattern.pdf"
_ORDER = re.compile(r"[A-Za-z]{1,8}-?[0-9]{1,6}(?:v[0-9]{1,4})?", re.ASCII)
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_-]+", re.ASCII)


def reference(commitments: list[str], made_at: datetime) -> str:
    """Return the bundle's reference: the same selection and clock give the same one."""
    joined = "\n".join([made_at.astimezone(UTC).isoformat(), *sorted(commitments)])
    return sha256(joined.encode()).hex()[:8]


def folder(ref: str, made_at: datetime) -> str:
    """Return the name of the bundle's one folder, and of its zip."""
    return f"bundle-{ref}-{made_at.astimezone(UTC):%Y%m%d}"


def plain(text: str) -> str:
    """Return a text as part of a name, with whatever is not plain left out."""
    return _NOT_PLAIN.sub("-", text).strip("-")[:40] or "X"


def path_of(ref: str, copy: Opened) -> str:
    """Return where an original, or a copy derived from it, lies."""
    return _place("data/06-exhibits/", plain(ref), copy)


def copy_path(stem: str, copy: Opened) -> str:
    """Return where the copy of an order lies."""
    return _place(machine.ORDERS, stem, copy)


def terms_path(stem: str) -> str:
    """Return where the document about an order lies."""
    return f"{machine.ORDERS}{stem}{machine.TERMS}"


def order_stems(references: Iterable[str]) -> list[str]:
    """Return a name for each order: its reference, where that is plain and no other one's.

    None of them can be the name of another order's second copy, or of its terms.
    """
    found: list[str] = []
    for number, ref in enumerate(references, start=1):
        plain_one = _ORDER.fullmatch(ref) and ref.lower() not in {one.lower() for one in found}
        found.append(ref if plain_one else f"ORD-X-{number}")
    return found


def _place(folder: str, stem: str, copy: Opened) -> str:
    body = copy.body
    if isinstance(body, Derived):
        stem = f"viewing/{stem}-DERIVED-{body.purpose}"
    mime = body.mime if isinstance(body, (File, Derived)) else ""
    return f"{folder}{stem}.{ending(mime)}"


def preimage_path(opened: Opened) -> str:
    """Return where salt and committed bytes of a record version lie."""
    return f"data/machine/proofs/{opened.record_id}-{opened.version}.bin"


def ending(mime: str) -> str:
    """Return the ending for a type of file."""
    return ENDINGS.get(mime.partition(";")[0].strip().lower(), "bin")
