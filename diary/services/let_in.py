"""One person who is let in, as what she writes next needs to know it: consent, key and index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from diary.domain.base import Record
from diary.domain.report import Report
from diary.domain.sharing import Consent, Redacted
from diary.errors import DamagedError, NotFoundError
from diary.store.grants import GrantRow
from diary.vault import grants
from diary.vault.grants import Grant
from diary.vault.heads import Head, Heads
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Let:
    """What was agreed, the grant that it is kept by, and what can be read by it."""

    consent: Consent
    grant: Grant
    shared: Heads

    def adds(self, now: datetime) -> bool:
        """Tell whether what is written now goes along."""
        until = self.consent.adds_until
        return until is not None and self.consent.starts <= now < until and self.lasts(now)

    def lasts(self, now: datetime) -> bool:
        """Tell whether it has not ended."""
        return self.consent.ended_at is None and now < self.consent.ends

    def there(self, record_id: str) -> Head | None:
        """Return by what a record can be read: by its copy, or itself."""
        record = bytes.fromhex(record_id)
        copies = self.shared.section(Redacted.kind).children(record)
        return copies[-1] if copies else self.shared.find(record)

    def holds(self, record_id: str) -> bool:
        """Tell whether a record can be read by it, whole or as a copy."""
        return self.there(record_id) is not None

    def is_copy(self, record_id: str) -> bool:
        """Tell whether what can be read of a record is a copy of it."""
        there = self.there(record_id)
        return there is not None and there.record.hex() != record_id

    def has_earlier(self, record_id: str) -> bool:
        """Tell whether she agreed to several wordings of a record, and not to one alone."""
        return len({one.version for one in self.consent.items if one.record == record_id}) > 1

    def takes_report(self, body: Record) -> bool:
        """Tell whether a report is about what can be read by it alone, and may be told of."""
        if not isinstance(body, Report) or "told" not in self.consent.fields:
            return False
        return bool(body.entries) and all(self.holds(one) for one in body.entries)


def let_by(consent: Consent, grant: Grant) -> Let:
    """Return one whose consent and key are at hand."""
    return Let(consent, grant, grants.open_heads(grant))


def let_of(conn: Connection, vault: Vault, row: GrantRow) -> Let | None:
    """Take one up; None where anything of it does not open, so that nothing goes by it.

    All of it is opened here, before anything is written: what she saves never fails for it.
    """
    try:
        body = vault.get(conn, row.id).body
        grant = grants.as_owner(vault, row)
        shared = grants.open_heads(grant)
    except (DamagedError, NotFoundError):
        return None
    return Let(body, grant, shared) if isinstance(body, Consent) else None
