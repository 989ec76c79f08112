"""What a person typed is data: in a spreadsheet, in a PDF, and in the words about times."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pypdf
import pytest

from diary.bundle import names, tables, typeset, wording
from diary.bundle.documents import Typesetting, TypesettingError, fonts, page
from diary.canonical import JsonValue
from diary.domain.entry import Entry
from diary.domain.when import When
from diary.text import ENGLISH
from tests.proof import bundles
from tests.proof.bundles import NOW, opened


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "\n=1", "\r=1", "＝1", "\tx", "=HYPERLINK(1)"]
)
def test_no_cell_runs(text: str) -> None:
    assert wording.cell(text).startswith("'")


@pytest.mark.parametrize("text", ["", "a=b", "3 - 2", "He said: -1", "ŵ", "مرحبا"])
def test_plain_cells_stay(text: str) -> None:
    assert wording.cell(text) == text


def test_a_table_reads_back_cell_by_cell() -> None:
    row = ['a "quote"', "two\nlines", "comma, semicolon; tab\there", "=x"]
    raw = tables.as_csv(["a", "b", "c", "d"], [row])
    assert raw.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert read[1] == [*row[:3], "'=x"]


def test_hidden_signs_are_shown() -> None:
    assert (
        wording.visible("a\u202eb\x00\x1b[2J\r\nc\u2028d") == "a[U+202E]b[U+0000][U+001B][2J\nc\nd"
    )
    family = "\U0001f468\u200d\U0001f469"
    assert wording.visible(family + "e\u0301") == family + "e\u0301"


def test_columns_are_those_of_the_specification() -> None:
    assert ",".join(tables.CHRONOLOGY) == (
        "no,date,time,certainty,written_on,place_type,what_happened,order_terms,"
        "direct_or_indirect,others_present,exhibits,reported_to,reference,reported_on,outcome"
    )
    assert ",".join(tables.EXHIBIT_LIST) == (
        "exhibit_ref,description,type,file_name,sha256,size_bytes,how_obtained,obtained_on,"
        "source_device,received_at_utc,claimed_event_time,derived_from,redacted,sensitive"
    )


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (When.at("exact", "2026-03-03T21:14"), "Tuesday 3 March 2026 21:14 +00:00 (exact)"),
        (When.at("about", "2026-07-03T21:14"), "Friday 3 July 2026 21:14 +01:00 (about)"),
        (When.at("date_only", "2026-03-03"), "Tuesday 3 March 2026 (only the date is known)"),
        (When.at("month", "2026-03"), "March 2026 (only the month is known)"),
        (When(words="a Sunday"), "date not known (not sure; a Sunday)"),
    ],
)
def test_certainty_is_said(when: When, said: str) -> None:
    assert wording.happened(when, ENGLISH) == said


def test_clocks_are_never_chosen_for_her() -> None:
    twice = wording.happened(When.at("exact", "2026-10-25T01:30"), ENGLISH)
    never = wording.happened(When.at("exact", "2026-03-29T01:30"), ENGLISH)
    assert "happened twice" in twice
    assert "did not happen" in never
    assert all("offset not known" in said for said in (twice, never))


def test_an_offset_that_is_known_says_which_of_two_it_was() -> None:
    known = When(precision="exact", local="2026-10-25T01:30", offset="+01:00")
    said = wording.certainty(known, ENGLISH)
    assert "its offset says which" in said
    assert "not known" not in said


def test_an_end_is_as_sure_as_it_was_said() -> None:
    began = When.at("exact", "2026-03-03T21:14")
    same = wording.happened(began, ENGLISH, When.at("exact", "2026-03-03T22:00"))
    assert same.count("(exact)") == 1
    other = wording.happened(began, ENGLISH, When.at("about", "2026-03-03T22:00"))
    assert other == (
        "Tuesday 3 March 2026 21:14 +00:00 (exact) until Tuesday 3 March 2026 22:00 +00:00 (about)"
    )


def test_a_difference_over_two_minutes_is_said() -> None:
    version = opened(1, Entry())
    assert wording.skew(version, ENGLISH) == ""
    object.__setattr__(version, "received_at", NOW)
    version.envelope["device_at"] = "2026-03-03T21:10:06.000Z"
    assert "4 minutes before" in wording.skew(version, ENGLISH)
    object.__setattr__(version, "received_at", NOW - timedelta(minutes=3))
    assert wording.skew(version, ENGLISH) == ""


def test_names_say_nothing() -> None:
    assert names.plain("../Nadia's photo\x00") == "Nadia-s-photo"
    assert names.plain("ناديا") == "X"
    assert names.ending("text/html") == names.ending("image/svg+xml") == "bin"


def chapter(text: str) -> bytes:
    entry: dict[str, JsonValue] = {
        "heading": "1. x", "withdrawn": "", "facts": [], "clocks": [], "record": "r",
        "earlier": [], "words": [{"text": text, "rtl": wording.is_rtl(text)}],
    }  # fmt: skip
    data: dict[str, JsonValue] = {
        **page(bundles.contents(), "Chronology"), "opening": ["p"], "entries": [entry],
    }  # fmt: skip
    made = Typesetting("chronology.typ", data).finish()
    assert made.standard == "a-3a+ua-1"
    return made.data


NASTY = (
    "#read(\"/etc/passwd\") #let x = 1 $a^2$ *b* _c_ `d` <e> @f \\g // h /* i */ = j",
    "#import \"@preview/cetz:0.1.0\"", "{{ 7 * 7 }} <script>alert(1)</script>",
    "\U0001f469\u200d\U0001f467\ufe0f 5\ufe0f\u20e3 \U0001f600 \ue000 \U0010ffff \u0378",
    "مرحبا، هذا سطر بالعربية 123 abc", "فون نہ کرنا", "שלום", "ਪੰਜਾਬੀ",
    "ŵ ŷ ą ł e\u0301\u0302\u0303",
    "w" * 5000, "\u202eabc\x00\x07\x1b", "a\tb", "", " ", "\ufeff",
)  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_words_are_printed_as_they_stand(text: str) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(chapter(wording.breakable(wording.visible(text)))))
    shown = "".join(page.extract_text() for page in pdf.pages)
    if text.isascii() and len(text) < 200:
        assert "".join(wording.visible(text).split()) in "".join(shown.split())


def test_the_same_words_give_the_same_bytes() -> None:
    assert chapter("He rang.") == chapter("He rang.")


def test_the_typesetter_cannot_grow_or_go_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TypesettingError):
        Typesetting("chronology.typ", {"title": "no entries"}).finish()
    monkeypatch.setattr(typeset, "SECONDS", 0)
    with pytest.raises(TypesettingError):
        Typesetting("chronology.typ", {}).finish()


def test_some_font_is_packed_with_us() -> None:
    assert any("fontpkg" in folder for folder in fonts())
