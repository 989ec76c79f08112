"""One entry on one A4 page, for showing or sending: the order, what happened, who was told.

It is the writer's own record and decides nothing. A text that does not fit is cut shorter and
says that it goes on in the diary: the template tries one `level` after the other until all of it
stands on the page.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from diary.bundle import breach_rows, derived, wording
from diary.bundle.breach_rows import Breach, Section
from diary.canonical import JsonValue
from diary.text import N_, Say

TEMPLATE = "breach-report.typ"
TITLE = N_("Report of one incident")
OWN_RECORD = N_(
    "The writer's own record, and not a signed statement. What it says about an order is what the"
    " writer thinks. Others decide."
)
GOES_ON = N_("continues in the diary")
HEADER = N_("%(title)s · made %(time)s · a record kept by the person herself")
FOOTER = N_("Page %(page)s of %(pages)s")
# The size of the letters, and the most of one text that is shown: from the whole to hardly any.
# A short text (a day, a number) stays whole on all but the last, which fits whatever was written.
LEVELS = (
    (11.0, 6000), (11.0, 3000), (10.5, 2000), (10.5, 1400), (10.0, 1000), (10.0, 700), (9.0, 700),
    (10.0, 450), (9.5, 300), (9.5, 200), (9.0, 130), (9.0, 90), (8.5, 60), (8.0, 60), (8.0, 0),
    (8.0, -1),
)  # fmt: skip
ROOM = 8000
LINE = SHORT = 60
NEAR = 30


def breach_report(
    breach: Breach, frame: dict[str, JsonValue], say: Say, *, reference: str = ""
) -> JsonValue:
    """Return what the page shows. `frame` is `alone(…)`, or a bundle's `documents.page(…)`.

    `reference` is the page's number in a bundle ("BR-001").
    """
    sections = breach_rows.sections(breach, say)
    levels = (_level(sections, size, most, say) for size, most in LEVELS)
    mark = derived.mark(breach.item.latest, say)
    return {
        **frame,
        "reference": reference,
        "opening": f"{mark}. {say(OWN_RECORD)}" if mark else say(OWN_RECORD),
        # What is longer than any page need not be tried.
        "levels": [level for level, signs in levels if signs <= ROOM],
    }


def alone(made_at: datetime, say: Say) -> dict[str, JsonValue]:
    """Return what stands around the page when it goes by itself, without a bundle."""
    title = say(TITLE)
    return {
        "title": title,
        "document": title,
        "language": say.language.partition("-")[0],
        "date": [made_at.year, made_at.month, made_at.day],
        "header": say(HEADER, title=title, time=wording.utc(made_at, say)),
        "footer": say(FOOTER, page="{page}", pages="{pages}"),
    }


def _level(sections: list[Section], size: float, most: int, say: Say) -> tuple[JsonValue, int]:
    """Return the page with at most so much of each text, and how many signs it has."""
    texts = [[_shown(row.text, most, say) for row in section.rows] for section in sections]
    shown: list[JsonValue] = [
        {
            "heading": section.heading,
            "rows": [
                {"label": row.label, "value": _lines(text)}
                for row, text in zip(section.rows, said, strict=True)
            ],
        }
        for section, said in zip(sections, texts, strict=True)
    ]
    return {"size": size, "sections": shown}, sum(len(text) for said in texts for text in said)


def _shown(text: str, most: int, say: Say) -> str:
    # More than the first level shows of it need not be looked at.
    whole = wording.visible(text.strip("\n")[: LEVELS[0][1] + 1])
    short = len(whole) <= SHORT and "\n" not in whole and most >= 0
    return whole if short else cut(whole, max(most, 0), say)


def _lines(text: str) -> list[JsonValue]:
    return [
        {"text": wording.breakable(line), "rtl": wording.is_rtl(line)} for line in text.split("\n")
    ]


def cut(text: str, most: int, say: Say) -> str:
    """Return at most `most` signs of a text, and say so where it was longer."""
    lines = text.split("\n")
    kept = "\n".join(lines[: most // LINE + 1])[:most]
    if kept == text:
        return text
    # Between words where there is a gap near; never between a sign and what is set upon it.
    if len(kept) < len(text) and not text[len(kept)].isspace():
        gap = max(kept.rfind(" "), kept.rfind("\n"))
        kept = kept[:gap] if gap > len(kept) - NEAR else _whole_signs(kept, text)
    return f"{kept.rstrip()} … [{say(GOES_ON)}]".lstrip()


def _whole_signs(kept: str, text: str) -> str:
    while kept and unicodedata.category(text[len(kept)]) in {"Mn", "Mc", "Me", "Cf"}:
        kept = kept[:-1]
    return kept
