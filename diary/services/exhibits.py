"""What she says of a file: how she got it, and what it is. The file itself never changes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from diary.domain.file import File
from diary.errors import ConflictError, NotFoundError
from diary.services.house import House
from diary.services.own import Own, as_own
from diary.vault.records import Opened
from diary.vault.vault import Vault


def versions(house: House, vault: Vault, file_id: str) -> list[Own[File]]:
    """Return every wording of what is known of a file, oldest first, or NotFoundError."""
    with house.store.read() as conn:
        return [as_own(opened, File) for opened in _versions(conn, vault, file_id)]


def describe(
    house: House, vault: Vault, file_id: str, changed: Mapping[str, object], *, base: int
) -> None:
    """Save some fields as a new version, as they were seen in version `base`.

    ConflictError when one of them was changed to something else since. The key of the file's bytes
    is the record's secret: every version carries it on.
    """
    with house.store.write() as conn:
        found = _versions(conn, vault, file_id)
        newest = as_own(found[-1], File)
        seen = next((as_own(one, File) for one in found if one.version == base), newest)
        for name, value in changed.items():
            if getattr(newest.body, name) not in (getattr(seen.body, name), value):
                raise ConflictError
        body = File.model_validate({**dict(newest.body), **changed})
        if body == newest.body:
            return
        vault.keep(
            conn,
            body,
            at=house.now(),
            record_id=file_id,
            base_version=newest.version,
            parent=newest.parent,
            secret=found[-1].secret,
        )
        # After keep, which waits for the diary's other writers: a removal is seen for sure.
        if not vault.is_listed(conn, file_id):
            raise NotFoundError


def _versions(conn: Connection, vault: Vault, file_id: str) -> list[Opened]:
    found = vault.versions(conn, file_id)
    if found[0].kind != File.kind or not vault.is_listed(conn, file_id):
        raise NotFoundError
    return found
