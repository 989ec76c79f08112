"""Questions about what came of it: what was done, how it was, and what else may show it."""

from __future__ import annotations

from diary.domain.entry import Entry
from diary.web.entry_words import REPORTED, THREADS
from diary.web.guided.step import Changes, Pairs, Reading


def show_done(entry: Entry) -> Pairs:
    """Fill in what was done about it."""
    return [("report_status", entry.report_status), ("outcome", entry.outcome)]


def read_done(reading: Reading) -> Changes:
    """Read what was done about it."""
    form = reading.form
    return {
        "report_status": form.choice("report_status", REPORTED),
        "outcome": form.words("outcome"),
    }


def show_how(entry: Entry) -> Pairs:
    """Fill in how it was."""
    fear = "" if entry.fear_level is None else str(entry.fear_level)
    skipped = fear == "skip"
    return [
        ("how_it_was", entry.how_it_was),
        ("fear", "" if skipped else fear),
        ("fear_skip", "yes" if skipped else ""),
        ("changed_daily_life", entry.changed_daily_life),
    ]


def read_how(reading: Reading) -> Changes:
    """Read how it was for her."""
    form = reading.form
    fear = form.number("fear", least=0, most=10)
    skipped = fear is None and form.choice("fear_skip", {"yes"})
    return {
        "how_it_was": form.words("how_it_was"),
        "fear_level": "skip" if skipped else fear,
        "changed_daily_life": form.words("changed_daily_life"),
    }


def show_harm(entry: Entry) -> Pairs:
    """Fill in what was hurt or broken."""
    return [
        ("injuries", entry.injuries),
        ("medical_attention", entry.medical_attention),
        ("damage", entry.damage),
    ]


def read_harm(reading: Reading) -> Changes:
    """Read what was hurt or broken."""
    names = ("injuries", "medical_attention", "damage")
    return {name: reading.form.words(name) for name in names}


def show_proof(entry: Entry) -> Pairs:
    """Fill in how much of the messages is there."""
    return [("thread_context", entry.thread_context)]


def read_proof(reading: Reading) -> Changes:
    """Read how much of the messages is there."""
    return {"thread_context": reading.form.choice("thread_context", THREADS)}
