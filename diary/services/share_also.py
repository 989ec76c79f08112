"""What can be ticked besides entries on the way to a share. Nothing of it goes unless it is."""

from __future__ import annotations

from dataclasses import dataclass

from diary.domain.entry import Entry
from diary.domain.order import Order
from diary.domain.people import Contact, OtherPerson, Person, Told
from diary.domain.plan import Lead, Plan
from diary.services import own
from diary.services.house import House
from diary.services.own import Own
from diary.services.share_choices import below
from diary.services.share_drafts import Draft
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class LeadChoice:
    """Something that may show what a chosen entry tells."""

    id: str
    body: Lead
    of: Entry


@dataclass(frozen=True, slots=True)
class Also:
    """What can be ticked besides entries."""

    orders: tuple[Own[Order], ...]
    has_plan: bool
    people: tuple[Own[Person], ...]
    reachable: frozenset[str]
    other_person: Own[OtherPerson] | None
    told: tuple[Own[Told], ...]
    leads: tuple[LeadChoice, ...]

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(
            self.orders
            or self.has_plan
            or self.people
            or self.other_person
            or self.told
            or self.leads
        )


def also(house: House, vault: Vault, draft: Draft) -> Also:
    """Return orders, whether there is a plan, people, who was told, and leads of what is chosen."""
    with house.store.read() as conn:
        people = own.every_in(conn, vault, Person).items
        contacts = vault.children_of(conn, [one.id for one in people], Contact.kind)
        return Also(
            orders=own.every_in(conn, vault, Order).items,
            has_plan=own.only(conn, vault, Plan) is not None,
            people=people,
            reachable=frozenset(person for person, found in contacts.items() if found),
            other_person=own.only(conn, vault, OtherPerson),
            told=own.every_in(conn, vault, Told).items,
            leads=tuple(
                LeadChoice(lead.record_id, lead.body, of)
                for lead, of in below(conn, vault, draft.entries, Lead.kind)
                if isinstance(lead.body, Lead) and isinstance(of, Entry)
            ),
        )
