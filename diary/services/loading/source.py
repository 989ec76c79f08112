"""What all parts of one file share, and the records that they become."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import JsonValue, ValidationError

from diary.domain.base import Record
from diary.domain.claimed import Claimed
from diary.domain.kept import Kept
from diary.services.loading.parts import Fields, Part, no_fits

Body = TypeVar("Body", bound=Record)
NamedId = Callable[[str], str]  # the id of the record for a thing of the file
_NUMBER = re.compile(r"(?<![0-9])([0-9]{1,6})(?:v[0-9]+)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Beside:
    """A record to be; `parent` is the id of the one that it belongs to."""

    record_id: str
    body: Record
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What all parts of one file share."""

    name: str
    id_of: NamedId
    contacts: Mapping[str, str]  # contact_id -> the id of that person's record
    records: Mapping[str, str]  # entry_id -> the id of its record
    links: Mapping[str, tuple[str, ...]]  # entry_id -> the reports about it
    exhibits: set[str]  # those that nothing has taken yet

    def claims(self, reference: str, **more: str) -> Claimed:
        """Say where a record came from."""
        return Claimed(source=self.name, reference=reference, **more)

    def left(
        self, part: Part, name: str, reference: str, parent: str, **more: JsonValue
    ) -> Iterator[Beside]:
        """Everything of a part that found no field of its own: kept whole beside its record."""
        if rest := part.rest() | more:
            body = Kept(part=name, reference=reference, data=rest, source=self.name)
            yield Beside(self.id_of(f"rest {name} {reference}"), body, parent)

    def known(self, entries: Iterable[str]) -> list[JsonValue]:
        """Return the records of the entries that the file holds."""
        return [self.records[one] for one in entries if one in self.records]


def body_of(part: Part, model: type[Body], fields: Fields) -> Body:
    """Make a record's body, or say which field of which part does not fit."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise no_fits(part.where, error) from error


def items(part: Part, key: str, names: Mapping[str, str]) -> list[JsonValue]:
    """Return a list of parts under our names; one that says more stays to be kept whole too."""
    found: list[JsonValue] = []
    for one in part.parts(key):
        found.append(one.fields_as(names))
        if one.rest():
            part.leave(key)
    return found


def highest(references: Iterable[str]) -> int:
    """Return the highest number that such references end with (ORD-1v2 is the first order)."""
    ends = (_NUMBER.search(one) for one in references)
    return max((int(end[1]) for end in ends if end), default=0)
