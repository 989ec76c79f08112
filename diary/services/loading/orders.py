"""An order of a file, with its terms, exceptions and zones in the words that stand there."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from diary.domain.order import Order
from diary.services.loading.parts import Part, no_fit
from diary.services.loading.source import Beside, Source, body_of, highest, items

STRAIGHT = {
    "order_id": "reference",
    "type": "type",
    "jurisdiction": "jurisdiction",
    "court_name": "court_name",
    "case_number_or_urn": "case_number",
    "made_on": "made_on",
    "served_on": "served_on",
    "served_how": "served_how",
    "respondent_aware": "respondent_aware",
    "expires_on": "expires_on",
    "return_hearing_on": "return_hearing_on",
    "protected_people": "protected_people",
    "respondent_name": "respondent_name",
    "respondent_dob": "respondent_dob",
    "power_of_arrest": "power_of_arrest",
    "status": "status",
    "supersedes": "supersedes",
    "notes": "notes",
}
TERM = {"term_id": "term_id", "clause_codes": "clause_codes", "text_from_order": "text_from_order"}
ZONE = {"label": "label", "radius_m": "radius_m", "description": "description"}
SAID = {True: "yes", False: "no", None: ""}


def order(part: Part, source: Source) -> Iterator[Beside]:
    """Translate one order; who knows of it is read with those people."""
    reference = part.text("order_id")
    terms, exceptions = items(part, "terms", TERM), items(part, "exceptions", TERM)
    fields = part.fields_as(STRAIGHT) | {
        "terms": terms,
        "exceptions": exceptions,
        "zones": items(part, "exclusion_zones", ZONE),
        "terms_given": highest(_term_ids(part)),
        "without_notice": _said(part, "without_notice"),
        "ends": _ends(part),
        "claimed": source.claims(reference).model_dump(),
    }
    record_id = source.id_of(f"order {reference}")
    yield Beside(record_id, body_of(part, Order, fields))
    copies = part.texts("copy_files")
    second: list[JsonValue] = [ref for ref in copies if ref not in source.exhibits]
    source.exhibits.difference_update(copies)
    more: dict[str, JsonValue] = {"copy_files": second} if second else {}
    yield from source.left(part, "orders", reference, record_id, **more)


def _term_ids(part: Part) -> list[str]:
    found = [*part.parts("terms"), *part.parts("exceptions")]
    ids = [one.text("term_id") for one in found]
    if len(ids) != len(set(ids)):
        raise no_fit(part.where, "term_id")
    return ids


def _said(part: Part, key: str) -> str:
    """Yes or no, where the file knows; nothing where it says nothing."""
    said = part.value(key)
    if said is not None and not isinstance(said, bool):
        raise no_fit(part.where, key)
    return SAID[said]


def _ends(part: Part) -> str:
    """Until when it holds: a day, or until a court says otherwise."""
    if _said(part, "until_further_order") == "yes":
        return "until_further_order"
    return "on" if part.text("expires_on") else ""
