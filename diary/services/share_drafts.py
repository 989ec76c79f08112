"""A consent in the making: kept sealed between the pages, so that Back or a lock loses nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from diary.domain.clock import to_ms
from diary.domain.ids import is_id, new_id
from diary.errors import NotFoundError
from diary.services.house import House
from diary.services.practitioners import Card
from diary.services.redaction import USUAL
from diary.vault import drafts
from diary.vault.vault import Vault

_INDEX = "sharing"
_TUPLES = ("entries", "orders", "people", "contacts", "told", "leads", "fields", "files")


@dataclass(frozen=True, slots=True)
class Draft:
    """What was decided so far. Its id becomes the id of the grant."""

    id: str
    account_id: str
    name: str
    role: str
    organisation: str
    fingerprint: str
    public_key: str = field(repr=False)  # hex
    compared: bool = False
    from_name: str = ""
    purpose: str = ""
    reason: str = ""
    entries: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    other_person: bool = False
    told: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    plan: bool = False
    fields: tuple[str, ...] = USUAL
    earlier: bool = False
    files: tuple[str, ...] = ()
    permission: str = "view"
    starts: str = ""
    ends: str = ""
    adds_until: str = ""
    sees_others: bool = False
    agreed: bool = False

    @property
    def has_anything(self) -> bool:
        """Tell whether anything was chosen."""
        chosen = (self.entries, self.orders, self.people, self.plan, self.other_person, self.told)
        return any(chosen)  # leads go with entries alone

    @property
    def first_day(self) -> date | None:
        """The first day, once it was said."""
        return date.fromisoformat(self.starts) if self.starts else None

    @property
    def last_day(self) -> date | None:
        """The last day, once it was said."""
        return date.fromisoformat(self.ends) if self.ends else None

    @property
    def last_added_day(self) -> date | None:
        """The last day on which what is added goes along, if it does."""
        return date.fromisoformat(self.adds_until) if self.adds_until else None


def begin(house: House, vault: Vault, card: Card, *, from_name: str = "") -> Draft:
    """Begin with somebody who was found."""
    draft = Draft(
        id=new_id(),
        account_id=card.account_id,
        name=card.name,
        role=card.role,
        organisation=card.organisation,
        fingerprint=card.fingerprint,
        public_key=card.public_key.hex(),
        from_name=from_name,
    )
    with house.store.write() as conn:
        _write(conn, house, vault, draft)
        _write_index(conn, house, vault, [draft.id, *_index(conn, vault)])
    return draft


def read(house: House, vault: Vault, draft_id: str) -> Draft:
    """Return one, or NotFoundError."""
    with house.store.read() as conn:
        return read_in(conn, vault, draft_id)


def read_in(conn: Connection, vault: Vault, draft_id: str) -> Draft:
    """Return the same within a transaction."""
    kept = drafts.read(conn, vault, _path(draft_id)) if is_id(draft_id) else None
    if kept is None:
        raise NotFoundError
    said: dict[str, Any] = json.loads(dict(kept)["draft"])
    return Draft(**said | {name: tuple(said.get(name, ())) for name in _TUPLES})


def every(house: House, vault: Vault) -> list[Draft]:
    """Return those that are not finished, the last begun first."""
    with house.store.read() as conn:
        found = []
        for draft_id in _index(conn, vault):
            try:
                found.append(read_in(conn, vault, draft_id))
            except NotFoundError:
                continue
    return found


def decide(house: House, vault: Vault, draft: Draft, **decided: object) -> Draft:
    """Keep a decision. Whatever changes what would go has to be agreed to again."""
    changed: Draft = replace(draft, **{"agreed": False, **decided})  # type: ignore[arg-type]
    with house.store.write() as conn:
        read_in(conn, vault, draft.id)
        _write(conn, house, vault, changed)
    return changed


def forget(house: House, vault: Vault, draft_id: str) -> None:
    """Forget one that is not wanted."""
    with house.store.write() as conn:
        forget_in(conn, house, vault, draft_id)


def forget_in(conn: Connection, house: House, vault: Vault, draft_id: str) -> None:
    """Do the same within a transaction."""
    drafts.drop(conn, vault, _path(draft_id))
    left = [one for one in _index(conn, vault) if one != draft_id]
    _write_index(conn, house, vault, left)


def _write(conn: Connection, house: House, vault: Vault, draft: Draft) -> None:
    told = [("draft", json.dumps(asdict(draft)))]
    drafts.keep(conn, vault, _path(draft.id), told, at_ms=to_ms(house.now()))


def _index(conn: Connection, vault: Vault) -> list[str]:
    return [value for _, value in drafts.read(conn, vault, _INDEX) or ()]


def _write_index(conn: Connection, house: House, vault: Vault, ids: list[str]) -> None:
    told = [("draft", draft_id) for draft_id in ids[:20]]
    drafts.keep(conn, vault, _INDEX, told, at_ms=to_ms(house.now()))


def _path(draft_id: str) -> str:
    return f"{_INDEX} {draft_id}"
