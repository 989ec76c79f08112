from __future__ import annotations

import pytest

from diary.decode.kinds import HEAD, MAIL, PHOTOS, PLAYABLE, TEXT, UNKNOWN, sniff
from tests.media import HTML, PHONE_MEDIA, SVG, phone_file, picture

LETTER = (
    b"Return-Path: <a@example.org>\r\nFrom: A <a@example.org>\r\nDate: Mon, 2 Mar 2026\r\n\r\nHi"
)
BOX = b"\0\0\0\x18ftyp%s\0\0\0\0isom"


@pytest.mark.parametrize("name", PHONE_MEDIA)
def test_what_phones_send_is_known(name: str) -> None:
    assert sniff(phone_file(name)[:HEAD]) == PHONE_MEDIA[name]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (BOX % b"3gp4", "video/3gpp"),
        (BOX % b"3g2a", "video/3gpp"),
        (BOX % b"M4A ", "audio/mp4"),
        (BOX % b"qt  ", "video/quicktime"),
        (BOX % b"isom", "video/mp4"),
        (BOX % b"heix", "image/heic"),
        (b"#!AMR\nxx", "audio/amr"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04" + bytes(40), "application/zip"),
        (picture("PNG"), "image/png"),
        (picture("GIF"), "image/gif"),
        (LETTER, MAIL),
        (b"From me to you: a note\nwith two lines", TEXT),
        ("14/02/2026, 08:02 - Gaz: pêl-droed \U0001f642".encode(), TEXT),
        (("é" * HEAD).encode()[1 : HEAD + 1][1:] + "é".encode()[:1], TEXT),
        (b"text\0with a hole", UNKNOWN),
        (b"\xff\xfe\x00\x01", UNKNOWN),
        (b"", UNKNOWN),
        (SVG, UNKNOWN),
        (HTML, UNKNOWN),
        (b"  \n<HTML>", UNKNOWN),
        (b"words first\n" + HTML, UNKNOWN),
    ],
)
def test_kinds_by_first_bytes(head: bytes, kind: str) -> None:
    assert sniff(head) == kind


def test_nothing_that_runs_is_ever_shown_in_place() -> None:
    shown = PHOTOS | PLAYABLE
    assert not [kind for kind in shown if "svg" in kind or "html" in kind or "xml" in kind]
