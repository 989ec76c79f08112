"""People: who saw or heard something, who was told of an order, and the two whom it is about.

How to reach somebody, and the words that must stay secret, are records of their own: no key that
opens an entry opens them.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from diary.domain.base import Day, Line, Part, Record, Words, YesNo
from diary.domain.claimed import Claimed


class Person(Record):
    """Somebody who saw or heard something. Not their story: only who they are."""

    kind: ClassVar[str] = "person"
    name: Line
    relation: Line = ""
    claimed: Claimed | None = None


class Contact(Record):
    """How to reach a person: a record below theirs, which goes to the police alone."""

    kind: ClassVar[str] = "contact"
    phone: Line = ""
    email: Line = ""
    address: Words = ""
    may_be_contacted: YesNo | Literal[""] = ""
    how_to_contact_safely: Words = ""
    text: Words = ""  # whatever else is known


class Told(Record):
    """Who knows about an order: told when, and whether they have a copy (H8.57)."""

    kind: ClassVar[str] = "told"
    who: Line
    agency: Line = ""  # what sort of person or place: a code of the content's list
    told_on: Day = ""
    has_copy: YesNo | Literal[""] = ""
    copy_given_on: Day = ""
    orders: tuple[Line, ...] = ()  # references
    plan_in_their_file: YesNo | Literal[""] = ""
    notes: Words = ""
    claimed: Claimed | None = None


class Associate(Part):
    """Somebody close to the other person."""

    name: Line
    relation: Line = ""


class OtherPerson(Record):
    """The other person, as she knows them. `called` is the word she wants to read for them."""

    kind: ClassVar[str] = "other_person"
    name: Line = ""
    called: Line = ""
    known_as: tuple[Line, ...] = ()
    how_known: Words = ""
    dob: Day = ""
    phones: tuple[Line, ...] = ()
    emails: tuple[Line, ...] = ()
    accounts: tuple[Line, ...] = ()
    vehicle: Line = ""
    associates: tuple[Associate, ...] = ()
    claimed: Claimed | None = None


class Secret(Part):
    """Words that must not reach the other side: an address, a school, a number."""

    sort: Line = ""
    value: Line
    also: tuple[Line, ...] = ()
    reference: Line = ""


class Secrets(Record):
    """All such words of one diary. Never leaves."""

    kind: ClassVar[str] = "secrets"
    words: tuple[Secret, ...] = ()
