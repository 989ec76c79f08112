"""Sharing what waits, and the new words of what is shared: after a look at exactly what goes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from diary.domain.file import Derived, File
from diary.domain.ids import is_id
from diary.domain.report import Report
from diary.domain.sharing import Consent, Shared
from diary.errors import DamagedError, NotFoundError
from diary.services import consents, extending, own, placing, secret_words, shared_now, waiting
from diary.services.consents import ChangedMeanwhileError
from diary.services.house import House
from diary.services.let_in import Let, let_by
from diary.services.own import Own
from diary.services.parcels import Piece, needs_copy
from diary.services.redaction import GROUPS
from diary.vault import grants
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Look:
    """One record as it would go, under which version it is looked at, and what to know of it."""

    piece: Piece
    is_new: bool  # nothing of it can be read so far
    secrets: tuple[str, ...] = ()
    secrets_unread: bool = False  # nobody can say which words to keep secret stand in it

    @property
    def version(self) -> int:
        """The version that is looked at."""
        return self.piece.opened.version


def look(house: House, vault: Vault, grant_id: str, record_id: str) -> Look:
    """Show what would go; NotFoundError for what does not wait and was not changed.

    CutOffError where they read nothing now.
    """
    with house.store.read() as conn:
        _, let = _let(conn, house, vault, grant_id)
        _require_offered(conn, vault, let, record_id)
        return _look(conn, vault, let, record_id)


def share(house: House, vault: Vault, grant_id: str, record_id: str, *, version: int) -> None:
    """Share what was looked at; sent twice, it is shared once.

    ChangedMeanwhileError where it is not what was looked at, CutOffError where they read nothing.
    """
    with own.turn(house, vault) as conn:
        consent, let = _let(conn, house, vault, grant_id)
        is_newest = vault.get(conn, record_id).version == version
        if is_newest and let.holds(record_id) and version in _shared(consent, record_id):
            return
        _require_offered(conn, vault, let, record_id)
        if not is_newest:
            raise ChangedMeanwhileError
        item = _put(conn, house, vault, let, record_id)
        items = _besides(let, item[0])
        kept = shared_now.say(conn, house, vault, consent, (*items, *item))
        grants.share(conn, vault, let.grant, [kept])


def _let(conn: Connection, house: House, vault: Vault, grant_id: str) -> tuple[Own[Consent], Let]:
    consent, grant = consents.reaching(conn, house, vault, grant_id)
    return consent, let_by(consent.body, grant)


def _besides(let: Let, new: Shared) -> list[Shared]:
    """Return what the consent says besides: of this record the wordings that stay readable."""
    stays = let.has_earlier(new.record)
    return [
        one
        for one in let.consent.items
        if one.record != new.record or (stays and one.copy_id == new.copy_id)
    ]


def _shared(consent: Own[Consent], record_id: str) -> set[int]:
    return {one.version for one in consent.body.items if one.record == record_id}


def _require_offered(conn: Connection, vault: Vault, let: Let, record_id: str) -> None:
    """Refuse whatever the share's page does not offer, as if it never was."""
    if is_id(record_id):
        if record_id in shared_now.changed_in(conn, vault, let.consent, let.grant):
            return
        found = waiting.waiting_in(conn, vault, vault.heads(conn), let)
        if record_id in {head.record.hex() for head in found}:
            return
    raise NotFoundError


def _look(conn: Connection, vault: Vault, let: Let, record_id: str) -> Look:
    newest, fields = vault.get(conn, record_id), let.consent.fields
    copied = let.is_copy(record_id) or needs_copy(newest, fields)
    goes = secret_words.said(newest, fields if copied else GROUPS)
    piece, is_new = Piece(newest, tuple(fields) if copied else None), not let.holds(record_id)
    try:
        secrets = secret_words.standing(goes, secret_words.kept_secret(conn, vault))
    except DamagedError:
        return Look(piece, is_new, secrets_unread=True)
    return Look(piece, is_new, secrets)


def _put(
    conn: Connection, house: House, vault: Vault, let: Let, record_id: str
) -> tuple[Shared, ...]:
    """Put it into the grant, with what cannot be read without it; return what to say of it."""
    newest = vault.get(conn, record_id)
    if isinstance(newest.body, Report):
        extending.put_report(conn, house, vault, let, newest)
        return (Shared(record=record_id, version=newest.version),)
    item = placing.put(conn, house, vault, let, newest)
    if not isinstance(newest.body, File):
        return (item,)
    made = vault.children(conn, record_id, Derived.kind)
    grants.share(conn, vault, let.grant, [one.n for one in made])
    return item, *(Shared(record=one.record_id, version=one.version) for one in made)
