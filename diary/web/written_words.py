"""What her pages say of a record in a list: where her own page of it is, and what others wrote."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _

from diary.domain.base import Record
from diary.domain.practice import PracticeRecord
from diary.services.practice_seen import Written
from diary.web.visible import shortened


def set_up(app: Flask) -> None:
    """Give the pages these words."""
    app.jinja_env.filters.update(
        page_of=page_of,
        written_first=first_words,
        written_tags=tags,
    )


def page_of(body: Record, record_id: str, parent: str | None) -> str:
    """Return the address of her own page about something that is shared; nothing without one."""
    by_kind = {
        "entry": f"/diary/{record_id}",
        "order": f"/orders/{record_id}",
        "report": f"/reports/{record_id}",
        "plan": "/plan",
        "person": f"/people/{record_id}",
        "contact": f"/people/{parent}",
        "file": f"/files/{record_id}",
        "other_person": "/about-you",
        "told": f"/told/{record_id}",
        "lead": f"/leads/{record_id}",
    }
    return by_kind.get(body.kind, "")


def first_words(body: PracticeRecord) -> str:
    """Return the first words of a record, wherever its author wrote them."""
    passed_on = body.override.what if body.override else ""
    texts = (
        body.detail, body.brief_details, passed_on, body.action_taken, body.part_of_order_and_how,
        body.who_else_informed, body.locks_home_security, body.refs,
    )  # fmt: skip
    return shortened(next((text for text in texts if text.strip()), "")) or str(_("No words."))


def tags(one: Written) -> list[str]:
    """Say of a record what sort it is, and whether another one takes its place."""
    body = one.record.body
    said = [
        (body.override is not None, _("Told to others without asking you")),
        (bool(one.corrected_by), _("Corrected later")),
        (bool(body.corrects) and body.override is None, _("Corrects an earlier one")),
    ]
    return [str(words) for holds, words in said if holds]
