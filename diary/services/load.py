"""Filing a diary from a file, through the same services as the web.

The file is read whole and found good before anything is written. Each thing in it has an id that
only this diary's owner can work out, so filing the same file again files nothing twice: after a
full disk or a broken connection, the same command goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from diary.domain.event import Event
from diary.domain.ids import new_id
from diary.errors import BadInputError, WrongSecretError
from diary.services import accounts, entries, files
from diary.services.accounts import Caller, Entered
from diary.services.house import House
from diary.services.loading.entries import Writing
from diary.services.loading.exhibits import Exhibit
from diary.services.loading.filing import file_all, refuse_taken
from diary.services.loading.scenario import Scenario, read
from diary.store import records
from diary.text import N_
from diary.vault.keyring import named_id
from diary.vault.vault import Vault

HERE = Caller(network="command line", browser=b"", words="command line")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was filed; `code` is the recovery code of an account made now, to be shown once."""

    counts: Counter[str]
    code: str


def load(house: House, path: Path, *, name: str, passphrase: str) -> Loaded:
    """File everything that a file and its folder hold."""
    found = read(path, lambda _: new_id())
    _require_something(found)
    _require_room(house, found)
    vault, code = _enter(house, name=name, passphrase=passphrase)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    found = read(path, lambda thing: named_id(vault.unlocked, f"import {digest} {thing}"))
    refuse_taken(house, vault, found.records)
    counts = file_all(house, vault, found.records)
    parents = dict(found.copies)
    for writing in found.writings:
        parents |= dict.fromkeys(writing.exhibits, writing.record_id)
        counts += _file_writing(house, vault, writing)
    for exhibit in found.exhibits:
        counts += _file_exhibit(house, vault, exhibit, parents.get(exhibit.ref))
    _note(house, vault, found.source, digest, counts)
    return Loaded(counts, code)


def _require_something(found: Scenario) -> None:
    """Refuse a file that would leave an account with nothing in it."""
    if not (found.records or found.writings or found.exhibits):
        raise BadInputError(N_("There is nothing to file in %(path)s."), path=found.source)


def _require_room(house: House, found: Scenario) -> None:
    """Refuse before anything is written what would be refused half-way."""
    for exhibit in found.exhibits:
        if exhibit.claims.size > house.settings.max_file_bytes:
            raise BadInputError(
                N_("%(path)s is larger than the limit for files."), path=exhibit.path
            )


def _enter(house: House, *, name: str, passphrase: str) -> tuple[Vault, str]:
    """Sign in, or make the account and put its recovery code in force."""
    try:
        return Vault(sign_in(house, name=name, passphrase=passphrase).unlocked), ""
    except WrongSecretError:
        made = accounts.sign_up(house, name=name, passphrase=passphrase, caller=HERE)
    vault = Vault(made.unlocked)
    code = accounts.new_code(vault)
    accounts.confirm_code(house, vault, shown=code, typed=code)
    return vault, code


def sign_in(house: House, *, name: str, passphrase: str) -> Entered:
    """Open a diary from the command line."""
    return accounts.sign_in(house, name=name, passphrase=passphrase, caller=HERE)


def _file_writing(house: House, vault: Vault, writing: Writing) -> Counter[str]:
    counts = file_all(house, vault, writing.people)
    first, *later = writing.versions
    saved = entries.record(house, vault, first, record_id=writing.record_id)
    counts += Counter({"entry": not saved.again, "version": not saved.again})
    for number, version in enumerate(later, 1):
        if _newest(house, vault, writing.record_id) == number:
            entries.amend(house, vault, writing.record_id, version, base_version=number)
            counts["version"] += 1
    return counts + file_all(house, vault, writing.beside)


def _newest(house: House, vault: Vault, record_id: str) -> int:
    with house.store.read() as conn:
        return len(records.versions(conn, vault.diary_id, record_id))


def _file_exhibit(house: House, vault: Vault, exhibit: Exhibit, parent: str | None) -> Counter[str]:
    """Take a file in as the web does; what the file claims of it stands beside what was found."""
    if _newest(house, vault, exhibit.record_id):
        return file_all(house, vault, exhibit.rest)
    received = files.take_in(
        house, exhibit.claims.original_name or exhibit.path.name, _pieces(exhibit.path)
    )
    claimed = exhibit.claims.model_fields_set - {"blob", "size", "sha256"}
    claims = {name: getattr(exhibit.claims, name) for name in claimed}
    body = received.body.model_copy(update=claims)
    try:
        with house.store.write() as conn:
            files.keep(
                conn,
                vault,
                replace(received, body=body),
                at=house.now(),
                parent=parent,
                record_id=exhibit.record_id,
            )
    except BaseException:
        files.discard(house, received)
        raise
    return Counter({"file": 1}) + file_all(house, vault, exhibit.rest)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def _note(house: House, vault: Vault, source: str, digest: str, counts: Counter[str]) -> None:
    """Keep in the diary's own list of events that this was filed from a file, and what."""
    note = ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items()))
    event = Event(action="imported", subject=source, sha256=digest, note=note)
    with house.store.write() as conn:
        vault.keep(conn, event, at=house.now())
        vault.refresh_heads(conn)
