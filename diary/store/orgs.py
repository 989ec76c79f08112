"""Rows of agencies, of the people in them, of invitations, and of the codes people are found by."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from diary.store.models import accounts, introductions, invitations, orgs, practitioners


class OrgRow(NamedTuple):
    """One agency; its name is sealed."""

    id: str
    sealed: bytes
    created_ms: int


class MemberRow(NamedTuple):
    """One practitioner, as somebody of the agency; name and role are sealed."""

    account_id: str
    org_id: str
    lead: bool
    sealed: bytes
    joined_ms: int
    suspended_ms: int | None


class KnownRow(NamedTuple):
    """A practitioner together with the agency and the key that things are shared with."""

    member: MemberRow
    org_sealed: bytes
    public_key: bytes


class InvitationRow(NamedTuple):
    """One invitation, found by the SHA-256 of its link's token."""

    id: bytes
    org_id: str
    lead: bool
    sealed: bytes
    ends_ms: int
    used_ms: int | None


def add_org(conn: Connection, row: OrgRow) -> None:
    """Insert an agency."""
    conn.execute(insert(orgs), row._asdict())


def every_org(conn: Connection) -> list[OrgRow]:
    """Return all agencies, oldest first."""
    query = select(*orgs.c).order_by(orgs.c.created_ms, orgs.c.id)
    return [OrgRow(*row) for row in conn.execute(query)]


def org_by_id(conn: Connection, org_id: str) -> OrgRow | None:
    """Find an agency."""
    row = conn.execute(select(*orgs.c).where(orgs.c.id == org_id)).one_or_none()
    return None if row is None else OrgRow(*row)


def add_member(conn: Connection, row: MemberRow) -> None:
    """Insert a practitioner."""
    conn.execute(insert(practitioners), row._asdict())


def take_turn(conn: Connection, org_id: str) -> None:
    """Let others wait who change who is in this agency (SQLite has one writer anyway)."""
    conn.execute(select(orgs.c.id).where(orgs.c.id == org_id).with_for_update())


def set_member_sealed(conn: Connection, account_id: str, sealed: bytes) -> None:
    """Replace what is said about a practitioner."""
    known = practitioners.c.account_id == account_id
    conn.execute(update(practitioners).where(known).values(sealed=sealed))


def member(conn: Connection, account_id: str) -> KnownRow | None:
    """Find a practitioner with the agency's name and the public key."""
    width = len(practitioners.c)
    query = (
        select(*practitioners.c, orgs.c.sealed, accounts.c.public_key)
        .join(orgs, orgs.c.id == practitioners.c.org_id)
        .join(accounts, accounts.c.id == practitioners.c.account_id)
        .where(practitioners.c.account_id == account_id)
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else KnownRow(MemberRow(*row[:width]), *row[width:])


def members(conn: Connection, org_id: str | None = None) -> list[MemberRow]:
    """Return the practitioners of one agency, or of all, in the order in which they joined."""
    query = select(*practitioners.c)
    query = query.order_by(practitioners.c.joined_ms, practitioners.c.account_id)
    if org_id is not None:
        query = query.where(practitioners.c.org_id == org_id)
    return [MemberRow(*row) for row in conn.execute(query)]


def is_active(conn: Connection, account_id: str) -> bool:
    """Tell whether this is a practitioner who was not suspended."""
    query = select(practitioners.c.account_id).where(
        practitioners.c.account_id == account_id, practitioners.c.suspended_ms.is_(None)
    )
    return conn.execute(query).one_or_none() is not None


def suspend(conn: Connection, account_id: str, at_ms: int) -> None:
    """Suspend a practitioner; the first time counts."""
    conn.execute(
        update(practitioners)
        .where(practitioners.c.account_id == account_id, practitioners.c.suspended_ms.is_(None))
        .values(suspended_ms=at_ms)
    )


def add_invitation(conn: Connection, row: InvitationRow) -> None:
    """Insert an invitation."""
    conn.execute(insert(invitations), row._asdict())


def open_invitation(conn: Connection, invitation_id: bytes, now_ms: int) -> InvitationRow | None:
    """Find an invitation that can be used now; one that was used or is over is not there."""
    query = select(*invitations.c).where(_can_be_used(invitation_id, now_ms))
    row = conn.execute(query).one_or_none()
    return None if row is None else InvitationRow(*row)


def open_invitations(conn: Connection, org_id: str, now_ms: int) -> list[InvitationRow]:
    """Return an agency's invitations that nobody has used yet, the next to end first."""
    query = select(*invitations.c).where(
        invitations.c.org_id == org_id,
        invitations.c.used_ms.is_(None),
        invitations.c.ends_ms > now_ms,
    )
    return [InvitationRow(*row) for row in conn.execute(query.order_by(invitations.c.ends_ms))]


def use_invitation(conn: Connection, invitation_id: bytes, now_ms: int) -> bool:
    """Use an invitation up; of two at once, one is told that it could."""
    used = conn.execute(
        update(invitations).where(_can_be_used(invitation_id, now_ms)).values(used_ms=now_ms)
    )
    return used.rowcount == 1


def drop_invitations(conn: Connection, before_ms: int) -> None:
    """Drop invitations that ended long ago: a name in one is nobody's concern any more."""
    conn.execute(delete(invitations).where(invitations.c.ends_ms < before_ms))


def introduce(conn: Connection, code_hash: bytes, account_id: str, ends_ms: int) -> None:
    """Let a practitioner be found by a code until then; the code before it ends."""
    conn.execute(delete(introductions).where(introductions.c.account_id == account_id))
    values = {"id": code_hash, "account_id": account_id, "ends_ms": ends_ms}
    conn.execute(insert(introductions), values)


def introduced(conn: Connection, code_hash: bytes, now_ms: int) -> str | None:
    """Return whose code this is now, if anybody's."""
    query = select(introductions.c.account_id).where(
        introductions.c.id == code_hash, introductions.c.ends_ms > now_ms
    )
    found: str | None = conn.execute(query).scalar_one_or_none()
    return found


def forget_introduction(conn: Connection, account_id: str) -> None:
    """Let an account be found by no code any more."""
    conn.execute(delete(introductions).where(introductions.c.account_id == account_id))


def drop_introductions(conn: Connection, now_ms: int) -> None:
    """Drop codes that are over."""
    conn.execute(delete(introductions).where(introductions.c.ends_ms <= now_ms))


def _can_be_used(invitation_id: bytes, now_ms: int) -> ColumnElement[bool]:
    return (
        (invitations.c.id == invitation_id)
        & invitations.c.used_ms.is_(None)
        & (invitations.c.ends_ms > now_ms)
    )
