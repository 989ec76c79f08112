"""Checking copies with parts left out: each is marked as one, and a reader is told."""

from __future__ import annotations

from diary.proof.machine import Version
from diary.proof.report import Report
from diary.text import N_

KIND = "redacted"
UNMARKED = N_(
    "Record %(record)s version %(version)s is a copy with parts left out and is not marked as what"
    " it is, or the reverse."
)
ONE_COPY = N_(
    "1 record is a derived copy with parts left out, and is marked so. That it stems from the"
    " version that it names cannot be checked here."
)
SOME_COPIES = N_(
    "%(number)s records are derived copies with parts left out, and are marked so. That they stem"
    " from the versions that they name cannot be checked here."
)
ONE_NOT_SHARED = N_("1 record is here without earlier versions, which were not shared.")
SOME_NOT_SHARED = N_("%(number)s records are here without earlier versions, which were not shared.")


def check_copies(versions: list[Version], report: Report) -> None:
    """Check that copies, and nothing else, are marked; and say that there are some."""
    for version in versions:
        if version.derived_from != _named_in(version):
            report.doubt(UNMARKED, **version.named)
    copies = {version.id for version in versions if version.content.get("kind") == KIND}
    if copies:
        report.note(ONE_COPY if len(copies) == 1 else SOME_COPIES, number=len(copies))


def note_not_shared(number: int, report: Report) -> None:
    """Say that earlier versions of some records were not shared."""
    if number:
        report.note(ONE_NOT_SHARED if number == 1 else SOME_NOT_SHARED, number=number)


def _named_in(version: Version) -> object:
    """Return what the sealed words themselves say of it; None of what is no copy."""
    body = version.content.get("body")
    if version.content.get("kind") != KIND or not isinstance(body, dict):
        return None
    # It belongs to the record that it is a copy of, and to no other.
    named = version.content.get("parent") == body.get("of")
    return {
        "record": body.get("of") if named else "",
        "version": body.get("of_version"),
        "left_out": body.get("left_out"),
    }
