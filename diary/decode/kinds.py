"""What a file is, by its first bytes and never by its name.

`filetype` knows most; the table before it is what phones send and it does not know (3GP), or
what it may take for something else. Whatever a browser could run is nothing but bytes here.
"""

from __future__ import annotations

import re

import filetype

HEAD = 8192
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
MAIL = "message/rfc822"

PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/gif"})
VIDEOS = frozenset({"video/mp4", "video/quicktime", "video/3gpp", "video/webm"})
SOUNDS = frozenset(
    {
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/webm",
        "audio/aac",
        "audio/flac",
        "audio/amr",
    }
)
# What today's browsers play as it is; the rest is offered to download, with a still picture.
PLAYABLE = frozenset({"video/mp4", "video/webm"}) | SOUNDS - {"audio/amr"}

_BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
}
_ALIASES = {
    "audio/x-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/x-m4a": "audio/mp4",
    "video/x-m4v": "video/mp4",
    "image/heif": "image/heic",
}
_MAIL_LINE = re.compile(
    rb"(?im)\A(?:From |(?:[!-9;-~]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){1,60}?"
    rb"(?:From|Date|Received|Message-ID|MIME-Version|Return-Path):)"
)
_MAIL_NEEDS = (b"from:", b"date:")
_ACTIVE = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml|math|object|embed)\b|<\?xml", re.I
)


def sniff(head: bytes) -> str:
    """Return the media type of a file that begins with these bytes."""
    if head[4:8] == b"ftyp":
        return _boxed(head)
    if head.startswith(b"#!AMR"):
        return "audio/amr"
    guessed = filetype.guess_mime(head)
    if guessed:
        return _settled(_ALIASES.get(guessed, str(guessed)), head)
    return _written(head)


def _boxed(head: bytes) -> str:
    """Tell the relatives of MP4 apart by their brand (ISO/IEC 14496-12)."""
    brand = head[8:12]
    if brand[:2] == b"3g":
        return "video/3gpp"
    return _BRANDS.get(brand, "video/mp4")


def _settled(mime: str, head: bytes) -> str:
    """Tell sound from pictures where one container holds both; text is never markup."""
    if mime == "video/webm" and b"V_" not in head and b"A_OPUS" in head:
        return "audio/webm"
    if mime.startswith("text/") or mime.endswith(("xml", "html")):
        return UNKNOWN
    return mime


def _written(head: bytes) -> str:
    """Tell letters and plain text; anything that could run in a browser is unknown."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4 or len(head) < HEAD:  # not just a character cut in two
            return UNKNOWN
    if not head or b"\0" in head:
        return UNKNOWN
    lower = head.lower()
    if _MAIL_LINE.match(head) and all(word in lower for word in _MAIL_NEEDS):
        return MAIL
    return UNKNOWN if _ACTIVE.search(head) else TEXT
