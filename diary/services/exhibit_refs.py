"""Exhibit references: initials and a number, given once and never used again.

They are provisional (police may re-number). One that came with an imported file is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from diary.domain.file import File
from diary.errors import DamagedError
from diary.services import numbers
from diary.vault.records import Opened
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

NO_INITIALS = "X"
_REF = re.compile(r"([A-Za-z]{1,5})[-/]?([0-9]{1,6})", re.ASCII)
_INITIALS = re.compile(r"[A-Za-z]{1,5}", re.ASCII)


def give(conn: Connection, vault: Vault, files: Iterable[Opened], *, at: datetime) -> None:
    """Give every file that has no reference of its own the next one, in order of receipt."""
    vault.take_turn(conn)  # two who read the same references would give the same one
    found, taken = _bare(conn, vault, files)
    if found:
        _number(conn, vault, found, taken, at)


def bare(conn: Connection, vault: Vault, files: Iterable[Opened]) -> list[Opened]:
    """Return those of the files that have no reference of their own, in order of receipt."""
    return _bare(conn, vault, files)[0]


def _bare(conn: Connection, vault: Vault, files: Iterable[Opened]) -> tuple[list[Opened], set[str]]:
    # What does not open is counted where the bundle is gathered; here it takes no part.
    every = vault.scan(conn, File.kind, unopened=Unopened())
    wanted = {opened.record_id for opened in files}
    taken: set[str] = set()
    found: list[Opened] = []
    for opened in sorted(every, key=lambda opened: opened.n):
        ref = usable(file_of(opened).exhibit_ref)
        if ref and ref not in taken:
            taken.add(ref)
        elif opened.record_id in wanted:
            found.append(opened)
    return found, taken


def usable(ref: str) -> str:
    """Return a reference in its one form (AB-001), or nothing if it is no such reference."""
    found = _REF.fullmatch(ref.strip())
    return f"{found[1].upper()}-{int(found[2]):03}" if found else ""


def file_of(opened: Opened) -> File:
    """Return an opened file's body."""
    if not isinstance(opened.body, File):
        raise DamagedError
    return opened.body


def _number(
    conn: Connection, vault: Vault, files: list[Opened], taken: set[str], at: datetime
) -> None:
    register = numbers.open_register(conn, vault)
    profile = register.profile
    initials = profile.initials.upper() if _INITIALS.fullmatch(profile.initials) else NO_INITIALS
    used = [int(ref.partition("-")[2]) for ref in taken if ref.startswith(f"{initials}-")]
    number = max(profile.exhibits_given, register.least, *used)
    for opened in files:
        number += 1
        vault.keep(
            conn,
            file_of(opened).model_copy(update={"exhibit_ref": f"{initials}-{number:03}"}),
            at=at,
            record_id=opened.record_id,
            base_version=opened.version,
            parent=opened.parent,
            secret=opened.secret,
        )
    counted = profile.model_copy(update={"exhibits_given": number})
    numbers.save(conn, vault, register, counted, at=at)
