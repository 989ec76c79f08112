"""Giving a consent: who, for what, until when, and what goes; kept sealed with the words shown.

A grant and its consent have one id. What is many goes in steps: the consent says all of it from
the first moment, and `fill` goes on until everything that it says is under the grant's key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Literal, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from diary.domain.event import Event
from diary.domain.ids import new_id
from diary.domain.sharing import Consent, Redacted, Shared
from diary.errors import BadInputError, ConflictError, NotFoundError
from diary.services import (
    own,
    placing,
    practitioners,
    share_drafts,
    share_look,
    sharing,
    taking_back,
)
from diary.services.house import House
from diary.services.let_in import let_by
from diary.services.own import Own
from diary.services.parcels import by_record
from diary.services.placing import in_steps
from diary.services.practitioners import Card
from diary.services.share_drafts import Draft
from diary.store import grants as rows
from diary.text import N_
from diary.vault import grants
from diary.vault.grants import Grant, Grantee, Term
from diary.vault.vault import New, Vault

USUAL_DAYS, MOST_DAYS = 30, 180
STEP = 3500  # records that go in one transaction: below a second
ZONE = ZoneInfo("Europe/London")


class ChangedMeanwhileError(ConflictError):
    """What would go is not what was looked at."""

    default = N_("Something in it changed since you looked. Please look at it once more.")


class OtherKeyError(ConflictError):
    """Whoever was compared aloud has another key now, or may not read at all."""

    default = N_("Their six words have changed. Please ask them for a new code, and compare again.")


class CutOffError(ConflictError):
    """Nothing new goes to whoever reads nothing now: it would open with the key they had."""

    default = N_("They cannot read anything now, so nothing new goes to them. It stays with you.")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words that were on the page, with their version, and the purpose as it stood there."""

    version: str
    words: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Filled:
    """How much of what a consent says is shared already, and how much of it does not open."""

    done: int
    total: int
    lost: int = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it is that opens."""
        return self.done + self.lost >= self.total


def check_days(draft: Draft, today: date) -> None:
    """Refuse days that cannot be, each with what to do about it."""
    first, last, added = draft.first_day, draft.last_day, draft.last_added_day
    wrong = {}
    if first is None or first < today:
        wrong["starts"] = BadInputError(N_("The first day is today or later."))
    elif first > today + timedelta(days=MOST_DAYS):
        wrong["starts"] = BadInputError(
            N_("Choose a first day in the next %(days)s days."), days=MOST_DAYS
        )
    if last is None or (first is not None and last < first):
        wrong["ends"] = BadInputError(N_("The last day cannot be before the first."))
    elif first is not None and end_of(last) - _begin_of(first) > timedelta(days=MOST_DAYS):
        wrong["ends"] = BadInputError(
            N_("It can be %(days)s days at most, first and last day counted. Give it again after."),
            days=MOST_DAYS,
        )
    if added is not None and first and last and not wrong and not first <= added <= last:
        wrong["adds_until"] = BadInputError(
            N_("Choose a day from the first to the last day of the share.")
        )
    if wrong:
        raise BadInputError(fields=wrong)


def give(house: House, vault: Vault, draft_id: str, *, seen: str, wording: Wording) -> str:
    """Give what was decided and looked at, in one transaction; return the grant's id.

    `seen` is what the page that showed it carries. Sent twice, it gives once.
    """
    with house.store.read() as conn:
        if _is_given(conn, vault, draft_id):
            return draft_id
        draft = share_drafts.read_in(conn, vault, draft_id)
    card = practitioners.card(house, draft.account_id)
    _require_same(draft, card)
    if sharing.is_other_side(card, sharing.other_side(house, vault)):
        raise OtherKeyError
    check_days(draft, today(house))
    with own.turn(house, vault) as conn:  # what was looked at is what is there when it goes
        if _is_given(conn, vault, draft_id):  # by the same press, sent twice at once
            return draft_id
        items = share_look.items(conn, vault, draft, seen)
        if items is None or draft != share_drafts.read_in(conn, vault, draft_id):
            raise ChangedMeanwhileError
        consent = consent_of(draft, card, items, house.now(), wording)
        _give(conn, house, vault, draft, consent)
        share_drafts.forget_in(conn, house, vault, draft_id)
    return draft_id


def is_given(house: House, vault: Vault, draft_id: str) -> bool:
    """Tell whether this was given already."""
    with house.store.read() as conn:
        return _is_given(conn, vault, draft_id)


def _is_given(conn: Connection, vault: Vault, draft_id: str) -> bool:
    row = rows.by_id(conn, draft_id)
    return row is not None and row.diary_id == vault.diary_id


def _require_same(draft: Draft, card: Card) -> None:
    compared = (draft.public_key, draft.fingerprint) == (card.public_key.hex(), card.fingerprint)
    if not (draft.compared and compared) or card.suspended:
        raise OtherKeyError


def consent_of(
    draft: Draft, card: Card, items: tuple[Shared, ...], now: datetime, wording: Wording
) -> Consent:
    """Return the consent to seal. Its names are those on the card, not what a form said."""
    starts, ends = term_of(draft, now)
    return Consent(
        grantee=card.account_id,
        name=card.name,
        organisation=card.organisation,
        role=card.role,
        fingerprint=card.fingerprint,
        org=card.org_id,
        from_name=draft.from_name,
        purpose=wording.purpose,
        reason=draft.reason,
        items=items,
        fields=draft.fields,
        permission=cast("Literal['view', 'download']", draft.permission),
        starts=starts,
        ends=ends,
        adds_until=end_of(draft.last_added_day) if draft.last_added_day else None,
        sees_other_agencies=draft.sees_others,
        wording_version=wording.version,
        wording=wording.words,
    )


def term_of(draft: Draft, now: datetime) -> tuple[datetime, datetime]:
    """Return from when and until when: the last day counts whole, by the clock here."""
    if draft.first_day is None or draft.last_day is None:
        raise NotFoundError
    return max(_begin_of(draft.first_day), now), end_of(draft.last_day)


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZONE).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the moment until which a last day counts."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZONE).astimezone(UTC)


def today(house: House) -> date:
    """Return the day it is here."""
    return house.now().astimezone(ZONE).date()


def _give(conn: Connection, house: House, vault: Vault, draft: Draft, consent: Consent) -> None:
    to = Grantee(consent.grantee, bytes.fromhex(draft.public_key))
    term = Term(consent.starts, consent.ends, consent.adds_until)
    grant = grants.give(conn, vault, to, term, grant_id=draft.id)
    event = New(Event(action="shared", subject=grant.id), new_id(), grant.id)
    # Kept so, a long consent stands in the index and is not opened again for it.
    kept, _ = vault.keep_all(conn, [New(consent, grant.id), event], at=house.now(), also=grant.key)
    grants.share(conn, vault, grant, [], kept=[kept])
    for some in islice(in_steps(consent.items, STEP), 1):
        placing.place(conn, house, vault, grant, items=some, fields=consent.fields)


def fill(house: House, vault: Vault, grant_id: str) -> Filled:
    """Share the next step of what the consent says and the grant does not hold yet.

    In a turn of its own: what she takes out at the same time does not come back.
    """
    with own.turn(house, vault) as conn:
        consent, grant = reaching(conn, house, vault, grant_id)
        missing = _missing(conn, vault, grant, consent.body)
        tried, went = 0, 0
        some: Sequence[Shared] = ()
        for some in in_steps(missing, STEP):
            tried += len(some)
            went = placing.place(conn, house, vault, grant, items=some, fields=consent.body.fields)
            if went:  # what does not open holds up nothing that comes after it
                break
        # What she took back before its turn to go came, goes with the sign that she did.
        let = let_by(consent.body, grants.now(conn, grant))
        taking_back.sign_late(conn, house, vault, let, some)
    total = len(consent.body.items)
    lost = len(missing) - went if tried == len(missing) else 0
    return Filled(total - len(missing) + went, total, lost)


def filled(house: House, vault: Vault, grant_id: str) -> Filled:
    """Return how much of it is shared."""
    with house.store.read() as conn:
        consent, grant = live(conn, house, vault, grant_id)
        total = len(consent.body.items)
        return Filled(total - len(_missing(conn, vault, grant, consent.body)), total)


def live(conn: Connection, house: House, vault: Vault, grant_id: str) -> tuple[Own[Consent], Grant]:
    """Return a consent of hers with its grant; NotFoundError once it has ended."""
    consent = own.newest_in(conn, vault, Consent, grant_id)
    row = rows.by_id(conn, grant_id)
    if row is None or consent.body.ends <= house.now():
        raise NotFoundError
    return consent, grants.as_owner(vault, row)


def reaching(
    conn: Connection, house: House, vault: Vault, grant_id: str
) -> tuple[Own[Consent], Grant]:
    """Return the same, or raise CutOffError where they are suspended or have another key."""
    consent, grant = live(conn, house, vault, grant_id)
    if not practitioners.may_read(conn, consent.body.grantee, consent.body.fingerprint):
        raise CutOffError
    return consent, grant


def _missing(conn: Connection, vault: Vault, grant: Grant, consent: Consent) -> list[Shared]:
    there = rows.wrapped_records(conn, grant.id)
    # What is a copy by now (it was taken back, or changed) is there too, and never whole again.
    there |= {of.hex() for of in grants.open_heads(grant).section(Redacted.kind).parents()}
    missing = [item for item in consent.items if (item.copy_id or item.record) not in there]
    listed = by_record(vault.heads(conn), (item.record for item in missing))
    return [item for item in missing if item.record in listed]
