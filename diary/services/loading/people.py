"""The people of a file: who saw it, who was told, the other person, and she herself.

How to reach somebody becomes a record below theirs, and the words to keep secret one of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from diary.domain.kept import Profile
from diary.domain.people import Contact, OtherPerson, Person, Secrets, Told
from diary.services.loading.parts import Fields, Part
from diary.services.loading.source import Beside, Source, body_of, items

REACH = {
    "phone": "phone",
    "email": "email",
    "address": "address",
    "may_be_contacted": "may_be_contacted",
    "how_to_contact_safely": "how_to_contact_safely",
}
TOLD = {
    "person_or_agency": "who",
    "kind": "agency",
    "told_on": "told_on",
    "has_copy": "has_copy",
    "copy_given_on": "copy_given_on",
    "plan_in_their_file": "plan_in_their_file",
    "notes": "notes",
}
OTHER = {
    "name": "name",
    "known_as": "known_as",
    "how_known": "how_known",
    "dob": "dob",
    "phones": "phones",
    "emails": "emails",
    "accounts": "accounts",
    "vehicle": "vehicle",
}
HERSELF = {
    "initials": "initials",
    "display_name": "display_name",
    "name_for_documents": "name_for_documents",
    "pronouns": "pronouns",
    "languages": "languages",
}
SECRET = {"kind": "sort", "value": "value", "also": "also", "secret_id": "reference"}


class Strangers:
    """The witnesses of one entry: known contacts, and those whom the file names only there."""

    def __init__(self, source: Source, entry_id: str) -> None:
        self._source = source
        self._entry_id = entry_id
        self._found: dict[str, tuple[Beside, Beside]] = {}

    @property
    def people(self) -> tuple[Beside, ...]:
        """Those whom the file names only in this entry, each with how to reach them."""
        return tuple(one for pair in self._found.values() for one in pair)

    def person(self, witness: Part) -> JsonValue:
        """Return the id of a witness's person; None where nothing says how to reach them."""
        text = witness.text("contact_private")
        if not text or text in self._source.contacts:
            return self._source.contacts.get(text)
        if text not in self._found:
            self._found[text] = self._stranger(text, witness)
        return self._found[text][0].record_id

    def _stranger(self, text: str, witness: Part) -> tuple[Beside, Beside]:
        source, thing = self._source, f"{self._entry_id} {text}"
        claims = source.claims(self._entry_id).model_dump()
        fields: Fields = {"name": witness.text("name_or_description"), "claimed": claims}
        person = body_of(witness, Person, fields)
        contact = body_of(witness, Contact, {"text": text})
        parent = source.id_of(f"stranger {thing}")
        return Beside(parent, person), Beside(source.id_of(f"reach {thing}"), contact, parent)


def contact(part: Part, source: Source) -> Iterator[Beside]:
    """A person and, below it, how to reach them."""
    reference = part.text("contact_id")
    record_id = source.contacts[reference]
    fields = part.fields_as({"name": "name", "relation": "relation"})
    claims = source.claims(reference).model_dump()
    yield Beside(record_id, body_of(part, Person, fields | {"claimed": claims}))
    reach = body_of(part, Contact, part.fields_as(REACH))
    yield Beside(source.id_of(f"contact {reference}"), reach, record_id)
    yield from source.left(part, "contacts", reference, record_id)


def told(part: Part, named_by: tuple[str, ...], source: Source) -> Iterator[Beside]:
    """Who knows about an order: the orders that it names, and those that name it."""
    reference = part.text("who_knows_id")
    said = part.texts("orders")
    every = tuple(dict.fromkeys((*said, *named_by)))
    claims = source.claims(reference).model_dump()
    fields = part.fields_as(TOLD) | {"orders": list[JsonValue](every), "claimed": claims}
    record_id = source.id_of(f"told {reference}")
    yield Beside(record_id, body_of(part, Told, fields))
    if every != said:
        part.leave("orders")
    yield from source.left(part, "who_knows", reference, record_id)


def other_person(part: Part, source: Source) -> Iterator[Beside]:
    """The other person, as the file has them."""
    close: JsonValue = items(part, "associates", {"name": "name", "relation": "relation"})
    claims = source.claims("other_person").model_dump()
    fields = part.fields_as(OTHER) | {"associates": close, "claimed": claims}
    record_id = source.id_of("other_person")
    yield Beside(record_id, body_of(part, OtherPerson, fields))
    yield from source.left(part, "other_person", "", record_id)


def herself(part: Part, given: Fields, source: Source) -> Iterator[Beside]:
    """Her own profile with the numbers already given, and the words to keep secret."""
    record_id = source.id_of("person")
    profile = body_of(part, Profile, part.fields_as(HERSELF) | given)
    yield Beside(record_id, profile)
    if words := items(part, "keep_secret", SECRET):
        secrets = body_of(part, Secrets, {"words": words})
        yield Beside(source.id_of("secrets"), secrets)
    yield from source.left(part, "person", "", record_id)
