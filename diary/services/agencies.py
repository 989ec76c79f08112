"""Agencies and their people: who is invited, who is in, who is suspended.

An invitation is a link that works once, for three days; only the hash of what it carries is kept.
Whoever has lost every passkey is invited again: a new person with a new key, who can read nothing
of what was shared with the old one until it is shared again.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from diary.canonical import sha256
from diary.domain.clock import from_ms, to_ms
from diary.domain.ids import is_id, new_id
from diary.errors import BadInputError, ConflictError, DiaryError, NotFoundError
from diary.services.house import House
from diary.services.passphrases import whole
from diary.store import orgs, sessions
from diary.store.orgs import InvitationRow, MemberRow, OrgRow
from diary.text import N_
from diary.vault import agencies as names

LONGEST_NAME = 100
INVITED_HOURS = 72
_TOKEN = 32


@dataclass(frozen=True, slots=True)
class Org:
    """An agency."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited, by whom, to be what, and until when."""

    id: bytes
    org_id: str
    organisation: str
    name: str
    role: str
    lead: bool
    ends: datetime
    contact: str = ""  # compared with the other person's, and shown to nobody


@dataclass(frozen=True, slots=True)
class Link:
    """A fresh invitation; its token is shown once and kept by nobody here."""

    token: str
    invited: Invited


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of an agency."""

    account_id: str
    org_id: str
    name: str
    role: str
    lead: bool
    joined: datetime
    suspended: datetime | None
    closed: bool = False
    contact: str = ""


def add_org(house: House, name: str) -> Org:
    """Add an agency; two cannot have one name."""
    name, org_id = _line(name, "name"), new_id()
    sealed = names.seal(house.secrets, "org", org_id, {"name": name})
    with house.store.write() as conn:
        if any(org.name.casefold() == name.casefold() for org in _orgs(conn, house)):
            raise ConflictError(N_("There is an agency of this name already."))
        orgs.add_org(conn, OrgRow(org_id, sealed, to_ms(house.now())))
    return Org(org_id, name)


def every_org(house: House) -> list[Org]:
    """Return all agencies, oldest first."""
    with house.store.read() as conn:
        return _orgs(conn, house)


def org_named(house: House, name: str) -> Org:
    """Find an agency by its name or its id."""
    wanted = " ".join(whole(name).split()).casefold()
    for org in every_org(house):
        if wanted in {org.id, org.name.casefold()}:
            return org
    raise NotFoundError(N_("There is no agency of this name."))


def invite(
    house: House, *, org_id: str, name: str, role: str, lead: bool, contact: str = ""
) -> Link:
    """Invite somebody to an agency."""
    said = {"name": name, "role": role, "contact": contact}
    with house.store.write() as conn:
        return _invite(conn, house, org_id=org_id, lead=lead, said=said)


def invite_again(house: House, *, account_id: str, org_id: str) -> Link:
    """Suspend somebody who lost every passkey, and invite the same person with a new key."""
    with house.store.write() as conn:
        row = _row(conn, account_id, org_id)
        member = _member(house, row)
        _suspend(conn, house, row)
        said = {"name": member.name, "role": member.role, "contact": member.contact}
        return _invite(conn, house, org_id=org_id, lead=member.lead, said=said)


def take_back(house: House, *, invitation_id: str, org_id: str) -> None:
    """Let an invitation be of no use any more; NotFoundError for another agency's."""
    now_ms = to_ms(house.now())
    with house.store.write() as conn:
        for row in orgs.open_invitations(conn, org_id, now_ms):
            if row.id.hex() == invitation_id:
                orgs.use_invitation(conn, row.id, now_ms)
                return
    raise NotFoundError


def waiting(house: House, org_id: str) -> list[Invited]:
    """Return an agency's invitations that nobody has used yet."""
    with house.store.read() as conn:
        rows = orgs.open_invitations(conn, org_id, to_ms(house.now()))
        return [_invited(conn, house, row) for row in rows]


def invited(house: House, token: str) -> Invited:
    """Return who a link invites; NotFoundError for one that never was, was used or is over."""
    with house.store.read() as conn:
        row = orgs.open_invitation(conn, id_of(token), to_ms(house.now()))
        if row is None:
            raise NotFoundError
        return _invited(conn, house, row)


def members(house: House, org_id: str | None = None) -> list[Member]:
    """Return the people of one agency, or of all."""
    with house.store.read() as conn:
        return [_member(house, row) for row in orgs.members(conn, org_id)]


def member(house: House, *, account_id: str, org_id: str) -> Member:
    """Return one of an agency's people; NotFoundError for another agency's."""
    with house.store.read() as conn:
        return _member(house, _row(conn, account_id, org_id))


def suspend(house: House, *, account_id: str, org_id: str | None = None) -> None:
    """Suspend somebody: every session ends now, and no way in opens any more.

    With a lead, every invitation of the agency ends that is still open.
    """
    with house.store.write() as conn:
        _suspend(conn, house, _row(conn, account_id, org_id))


def sweep(house: House) -> None:
    """Drop codes that are over, and invitations that ended a month ago."""
    with house.store.write() as conn:
        orgs.drop_introductions(conn, to_ms(house.now()))
        orgs.drop_invitations(conn, to_ms(house.now() - timedelta(days=30)))


def id_of(token: str) -> bytes:
    """Return what is kept of a link's token."""
    return sha256(b"diary/v1/invitation\0", _bytes(token))


def account_of(token: str) -> str:
    """Return the id of the account that a link will become."""
    return sha256(b"diary/v1/invited\0", _bytes(token))[:16].hex()


def _bytes(token: str) -> bytes:
    try:
        return urlsafe_b64decode(whole(token)[:100] + "==")
    except ValueError:
        return b""


def _orgs(conn: Connection, house: House) -> list[Org]:
    return [_org(house, row) for row in orgs.every_org(conn)]


def _org(house: House, row: OrgRow) -> Org:
    return Org(row.id, names.open_(house.secrets, "org", row.id, row.sealed)["name"])


def _row(conn: Connection, account_id: str, org_id: str | None) -> MemberRow:
    known = orgs.member(conn, account_id) if is_id(account_id) else None
    if known is None or org_id not in {None, known.member.org_id}:
        raise NotFoundError(N_("There is nobody of this id."))
    return known.member


def _suspend(conn: Connection, house: House, row: MemberRow) -> None:
    now_ms = to_ms(house.now())
    orgs.suspend(conn, row.account_id, now_ms)
    sessions.end_all(conn, row.account_id)
    if row.suspended_ms is None:
        end_links(conn, house, row)


def end_links(conn: Connection, house: House, row: MemberRow) -> None:
    """End every open invitation of the agency that a lead leaves, or is made to.

    A lead may have invited under any name: a link that was kept is no way back in.
    """
    now_ms = to_ms(house.now())
    for link in orgs.open_invitations(conn, row.org_id, now_ms) if row.lead else ():
        orgs.use_invitation(conn, link.id, now_ms)


def _invite(
    conn: Connection, house: House, *, org_id: str, lead: bool, said: dict[str, str]
) -> Link:
    said = {name: _line(text, name) for name, text in said.items() if text or name != "contact"}
    token = urlsafe_b64encode(secrets.token_bytes(_TOKEN)).decode().rstrip("=")
    row_id, ends = id_of(token), house.now() + timedelta(hours=INVITED_HOURS)
    sealed = names.seal(house.secrets, "invitation", row_id.hex(), said)
    row = InvitationRow(row_id, org_id, lead, sealed, to_ms(ends), None)
    orgs.add_invitation(conn, row)
    return Link(token, _invited(conn, house, row))


def _invited(conn: Connection, house: House, row: InvitationRow) -> Invited:
    org = orgs.org_by_id(conn, row.org_id)
    if org is None:
        raise NotFoundError
    said = names.open_(house.secrets, "invitation", row.id.hex(), row.sealed)
    return Invited(
        id=row.id,
        org_id=row.org_id,
        organisation=_org(house, org).name,
        lead=row.lead,
        ends=from_ms(row.ends_ms),
        name=said["name"],
        role=said["role"],
        contact=said.get("contact", ""),
    )


def _member(house: House, row: MemberRow) -> Member:
    said = names.open_(house.secrets, "practitioner", row.account_id, row.sealed)
    return Member(
        account_id=row.account_id,
        org_id=row.org_id,
        lead=row.lead,
        joined=from_ms(row.joined_ms),
        suspended=None if row.suspended_ms is None else from_ms(row.suspended_ms),
        closed="closed_ms" in said,
        name=said["name"],
        role=said["role"],
        contact=said.get("contact", ""),
    )


def _line(text: str, field: str) -> str:
    """Return a name as it counts, or say what is wrong with it."""
    tidy = " ".join(whole(text[: LONGEST_NAME * 2]).split())
    if not tidy:
        raise BadInputError(fields={field: DiaryError(N_("Please fill this in."))})
    if len(tidy) > LONGEST_NAME or not tidy.isprintable():
        wrong = DiaryError(N_("Use at most %(most)s ordinary characters."), most=LONGEST_NAME)
        raise BadInputError(fields={field: wrong})
    return tidy
