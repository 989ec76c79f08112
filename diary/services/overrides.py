"""What a practitioner passed on without asking, because somebody is at serious risk (H8.60).

It opens nothing: no key is given and no page opens because of it. It writes down what its author
told to whom, of what he was shown, why the law lets him, and which second person agreed. She can
read it once that person has agreed, unless both hold that this is unsafe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from diary.canonical import utc_text
from diary.domain.clock import from_ms, to_ms
from diary.domain.event import Event
from diary.domain.ids import is_id
from diary.domain.practice import Override, PracticeRecord
from diary.errors import BadInputError, ConflictError, NotFoundError
from diary.services import agencies, cases, own, practitioners
from diary.services.cases import NotSharedError
from diary.services.house import House
from diary.services.practice import signature
from diary.services.practitioners import Card
from diary.store import grants as grant_rows
from diary.store import overrides as rows
from diary.store.overrides import OverrideRow
from diary.text import N_
from diary.vault import sent
from diary.vault.case import leave_for_owner
from diary.vault.vault import Vault

State = Literal["waiting", "agreed", "not agreed"]
NOBODY = N_("Choose who is to agree: somebody else who leads your agency.")


@dataclass(frozen=True, slots=True)
class Asked:
    """One of them, as its author or the one who decides reads it."""

    id: str
    body: PracticeRecord
    asked_at: datetime
    state: State
    decided_at: datetime | None
    is_mine_to_decide: bool
    decider: str


def deciders(house: House, me: Vault) -> list[Card]:
    """Return who can agree: others who lead the same agency now."""
    mine = practitioners.card(house, me.account_id)
    leads = [
        one.account_id
        for one in agencies.members(house, mine.org_id)
        if one.lead and one.suspended is None and one.account_id != me.account_id
    ]
    return [practitioners.card(house, one) for one in leads]


def may_ask(house: House, me: Vault, case_id: str) -> None:
    """Raise NotSharedError for a case that was never his; one that has ended may be named too."""
    with house.store.read() as conn:
        _diary_of(conn, me, case_id)


def _diary_of(conn: Connection, me: Vault, case_id: str) -> str:
    cases.require_active(conn, me)
    row = grant_rows.by_id(conn, case_id) if is_id(case_id) else None
    if row is None or row.grantee != me.account_id:
        raise NotSharedError
    return row.diary_id


def ask(
    house: House, me: Vault, case_id: str, said: Override, *, decider: str, record_id: str
) -> str:
    """Write it down and ask a second person; nothing is in her diary before that one agrees."""
    by_id = {one.account_id: one for one in deciders(house, me)}
    if decider not in by_id:
        raise BadInputError(fields={"decider": BadInputError(NOBODY)})
    at = house.now()
    try:
        with house.store.write() as conn:
            diary_id = _diary_of(conn, me, case_id)
            card = practitioners.card_in(conn, house, me.account_id)
            body = PracticeRecord.model_validate(
                signature(card) | {"about": case_id, "override": said}
            )
            me.keep(conn, body, at=at, record_id=record_id)
            sealed = sent.seal(
                body,
                public_key=by_id[decider].public_key,
                record_id=record_id,
                account_id=decider,
            )
            row = OverrideRow(record_id, diary_id, me.account_id, decider, sealed, to_ms(at))
            rows.add(conn, row)
    except ConflictError:
        return one(house, me, record_id).id
    return record_id


def every(house: House, me: Vault) -> list[Asked]:
    """Return what one asked, and what one is to decide or has decided, the newest first."""
    with house.store.read() as conn:
        cases.require_active(conn, me)
        found = rows.asked_by(conn, me.account_id) + rows.decided_by(conn, me.account_id)
        shown = [_asked(conn, house, me, row) for row in found]
    return sorted(shown, key=lambda asked: asked.asked_at, reverse=True)


def one(house: House, me: Vault, override_id: str) -> Asked:
    """Return one of these, or raise NotSharedError."""
    with house.store.read() as conn:
        cases.require_active(conn, me)
        row = rows.by_id(conn, override_id) if is_id(override_id) else None
        if row is None or me.account_id not in {row.asked_by, row.decided_by}:
            raise NotSharedError
        return _asked(conn, house, me, row)


def _asked(conn: Connection, house: House, me: Vault, row: OverrideRow) -> Asked:
    decides = row.decided_by == me.account_id
    body = (
        sent.open_(row.sealed, me.unlocked, record_id=row.id)
        if decides
        else own.one_in(conn, me, PracticeRecord, row.id).body
    )
    return Asked(
        id=row.id,
        body=body,
        asked_at=from_ms(row.asked_ms),
        state=_state(row),
        decided_at=None if row.decided_ms is None else from_ms(row.decided_ms),
        is_mine_to_decide=decides and row.decided_ms is None,
        decider=_name(conn, house, row.decided_by),
    )


def _state(row: OverrideRow) -> State:
    if row.decided_ms is None:
        return "waiting"
    return "agreed" if row.approved else "not agreed"


def _name(conn: Connection, house: House, account_id: str) -> str:
    try:
        return practitioners.card_in(conn, house, account_id).name
    except NotFoundError:
        return ""


def decide(house: House, me: Vault, override_id: str, *, agrees: bool) -> Asked:
    """Write down the second person's decision, once; what is agreed is hers to read then.

    Who decides has to lead the author's agency at this moment, and is never the author.
    """
    at = house.now()
    with house.store.write() as conn:
        cases.require_active(conn, me)
        row = rows.by_id(conn, override_id) if is_id(override_id) else None
        if row is None or row.decided_by != me.account_id or row.asked_by == me.account_id:
            raise NotSharedError
        card = practitioners.card_in(conn, house, me.account_id)
        author = practitioners.card_in(conn, house, row.asked_by)
        if not card.lead or card.org_id != author.org_id:
            raise NotSharedError
        if rows.decide(conn, override_id, at_ms=to_ms(at), approved=agrees) and agrees:
            body = sent.open_(row.sealed, me.unlocked, record_id=row.id)
            _tell_her(conn, row, _approved(body, card, at), at)
    return one(house, me, override_id)


def _approved(body: PracticeRecord, card: Card, at: datetime) -> PracticeRecord:
    said = body.override
    if said is None:
        raise NotFoundError
    signed = {"approved_by": card.name, "approver_role": card.role, "approved_at": utc_text(at)}
    return body.model_copy(update={"override": said.model_copy(update=signed)})


def _tell_her(conn: Connection, row: OverrideRow, body: PracticeRecord, at: datetime) -> None:
    """Leave it in her diary, sealed to her; nothing where it is unsafe, or her diary is gone."""
    if body.override is None or body.override.unsafe_to_notify:
        return
    if grant_rows.public_key_of_diary(conn, row.diary_id) is None:
        return
    leave_for_owner(conn, row.diary_id, body, at=at, parent=body.about)
    event = Event(
        action="practice_added", actor="practitioner", subject=body.about, note="override"
    )
    leave_for_owner(conn, row.diary_id, event, at=at, parent=body.about)
