"""What is shared, with whom, until when; who looked; and ending it."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import consent_text, helplines
from diary.domain.base import Record
from diary.services import (
    consents,
    practice_seen,
    replaced_orders,
    share_drafts,
    shared_now,
    waiting,
)
from diary.services import looks as looking
from diary.services import sharing as services
from diary.services.cases import WHAT
from diary.services.looks import Look
from diary.services.sharing import Share
from diary.text import N_
from diary.web import written_words
from diary.web.asked_page import page_asked
from diary.web.called import called, happened
from diary.web.entry_words import NOT_SURE
from diary.web.house import current_house, current_vault
from diary.web.posted import posted_fields
from diary.web.share_again import share_again
from diary.web.share_questions import FIELD_WORDS
from diary.web.shared_words import rows

sharing = Blueprint("sharing", __name__)

Answer = Response | tuple[str, int]
TAKEN = frozenset({"downloaded", "exported"})
_SORTS = {
    "entry": N_("Entry"),
    "order": N_("Order"),
    "report": N_("Report"),
    "plan": N_("Your safety plan"),
    "person": N_("Person"),
    "contact": N_("How to reach somebody"),
    "other_person": N_("The other person"),
    "told": N_("Who was told about an order"),
    "lead": N_("What else may show it"),
    "file": N_("File"),
    "practice_record": N_("What they wrote"),
}


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(sharing)
    written_words.set_up(app)
    app.register_blueprint(share_again)
    app.jinja_env.filters.update(
        shared_rows=rows,
        sort_shared=sort_shared,
        looked_at=looked_at,
        look_words=look_words,
    )


@sharing.get("/sharing")
@login_required
def every() -> str:
    """List everybody who can read something, and who could."""
    house, vault = current_house(), current_vault()
    practice_seen.pass_on(house, vault)
    found = services.shares(house, vault)
    return render_template(
        "sharing/every.html",
        live=[one for one in found if one.state != "ended"],
        ended=[one for one in found if one.state == "ended"],
        damaged=services.unread(house, vault),
        drafts=share_drafts.every(house, vault),
    )


@sharing.get("/sharing/<grant_id>")
@login_required
def one(grant_id: str) -> str:
    """Show one share: what was agreed, what changed since, and how to end it."""
    house, vault = current_house(), current_vault()
    share = services.share(house, vault, grant_id)
    is_read = share.state in {"live", "later"}
    return render_template(
        "sharing/one.html",
        share=share,
        is_adding=services.adds(house, share),
        changed=shared_now.changed(house, vault, grant_id) if is_read else (),
        replaced=replaced_orders.unshared(house, vault, grant_id) if is_read else (),
        waiting=waiting.waiting(house, vault, grant_id) if is_read else None,
        filled=consents.filled(house, vault, grant_id) if is_read else None,
        looks=looking.looks(house, vault, grant_id=grant_id, most=5),
        left_out=[words for code, words in FIELD_WORDS.items() if code not in share.consent.fields],
    )


@sharing.get("/sharing/<grant_id>/going")
@login_required
def going(grant_id: str) -> Response:
    """Share the next part of many records, and say how far it is; the page comes back by itself."""
    filled = consents.fill(current_house(), current_vault(), grant_id)
    if filled.is_whole:
        flash(_("It is shared."))
        if filled.lost:
            flash(
                _("What could not be opened did not go. So many: %(number)s.", number=filled.lost)
            )
        return redirect(url_for("sharing.one", grant_id=grant_id), 303)
    page = render_template("sharing/going.html", grant_id=grant_id, filled=filled)
    return Response(page, headers={"Refresh": "1"}, mimetype="text/html")


@sharing.get("/sharing/<grant_id>/what")
@login_required
def what(grant_id: str) -> str:
    """Show exactly what can be read now."""
    page = page_asked()
    house, vault = current_house(), current_vault()
    share = services.share(house, vault, grant_id)
    shown = shared_now.shared_now(house, vault, grant_id, page=page)
    wrote = practice_seen.read_under(house, vault, share)
    return render_template("sharing/what.html", share=share, shown=shown, wrote=wrote)


@sharing.get("/sharing/<grant_id>/take-out/<record_id>")
@login_required
def pause_one(grant_id: str, record_id: str) -> str:
    """Say what taking one thing out may do, before it is done."""
    house, vault = current_house(), current_vault()
    said = consent_text()
    return render_template(
        "sharing/end-one.html",
        share=services.share(house, vault, grant_id),
        record_id=record_id,
        body=shared_now.one(house, vault, grant_id, record_id),
        reports=shared_now.reports_about(house, vault, grant_id, record_id),
        lines=(said.pause_one, *said.pause),
        helplines=helplines().others,
    )


@sharing.post("/sharing/<grant_id>/take-out/<record_id>")
@login_required
def take_out(grant_id: str, record_id: str) -> Response:
    """Take one thing out of a share."""
    shared_now.take_out(current_house(), current_vault(), grant_id, record_id)
    flash(_("It is not shared any more."))
    return redirect(url_for("sharing.what", grant_id=grant_id), 303)


@sharing.get("/sharing/<grant_id>/end")
@login_required
def pause(grant_id: str) -> Answer:
    """Say what ending it may do, before it is done. Nothing here stops her."""
    house, vault = current_house(), current_vault()
    share = None
    if grant_id not in services.unread(house, vault):
        share = services.share(house, vault, grant_id)
        if share.state == "ended":
            return redirect(url_for("sharing.one", grant_id=grant_id), 303)
    said = consent_text()
    page = render_template(
        "sharing/end.html",
        share=share,
        grant_id=grant_id,
        others=0 if share is None else _others(share),
        lines=(said.pause_end, *said.pause),
        helplines=helplines().others,
    )
    return page, 200


def _others(share: Share) -> int:
    """Return how many more shares the same person has."""
    live = services.live_grants(current_house(), current_vault())
    return sum(one.consent.grantee == share.consent.grantee for one in live) - 1


@sharing.post("/sharing/<grant_id>/end")
@login_required
def end(grant_id: str) -> Response:
    """End it now."""
    house, vault = current_house(), current_vault()
    is_damaged = grant_id in services.unread(house, vault)
    if posted_fields().get("all") == "yes" and not is_damaged:
        services.end_person(house, vault, grant_id)
    else:
        services.end(house, vault, grant_id)
    flash(_("It has ended. They cannot open anything from now on."))
    if is_damaged:  # it has no page
        return redirect(url_for("sharing.every"), 303)
    return redirect(url_for("sharing.one", grant_id=grant_id), 303)


@sharing.get("/sharing/looks")
@login_required
def every_look() -> str:
    """List every look of anybody."""
    found = looking.looks(current_house(), current_vault(), page=page_asked())
    return render_template("sharing/looks.html", share=None, looks=found)


@sharing.get("/sharing/<grant_id>/looks")
@login_required
def looks(grant_id: str) -> str:
    """List every look under one share, also after it ended."""
    house, vault = current_house(), current_vault()
    share = services.share(house, vault, grant_id)
    found = looking.looks(house, vault, grant_id=grant_id, page=page_asked())
    return render_template("sharing/looks.html", share=share, looks=found)


@sharing.get("/sharing/<grant_id>/looks/<look_id>")
@login_required
def stood(grant_id: str, look_id: str) -> str:
    """List the entries whose words stood on a page that was looked at, or in a copy."""
    house, vault = current_house(), current_vault()
    found = looking.stood(house, vault, grant_id, look_id, page=page_asked())
    return render_template("sharing/stood.html", found=found)


@sharing.get("/sharing/written")
@login_required
def written() -> str:
    """List what people who work with her wrote beside her diary."""
    found = practice_seen.every(current_house(), current_vault())
    return render_template("sharing/written.html", found=found)


@sharing.get("/sharing/written/<written_id>")
@login_required
def one_written(written_id: str) -> str:
    """Show one of these records."""
    page = practice_seen.one(current_house(), current_vault(), written_id)
    return render_template("sharing/one-written.html", page=page)


def sort_shared(body: Record) -> str:
    """Say what sort of thing it is."""
    return str(_(_SORTS.get(body.kind, NOT_SURE)))


def looked_at(body: Record) -> str:
    """Say which one it was, as her own lists call it."""
    return happened(body) or called(body)


def look_words(look: Look) -> str:
    """Say what somebody did."""
    known = WHAT.get(look.note)
    if known is not None:
        return str(_(known))
    return str(_("Took a copy") if look.action in TAKEN else _("Looked"))
