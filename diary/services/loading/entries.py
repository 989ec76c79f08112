"""An entry of a file becomes all its wordings, first to newest, and what lies beside it.

The file holds the newest text and, for each later revision, what it changed. Walking back through
the changes gives every earlier wording; a withdrawal is the last version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from diary.domain.claimed import Claimed
from diary.domain.entry import Entry, Withdrawn
from diary.domain.kept import PrivateNote
from diary.domain.plan import Lead, PlanLook
from diary.domain.report import ReportLink
from diary.services.loading.parts import Part
from diary.services.loading.people import Strangers
from diary.services.loading.source import Beside, Source, body_of
from diary.services.loading.wording import STRAIGHT, entry_of

REWORDED = {
    *STRAIGHT,
    "event_start",
    "event_end",
    "time_precision",
    "when_words",
    "linked_entries",
    "other_witnesses",
}


LEAD = {"type": "sort", "holder": "holder", "expires_on": "expires_on", "state": "state"}


@dataclass(frozen=True, slots=True)
class Writing:
    """One entry: its wordings, what lies beside it, and the exhibits that it names.

    `people` are the witnesses whom the file names only here; the wordings point at them.
    """

    record_id: str
    people: tuple[Beside, ...]
    versions: tuple[Entry, ...]
    beside: tuple[Beside, ...]
    exhibits: tuple[str, ...]


def writing(part: Part, source: Source) -> Writing:
    """Translate one entry whole."""
    steps = list(_steps(part))
    entry_id = part.text("entry_id")
    strangers = Strangers(source, entry_id)
    versions = [
        entry_of(
            wording,
            _claimed(wording, revision, source.name),
            reason=revision.text("reason"),
            records=source.records,
            person=strangers.person,
        )
        for wording, revision in steps
    ]
    newest = steps[-1][0]
    versions += _withdrawal(newest, versions[-1])
    exhibits = _exhibits(newest, source)
    return Writing(
        record_id=source.records[entry_id],
        versions=tuple(versions),
        people=strangers.people,
        beside=tuple(_beside(newest, source, exhibits)),
        exhibits=exhibits,
    )


def _steps(part: Part) -> Iterator[tuple[Part, Part]]:
    """Every wording with the revision that wrote it, the first one first."""
    revisions = part.parts("revisions") or [
        Part(part.where, {"utc": part.fields.get("created_utc")})
    ]
    fields, back = part.fields, []
    whole = revisions[0].fields.get("utc") == fields.get("created_utc")
    for revision in reversed(revisions):
        back.append((fields, revision))
        changes = Part(f"{part.where} revisions", revision.value("changes") or {})
        earlier = dict(fields)
        for key, change in changes.fields.items():
            step = Part(f"{part.where} revisions {key}", change)
            whole = whole and key in REWORDED and step.value("to") == fields.get(key)
            earlier[key] = step.value("from")
        fields = earlier
    for number, (wording, revision) in enumerate(reversed(back), 1):
        fresh = Part(part.where, wording)
        last = number == len(back)
        for key in ("entry_id", *(("revisions", "created_utc") if whole or not last else ())):
            fresh.value(key)
        yield fresh, revision


def _claimed(wording: Part, revision: Part, source: str) -> Claimed:
    return Claimed(
        source=source,
        reference=wording.text("entry_id"),
        written_at=revision.text("utc"),
        zone=wording.text("created_tz"),
        clock=wording.text("created_clock_source"),
        author=revision.text("author"),
        event_start=wording.text("event_start"),
        event_end=wording.text("event_end"),
    )


def _withdrawal(part: Part, newest: Entry) -> list[Entry]:
    """The version that says she took it back, if she did."""
    if part.fields.get("status") not in {"withdrawn", "active"}:
        return []  # an unknown state is kept as it stands
    part.value("status")
    if (said := part.value("withdrawn")) is None or newest.claimed is None:
        return []
    withdrawn = Part(f"{part.where} withdrawn", said)
    on, reason = withdrawn.text("utc"), withdrawn.text("reason")
    update = {
        "withdrawn": Withdrawn(said_on=on, reason=reason),
        "change_reason": reason,
        "claimed": newest.claimed.model_copy(update={"written_at": on}),
    }
    return [newest.model_copy(update=update)]


def _exhibits(part: Part, source: Source) -> tuple[str, ...]:
    """Take the exhibits that nothing has taken yet; a second naming is kept as it stands."""
    named = part.texts("exhibits")
    mine = tuple(ref for ref in named if ref in source.exhibits)
    source.exhibits.difference_update(mine)
    return mine


def _beside(part: Part, source: Source, mine: tuple[str, ...]) -> Iterator[Beside]:
    """Everything that belongs to an entry, and last what found no field."""
    entry_id = part.text("entry_id")
    parent = source.records[entry_id]
    if text := part.text("private_note"):
        yield Beside(source.id_of(f"note {entry_id}"), PrivateNote(text=text), parent)
    for n, lead in enumerate(_leads(part)):
        yield Beside(source.id_of(f"lead {entry_id} {n}"), lead, parent)
    if (look := _look(part)) is not None:
        yield Beside(source.id_of(f"look {entry_id}"), look, parent)
    for reference in source.links.get(entry_id, ()):
        link = ReportLink(report=source.id_of(f"report {reference}"))
        yield Beside(source.id_of(f"link {reference} {entry_id}"), link, parent)
    second: list[JsonValue] = [ref for ref in part.texts("exhibits") if ref not in mine]
    more: dict[str, JsonValue] = {"exhibits": second} if second else {}
    yield from source.left(part, "entries", entry_id, parent, **more)


def _leads(part: Part) -> Iterator[Lead]:
    for one in part.parts("independent_leads"):
        yield body_of(one, Lead, one.fields_as(LEAD))
        if one.rest():
            part.leave("independent_leads")


def _look(part: Part) -> PlanLook | None:
    if not part.value("safety_plan_review"):
        return None
    said = Part(f"{part.where} safety_plan_review", part.value("safety_plan_review"))
    look = body_of(said, PlanLook, said.fields_as({"state": "state", "on": "on"}))
    if said.rest():
        part.leave("safety_plan_review")
    return look
