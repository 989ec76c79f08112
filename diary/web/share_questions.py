"""What each page on the way to a share shows, and the words of the consent as they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _

from diary.content import consent_text
from diary.services import consents, share_also, share_choices
from diary.services.share_drafts import Draft
from diary.text import N_
from diary.web.asked_page import page_asked
from diary.web.house import current_house, current_vault
from diary.web.times import last_day

Shown = dict[str, Any]
MOST_WORDS = 120  # of a consent, as it is shown (H8.54)
_NAMES = ("name", "organisation")
FIELD_WORDS = {
    "when": N_("When it happened"),
    "place": N_("Where, but not what happened at home"),
    "what": N_("What happened"),
    "words": N_("The exact words"),
    "terms": N_("Which part of an order"),
    "who": N_("Who was there, and who saw it"),
    "how": N_("What they did, and how it reached you"),
    "harm": N_("What was hurt or broken"),
    "feelings": N_("How it was for you"),
    "told": N_("Whom you told, and what they said"),
    "home": N_("Where, also what happened at home"),
    "map": N_("The exact place on a map"),
    "rest": N_("What is noted beside it"),
    "zones": N_("Areas named in an order"),
    "order_notes": N_("Your notes on an order, and whom it keeps safe"),
}


def shown(draft: Draft, share_step: str) -> Shown:
    """Return what a page needs besides the draft."""
    return _SHOWN.get(share_step, _nothing)(draft)


def _nothing(_draft: Draft) -> Shown:
    return {}


def _shown_purpose(_draft: Draft) -> Shown:
    return {"purposes": consent_text().purposes}


def _shown_entries(draft: Draft) -> Shown:
    query = request.args.get("q", "").strip()
    house, vault = current_house(), current_vault()
    found = share_choices.entries(house, vault, page=page_asked(), query=query)
    return {"found": found, "q": query, "chosen": set(draft.entries)}


def _shown_also(draft: Draft) -> Shown:
    return {"also": share_also.also(current_house(), current_vault(), draft)}


def _shown_fields(_draft: Draft) -> Shown:
    return {"groups": FIELD_WORDS}


def _shown_files(draft: Draft) -> Shown:
    return {"files": share_choices.files(current_house(), current_vault(), draft)}


def _shown_until(draft: Draft) -> Shown:
    today = consents.today(current_house())
    return {
        "starts": draft.starts or today.isoformat(),
        "ends": draft.ends or (today + timedelta(days=consents.USUAL_DAYS)).isoformat(),
        "most": consents.MOST_DAYS,
    }


def _shown_words(draft: Draft) -> Shown:
    return {"lines": words_of(draft)}


def words_of(draft: Draft) -> list[str]:
    """Return the words of the consent as they are shown for this draft."""
    last, added, text = draft.last_day, draft.last_added_day, consent_text()
    lines = [str(_(line)) for line in (*text.lines, *(text.adding if added else ()))]
    values = {
        "name": draft.name,
        "organisation": draft.organisation,
        "purpose": purpose_of(draft),
        "until": last_day(consents.end_of(last)) if last else "",
        "added": last_day(consents.end_of(added)) if added else "",
    }
    return _within(lines, values)


def _within(lines: list[str], values: dict[str, str]) -> list[str]:
    """Put the values in; long names lose words until all of it is short enough to be read.

    They stand in full above the preview, and in the consent beside its words.
    """
    said = [line % values for line in lines]
    longest = max(_NAMES, key=lambda name: len(values[name].split()))
    words = values[longest].split()
    if sum(len(line.split()) for line in said) <= MOST_WORDS or len(words) < 2:
        return said
    return _within(lines, values | {longest: " ".join(words[:-1]).rstrip("…") + "…"})


def purpose_of(draft: Draft) -> str:
    """Say what it is for."""
    known = consent_text().purpose(draft.purpose)
    return str(_(known.text)) if known else ""


_SHOWN: Mapping[str, Callable[[Draft], Shown]] = {
    "purpose": _shown_purpose,
    "entries": _shown_entries,
    "also": _shown_also,
    "fields": _shown_fields,
    "files": _shown_files,
    "until": _shown_until,
    "words": _shown_words,
}
