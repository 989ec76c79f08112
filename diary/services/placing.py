"""Putting what a consent names into its grant: the row as it is, or a copy kept for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from diary.domain.sharing import Consent, Shared
from diary.services.house import House
from diary.services.parcels import by_record, copy_of
from diary.vault.records import Opened
from diary.vault.unopened import Unopened
from diary.vault.vault import New, Vault


def place(
    conn: Connection, house: House, vault: Vault, consent: Consent, items: Iterable[Shared]
) -> list[int]:
    """Return the row numbers to share for these items, and keep the copies that they need."""
    found = list(_opened(conn, vault, list(items)))
    ns = [opened.n for opened, item in found if item.copy_id is None]
    copies = [
        New(copy_of(opened, consent.fields), item.copy_id, item.record)
        for opened, item in found
        if item.copy_id is not None
    ]
    first = {one.record_id: one for one in reversed(copies)}
    kept = vault.keep_all(conn, list(first.values()), at=house.now())
    return ns + [one.n for one in kept] + _later(conn, house, vault, copies)


def _later(conn: Connection, house: House, vault: Vault, copies: Sequence[New]) -> list[int]:
    """Keep further wordings as versions of the copy that holds the first one."""
    ns, versions = [], Counter[str]()
    for one in copies:
        before = versions[one.record_id]
        versions[one.record_id] += 1
        if before:
            kept = vault.keep(
                conn,
                one.body,
                at=house.now(),
                record_id=one.record_id,
                base_version=before,
                parent=one.parent,
            )
            ns.append(kept.n)
    return ns


def _opened(
    conn: Connection, vault: Vault, items: Sequence[Shared]
) -> Iterator[tuple[Opened, Shared]]:
    """Open the version that each item names."""
    heads, lost = vault.heads(conn), Unopened()
    newest = by_record(heads, (item.record for item in items))
    opened = {
        one.record_id: one for one in vault.open_heads(conn, heads, list(newest.values()), lost)
    }
    for item in items:
        one = opened.get(item.record)
        if one is not None:
            same = one.version == item.version
            yield (one if same else vault.get(conn, item.record, item.version)), item
