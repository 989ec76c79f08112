"""What is written while somebody is let in to "what I add": it goes along, as the consent says.

Words alone go along, with the same fields left out as before. Photos and files do not: each of
those is ticked. A change of something shared does not either: she is asked.
"""

from __future__ import annotations

from sqlalchemy import Connection

from diary.domain.clock import to_ms
from diary.domain.ids import new_id
from diary.domain.sharing import Consent, Shared
from diary.errors import DamagedError
from diary.services import placing
from diary.services.house import House
from diary.services.parcels import needs_copy
from diary.store import grants as rows
from diary.vault import grants
from diary.vault.vault import Vault


def extend(conn: Connection, house: House, vault: Vault, record_id: str) -> int:
    """Let a new entry go along, in the transaction that files it; return with how many people.

    One indexed query where nobody is let in to what she adds. Until when is what she agreed to,
    which is sealed: a row made to say more lets nothing go.
    """
    now, number = house.now(), 0
    for row in rows.adding(conn, vault.diary_id, to_ms(now)):
        consent = vault.get(conn, row.id).body
        if not isinstance(consent, Consent):
            raise DamagedError
        if consent.adds_until is None or not now < min(consent.adds_until, consent.ends):
            continue
        opened = vault.get(conn, record_id)
        copied = needs_copy(opened, consent.fields)
        item = Shared(record=record_id, version=1, copy_id=new_id() if copied else None)
        ns = placing.place(conn, house, vault, consent, [item])
        grants.share(conn, vault, grants.as_owner(vault, row), ns)
        number += 1
    return number
