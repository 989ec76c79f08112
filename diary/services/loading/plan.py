"""The safety plan of a file, and what a practitioner recorded beside the diary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from diary.domain.plan import Plan
from diary.domain.practice import PracticeRecord
from diary.services.loading.parts import Fields, Part, no_fit
from diary.services.loading.source import Beside, Source, body_of, highest, items

ITEM = {
    "item_id": "item_id",
    "text": "text",
    "category": "category",
    "added_on": "added_on",
    "review_on": "review_on",
    "last_reviewed_on": "last_reviewed_on",
    "status": "status",
}
REVIEW = {"on": "on", "with_whom": "with_whom", "note": "note"}
AGREEMENT = {
    "item_id": "item_id",
    "name": "name",
    "with_whom": "with_whom",
    "made_on": "made_on",
    "review_on": "review_on",
    "text": "text",
}
AUTHOR = {"name": "author_name", "role": "author_role", "organisation": "author_organisation"}
PRACTICE = {
    "order_type": "order_type",
    "brief_details": "brief_details",
    "end_date": "end_date",
    "copy_seen": "copy_seen",
    "copy_held": "copy_held",
    "reported_to_me_at": "reported_to_me_at",
    "happened_at": "happened_at",
    "detail": "detail",
    "who_else_there": "who_else_there",
    "other_witnesses": "other_witnesses",
    "part_of_order_and_how": "part_of_order_and_how",
    "action_taken": "action_taken",
    "refs": "refs",
    "who_else_informed": "who_else_informed",
    "safety_plan_reviewed": "safety_plan_reviewed",
    "written_agreement_reviewed": "written_agreement_reviewed",
    "increased_risk_noted": "increased_risk_noted",
    "is_pattern": "is_pattern",
    "locks_home_security": "locks_home_security",
}
IN_PLACE = {"Y": "yes", "N": "no", "yes": "yes", "no": "no", "not_sure": "not_sure", "": ""}


def safety_plan(part: Part, source: Source) -> Iterator[Beside]:
    """Translate the plan; its items keep the names that they have."""
    steps, agreements = items(part, "items", ITEM), items(part, "agreements", AGREEMENT)
    named = [*part.parts("items"), *part.parts("agreements")]
    fields = part.fields_as({"agreed_with": "agreed_with"}) | {
        "items": steps,
        "agreements": agreements,
        "reviews": items(part, "reviews", REVIEW),
        "items_given": highest(one.text("item_id") for one in named),
        "claimed": source.claims("safety_plan").model_dump(),
    }
    record_id = source.id_of("safety_plan")
    yield Beside(record_id, body_of(part, Plan, fields))
    yield from source.left(part, "safety_plan", "", record_id)


def practice(part: Part, authors: Mapping[str, Fields], source: Source) -> Iterator[Beside]:
    """Translate what a practitioner recorded; who that is stands with the practitioners."""
    reference, author = part.text("record_id"), part.text("practitioner_id")
    who = Part(f"practitioners {author}", authors.get(author, {}))
    said = part.text("order_in_place")
    if said not in IN_PLACE:
        raise no_fit(part.where, "order_in_place")
    linked: list[JsonValue] = [source.records.get(one, one) for one in part.texts("linked_entries")]
    claims = source.claims(reference, author=author, written_at=part.text("created_utc"))
    fields = who.fields_as(AUTHOR) | part.fields_as(PRACTICE)
    more: Fields = {
        "order_in_place": IN_PLACE[said],
        "linked_entries": linked,
        "claimed": claims.model_dump(),
    }
    record_id = source.id_of(f"practice {reference}")
    yield Beside(record_id, body_of(part, PracticeRecord, fields | more))
    if said not in {"Y", "N", "not_sure", ""}:
        part.leave("order_in_place")
    yield from source.left(part, "practitioner_records", reference, record_id)
