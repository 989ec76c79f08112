"""What a diary's opened records say, told back in the form of the file that was filed."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection

from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.kept import Kept, PrivateNote
from diary.domain.people import Contact
from diary.services.loading import exhibits, wording
from diary.vault.records import Opened
from diary.vault.vault import Vault

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
    for one in sorted(vault.scan(conn, Kept.kind), key=lambda one: one.n):
        if one.parent is None and isinstance(one.body, Kept):
            whole[one.body.part].append(one.body.data)
    return whole


def claims(opened: Opened) -> Told:
    """What an imported wording says of itself."""
    assert isinstance(opened.body, Entry)
    assert opened.body.claimed
    return opened.body.claimed.model_dump()


def entry(vault: Vault, conn: Connection, newest: Opened, names: dict[str, str]) -> Told:
    """One entry with its revisions, its notes and what had no field."""
    versions = vault.versions(conn, newest.record_id)
    bodies = [one.body for one in versions if isinstance(one.body, Entry)]
    wordings = [(one, said(one, names, contacts(vault, conn, newest))) for one in bodies]
    withdrawn = bodies[-1].withdrawn
    written = wordings[:-1] if withdrawn else wordings
    notes = [one.body for one in vault.children(conn, newest.record_id, PrivateNote.kind)]
    files = [one.body for one in vault.children(conn, newest.record_id, File.kind)]
    whole = wordings[-1][1] | {
        "created_utc": claims(versions[0])["written_at"],
        "status": "withdrawn" if withdrawn else "active",
        "withdrawn": {"utc": withdrawn.said_on, "reason": withdrawn.reason} if withdrawn else None,
        "private_note": "".join(one.text for one in notes if isinstance(one, PrivateNote)),
        "exhibits": [one.exhibit_ref for one in files if isinstance(one, File)],
        "revisions": revisions(written),
    }
    for key, value in rest(vault, conn, newest.record_id).items():
        whole[key] = whole[key] + value if isinstance(value, list) else value
    return whole


def contacts(vault: Vault, conn: Connection, newest: Opened) -> dict[str, str]:
    """The witnesses' contacts by the id of their record: what the file calls them."""
    found = vault.children(conn, newest.record_id, Contact.kind)
    return {
        one.record_id: one.body.text.splitlines()[0]
        for one in found
        if isinstance(one.body, Contact)
    }


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
