"""The pattern as a PDF: the pictures of the pattern page, each with its numbers as a table.

It counts the entries that go along and nothing else. Orders and reports are used as far as they
go along too: without its order a term is shown by its reference alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from babel import Locale, dates

from diary.bundle import wording
from diary.bundle.contents import Contents
from diary.bundle.documents import page
from diary.canonical import JsonValue
from diary.content import behaviour
from diary.insights import by_name, charts, pictures
from diary.insights.patterns import Sample, Span, read_fact, sample
from diary.insights.picture import Picture, Row, Strip, Words
from diary.text import N_

COUNTED = N_(
    "Made %(time)s. It counts the entries in this bundle: %(entries)s. It counts and draws what the"
    " writer wrote down, and nothing else."
)
NO_SCORE = N_(
    "This is not a risk assessment. There is no score in it, and it does not say what anything is"
    " in law. Few entries do not mean that little happened."
)
TOGETHER = N_(
    "Things that look small one by one can matter together. Whether they do here is not for these"
    " pages to say."
)
APART = (
    (N_("Withdrawn by the writer, and left out: %(number)s."), "withdrawn"),
    (N_("Without a date, and counted where none is needed: %(number)s."), "undated"),
)


def pattern(contents: Contents) -> Iterator[JsonValue]:
    """Yield what the document shows; nothing where there are too few entries to draw."""
    found = counted(contents)
    if len(found.facts) < pictures.FEW:
        return
    say, words = contents.say, _words(contents)
    made = wording.utc(contents.made_at, say)
    yield {
        **page(contents, N_("Pattern")),
        "opening": [
            say(COUNTED, time=made, entries=len(found.facts)),
            say(NO_SCORE),
            say(TOGETHER),
            *(say(text, number=n) for text, name in APART if (n := getattr(found, name))),
        ],
        "number": say(N_("Number")),
        "pictures": [
            _picture(pictures.picture(code, found, words)) for code in pictures.available(found)
        ],
    }


def is_drawn(contents: Contents) -> bool:
    """Tell whether there are enough entries for a picture."""
    return len(counted(contents).facts) >= pictures.FEW


def counted(contents: Contents) -> Sample:
    """Return the entries of a bundle in short, as the pattern page counts them."""
    told = {entry for report in contents.reports for entry in report.entries}
    facts = (read_fact(item.body.facts(), reported=item.id in told) for item in contents.entries)
    return sample(facts, Span())


def _words(contents: Contents) -> Words:
    say = contents.say
    terms = {
        term.term_id: (order.body.reference, term.text_from_order)
        for order in contents.orders
        for term in (*order.body.terms, *order.body.exceptions)
    }

    def day(value: date) -> str:
        return dates.format_date(value, "d MMM yyyy", locale=Locale.parse(say.language, sep="-"))

    def kind(code: str) -> str:
        known = behaviour(code)
        return say(known.label) if known else code

    return Words(say, day, kind, lambda term: by_name.term_name(term, terms))


def _picture(picture: Picture) -> JsonValue:
    return {
        "title": _line(picture.title),
        "reading": _line(picture.reading),
        "heading": picture.heading,
        "rows": [_row(row, picture) for row in picture.rows],
        "strips": [_strip(strip, picture) for strip in picture.strips],
        "most": str(picture.most),
        "notes": list(picture.notes),
    }


def _row(row: Row, picture: Picture) -> JsonValue:
    words = row.words or ""
    return {
        "label": _line(row.label),
        "words": _line(words),
        "rtl": wording.is_rtl(words),
        "count": str(row.count),
        "share": charts.share(row.count, picture.most),
    }


def _strip(strip: Strip, picture: Picture) -> JsonValue:
    return {"svg": charts.columns(strip.counts, picture.most), "marks": list(strip.marks)}


def _line(text: str) -> str:
    return wording.breakable(wording.visible(text).replace("\n", " "))
