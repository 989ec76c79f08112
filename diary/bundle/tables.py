"""The bundle's tables as CSV: exactly the columns of the specification, every cell plain text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from diary.bundle import choices, derived, told, wording
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
from diary.proof.machine import EXHIBITS
from diary.text import N_, Say
from diary.vault.records import Opened

CHRONOLOGY = (
    "no", "date", "time", "certainty", "written_on", "place_type", "what_happened", "order_terms",
    "direct_or_indirect", "others_present", "exhibits", "reported_to", "reference", "reported_on",
    "outcome",
)  # fmt: skip
CLOCKS = (
    "no", "record", "version", "happened", "certainty", "written_device_clock", "received_at_utc",
    "stamped", "difference", "written_says_imported_file", "event_says_imported_file",
    "withdrawn", "reason_for_change", "what_happened", "derived_from",
)  # fmt: skip
EXHIBIT_LIST = (
    "exhibit_ref", "description", "type", "file_name", "sha256", "size_bytes", "how_obtained",
    "obtained_on", "source_device", "received_at_utc", "claimed_event_time", "derived_from",
    "redacted", "sensitive",
)  # fmt: skip
NOT_VERIFIED = N_("%(file)s NOT VERIFIED")
COPY = N_("[%(mark)s.]")
COPY_MADE = N_("%(told)s Made %(time)s.")
REPORTED = {"reported": N_("yes"), "not_reported": N_("not reported")}


def chronology(contents: Contents) -> bytes:
    """One row per entry, in order of when it happened; undated last."""
    ordered = wording.in_order(contents.entries)
    rows = (_entry_row(no, item, contents) for no, item in enumerate(ordered, start=1))
    return as_csv(CHRONOLOGY, rows)


def clocks(contents: Contents) -> bytes:
    """One row per version: the clocks side by side, and what each version said."""
    ordered = wording.in_order(contents.entries)
    return as_csv(
        CLOCKS,
        (
            _clock_row(no, version, contents.say)
            for no, item in enumerate(ordered, start=1)
            for version in item.versions
        ),
    )


def exhibits(contents: Contents, outcome: Outcome) -> bytes:
    """One row per original, and one per derived copy under it."""
    rows, say = list[Sequence[str]](), contents.say
    for exhibit in contents.exhibits:
        rows.append(_original_row(exhibit, outcome, say))
        copies = [*exhibit.viewing]
        if exhibit.enclosed is not None and is_derived(exhibit.enclosed):
            copies.insert(0, exhibit.enclosed)
        rows += [_copy_row(exhibit, copy, outcome, say) for copy in copies]
    return as_csv(EXHIBIT_LIST, rows)


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table as UTF-8 with a mark that spreadsheets know it by; every cell quoted."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([wording.cell(value) for value in row] for row in rows)
    return sheet.getvalue().encode("utf-8-sig")


def others_present(entry: Entry, say: Say) -> Iterator[str]:
    """Name who was there and who saw it; how to reach them stands elsewhere."""
    yield from entry.who_was_there
    yield from (say(N_("child: %(name)s"), name=child) for child in entry.children_present)
    for witness in entry.witnesses:
        saw = f" ({witness.saw_or_heard})" if witness.saw_or_heard else ""
        yield say(N_("witness: %(name)s"), name=witness.name_or_description + saw)


def words(entry: Entry, say: Say) -> str:
    """Return what happened, saying first if she took the entry back."""
    if entry.withdrawn is None:
        return entry.what_happened
    withdrawn = entry.withdrawn
    said = say(N_("WITHDRAWN by the writer."))
    if withdrawn.said_on:
        said = say(N_("WITHDRAWN by the writer on %(day)s."), day=withdrawn.said_on)
    if withdrawn.reason:
        said += " " + say(N_("Reason: %(reason)s"), reason=withdrawn.reason)
    return f"[{said}]\n{entry.what_happened}"


def _entry_row(no: int, item: EntryItem, contents: Contents) -> Sequence[str]:
    entry, say = item.body, contents.say
    reports = contents.reports_of(item.id)
    return (
        str(no), *_when(item.latest, entry, say), _written_on(item, entry, say),
        choices.said(entry.place_type, say), _words(item.latest, entry, say),
        told.terms_cell(item, contents),
        choices.said(entry.direct_or_indirect, say), "; ".join(others_present(entry, say)),
        "; ".join(item.exhibits), told.reported_to(reports, say) or _reported(entry, say),
        told.references(reports, say), told.reported_on(reports, entry, say),
        told.outcomes(reports, entry, say),
    )  # fmt: skip


def _when(opened: Opened, entry: Entry, say: Say) -> tuple[str, str, str]:
    """Return day, time and certainty, or that a copy does not say."""
    if derived.lacks(opened, "when"):
        return say(derived.LEFT_OUT), "", ""
    day, time = wording.iso_day(entry.when, say), wording.time_text(entry.when, say)
    return day, time, wording.certainty(entry.when, say)


def _words(opened: Opened, entry: Entry, say: Say) -> str:
    """Return what happened, and before it that it is a copy, where it is one."""
    said = say(derived.LEFT_OUT) if derived.lacks(opened, "what") else words(entry, say)
    mark = derived.mark(opened, say)
    return f"{say(COPY, mark=mark)}\n{said}" if mark else said


def _reported(entry: Entry, say: Say) -> str:
    status = entry.report_status
    return say(REPORTED[status]) if status in REPORTED else choices.said(status, say)


def _written_on(item: EntryItem, entry: Entry, say: Say) -> str:
    first = item.versions[0]
    if of := derived.told(item.latest, say):
        return say(COPY_MADE, told=of, time=wording.utc(item.latest.received_at, say))
    received = say(
        N_("%(time)s (received by the server)"), time=wording.utc(first.received_at, say)
    ) + wording.since(first, say, item.not_shared)
    if claimed := wording.claimed_written(entry.claimed, say):
        return f"{claimed}; {received}"
    if first.device_at is None:
        return received
    phone = say(N_("%(time)s (the phone's clock)"), time=wording.utc(first.device_at, say))
    return f"{phone}; {received}"


def _clock_row(no: int, version: Opened, say: Say) -> Sequence[str]:
    entry = as_entry(version)
    return (
        str(no), version.record_id, str(version.version),
        wording.happened_in(version, say), _when(version, entry, say)[2],
        wording.device_written(version, say), wording.received(version, say),
        say(wording.NOT_STAMPED), wording.skew(version, say),
        wording.claimed_written(entry.claimed, say), _claimed_event(entry, say),
        say(N_("withdrawn")) if entry.withdrawn else "", entry.change_reason, entry.what_happened,
        derived.told(version, say),
    )  # fmt: skip


def _claimed_event(entry: Entry, say: Say) -> str:
    if entry.claimed is None:
        return ""
    start, end = entry.claimed.event_start, entry.claimed.event_end
    if start and end:
        return say(N_("%(start)s until %(end)s"), start=start, end=end)
    return start or end


def _original_row(exhibit: Exhibit, outcome: Outcome, say: Say) -> Sequence[str]:
    body = exhibit.body
    here = exhibit.enclosed is not None and not is_derived(exhibit.enclosed)
    path = exhibit.path(exhibit.record)
    return (
        exhibit.ref, body.description, body.mime, _shown_path(path, outcome, say) if here
        else say(N_("not enclosed")), body.sha256, str(body.size), body.how_obtained,
        body.obtained_on, body.source_device, _received(exhibit, say), body.claimed_event_time,
        "", say(N_("no")), "; ".join(choices.said(sort, say) for sort in body.sensitive),
    )  # fmt: skip


def _received(exhibit: Exhibit, say: Say) -> str:
    body, first = exhibit.body, exhibit.versions[0]
    received = wording.utc(first.received_at, say) + wording.since(first, say, exhibit.not_shared)
    if not body.claimed_received:
        return received
    claim = N_("%(time)s (the imported file says: %(claim)s)")
    return say(claim, time=received, claim=body.claimed_received)


def _copy_row(exhibit: Exhibit, copy: Opened, outcome: Outcome, say: Say) -> Sequence[str]:
    facts = media_facts(copy)
    path = exhibit.path(copy)
    return (
        say(N_("%(exhibit)s DERIVED"), exhibit=exhibit.ref),
        say(N_("Derived copy, not the original")), facts.mime, _shown_path(path, outcome, say),
        facts.sha256, str(facts.size), "", "", "", wording.utc(copy.received_at, say), "",
        exhibit.ref, say(N_("no")), "",
    )  # fmt: skip


def _shown_path(path: str, outcome: Outcome, say: Say) -> str:
    name = path.removeprefix(EXHIBITS).removeprefix("data/")
    return say(NOT_VERIFIED, file=name) if path in outcome.doubts else name
