"""Putting what a consent names into its grant: the row as it is, or a copy kept for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from diary.domain.sharing import Consent, Shared
from diary.services.house import House
from diary.services.parcels import by_record, copy_of
from diary.vault.records import Opened
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault


def place(
    conn: Connection, house: House, vault: Vault, consent: Consent, items: Iterable[Shared]
) -> list[int]:
    """Return the row numbers to share for these items, and keep the copies that they need."""
    ns = []
    versions: dict[str, int] = {}
    for opened, item in _opened(conn, vault, list(items)):
        if item.copy_id is None:
            ns.append(opened.n)
            continue
        copy = copy_of(opened, consent.fields)
        before = versions.get(item.copy_id, 0)
        kept = vault.keep(
            conn,
            copy,
            at=house.now(),
            record_id=item.copy_id,
            base_version=before,
            parent=item.record,
        )
        versions[item.copy_id] = kept.version
        ns.append(kept.n)
    return ns


def _opened(
    conn: Connection, vault: Vault, items: Sequence[Shared]
) -> Iterator[tuple[Opened, Shared]]:
    """Open the version that each item names."""
    heads, lost = vault.heads(conn), Unopened()
    listed = by_record(heads)
    newest = {item.record: listed[item.record] for item in items if item.record in listed}
    opened = {
        one.record_id: one for one in vault.open_heads(conn, heads, list(newest.values()), lost)
    }
    for item in items:
        one = opened.get(item.record)
        if one is not None:
            same = one.version == item.version
            yield (one if same else vault.get(conn, item.record, item.version)), item
