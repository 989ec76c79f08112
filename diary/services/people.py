"""People who saw or heard something, and how to reach them: a record below theirs."""

from __future__ import annotations

from dataclasses import dataclass

from diary.domain.people import Contact, Person
from diary.services import own
from diary.services.house import House
from diary.services.own import Listed, Own
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Known:
    """A person, and how to reach them if that is known."""

    person: Own[Person]
    contact: Own[Contact] | None


def every(house: House, vault: Vault) -> Listed[Person]:
    """Return everybody in the list, by name."""
    found = own.every(house, vault, Person)
    by_name = sorted(found.items, key=lambda one: one.body.name.casefold())
    return Listed(tuple(by_name), found.damaged)


def one(house: House, vault: Vault, person_id: str) -> Known:
    """Return one of them, or NotFoundError."""
    with house.store.read() as conn:
        person = own.one_in(conn, vault, Person, person_id)
        contacts = own.below(conn, vault, Contact, person_id)
    return Known(person, contacts[-1] if contacts else None)


def add(
    house: House, vault: Vault, person: Person, contact: Contact, *, record_id: str
) -> Own[Person]:
    """Add somebody with how to reach them; sent twice, it adds them once."""
    kept = own.add(house, vault, person, record_id=record_id)
    if contact != Contact() and one(house, vault, kept.id).contact is None:
        reach(house, vault, kept.id, contact, base_version=0)
    return kept


def reach(
    house: House, vault: Vault, person_id: str, contact: Contact, *, base_version: int
) -> None:
    """Say how to reach somebody; ConflictError when that was changed in between."""
    known = one(house, vault, person_id).contact
    with house.store.write() as conn:
        if known is None:
            own.add_in(conn, house, vault, contact, parent=person_id)
        else:
            own.change_in(conn, house, vault, contact, record_id=known.id, base=base_version)
