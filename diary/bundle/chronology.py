"""The chronology as a PDF: what happened in order, and under each entry its four clocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from diary.bundle import choices, derived, told, wording
from diary.bundle.contents import Contents, EntryItem, as_entry
from diary.bundle.documents import line, page, paragraphs
from diary.bundle.tables import others_present
from diary.canonical import JsonValue
from diary.domain.entry import Entry
from diary.text import N_, Say
from diary.vault.records import Opened

VOLUME = 250  # entries in one PDF: its making takes some 120 MB beside the server
FIELDS = (
    (N_("Exact words"), "exact_words"), (N_("Where"), "place"),
    (N_("What sort of place"), "place_type"), (N_("Inside a zone of an order"), "inside_zone"),
    (N_("Who was there"), "others"), (N_("Who did it"), "person_responsible"),
    (N_("How I know it was them"), "how_i_know"),
    (N_("Direct or through others"), "direct_or_indirect"), (N_("Through whom"), "via_whom"),
    (N_("What it was"), "behaviours"), (N_("Who started the contact"), "who_started_contact"),
    (N_("Injuries"), "injuries"), (N_("Damage"), "damage"),
    (N_("Medical attention"), "medical_attention"), (N_("How it was for me"), "how_it_was"),
    (N_("How it changed daily life"), "changed_daily_life"),
    (N_("Terms of the order"), "terms_alleged"),
    (N_("How the order was broken, in my view"), "how_breached"),
    (N_("Told to anybody"), "report_status"), (N_("Outcome"), "outcome"),
)  # fmt: skip
CODED = frozenset(
    {"place_type", "inside_zone", "behaviours", "direct_or_indirect", "who_started_contact",
     "report_status"}
)  # fmt: skip
MADE = N_(
    "Made %(time)s. %(entries)s entries, in the order in which they happened;"
    " those without a date come last."
)
PART = N_(
    "This file holds entries %(first)s to %(last)s of %(entries)s. The others are in the other"
    " files of the chronology."
)
LOCAL_TIMES = N_(
    "Times of what happened are local times in Europe/London, as the writer gave them."
)
FOUR_CLOCKS = N_(
    "Four clocks stand under each entry and are never merged: when it happened (what the writer"
    " says), when it was written (what the phone said), when it was received (the server), and"
    " when it was stamped (an outside authority)."
)
HASHES = N_(
    "A hash shows that a record is unchanged since it was received. It does not show that it is"
    " true, who made it, or when the event happened."
)
RECORD = N_("Record %(record)s version %(version)s")
NOTHING = N_("(nothing)")
FIRST_WRITTEN = N_("First written %(written)s, changed %(changed)s")
SAID_THEN = N_("Version %(version)s said, as far as this copy tells:")
LATER_WRITTEN = N_("Later written %(written)s, changed %(changed)s")


def chronology(contents: Contents) -> Iterator[JsonValue]:
    """Yield what the chronology shows, in volumes that the typesetter's memory can hold."""
    numbered = list(enumerate(wording.in_order(contents.entries), start=1))
    for start in range(0, len(numbered), VOLUME):
        yield _volume(contents, numbered[start : start + VOLUME])


def _volume(contents: Contents, numbered: Sequence[tuple[int, EntryItem]]) -> JsonValue:
    say = contents.say
    every = len(contents.entries)
    told = [say(MADE, time=wording.utc(contents.made_at, say), entries=every)]
    if len(numbered) < every:
        told.append(say(PART, first=numbered[0][0], last=numbered[-1][0], entries=every))
    return {
        **page(contents, N_("Chronology")),
        "opening": [
            say(contents.profile.read_me),
            " ".join((*told, say(LOCAL_TIMES))),
            f"{say(FOUR_CLOCKS)} {say(HASHES)}",
        ],
        "entries": [_entry(no, item, contents) for no, item in numbered],
    }


def _entry(no: int, item: EntryItem, contents: Contents) -> JsonValue:
    body, latest, say = item.body, item.latest, contents.say
    if derived.lacks(latest, "when"):
        happened = say(derived.LEFT_OUT)
    else:
        happened = wording.happened(body.when, say)
    no_words = derived.lacks(latest, "what")
    return {
        "heading": f"{no}. {line(happened)}",
        "derived": derived.told(latest, say),
        "withdrawn": _withdrawn(body, say),
        "words": paragraphs(say(derived.LEFT_OUT) if no_words else body.what_happened),
        "facts": [*_facts(body, item.exhibits, say), *_told(item, contents)],
        "clocks": [list(pair) for pair in wording.clock_lines(latest, body, say)],
        "record": say(RECORD, record=latest.record_id, version=latest.version),
        "earlier": list(_earlier(item.versions, say)),
    }


def _withdrawn(body: Entry, say: Say) -> str:
    if body.withdrawn is None:
        return ""
    said = say(N_("Withdrawn by the writer"))
    if body.withdrawn.said_on:
        said = say(N_("Withdrawn by the writer %(day)s"), day=body.withdrawn.said_on)
    return line(f"{said}. {body.withdrawn.reason}" if body.withdrawn.reason else said)


def _facts(body: Entry, exhibits: Sequence[str], say: Say) -> Iterator[JsonValue]:
    for label, name in FIELDS:
        if text := _value(body, name, say):
            yield {"label": say(label), "value": paragraphs(text)}
    if exhibits:
        yield {"label": say(N_("Exhibits")), "value": paragraphs(", ".join(exhibits))}


def _told(item: EntryItem, contents: Contents) -> Iterator[JsonValue]:
    """Say what the days of its orders leave open, and each time that somebody was told."""
    say = contents.say
    notes = ((N_("About the order"), note) for note in told.order_notes(item, contents))
    reports = contents.reports_of(item.id)
    lines = ((N_("Told"), told.in_short(one, item.body, say)) for one in reports)
    for label, text in (*notes, *lines):
        yield {"label": say(label), "value": paragraphs(text)}


def _value(body: Entry, name: str, say: Say) -> str:
    if name == "terms_alleged":
        return told.order_terms(body)
    value = tuple(others_present(body, say)) if name == "others" else getattr(body, name)
    parts = value if isinstance(value, tuple) else (value,)
    return "; ".join(choices.said(part, say) if name in CODED else str(part) for part in parts)


def _earlier(versions: Sequence[Opened], say: Say) -> Iterator[JsonValue]:
    """Tell how the entry changed: each earlier wording, when it was written and when changed."""
    for old, new in pairwise(versions):
        was, became = as_entry(old), as_entry(new)
        changes = [
            {"label": say(label), "value": paragraphs(_value(was, name, say) or say(NOTHING))}
            for label, name in ((N_("What happened"), "what_happened"), *FIELDS)
            if _value(was, name, say) != _value(became, name, say)
        ]
        if was.when != became.when:
            happened = paragraphs(wording.happened(was.when, say))
            changes.append({"label": say(N_("Happened")), "value": happened})
        if was.withdrawn != became.withdrawn:
            back = paragraphs(_withdrawn(was, say) or say(N_("not yet")))
            changes.append({"label": say(N_("Taken back")), "value": back})
        yield {"label": line(_history(old, new, say, tells=bool(changes))), "changes": changes}


def _history(old: Opened, new: Opened, say: Say, *, tells: bool) -> str:
    if (copy := derived.copied(old)) is not None:
        return say(SAID_THEN, version=copy.of_version)
    was, became = as_entry(old), as_entry(new)
    said = say(
        FIRST_WRITTEN if old.version == 1 else LATER_WRITTEN,
        written=wording.written_on(old, was, say),
        changed=wording.written_on(new, became, say),
    )
    if became.change_reason:
        said += ", " + say(N_("reason: %(reason)s"), reason=became.change_reason)
    return say(N_("%(history)s. It said then:"), history=said) if tells else f"{said}."
