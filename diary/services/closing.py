"""Closing a practitioner's account: at once and for good, by who is signed in, with a passkey.

His key is destroyed with every way in, so all that was sealed to it alone is gone: cases, his own
copies, a helper's half that he kept. What he left in her diary is sealed to her and stays, with his
name; the agency keeps that he was there, and what it decided. Nothing of his is left to open it.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection

from diary.domain.clock import to_ms
from diary.domain.event import Event
from diary.errors import BadInputError, NotFoundError
from diary.services import agencies, joining, overrides
from diary.services.house import House
from diary.services.joining import Shown
from diary.services.passkeys import Asked
from diary.store import accounts, files, grants, helpers, orgs, passkeys, sessions
from diary.store.orgs import MemberRow
from diary.text import N_
from diary.vault import agencies as names
from diary.vault.case import leave_for_owner
from diary.vault.vault import Vault

LAST_LEAD = N_(
    "You are the only one who leads your agency. Invite another lead first, or ask whoever runs"
    " this service to."
)
UNTOLD = N_(
    "Something that you passed on has no second person yet, and she is not told. Ask somebody, or"
    " let her read it; then close the account."
)
LAST_READER = N_(
    "She is not told of something that was passed on, and nobody else can read it any more. Let her"
    " read it when that is safe; then close the account."
)


def hindrance(house: House, me: Vault) -> BadInputError | None:
    """Return what has to be done before, if anything."""
    with house.store.read() as conn:
        return _hindrance(conn, house, me, _row(conn, me))


def close(house: House, me: Vault, asked: Asked, shown: Shown) -> None:
    """Close the account of who is signed in and shows one of its own passkeys."""
    joining.show_again(house, me, asked, shown)
    with house.store.write() as conn:
        row = _row(conn, me)
        orgs.take_turn(conn, row.org_id)  # of two leads who close at once, the later one is asked
        if (found := _hindrance(conn, house, me, row)) is not None:
            raise found
        _end_shares(conn, house, me)
        _keep_name(conn, house, row)
        agencies.end_links(conn, house, row)
        _destroy(conn, me)


def _row(conn: Connection, me: Vault) -> MemberRow:
    known = orgs.member(conn, me.account_id)
    if known is None or known.member.suspended_ms is not None:
        raise NotFoundError
    return known.member


def _hindrance(conn: Connection, house: House, me: Vault, row: MemberRow) -> BadInputError | None:
    others = [one for one in orgs.members(conn, row.org_id) if one.account_id != row.account_id]
    active = [one for one in others if one.suspended_ms is None]
    if row.lead and active and not any(one.lead for one in active):
        return BadInputError(LAST_LEAD)
    if overrides.any_untold(conn, house, me):
        return BadInputError(UNTOLD)
    if overrides.is_last_reader(conn, house, me):
        return BadInputError(LAST_READER)
    return None


def _end_shares(conn: Connection, house: House, me: Vault) -> None:
    """End what was shared with him, and say so in each diary, in one order of diaries."""
    now = house.now()
    live = [row for row in grants.to_grantee(conn, me.account_id) if row.ended_ms is None]
    for row in sorted(live, key=lambda one: (one.diary_id, one.id)):
        grants.end(conn, row.id, to_ms(now))
        event = Event(action="share_ended", actor="practitioner", subject=row.id, note="closed")
        leave_for_owner(conn, row.diary_id, event, at=now, parent=row.id)


def _keep_name(conn: Connection, house: House, row: MemberRow) -> None:
    """Keep for the agency who it was, as somebody who is suspended and has closed the account."""
    now_ms = to_ms(house.now())
    said = names.open_(house.secrets, "practitioner", row.account_id, row.sealed)
    sealed = names.seal(
        house.secrets, "practitioner", row.account_id, {**said, "closed_ms": now_ms}
    )
    orgs.set_member_sealed(conn, row.account_id, sealed)
    orgs.suspend(conn, row.account_id, now_ms)


def _destroy(conn: Connection, me: Vault) -> None:
    """Destroy the key, every way to it, and all that it opened."""
    account_id = me.account_id
    for position, sealed in enumerate(accounts.read_slots(conn, account_id)):
        accounts.write_slot(conn, account_id, position, secrets.token_bytes(len(sealed)))
    helpers.write(conn, account_id, secrets.token_bytes(helpers.SIZE))
    passkeys.remove_all(conn, account_id)
    orgs.forget_introduction(conn, account_id)
    sessions.end_all(conn, account_id)
    files.drop_of_diary(conn, me.diary_id)
    accounts.remove_diary(conn, me.diary_id)
