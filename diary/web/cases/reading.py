"""The one way in which a page reads a case: it leaves the trace, and knows whose case it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, g

from diary.services import cases
from diary.services.case_reading import Open
from diary.services.cases import Look
from diary.web.house import current_house, current_vault

Found = TypeVar("Found")


def set_up(app: Flask) -> None:
    """Let the templates of a case say whose it is."""
    app.jinja_env.globals["case_name"] = case_name


def read(case_id: str, look: Look, reading: Callable[[Open], Found]) -> Found:
    """Read something of a case and leave the trace of it (`services.cases.read`)."""

    def named(found: Open) -> Found:
        consent = found.consent()
        g.case_name = consent.from_name if consent else ""
        return reading(found)

    return cases.read(current_house(), current_vault(), case_id, look, named)


def case_name() -> str:
    """Return by which name the practitioner knows whose case this page shows; empty for none."""
    return str(g.get("case_name", ""))
