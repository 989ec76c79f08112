"""What follows once something was passed on without asking: a second person, and telling her.

Who decides leads the author's agency at that moment, and is never the author. A decision never
takes away what she can read: it only ever adds to it.
"""

from __future__ import annotations

from sqlalchemy import Connection

from diary.domain.clock import from_ms, to_ms
from diary.domain.practice import PracticeRecord
from diary.errors import BadInputError, ConflictError
from diary.services import override_telling as telling
from diary.services import overrides, own, practitioners
from diary.services.cases import NotSharedError
from diary.services.house import House
from diary.services.overrides import NOBODY, Asked
from diary.services.practitioners import Card
from diary.store import overrides as rows
from diary.store.overrides import OverrideRow
from diary.text import N_
from diary.vault import sent
from diary.vault.vault import Vault

DECIDED = N_("This was decided already.")


def put_before(house: House, me: Vault, override_id: str, *, decider: str) -> Asked:
    """Put one's own record before a second person, where nobody can decide about it yet."""
    by_id = {one.account_id: one for one in overrides.deciders(house, me)}
    with house.store.write() as conn:
        row = overrides.row_of(conn, me, override_id)
        if row.asked_by != me.account_id:
            raise NotSharedError
        if decider not in by_id:
            raise BadInputError(fields={"decider": BadInputError(NOBODY)})
        if row.decided_by in by_id:
            raise ConflictError
        body = own.one_in(conn, me, PracticeRecord, row.id).body
        sealed = overrides.sealed_for(by_id[decider], body, row.id)
        if not rows.set_decider(conn, row.id, decider=decider, sealed=sealed):
            raise ConflictError(DECIDED)
    return overrides.one(house, me, override_id)


def decide(
    house: House, me: Vault, override_id: str, *, agrees: bool, she_is_told: bool = False
) -> Asked:
    """Write down the second person's decision, once.

    It stays hidden from her only where both hold that telling her is unsafe.
    """
    at = house.now()
    with house.store.write() as conn:
        row, card = _to_decide(conn, house, me, override_id)
        if rows.decide(conn, row.id, decider=me.account_id, at_ms=to_ms(at), approved=agrees):
            body = sent.open_(row.sealed, me.unlocked, record_id=row.id)
            said = telling.override_of(body)
            if she_is_told or not (agrees and said.unsafe_to_notify):
                telling.tell(conn, house, row, body)
            said = telling.decided(said, card, at, agrees=agrees)
            telling.add_decision(conn, house, row, body, said)
    return overrides.one(house, me, override_id)


def _to_decide(
    conn: Connection, house: House, me: Vault, override_id: str
) -> tuple[OverrideRow, Card]:
    row = overrides.row_of(conn, me, override_id)
    if row.decided_by != me.account_id or row.asked_by == me.account_id:
        raise NotSharedError
    card = practitioners.card_in(conn, house, me.account_id)
    author = practitioners.card_in(conn, house, row.asked_by)
    if not card.lead or card.org_id != author.org_id:
        raise NotSharedError
    return row, card


def tell_her(house: House, me: Vault, override_id: str) -> Asked:
    """Lift the mark that it is unsafe to tell her: author or decider can, at any time."""
    with house.store.write() as conn:
        row = overrides.row_of(conn, me, override_id)
        body = overrides.body_in(conn, me, row)
        if telling.can_be_told(conn, house, row):
            telling.tell(conn, house, row, body)
            if row.decided_ms is not None:
                card = practitioners.card_in(conn, house, row.decided_by)
                said = telling.decided(
                    telling.override_of(body),
                    card,
                    from_ms(row.decided_ms),
                    agrees=bool(row.approved),
                )
                telling.add_decision(conn, house, row, body, said)
    return overrides.one(house, me, override_id)
