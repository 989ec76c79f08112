"""A whole file, read and found good before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue, ValidationError

from diary.domain.ids import new_id
from diary.domain.kept import Kept
from diary.services.loading.entries import Source, Writing, writing
from diary.services.loading.exhibits import Exhibit, exhibit_of
from diary.services.loading.parts import Part, load_json, no_fits, reference_of


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a file holds, as records to be."""

    source: str
    writings: tuple[Writing, ...]
    exhibits: tuple[Exhibit, ...]
    kept: tuple[Kept, ...]


def read(path: Path) -> Scenario:
    """Read a file and all that it names, or raise BadInputError naming the place."""
    whole = Part("", load_json(path))
    entries, exhibits = whole.parts("entries"), whole.parts("exhibits")
    source = Source(
        name=path.name,
        records={entry.text("entry_id"): new_id() for entry in entries},
        contacts=_contacts(whole),
        exhibits={part.text("exhibit_ref") for part in exhibits},
    )
    return Scenario(
        source=source.name,
        writings=tuple(writing(entry, source) for entry in entries),
        exhibits=tuple(exhibit_of(part, path.parent, source.name) for part in exhibits),
        kept=tuple(_kept(whole, source.name)),
    )


def _contacts(whole: Part) -> dict[str, dict[str, JsonValue]]:
    """Look contacts up without taking them: they are kept whole as well."""
    parts = Part("", {"contacts": whole.fields.get("contacts")}).parts("contacts")
    return {part.text("contact_id"): part.fields for part in parts}


def _kept(whole: Part, source: str) -> Iterator[Kept]:
    """One record for each thing in the parts that nothing here has read."""
    for name, value in whole.rest().items():
        for item in value if isinstance(value, list) else [value]:
            fields = {"part": name, "reference": reference_of(item), "data": item}
            try:
                yield Kept.model_validate(fields | {"source": source})
            except ValidationError as error:
                raise no_fits(name, error) from error
