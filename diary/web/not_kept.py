"""What a practitioner typed about a case that closed meanwhile: shown once more, and kept nowhere.

The page says nothing of the case: whoever reads it may read nothing of hers any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import render_template, request
from flask_babel import gettext as _

from diary.services import drafts
from diary.services.cases import NotSharedError
from diary.web.boxes import Boxes
from diary.web.house import current_house, current_vault
from diary.web.visible import visible


class Asked(NamedTuple):
    """One question of a form: its words, its boxes, and what stands for each of its answers."""

    label: str
    boxes: tuple[str, ...]
    answers: Mapping[str, str] | None = None


def page(error: NotSharedError, boxes: Boxes, asked: Sequence[Asked]) -> tuple[str, int]:
    """Give back what was typed; where nothing was, it is the answer that everybody gets.

    The draft goes: its form never opens again, so nobody could reach it.
    """
    typed = "\n\n".join(filter(None, (_typed(boxes, one) for one in asked)))
    if not typed:
        raise error
    drafts.drop(current_house(), current_vault(), request.path)
    return render_template("cases/not_kept.html", typed=typed), error.status


def _typed(boxes: Boxes, asked: Asked) -> str:
    """Return a question with what was typed there; an answer of ours is said in its words."""
    found = [boxes[name].strip() for name in asked.boxes]
    if asked.answers is not None:
        found = [str(_(asked.answers[one])) for one in found if one in asked.answers]
    said = visible(" ".join(filter(None, found)))
    return f"{_(asked.label)}\n{said}" if said else ""
