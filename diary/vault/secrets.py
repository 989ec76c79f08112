"""The server's own secret: one random file in the data folder, and what is derived from it.

It opens no diary. It keeps a stolen table from listing names, those of agencies and of the people
in them too, signs the log's checkpoints and the challenges of passkeys, hides what is counted
when guessing is slowed down, and seals the server's half of a helper's way in.
"""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from diary.crypto.names import name_hash
from diary.errors import SettingsError
from diary.store import survey
from diary.store.db import Store
from diary.text import N_
from diary.vault.ledger import LogKey

SIZE = 32
FILE = "server-secret"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys derived from the server's secret, one per purpose."""

    names: bytes
    tries: bytes
    agencies: bytes
    passkeys: bytes
    helper: bytes
    log: LogKey

    def name_hash(self, name: str) -> bytes:
        """Return the keyed hash under which a sign-in name is stored."""
        return name_hash(self.names, name)

    def tried(self, *what: str) -> bytes:
        """Return the keyed hash under which tries at something are counted."""
        return hmac.digest(self.tries, "\0".join(what).encode(errors="replace"), "sha256")


def load_secrets(folder: Path, store: Store) -> Secrets:
    """Read the secret, making it at the first start; readable by the server's user only.

    Beside a database in use a new one would open nothing: nobody's name and passphrase would fit
    again, and the log would go on under another key. Then a folder is wrong, or was lost.
    """
    path = folder / FILE
    if not path.exists():
        with store.read() as conn:
            if survey.is_in_use(conn):
                raise SettingsError(
                    N_("The secret %(path)s is missing. Put back the copy from your backup."),
                    path=path,
                )
        _create(path)
    master = path.read_bytes()
    if len(master) != SIZE:
        raise SettingsError(
            N_("%(path)s is damaged. Put back the copy from your backup."), path=path
        )
    return Secrets(
        names=_derive(master, "names"),
        tries=_derive(master, "tries"),
        agencies=_derive(master, "agencies"),
        passkeys=_derive(master, "passkeys"),
        helper=_derive(master, "helper"),
        log=LogKey(origin=_origin(master), seed=_derive(master, "log")),
    )


def _create(path: Path) -> None:
    """Write the file whole or not at all; of two processes at once, the first one wins."""
    draft = path.with_name(f"{FILE}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(SIZE))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)  # a database in use must never stand beside no secret
    finally:
        os.close(folder)


def _derive(master: bytes, purpose: str) -> bytes:
    return hmac.digest(master, f"diary/v1/server/{purpose}".encode(), "sha256")


def _origin(master: bytes) -> str:
    """Name the log, unlike any other service's, without naming the service."""
    return f"diary-log-{_derive(master, 'origin').hex()[:16]}"
