"""Files as people have them: what real phones took, and letters, mails and chats made here."""

from __future__ import annotations

import hashlib
import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

from pypdf import PdfWriter

from tests.media import FOLDER, PHONE_MEDIA, phone_file


def phone_files() -> list[Path]:
    """Every file that a phone took; says which is missing."""
    for name in PHONE_MEDIA:
        phone_file(name)
    return [FOLDER / name for name in PHONE_MEDIA]


def papers(folder: Path) -> list[Path]:
    """A PDF, a text, an e-mail, and a ZIP of a chat."""
    made = {
        "letter.pdf": _letter(),
        "note.txt": "Gate, 21:14 – he was there.\n".encode(),
        "mail.eml": _mail(),
        "chat.zip": _chat(),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in made]


def large(folder: Path, size: int, name: str = "long.bin") -> Path:
    """A file that takes several pieces to send; the same bytes each time."""
    path = folder / name
    path.write_bytes(hashlib.shake_128(name.encode()).digest(size))
    return path


def _letter() -> bytes:
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()


def _mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "gate@example.org", "nad@example.org"
    mail["Subject"], mail["Date"] = "About Tuesday", "Tue, 03 Mar 2026 21:14:00 +0000"
    mail.set_content("I will be there.\n")
    return mail.as_bytes()


def _chat() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("chat.txt", "03/03/2026, 21:14 - G: I can see you.\n")
    return out.getvalue()
