"""The bundle's PDFs: data for a template, set by a child process that may not grow or write."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from diary.bundle import typeset, wording
from diary.bundle.contents import Contents, EntryItem, as_entry
from diary.bundle.tables import others_present
from diary.canonical import JsonValue
from diary.domain.entry import Entry
from diary.errors import DiaryError
from diary.text import N_
from diary.vault.records import Opened

FONT_PACKAGES = ("fontpkg_noto_sans_arabic",)
FONT_FOLDERS = ("/usr/share/fonts/truetype/noto",)
VOLUME = 300  # entries in one PDF: its making takes some 130 MB beside the server
FIELDS = (
    ("Exact words", "exact_words"), ("Where", "place"), ("What sort of place", "place_type"),
    ("Inside a zone of an order", "inside_zone"), ("Who was there", "others"),
    ("Who did it", "person_responsible"), ("How I know it was them", "how_i_know"),
    ("Direct or through others", "direct_or_indirect"), ("Through whom", "via_whom"),
    ("What it was", "behaviours"), ("Who started the contact", "who_started_contact"),
    ("Injuries", "injuries"), ("Damage", "damage"), ("Medical attention", "medical_attention"),
    ("How it was for me", "how_it_was"), ("How it changed daily life", "changed_daily_life"),
    ("Terms of the order", "terms_alleged"), ("How the order was broken, in my view",
                                              "how_breached"),
    ("Told to anybody", "report_status"), ("Outcome", "outcome"),
)  # fmt: skip


class TypesettingError(DiaryError):
    """A document could not be set within its limits."""

    status = 500
    default = N_("The document could not be made. Nothing was handed over. Please try again.")


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished document, and the standards it keeps ("" for a plain PDF)."""

    data: bytes
    standard: str


class Typesetting:
    """One document under way in its own process, so that the stream need not wait for it."""

    def __init__(self, template: str, data: JsonValue) -> None:
        source = resources.files("diary.bundle").joinpath("documents", template).read_text("utf-8")
        order = json.dumps({"source": source, "data": data, "fonts": fonts()}).encode()
        self._child = subprocess.Popen(  # noqa: S603 - our own file, with nothing of a person's
            [sys.executable, "-I", str(Path(typeset.__file__))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={},
        )  # fmt: skip
        self._talk = ThreadPoolExecutor(max_workers=1)
        self._answer = self._talk.submit(self._child.communicate, order, 2 * typeset.SECONDS)

    def finish(self) -> Pdf:
        """Wait for the document, or raise TypesettingError."""
        try:
            out, _ = self._answer.result()
        except subprocess.TimeoutExpired:
            raise TypesettingError from None
        finally:
            self.stop()
        standard, _, pdf = out.partition(b"\n")
        if self._child.returncode != 0 or not pdf.startswith(b"%PDF-"):
            raise TypesettingError
        return Pdf(pdf, standard.decode("ascii"))

    def stop(self) -> None:
        """End the process, if it still runs, and close what led to it."""
        if self._child.poll() is None:
            self._child.kill()
        self._talk.shutdown(wait=True)
        with suppress(BrokenPipeError), self._child:
            pass


def fonts() -> list[str]:
    """Return the folders with fonts beside those that the typesetter brings."""
    specs = [find_spec(package) for package in FONT_PACKAGES]
    packaged = [Path(spec.origin).parent for spec in specs if spec and spec.origin]
    return [str(folder) for folder in (*packaged, *map(Path, FONT_FOLDERS)) if folder.is_dir()]


def chronology(contents: Contents) -> Iterator[JsonValue]:
    """Yield what the chronology shows, in volumes that the typesetter's memory can hold."""
    numbered = list(enumerate(wording.in_order(contents.entries), start=1))
    for start in range(0, len(numbered), VOLUME):
        yield _volume(contents, numbered[start : start + VOLUME])


def _volume(contents: Contents, numbered: Sequence[tuple[int, EntryItem]]) -> JsonValue:
    return {
        "title": "Chronology",
        "made_at": wording.utc(contents.made_at),
        "year": contents.made_at.year,
        "month": contents.made_at.month,
        "day": contents.made_at.day,
        "reference": contents.reference,
        "purpose": contents.profile.read_me,
        "entries": [_entry(no, item) for no, item in numbered],
    }


def _entry(no: int, item: EntryItem) -> JsonValue:
    body = item.body
    return {
        "no": no,
        "heading": _line(wording.happened(body.when)),
        "withdrawn": _withdrawn(body),
        "words": _paragraphs(body.what_happened),
        "facts": list(_facts(body, item.exhibits)),
        "clocks": [list(pair) for pair in wording.clock_lines(item.latest, body)],
        "record": f"{item.latest.record_id} version {item.latest.version}",
        "earlier": list(_earlier(item.versions)),
    }


def _withdrawn(body: Entry) -> str:
    if body.withdrawn is None:
        return ""
    said = [f"Withdrawn by the writer {body.withdrawn.said_on}".strip(), body.withdrawn.reason]
    return _line(". ".join(part for part in said if part))


def _facts(body: Entry, exhibits: Sequence[str]) -> Iterator[JsonValue]:
    for label, name in FIELDS:
        if text := _value(body, name):
            yield {"label": label, "value": _paragraphs(text)}
    if exhibits:
        yield {"label": "Exhibits", "value": _paragraphs(", ".join(exhibits))}


def _value(body: Entry, name: str) -> str:
    value = "; ".join(others_present(body)) if name == "others" else getattr(body, name)
    if isinstance(value, tuple):
        return "; ".join(str(part).replace("_", " ") for part in value)
    choice = name in {"place_type", "inside_zone", "direct_or_indirect", "who_started_contact",
                      "report_status"}  # fmt: skip
    return str(value).replace("_", " ") if choice else str(value)


def _earlier(versions: Sequence[Opened]) -> Iterator[JsonValue]:
    """Tell how the entry changed: each earlier wording, when it was written and when changed."""
    for old, new in pairwise(versions):
        was, became = as_entry(old), as_entry(new)
        first = "First written" if old.version == 1 else "Later written"
        why = f", reason: {became.change_reason}" if became.change_reason else ""
        changes = [
            {"label": label, "value": _paragraphs(_value(was, name) or "(nothing)")}
            for label, name in (("What happened", "what_happened"), *FIELDS)
            if _value(was, name) != _value(became, name)
        ]
        if was.when != became.when:
            changes.append({"label": "Happened", "value": _paragraphs(wording.happened(was.when))})
        when = f"{first} {wording.written_on(old, was)}, changed {wording.written_on(new, became)}"
        yield {"label": _line(when + why), "changes": changes}


def _paragraphs(text: str) -> list[JsonValue]:
    return [
        {"text": wording.breakable(part), "rtl": wording.is_rtl(part)}
        for part in wording.visible(text).split("\n")
    ]


def _line(text: str) -> str:
    return wording.breakable(wording.visible(text).replace("\n", " "))
