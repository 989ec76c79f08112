"""What a practitioner passed on without asking, because somebody is at serious risk (H8.60).

It opens nothing: no key is given and no page opens because of it. It writes down what its author
told to whom, of what he was shown, and why the law lets him. She can read it at once, unless he
marks that as unsafe; what a second person then decides is in `override_steps`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from diary.canonical import utc_text
from diary.domain.clock import from_ms, to_ms
from diary.domain.ids import is_id
from diary.domain.practice import Override, PracticeRecord
from diary.errors import BadInputError, ConflictError, NotFoundError
from diary.services import agencies, cases, own, practitioners
from diary.services import override_telling as telling
from diary.services.cases import NotSharedError
from diary.services.house import House
from diary.services.practice import signature
from diary.services.practitioners import Card
from diary.store import grants as grant_rows
from diary.store import overrides as rows
from diary.store.overrides import OverrideRow
from diary.text import N_
from diary.vault import sent
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
    is_mine: bool
    is_mine_to_decide: bool
    decider: str  # empty while there is no second person
    needs_decider: bool
    is_told: bool  # she can read it
    can_be_told: bool  # she cannot, and her diary is there


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
    """Write it down, leave it in her diary unless that is unsafe, and ask a second person.

    It is never kept from being written down because there is no second person yet.
    """
    by_id = {one.account_id: one for one in deciders(house, me)}
    if decider not in by_id and (by_id or decider):
        raise BadInputError(fields={"decider": BadInputError(NOBODY)})
    at = house.now()
    said = said.model_copy(update={"written_at": utc_text(at)})
    try:
        with house.store.write() as conn:
            diary_id = _diary_of(conn, me, case_id)
            card = practitioners.card_in(conn, house, me.account_id)
            body = PracticeRecord.model_validate(
                signature(card) | {"about": case_id, "override": said}
            )
            me.keep(conn, body, at=at, record_id=record_id)
            second = by_id.get(decider, card)
            sealed = sealed_for(second, body, record_id)
            row = OverrideRow(
                record_id, diary_id, me.account_id, second.account_id, sealed, to_ms(at)
            )
            rows.add(conn, row)
            if not said.unsafe_to_notify:
                telling.tell(conn, house, row, body)
    except ConflictError:
        return one(house, me, record_id).id
    return record_id


def sealed_for(card: Card, body: PracticeRecord, record_id: str) -> bytes:
    """Seal it to who is to decide."""
    return sent.seal(
        body, public_key=card.public_key, record_id=record_id, account_id=card.account_id
    )


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
        return _asked(conn, house, me, row_of(conn, me, override_id))


def row_of(conn: Connection, me: Vault, override_id: str) -> OverrideRow:
    """Return the row of one that is his, or his to decide; else NotSharedError."""
    cases.require_active(conn, me)
    row = rows.by_id(conn, override_id) if is_id(override_id) else None
    if row is None or me.account_id not in {row.asked_by, row.decided_by}:
        raise NotSharedError
    return row


def body_in(conn: Connection, me: Vault, row: OverrideRow) -> PracticeRecord:
    """Open it, as its author or as who decides."""
    if row.asked_by == me.account_id:
        return own.one_in(conn, me, PracticeRecord, row.id).body
    return sent.open_(row.sealed, me.unlocked, record_id=row.id)


def _asked(conn: Connection, house: House, me: Vault, row: OverrideRow) -> Asked:
    is_mine, waits = row.asked_by == me.account_id, row.decided_ms is None
    decider = _decider(conn, house, row)
    return Asked(
        id=row.id,
        body=body_in(conn, me, row),
        asked_at=from_ms(row.asked_ms),
        state=_state(row),
        decided_at=None if row.decided_ms is None else from_ms(row.decided_ms),
        is_mine=is_mine,
        is_mine_to_decide=waits and not is_mine,
        decider="" if decider is None else decider.name,
        needs_decider=waits and is_mine and not _can_decide(conn, house, row, decider),
        is_told=telling.is_told(conn, house, row),
        can_be_told=telling.can_be_told(conn, house, row),
    )


def _decider(conn: Connection, house: House, row: OverrideRow) -> Card | None:
    return _card(conn, house, row.decided_by) if row.decided_by != row.asked_by else None


def _can_decide(conn: Connection, house: House, row: OverrideRow, decider: Card | None) -> bool:
    author = _card(conn, house, row.asked_by)
    if decider is None or author is None:
        return False
    return decider.lead and not decider.suspended and decider.org_id == author.org_id


def _state(row: OverrideRow) -> State:
    if row.decided_ms is None:
        return "waiting"
    return "agreed" if row.approved else "not agreed"


def _card(conn: Connection, house: House, account_id: str) -> Card | None:
    try:
        return practitioners.card_in(conn, house, account_id)
    except NotFoundError:
        return None


def any_untold(conn: Connection, house: House, me: Vault) -> bool:
    """Tell whether something of his waits that neither she nor a second person can read."""
    return any(
        row.decided_ms is None
        and not _can_decide(conn, house, row, _decider(conn, house, row))
        and telling.can_be_told(conn, house, row)
        for row in rows.asked_by(conn, me.account_id)
    )


def is_last_reader(conn: Connection, house: House, me: Vault) -> bool:
    """Tell whether he is the last who can read something that she is not told of.

    It was put before him, or is decided, and whoever has the other key to it is gone.
    """
    others = [(row, row.asked_by) for row in rows.decided_by(conn, me.account_id)]
    mine = rows.asked_by(conn, me.account_id)
    others += [(row, row.decided_by) for row in mine if row.decided_ms is not None]
    return any(
        _is_gone(conn, house, other) and telling.can_be_told(conn, house, row)
        for row, other in others
    )


def _is_gone(conn: Connection, house: House, account_id: str) -> bool:
    card = _card(conn, house, account_id)
    return card is None or card.suspended
