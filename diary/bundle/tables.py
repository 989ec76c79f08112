"""The bundle's tables as CSV: exactly the columns of the specification, every cell plain text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from diary.bundle import names, wording
from diary.bundle.contents import (
    Contents,
    EntryItem,
    Exhibit,
    Outcome,
    as_entry,
    is_derived,
    media_facts,
)
from diary.domain.entry import Entry
from diary.vault.records import Opened

CHRONOLOGY = (
    "no", "date", "time", "certainty", "written_on", "place_type", "what_happened", "order_terms",
    "direct_or_indirect", "others_present", "exhibits", "reported_to", "reference", "reported_on",
    "outcome",
)  # fmt: skip
CLOCKS = (
    "no", "record", "version", "happened", "certainty", "written_device_clock", "received_at_utc",
    "stamped", "difference", "written_says_imported_file", "event_says_imported_file",
    "withdrawn", "reason_for_change", "what_happened",
)  # fmt: skip
EXHIBITS = (
    "exhibit_ref", "description", "type", "file_name", "sha256", "size_bytes", "how_obtained",
    "obtained_on", "source_device", "received_at_utc", "claimed_event_time", "derived_from",
    "redacted", "sensitive",
)  # fmt: skip
NOT_ENCLOSED = "not enclosed"
NOT_VERIFIED = "NOT VERIFIED"


def chronology(contents: Contents, _: Outcome) -> bytes:
    """One row per entry, in order of when it happened; undated last."""
    ordered = wording.in_order(contents.entries)
    return as_csv(CHRONOLOGY, (_entry_row(no, item) for no, item in enumerate(ordered, start=1)))


def clocks(contents: Contents, _: Outcome) -> bytes:
    """One row per version: the clocks side by side, and what each version said."""
    ordered = wording.in_order(contents.entries)
    return as_csv(
        CLOCKS,
        (
            _clock_row(no, version)
            for no, item in enumerate(ordered, start=1)
            for version in item.versions
        ),
    )


def exhibits(contents: Contents, outcome: Outcome) -> bytes:
    """One row per original, and one per derived copy under it."""
    rows: list[Sequence[str]] = []
    for exhibit in contents.exhibits:
        rows.append(_original_row(exhibit, outcome))
        copies = [*exhibit.viewing]
        if exhibit.enclosed is not None and is_derived(exhibit.enclosed):
            copies.insert(0, exhibit.enclosed)
        rows += [_copy_row(exhibit, copy, outcome) for copy in copies]
    return as_csv(EXHIBITS, rows)


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table as UTF-8 with a mark that spreadsheets know it by; every cell quoted."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([wording.cell(value) for value in row] for row in rows)
    return sheet.getvalue().encode("utf-8-sig")


def others_present(entry: Entry) -> Iterator[str]:
    """Name who was there and who saw it; how to reach them stands elsewhere."""
    yield from entry.who_was_there
    yield from (f"child: {child}" for child in entry.children_present)
    for witness in entry.witnesses:
        saw = f" ({witness.saw_or_heard})" if witness.saw_or_heard else ""
        yield f"witness: {witness.name_or_description}{saw}"


def words(entry: Entry) -> str:
    """Return what happened, saying first if she took the entry back."""
    if entry.withdrawn is None:
        return entry.what_happened
    reason = f" Reason: {entry.withdrawn.reason}" if entry.withdrawn.reason else ""
    said = f" on {entry.withdrawn.said_on}" if entry.withdrawn.said_on else ""
    return f"[WITHDRAWN by the writer{said}.{reason}]\n{entry.what_happened}"


def _entry_row(no: int, item: EntryItem) -> Sequence[str]:
    entry, first = item.body, item.versions[0]
    return (
        str(no), wording.iso_day(entry.when), wording.time_text(entry.when),
        wording.certainty(entry.when), _written_on(first, entry), entry.place_type,
        words(entry), "; ".join(entry.terms_alleged), entry.direct_or_indirect,
        "; ".join(others_present(entry)), "; ".join(item.exhibits), _reported(entry),
        "; ".join(entry.reports), "", entry.outcome,
    )  # fmt: skip


def _reported(entry: Entry) -> str:
    return {"reported": "yes", "not_reported": "not reported"}.get(
        entry.report_status, entry.report_status.replace("_", " ")
    )


def _written_on(first: Opened, entry: Entry) -> str:
    received = f"{wording.utc(first.received_at)} (received by the server){wording.since(first)}"
    if claimed := wording.claimed_written(entry.claimed):
        return f"{claimed}; {received}"
    if first.device_at is None:
        return received
    return f"{wording.utc(first.device_at)} (the phone's clock); {received}"


def _clock_row(no: int, version: Opened) -> Sequence[str]:
    entry = as_entry(version)
    claimed = entry.claimed
    return (
        str(no), version.record_id, str(version.version),
        wording.happened(entry.when, entry.until), wording.certainty(entry.when),
        wording.device_written(version), wording.utc(version.received_at), wording.NOT_STAMPED,
        wording.skew(version), wording.claimed_written(claimed),
        "" if claimed is None else " until ".join(filter(None, (claimed.event_start,
                                                                claimed.event_end))),
        "withdrawn" if entry.withdrawn else "", entry.change_reason, entry.what_happened,
    )  # fmt: skip


def _original_row(exhibit: Exhibit, outcome: Outcome) -> Sequence[str]:
    body = exhibit.body
    here = exhibit.enclosed is not None and not is_derived(exhibit.enclosed)
    path = names.path_of(exhibit.ref, exhibit.record)
    return (
        exhibit.ref, body.description, body.mime, _shown_path(path, outcome) if here
        else NOT_ENCLOSED, body.sha256, str(body.size), body.how_obtained, body.obtained_on,
        body.source_device, _received(exhibit), body.claimed_event_time, "", "no",
        "; ".join(body.sensitive),
    )  # fmt: skip


def _received(exhibit: Exhibit) -> str:
    body, first = exhibit.body, exhibit.versions[0]
    received = wording.utc(first.received_at) + wording.since(first)
    if not body.claimed_received:
        return received
    return f"{received} (the imported file says: {body.claimed_received})"


def _copy_row(exhibit: Exhibit, copy: Opened, outcome: Outcome) -> Sequence[str]:
    facts = media_facts(copy)
    path = names.path_of(exhibit.ref, copy)
    return (
        f"{exhibit.ref} DERIVED", "Derived copy, not the original", facts.mime,
        _shown_path(path, outcome), facts.sha256, str(facts.size), "", "", "",
        wording.utc(copy.received_at), "", exhibit.ref, "no", "",
    )  # fmt: skip


def _shown_path(path: str, outcome: Outcome) -> str:
    name = path.removeprefix("data/06-exhibits/")
    return f"{name} {NOT_VERIFIED}" if path in outcome.doubts else name
