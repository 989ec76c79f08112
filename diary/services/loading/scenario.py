"""A whole file, read and found good before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from diary.domain.kept import Kept
from diary.insights.order_versions import first_reference, version_number
from diary.services.loading.entries import Writing, writing
from diary.services.loading.exhibits import Exhibit, exhibit_of
from diary.services.loading.orders import order
from diary.services.loading.parts import Fields, Part, load_json, no_fit, reference_of
from diary.services.loading.people import contact, herself, other_person, told
from diary.services.loading.plan import practice, safety_plan
from diary.services.loading.reports import report
from diary.services.loading.source import Beside, NamedId, Source, body_of, highest

# What comes with sharing is kept whole until then: `shares`, `practitioners`.
LISTS = {
    "contacts": "contact_id",
    "orders": "order_id",
    "reports": "report_id",
    "who_knows": "who_knows_id",
    "practitioner_records": "record_id",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a file holds, as records to be; `copies` are the exhibits of orders."""

    source: str
    records: tuple[Beside, ...]
    writings: tuple[Writing, ...]
    copies: dict[str, str]  # exhibit reference -> the id of the order's record
    exhibits: tuple[Exhibit, ...]


def read(path: Path, id_of: NamedId) -> Scenario:
    """Read a file and all that it names, or raise BadInputError naming the place."""
    whole = Part("", load_json(path))
    entries, exhibits = whole.parts("entries"), whole.parts("exhibits")
    lists = {name: whole.parts(name) for name in LISTS}
    ids = {name: _once(lists[name], key) for name, key in LISTS.items()}
    refs = _once(exhibits, "exhibit_ref")
    source = Source(
        name=path.name,
        id_of=id_of,
        contacts={one: id_of(f"person {one}") for one in ids["contacts"]},
        records={one: id_of(f"entry_id {one}") for one in _once(entries, "entry_id")},
        links=_links(lists["reports"]),
        exhibits=set(refs),
    )
    given: Fields = {
        "exhibits_given": highest(refs),
        "orders_given": highest(ids["orders"]),
        "order_versions": _versions(ids["orders"]),
        "reports_given": highest(ids["reports"]),
    }
    copies = _copies(lists["orders"], source)
    records = (
        *_single(whole, given, source),
        *(one for part in lists["contacts"] for one in contact(part, source)),
        *(one for part in lists["orders"] for one in order(part, source)),
        *(one for part in lists["reports"] for one in report(part, source)),
        *_told(lists["who_knows"], lists["orders"], source),
        *_practice(whole, lists["practitioner_records"], source),
    )
    writings = tuple(writing(entry, source) for entry in entries)
    return Scenario(
        source=source.name,
        records=(*records, *_kept(whole, source)),
        writings=writings,
        copies=copies,
        exhibits=tuple(exhibit_of(part, path.parent, source) for part in exhibits),
    )


def _once(parts: list[Part], key: str) -> list[str]:
    """Return what things are called; two of one name could not be told apart."""
    found: list[str] = []
    for part in parts:
        name = part.text(key)
        if not name or name in found:
            raise no_fit(part.where, key)
        found.append(name)
    return found


def _versions(orders: list[str]) -> Fields:
    """Return the highest version of each order that has more than one."""
    found: Fields = {}
    for name in sorted(orders, key=version_number):
        if version_number(name) > 1:
            found[first_reference(name)] = version_number(name)
    return found


def _single(whole: Part, given: Fields, source: Source) -> Iterator[Beside]:
    """The parts of which a diary has one."""
    person = Part("person", whole.value("person") or {})
    if person.fields or any(given.values()):
        yield from herself(person, given, source)
    if whole.value("other_person"):
        yield from other_person(Part("other_person", whole.value("other_person")), source)
    if whole.value("safety_plan"):
        yield from safety_plan(Part("safety_plan", whole.value("safety_plan")), source)


def _links(reports: list[Part]) -> dict[str, tuple[str, ...]]:
    found = defaultdict[str, list[str]](list)
    for part in reports:
        for entry in dict.fromkeys(part.texts("entries")):
            found[entry].append(part.text("report_id"))
    return {entry: tuple(names) for entry, names in found.items()}


def _copies(orders: list[Part], source: Source) -> dict[str, str]:
    """Return whose copy an exhibit is; the order that names it first has it."""
    found: dict[str, str] = {}
    for part in orders:
        for ref in part.texts("copy_files"):
            found.setdefault(ref, source.id_of(f"order {part.text('order_id')}"))
    return found


def _told(people: list[Part], orders: list[Part], source: Source) -> Iterator[Beside]:
    """Those who know; an order may name them as well as they the order. Both are kept."""
    named_by = defaultdict[str, list[str]](list)
    for part in orders:
        for one in Part(part.where, {"who_knows": part.fields.get("who_knows")}).texts("who_knows"):
            named_by[one].append(part.text("order_id"))
    for part in people:
        yield from told(part, tuple(named_by[part.text("who_knows_id")]), source)


def _practice(whole: Part, parts: list[Part], source: Source) -> Iterator[Beside]:
    """Practitioners are looked up without being taken: they are kept whole as well."""
    found = Part("", {"practitioners": whole.fields.get("practitioners")}).parts("practitioners")
    authors: dict[str, Fields] = {one.text("practitioner_id"): one.fields for one in found}
    for part in parts:
        yield from practice(part, authors, source)


def _kept(whole: Part, source: Source) -> Iterator[Beside]:
    """One record for each thing in the parts that nothing here has read."""
    for name, value in whole.rest().items():
        for n, item in enumerate(value if isinstance(value, list) else [value]):
            fields: Fields = {"part": name, "reference": reference_of(item), "data": item}
            body = body_of(Part(name, {}), Kept, fields | {"source": source.name})
            yield Beside(source.id_of(f"kept {name} {n}"), body)
