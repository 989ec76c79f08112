"""Patterns: one picture at a time of what was written, for all time or between two days.

It counts and draws, and scores nothing. Every number that is drawn stands in a table as well.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Flask, render_template, request
from flask_babel import gettext as _
from flask_login import login_required
from markupsafe import Markup

from diary.content import behaviour, guidance
from diary.errors import BadInputError
from diary.insights import by_name, charts, pictures
from diary.insights.patterns import Sample, Span, sample
from diary.insights.picture import TITLES, Picture, Row, Strip, Words
from diary.services import patterns as service
from diary.text import N_
from diary.web.fields import Fields
from diary.web.house import current_house, current_vault
from diary.web.texts import readers_language, short_days
from diary.web.visible import visible

patterns = Blueprint("patterns", __name__)

Answer = str | tuple[str, int]


def set_up(app: Flask) -> None:
    """Add this page, and how its bars are drawn."""
    app.register_blueprint(patterns)
    app.jinja_env.filters.update(bar=bar, columns=columns)


@patterns.get("/patterns")
@login_required
def page() -> Answer:
    """Show one picture of the time that was asked for."""
    try:
        span = read_span()
    except BadInputError as error:
        return _page(Span(), errors=error), error.status
    return _page(span)


def read_span() -> Span:
    """Read the two days of the form, or raise BadInputError at their boxes."""
    form = Fields(request.args)
    start, end = form.day("from"), form.day("to")
    if start and end and start > end:
        form.errors["to"] = BadInputError(
            N_("The last day is before the first. Please check both."), fields=None
        )
    form.refuse()
    return Span(_day(start), _day(end))


def bar(row: Row, picture: Picture) -> Markup:
    """Draw one row; safe, as the markup holds numbers only."""
    return Markup(charts.bar(row.count, picture.most))  # noqa: S704


def columns(strip: Strip, picture: Picture) -> Markup:
    """Draw numbers side by side; safe, as the markup holds numbers only."""
    return Markup(charts.columns(strip.counts, picture.most))  # noqa: S704


def _page(span: Span, *, errors: BadInputError | None = None) -> str:
    found = service.read(current_house(), current_vault())
    chosen = sample(found.facts, span)
    codes = pictures.available(chosen) if len(chosen.facts) >= pictures.FEW and not errors else []
    asked = request.args.get("show", "")
    said = {name: request.args.get(name, "").strip() for name in ("from", "to")}
    code = asked if asked in codes else next(iter(codes), "")
    return render_template(
        "patterns/page.html",
        found=found,
        chosen=chosen,
        said=said,
        dates=said if any(said.values()) else {},
        errors=errors.fields if errors else {},
        titles={one: TITLES[one] for one in codes},
        picture=_picture(code, chosen) if code else None,
        texts=[guidance("not_a_risk_assessment"), guidance("repeated")],
    )


def _picture(code: str, chosen: Sample) -> Picture:
    known = service.term_names(current_house(), current_vault()) if code == "terms" else {}

    def term(term_id: str) -> tuple[str, str]:
        name, text = by_name.term_name(term_id, known)
        return visible(name), visible(text)

    return pictures.picture(code, chosen, Words(readers_language(), short_days(), _kind, term))


def _kind(code: str) -> str:
    known = behaviour(code)
    return str(_(known.label)) if known else visible(code)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
