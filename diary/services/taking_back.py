"""That she took an entry back: who can read it sees so at once, as with what is removed.

What else she changed and did not share stays unshared: what can be read is then a copy of the
version that was shared, with the sign that it was taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import Connection

from diary.domain.entry import Entry
from diary.domain.sharing import Redacted, Shared
from diary.errors import DamagedError, NotFoundError
from diary.services import placing, redaction, secret_words
from diary.services.house import House
from diary.services.let_in import Let
from diary.services.parcels import by_record
from diary.services.redaction import TAKEN_BACK, Body
from diary.vault.records import Opened
from diary.vault.vault import Vault

_OF_IT = {TAKEN_BACK, "change_reason"}  # what taking back alone changes


def sign(conn: Connection, house: House, vault: Vault, let: Let, newest: Opened) -> bool:
    """Put the sign on what somebody can read; tell whether it did not say so before."""
    version, body = _as_shared(conn, vault, let, newest.record_id)
    fields = let.consent.fields
    goes = redaction.staying(newest.kind, newest.envelope["body"], fields)
    holds_secrets = _holds_secrets(conn, vault, goes)
    said = {} if holds_secrets else goes[TAKEN_BACK]
    if body.get(TAKEN_BACK) == said:
        return False
    if not holds_secrets and _is_all(body, goes):
        placing.put(conn, house, vault, let, newest)
        return True
    signed = Redacted(
        of=newest.record_id,
        of_version=version,
        of_kind=newest.kind,
        left_out=redaction.groups_out(newest.kind, fields),
        body=body | {TAKEN_BACK: said},
    )
    placing.put_copy(conn, house, vault, let, signed)
    return True


def sign_late(
    conn: Connection, house: House, vault: Vault, let: Let, items: Iterable[Shared]
) -> None:
    """Put it on what was taken back after the consent, and before it could be read."""
    said = {one.record: one.version for one in items}
    for record_id, head in by_record(vault.heads(conn), said).items():
        if head.version == said[record_id] or not let.holds(record_id):
            continue
        with suppress(DamagedError, NotFoundError):
            newest = vault.get(conn, record_id)
            if isinstance(newest.body, Entry) and newest.body.withdrawn is not None:
                sign(conn, house, vault, let, newest)


def _as_shared(conn: Connection, vault: Vault, let: Let, record_id: str) -> tuple[int, Body]:
    """Return the version that can be read, and what of it; nothing where it does not open."""
    there = let.there(record_id)
    if there is None:
        raise NotFoundError
    try:
        opened = vault.get(conn, there.record.hex(), there.version)
        body = opened.body
    except (DamagedError, NotFoundError):
        return there.version, {}
    if isinstance(body, Redacted):
        return body.of_version, dict(body.body)
    return opened.version, dict(opened.envelope["body"])


def _holds_secrets(conn: Connection, vault: Vault, goes: Body) -> bool:
    """Tell whether words to keep secret stand in why she took it back, or may."""
    try:
        secrets = secret_words.kept_secret(conn, vault)
    except DamagedError:
        return True
    why = {name: goes[name] for name in _OF_IT & goes.keys()}
    return bool(secret_words.standing(secret_words.texts(why), secrets))


def _is_all(before: Body, after: Body) -> bool:
    """Tell whether nothing but taking it back lies between what was shared and what would be."""
    names = (before.keys() | after.keys()) - _OF_IT
    return all(before.get(name) == after.get(name) for name in names)
