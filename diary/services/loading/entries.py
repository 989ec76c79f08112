"""An entry of a file becomes all its wordings, first to newest, and what lies beside it.

The file holds the newest text and, for each later revision, what it changed. Walking back through
the changes gives every earlier wording; a withdrawal is the last version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from diary.domain.base import Record
from diary.domain.claimed import Claimed
from diary.domain.entry import Entry, Withdrawn
from diary.domain.kept import Kept, PrivateNote
from diary.domain.people import Contact
from diary.services.loading.parts import Fields, Part
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


NamedId = Callable[[str], str]  # the id of the record for a thing of the file


@dataclass(frozen=True, slots=True)
class Beside:
    """A record of its own that belongs to another one."""

    record_id: str
    body: Record


@dataclass(frozen=True, slots=True)
class Writing:
    """One entry: its wordings, what lies beside it, and the exhibits that it names."""

    record_id: str
    versions: tuple[Entry, ...]
    beside: tuple[Beside, ...]
    exhibits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What all entries of one file share."""

    name: str
    id_of: NamedId
    contacts: Mapping[str, Fields]  # contact_id -> who that is
    records: Mapping[str, str]  # entry_id -> the id of its record
    exhibits: set[str]  # those that no entry has taken yet


def writing(part: Part, source: Source) -> Writing:
    """Translate one entry whole."""
    steps = list(_steps(part))
    entry_id = part.text("entry_id")
    contacts = {
        text: source.id_of(f"contact {entry_id} {text}")
        for wording, _ in steps
        for text in _contacts(wording)
    }
    versions = [
        entry_of(
            wording,
            _claimed(wording, revision, source.name),
            reason=revision.text("reason"),
            records=source.records,
            contacts=contacts,
        )
        for wording, revision in steps
    ]
    newest = steps[-1][0]
    versions += _withdrawal(newest, versions[-1])
    exhibits = _exhibits(newest, source)
    return Writing(
        record_id=source.records[entry_id],
        versions=tuple(versions),
        beside=(
            *(Beside(id_, Contact(text=_details(text, source))) for text, id_ in contacts.items()),
            *_notes(newest, source),
            *_left(newest, source, exhibits),
        ),
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
    """Take the exhibits that are named here first; a second naming is kept as it stands."""
    named = part.texts("exhibits")
    mine = tuple(ref for ref in named if ref in source.exhibits)
    source.exhibits.difference_update(mine)
    return mine


def _contacts(part: Part) -> list[str]:
    found = [one.text("contact_private") for one in part.parts("other_witnesses")]
    return [text for text in found if text]


def _details(text: str, source: Source) -> str:
    """How to reach a witness: what the file says itself, or what it says of that contact."""
    known = source.contacts.get(text, {})
    return "\n".join([text, *(str(v) for k, v in known.items() if v and k != "contact_id")])


def _notes(part: Part, source: Source) -> Iterator[Beside]:
    if text := part.text("private_note"):
        yield Beside(source.id_of(f"note {part.text('entry_id')}"), PrivateNote(text=text))


def _left(part: Part, source: Source, mine: tuple[str, ...]) -> Iterator[Beside]:
    """Everything of the entry that found no field of its own."""
    rest: dict[str, JsonValue] = part.rest()
    if second := [ref for ref in part.texts("exhibits") if ref not in mine]:
        rest["exhibits"] = list[JsonValue](second)
    if rest:
        reference = part.text("entry_id")
        body = Kept(part="entries", reference=reference, data=rest, source=source.name)
        yield Beside(source.id_of(f"rest {reference}"), body)
