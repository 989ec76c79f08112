"""A whole file, read and found good before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue, ValidationError

from diary.domain.kept import Kept
from diary.services.loading.entries import Beside, NamedId, Source, Writing, writing
from diary.services.loading.exhibits import Exhibit, exhibit_of
from diary.services.loading.parts import Part, load_json, no_fit, no_fits, reference_of


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a file holds, as records to be."""

    source: str
    writings: tuple[Writing, ...]
    exhibits: tuple[Exhibit, ...]
    kept: tuple[Beside, ...]


def read(path: Path, id_of: NamedId) -> Scenario:
    """Read a file and all that it names, or raise BadInputError naming the place."""
    whole = Part("", load_json(path))
    entries, exhibits = whole.parts("entries"), whole.parts("exhibits")
    source = Source(
        name=path.name,
        id_of=id_of,
        contacts=_contacts(whole),
        records=_once(entries, "entry_id", id_of),
        exhibits=set(_once(exhibits, "exhibit_ref", id_of)),
    )
    return Scenario(
        source=source.name,
        writings=tuple(writing(entry, source) for entry in entries),
        exhibits=tuple(exhibit_of(part, path.parent, source) for part in exhibits),
        kept=tuple(_kept(whole, source)),
    )


def _contacts(whole: Part) -> dict[str, dict[str, JsonValue]]:
    """Look contacts up without taking them: they are kept whole as well."""
    parts = Part("", {"contacts": whole.fields.get("contacts")}).parts("contacts")
    return {part.text("contact_id"): part.fields for part in parts}


def _once(parts: list[Part], key: str, id_of: NamedId) -> dict[str, str]:
    """Give each thing its id; two of one name could not be told apart."""
    found: dict[str, str] = {}
    for part in parts:
        name = part.text(key)
        if not name or name in found:
            raise no_fit(part.where, key)
        found[name] = id_of(f"{key} {name}")
    return found


def _kept(whole: Part, source: Source) -> Iterator[Beside]:
    """One record for each thing in the parts that nothing here has read."""
    for name, value in whole.rest().items():
        for n, item in enumerate(value if isinstance(value, list) else [value]):
            fields = {"part": name, "reference": reference_of(item), "data": item}
            try:
                body = Kept.model_validate(fields | {"source": source.name})
            except ValidationError as error:
                raise no_fits(name, error) from error
            yield Beside(source.id_of(f"kept {name} {n}"), body)
