"""My cases, one case on one screen, and what is read in it. Nothing here changes anything of hers.

Every page under a case goes through `reading.read`, which leaves the trace of the look.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_login import login_required

from diary.content import behaviour, guidance
from diary.errors import BadInputError
from diary.insights import by_name, pictures
from diary.insights.patterns import Sample, Span, sample
from diary.insights.picture import TITLES, Picture, Words
from diary.services import (
    case_entries,
    case_new,
    case_numbers,
    case_overview,
    case_pages,
    case_reports,
    cases,
)
from diary.services.case_entries import Shelf, Wanted
from diary.services.case_numbers import Numbers
from diary.services.case_reading import Open
from diary.services.cases import Look
from diary.web.asked_page import page_asked
from diary.web.cases.reading import read
from diary.web.house import current_house, current_vault, for_practitioners
from diary.web.order_words import today
from diary.web.patterns import read_span
from diary.web.texts import readers_language, short_days
from diary.web.visible import visible

blueprint = Blueprint("cases", __name__)

Answer = str | tuple[str, int]
Found = TypeVar("Found")


def look(case_id: str, what: str, reading: Callable[[Open], Found], subject: str = "") -> Found:
    """Read something of a case, and leave the trace of it."""
    return read(case_id, Look(what, subject), reading)


@blueprint.get("/work")
@for_practitioners
@login_required
def mine() -> str:
    """List what is shared now, what ends first at the top."""
    found = cases.mine(current_house(), current_vault())
    return render_template("cases/mine.html", cases=found, today=today())


@blueprint.get("/work/cases/<case_id>")
@for_practitioners
@login_required
def one(case_id: str) -> str:
    """Show a case on one screen."""
    found = case_overview.open_case(current_house(), current_vault(), case_id)
    chosen = sample(found.numbers.facts, Span())
    codes = pictures.available(chosen) if len(chosen.facts) >= pictures.FEW else []
    picture = pictures.picture(codes[0], chosen, said_words({})) if codes else None
    return render_template(
        "cases/one.html", case=found, picture=picture, reminder=guidance("agencies_report")
    )


@blueprint.get("/work/cases/<case_id>/entries")
@for_practitioners
@login_required
def entries(case_id: str) -> Answer:
    """Show the entries, all or those that are asked for."""
    try:
        wanted = read_wanted()
    except BadInputError as error:
        return _entries(case_id, Wanted(), errors=error), error.status
    return _entries(case_id, wanted)


def _entries(case_id: str, wanted: Wanted, *, errors: BadInputError | None = None) -> str:
    what = "search" if wanted else "entries"

    def reading(found: Open) -> tuple[Shelf, frozenset[int]]:
        return case_entries.entries(found, wanted, page_asked()), new(found)

    shelf, fresh = look(case_id, what, reading)
    return render_template(
        "cases/entries.html",
        case_id=case_id,
        errors=errors.fields if errors else {},
        **beside(shelf, fresh),
    )


def new(found: Open) -> frozenset[int]:
    """Return what is new in a case for who looks now."""
    return case_new.new(found, current_house().now())


def beside(shelf: Shelf, fresh: frozenset[int]) -> dict[str, object]:
    """Return what the list of entries needs, alone or beside an entry."""
    names = ("q", "order", "reported", "from", "to")
    said = {name: request.args.get(name, "").strip() for name in names}
    kept = {name: text for name, text in said.items() if text}
    at = kept | ({"page": str(shelf.page)} if shelf.page > 1 else {})
    return {"shelf": shelf, "said": said, "kept": kept, "at": at, "new": fresh}


def read_wanted() -> Wanted:
    """Read what narrows the list, or raise BadInputError at its box."""
    span = read_span()
    reported = request.args.get("reported", "")
    return Wanted(
        words=request.args.get("q", "").strip(),
        order=request.args.get("order", "").strip(),
        reported=reported if reported in {"yes", "no"} else "",
        start=span.start,
        end=span.end,
    )


@blueprint.get("/work/cases/<case_id>/entries/<record_id>")
@for_practitioners
@login_required
def entry(case_id: str, record_id: str) -> str:
    """Show one entry; on a wide screen the list stands beside it."""
    wanted, page = _wanted_or_all(), page_asked()

    def reading(found: Open) -> tuple[dict[str, object], Shelf, frozenset[int]]:
        said = {
            "story": case_entries.entry(found, record_id),
            "terms": case_pages.term_names(found),
        }
        return said, case_entries.entries(found, wanted, page), new(found)

    said, shelf, fresh = look(case_id, "entry found" if wanted else "entry", reading, record_id)
    return render_template(
        "cases/entry.html", case_id=case_id, errors={}, **said, **beside(shelf, fresh)
    )


def _wanted_or_all() -> Wanted:
    try:
        return read_wanted()
    except BadInputError:
        return Wanted()


@blueprint.get("/work/cases/<case_id>/orders/<order_id>")
@for_practitioners
@login_required
def order(case_id: str, order_id: str) -> str:
    """Show one order with its lines, and its other versions."""

    def reading(found: Open) -> dict[str, object]:
        shown, versions = case_pages.order(found, order_id)
        return {"order": shown, "versions": versions, "files": found.files(order_id)}

    return render_template(
        "cases/order.html", case_id=case_id, **look(case_id, "order", reading, order_id)
    )


@blueprint.get("/work/cases/<case_id>/reports")
@for_practitioners
@login_required
def reports(case_id: str) -> str:
    """Show whom she told, and when, with the references."""
    page, at = page_asked(), request.args.get("at", "")
    shown, fresh = look(
        case_id, "reports", lambda found: (case_reports.reports(found, page, at), new(found))
    )
    return render_template("cases/reports.html", case_id=case_id, shown=shown, new=fresh)


@blueprint.get("/work/cases/<case_id>/plan")
@for_practitioners
@login_required
def plan(case_id: str) -> str:
    """Show the safety plan, where it was shared."""
    return render_template(
        "cases/plan.html", case_id=case_id, shown=look(case_id, "plan", case_pages.plan)
    )


@blueprint.get("/work/cases/<case_id>/people")
@for_practitioners
@login_required
def people(case_id: str) -> str:
    """Show who the people are, where they were shared."""
    return render_template(
        "cases/people.html", case_id=case_id, shown=look(case_id, "people", case_pages.people)
    )


@blueprint.get("/work/cases/<case_id>/pattern")
@for_practitioners
@login_required
def pattern(case_id: str) -> Answer:
    """Show one picture of what was shared. It counts and draws, and scores nothing."""
    try:
        span, errors = read_span(), None
    except BadInputError as error:
        span, errors = Span(), error

    def reading(found: Open) -> tuple[Numbers, dict[str, tuple[str, str]]]:
        told = case_entries.reported(found)
        return case_numbers.numbers(found, told), case_pages.term_names(found)

    numbers, terms = look(case_id, "pattern", reading)
    chosen = sample(numbers.facts, span)
    codes = pictures.available(chosen) if len(chosen.facts) >= pictures.FEW and not errors else []
    asked = request.args.get("show", "")
    code = asked if asked in codes else next(iter(codes), "")
    said = {name: request.args.get(name, "").strip() for name in ("from", "to")}
    page = render_template(
        "cases/pattern.html",
        case_id=case_id,
        numbers=numbers,
        chosen=chosen,
        said=said,
        dates=said if any(said.values()) else {},
        errors=errors.fields if errors else {},
        titles={one: TITLES[one] for one in codes},
        picture=_picture(code, chosen, terms) if code else None,
        texts=[guidance("not_a_risk_assessment_case")],
    )
    return (page, errors.status) if errors else page


def _picture(code: str, chosen: Sample, terms: dict[str, tuple[str, str]]) -> Picture:
    return pictures.picture(code, chosen, said_words(terms))


def said_words(terms: dict[str, tuple[str, str]]) -> Words:
    """Return how days, kinds and terms are called on these pages."""

    def term(term_id: str) -> tuple[str, str]:
        name, text = by_name.term_name(term_id, terms)
        return visible(name), visible(text)

    return Words(readers_language(), short_days(), _kind, term)


def _kind(code: str) -> str:
    known = behaviour(code)
    return str(_(known.label)) if known else visible(code)
