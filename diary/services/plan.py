"""The safety plan: its steps, its written agreements, and each time it was looked at as a whole.

There is one plan. A change is laid over the newest wording, so that two tabs which change
different parts both hold; of two that change the same part, the second is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from diary.domain.entry import Entry
from diary.domain.plan import Agreement, Plan, PlanItem, PlanLook, Review
from diary.errors import ConflictError, NotFoundError
from diary.services import own
from diary.services.house import House
from diary.services.own import Own
from diary.vault.vault import Vault

ANSWERED = frozenset({"done_on", "not_now"})
Piece = TypeVar("Piece", bound=PlanItem | Agreement)


def read(house: House, vault: Vault) -> Own[Plan] | None:
    """Return the plan, if there is one."""
    with house.store.read() as conn:
        return own.only(conn, vault, Plan)


def versions(house: House, vault: Vault) -> list[Own[Plan]]:
    """Return every wording of the plan, oldest first; none without a plan."""
    with house.store.read() as conn:
        plan = own.only(conn, vault, Plan)
        return [] if plan is None else own.versions_in(conn, vault, Plan, plan.id)


def as_seen(house: House, vault: Vault, base: int) -> tuple[Plan, Plan]:
    """Return the newest wording, and the one that a form was filled from."""
    found = versions(house, vault)
    if not found:
        return Plan(), Plan()
    newest = found[-1].body
    return newest, next((one.body for one in found if one.version == base), newest)


def step(plan: Plan, item_id: str) -> PlanItem:
    """Return one step, or raise NotFoundError."""
    return _one(plan.items, item_id)


def agreement(plan: Plan, item_id: str) -> Agreement:
    """Return one written agreement, or raise NotFoundError."""
    return _one(plan.agreements, item_id)


def _one(pieces: Iterable[Piece], item_id: str) -> Piece:
    for piece in pieces:
        if piece.item_id == item_id:
            return piece
    raise NotFoundError


def put_step(house: House, vault: Vault, item: PlanItem, *, seen: PlanItem | None) -> Own[Plan]:
    """Add a step, or change the one that was `seen`; its id is made with the form."""
    return _change(
        house,
        vault,
        lambda plan: plan.model_copy(update={"items": _put(plan.items, item, seen)}),
    )


def put_agreement(
    house: House, vault: Vault, said: Agreement, *, seen: Agreement | None
) -> Own[Plan]:
    """Add a written agreement, or change the one that was `seen`."""
    return _change(
        house,
        vault,
        lambda plan: plan.model_copy(update={"agreements": _put(plan.agreements, said, seen)}),
    )


def _put(pieces: Sequence[Piece], piece: Piece, seen: Piece | None) -> tuple[Piece, ...]:
    now = next((one for one in pieces if one.item_id == piece.item_id), None)
    if now is None:
        return (*pieces, piece)
    if now not in (piece, seen):
        raise ConflictError
    return tuple(piece if one is now else one for one in pieces)


def look(
    house: House, vault: Vault, review: Review, *, agreed_with: str, after: Collection[str] = ()
) -> Own[Plan]:
    """Note that the whole plan was looked at, and after which entries."""

    def looked(plan: Plan) -> Plan:
        reviews = plan.reviews if review in plan.reviews else (*plan.reviews, review)
        items = tuple(_looked_at(item, review.on) for item in plan.items)
        said = {"reviews": reviews, "items": items, "agreed_with": agreed_with}
        return plan.model_copy(update=said)

    return _change(house, vault, looked, done=(review.on, after))


def _looked_at(item: PlanItem, on: str) -> PlanItem:
    if item.status == "dropped" or item.last_reviewed_on >= on:
        return item
    return item.model_copy(update={"last_reviewed_on": on})


def offer(house: House, vault: Vault, entries: Collection[str]) -> str:
    """Return the entry after which the plan may be offered for another look; "" for none.

    It is offered once. What was answered with "not now" is never asked again.
    """
    with house.store.read() as conn:
        for entry_id in entries:
            if _is_there(conn, vault, entry_id) and not _answered(conn, vault, entry_id):
                return entry_id
    return ""


def _is_there(conn: Connection, vault: Vault, entry_id: str) -> bool:
    try:
        own.one_in(conn, vault, Entry, entry_id)
    except NotFoundError:
        return False
    return True


def _answered(conn: Connection, vault: Vault, entry_id: str) -> bool:
    looks = own.below(conn, vault, PlanLook, entry_id)
    return any(one.body.state in ANSWERED for one in looks)


def _change(
    house: House,
    vault: Vault,
    how: Callable[[Plan], Plan],
    *,
    done: tuple[str, Collection[str]] = ("", ()),
) -> Own[Plan]:
    """Change the newest wording, or begin the plan."""
    with own.turn(house, vault) as conn:
        kept = _change_in(conn, house, vault, how)
        for entry_id in done[1]:
            _done(conn, house, vault, entry_id, done[0])
        return kept


def _change_in(
    conn: Connection, house: House, vault: Vault, how: Callable[[Plan], Plan]
) -> Own[Plan]:
    plan = own.only(conn, vault, Plan)
    if plan is None:
        return own.add_in(conn, house, vault, how(Plan()))
    changed = how(plan.body)
    return own.change_in(conn, house, vault, changed, record_id=plan.id, base=plan.version)


def _done(conn: Connection, house: House, vault: Vault, entry_id: str, on: str) -> None:
    if not _is_there(conn, vault, entry_id):
        return
    body = PlanLook(state="done_on", on=on)
    found = own.below(conn, vault, PlanLook, entry_id)
    if found:
        last = found[-1]
        own.change_in(conn, house, vault, body, record_id=last.id, base=last.version)
    else:
        own.add_in(conn, house, vault, body, parent=entry_id)
