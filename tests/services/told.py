"""What a diary's opened records say, told back in the form of the file that was filed."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, TypeVar

from sqlalchemy import Connection

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.kept import Kept, PrivateNote, Profile
from diary.domain.order import Order
from diary.domain.people import Contact, OtherPerson, Person, Secrets
from diary.domain.people import Told as Knows
from diary.domain.plan import Lead, Plan, PlanLook
from diary.domain.practice import PracticeRecord
from diary.domain.report import Report, ReportLink
from diary.services.loading import entries, exhibits, orders, people, plan, reports, wording
from diary.vault.records import Opened
from diary.vault.vault import Vault

Body = TypeVar("Body", bound=Record)
Told = dict[str, Any]


def plain(value: Any) -> Any:
    """Nothing said is nothing said, whether a file writes null, an empty text or no field."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return "" if value is None else value


def told(vault: Vault, conn: Connection) -> Told:
    """Everything, by the names that the file has."""
    entries = sorted(vault.scan(conn, Entry.kind), key=lambda one: one.n)
    # The timeline gives an entry's newest version; the first writings have the file's order.
    entries.sort(key=lambda one: vault.versions(conn, one.record_id)[0].n)
    names = {one.record_id: claims(one)["reference"] for one in entries}
    whole: Told = defaultdict(list)
    whole["entries"] = [entry(vault, conn, one, names) for one in entries]
    files = sorted(vault.scan(conn, File.kind), key=lambda one: one.n)
    whole["exhibits"] = [exhibit(vault, conn, one) for one in files]
    for name, found in beside(vault, conn, names).items():
        whole[name] += found
    for one in sorted(vault.scan(conn, Kept.kind), key=lambda one: one.n):
        if one.parent is None and isinstance(one.body, Kept):
            whole[one.body.part].append(one.body.data)
    return whole


def every(vault: Vault, conn: Connection, model: type[Body]) -> list[tuple[Opened, Body]]:
    """All records of a kind, in the order of their filing."""
    found = sorted(vault.scan(conn, model.kind), key=lambda one: one.n)
    return [(one, one.body) for one in found if isinstance(one.body, model)]


def below(vault: Vault, conn: Connection, parent: Opened, model: type[Body]) -> list[Body]:
    """The records of a kind that belong to another one."""
    found = vault.children(conn, parent.record_id, model.kind)
    return [one.body for one in found if isinstance(one.body, model)]


def back(body: Record, names: dict[str, str]) -> Told:
    """A body under the file's names."""
    fields = body.model_dump(mode="json")
    return {theirs: fields[ours] for theirs, ours in names.items()}


def beside(vault: Vault, conn: Connection, names: dict[str, str]) -> dict[str, list[Told]]:
    """Everything but entries and files."""

    def kept(opened: Opened) -> Told:
        return rest(vault, conn, opened.record_id)

    return {
        "orders": [order(vault, conn, one, body) for one, body in every(vault, conn, Order)],
        "reports": [report(body, names) | kept(one) for one, body in every(vault, conn, Report)],
        "contacts": [
            {"contact_id": body.claimed.reference, "name": body.name, "relation": body.relation}
            | back(below(vault, conn, one, Contact)[0], people.REACH)
            | kept(one)
            for one, body in every(vault, conn, Person)
            if body.claimed and body.claimed.reference.startswith("CON-")
        ],
        "who_knows": [
            back(body, people.TOLD)
            | {"who_knows_id": body.claimed.reference, "orders": body.orders}
            | kept(one)
            for one, body in every(vault, conn, Knows)
            if body.claimed
        ],
        "practitioner_records": [
            practice(body, names) | kept(one) for one, body in every(vault, conn, PracticeRecord)
        ],
        "safety_plan": [
            back(body, {"agreed_with": "agreed_with", "items": "items", "reviews": "reviews"})
            | kept(one)
            for one, body in every(vault, conn, Plan)
        ],
        "other_person": [
            back(body, people.OTHER | {"associates": "associates"}) | kept(one)
            for one, body in every(vault, conn, OtherPerson)
        ],
        "person": [
            back(body, people.HERSELF)
            | {
                "keep_secret": [
                    back(word, people.SECRET)  # type: ignore[arg-type]  # a part, not a record
                    for _, secrets in every(vault, conn, Secrets)
                    for word in secrets.words
                ]
            }
            | kept(one)
            for one, body in every(vault, conn, Profile)
        ],
    }


def order(vault: Vault, conn: Connection, opened: Opened, body: Order) -> Told:
    """One order with its terms and its copies."""
    lists = {"terms": "terms", "exceptions": "exceptions", "exclusion_zones": "zones"}
    without = {"yes": True, "no": False, "": None}[body.without_notice]
    return (
        back(body, orders.STRAIGHT | lists)
        | {
            "without_notice": without,
            "until_further_order": body.ends == "until_further_order",
            "copy_files": [one.exhibit_ref for one in below(vault, conn, opened, File)],
        }
        | rest(vault, conn, opened.record_id)
    )


def report(body: Report, names: dict[str, str]) -> Told:
    """One report; both times as the file writes them."""
    return back(body, reports.STRAIGHT | {"follow_ups": "follow_ups"}) | {
        "entries": [names[one] for one in body.entries],
        "reported_utc": reports.moment_text(body.reported),
        "breach_happened_at": reports.moment_text(body.happened),
    }


def practice(body: PracticeRecord, names: dict[str, str]) -> Told:
    """One record of a practitioner."""
    assert body.claimed
    return back(body, plan.PRACTICE) | {
        "record_id": body.claimed.reference,
        "practitioner_id": body.claimed.author,
        "created_utc": body.claimed.written_at,
        "order_in_place": {"yes": "Y", "no": "N"}.get(body.order_in_place, body.order_in_place),
        "linked_entries": [names.get(one, one) for one in body.linked_entries],
    }


def claims(opened: Opened) -> Told:
    """What an imported wording says of itself."""
    assert isinstance(opened.body, Entry)
    assert opened.body.claimed
    return opened.body.claimed.model_dump()


def entry(vault: Vault, conn: Connection, newest: Opened, names: dict[str, str]) -> Told:
    """One entry with its revisions, its notes and what had no field."""
    versions = vault.versions(conn, newest.record_id)
    bodies = [one.body for one in versions if isinstance(one.body, Entry)]
    known = contacts(vault, conn)
    wordings = [(one, said(one, names, known)) for one in bodies]
    withdrawn = bodies[-1].withdrawn
    written = wordings[:-1] if withdrawn else wordings
    notes = below(vault, conn, newest, PrivateNote)
    files = below(vault, conn, newest, File)
    looks = below(vault, conn, newest, PlanLook)
    whole = wordings[-1][1] | {
        "created_utc": claims(versions[0])["written_at"],
        "status": "withdrawn" if withdrawn else "active",
        "withdrawn": {"utc": withdrawn.said_on, "reason": withdrawn.reason} if withdrawn else None,
        "private_note": "".join(one.text for one in notes),
        "exhibits": [one.exhibit_ref for one in files],
        "independent_leads": [
            {key: value for key, value in back(one, entries.LEAD).items() if key != "state"}
            for one in below(vault, conn, newest, Lead)
        ],
        "safety_plan_review": {"state": looks[0].state, "on": looks[0].on} if looks else None,
        "revisions": revisions(written),
    }
    linked = {one.report for one in below(vault, conn, newest, ReportLink)}
    named = {one.record_id: body for one, body in every(vault, conn, Report)}
    assert {named[one].reference for one in linked} == set(bodies[-1].reports)
    for key, value in rest(vault, conn, newest.record_id).items():
        whole[key] = whole[key] + value if key == "exhibits" else value
    return whole


def contacts(vault: Vault, conn: Connection) -> dict[str, str]:
    """What the file calls a witness's contact, by the id of that person."""
    found = {}
    for opened, body in every(vault, conn, Person):
        text = below(vault, conn, opened, Contact)[0].text
        assert body.claimed
        found[opened.record_id] = text or body.claimed.reference
    return found


def said(body: Entry, names: dict[str, str], known: dict[str, str]) -> Told:
    """One wording under the file's names."""
    fields = body.model_dump(mode="json")
    claimed = fields["claimed"]
    return {theirs: fields[ours] for theirs, ours in wording.STRAIGHT.items()} | {
        "entry_id": claimed["reference"],
        "created_tz": claimed["zone"],
        "created_clock_source": claimed["clock"],
        "event_start": claimed["event_start"],
        "event_end": claimed["event_end"],
        "time_precision": body.when.precision,
        "when_words": body.when.words,
        "linked_entries": [names.get(one, one) for one in body.linked],
        "other_witnesses": [
            {
                "name_or_description": one.name_or_description,
                "saw_or_heard": one.saw_or_heard,
                "contact_private": known[one.person] if one.person else None,
            }
            for one in body.witnesses
        ],
    }


def revisions(written: list[tuple[Entry, Told]]) -> list[Told]:
    """What each wording changed, worked out from the wordings alone."""
    found, before = [], written[0][1]
    for number, (body, after) in enumerate(written, 1):
        assert body.claimed
        found.append(
            {
                "n": number,
                "utc": body.claimed.written_at,
                "author": body.claimed.author,
                "reason": body.change_reason,
                "changes": {
                    key: {"from": before[key], "to": value}
                    for key, value in after.items()
                    if before[key] != value
                },
            }
        )
        before = after
    return found


def exhibit(vault: Vault, conn: Connection, opened: Opened) -> Told:
    """One file under the file's names."""
    fields = opened.body.model_dump(mode="json")
    straight = {theirs: fields[ours] for theirs, ours in exhibits.STRAIGHT.items()}
    measured = {"size": fields["size"], "sha256": fields["sha256"]}
    return straight | measured | rest(vault, conn, opened.record_id)


def rest(vault: Vault, conn: Connection, record_id: str) -> Told:
    """What was kept whole beside a record, for want of a field."""
    found: Told = {}
    for one in vault.children(conn, record_id, Kept.kind):
        assert isinstance(one.body, Kept)
        assert isinstance(one.body.data, dict)
        found |= one.body.data
    return found
