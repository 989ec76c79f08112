"""The people of an agency, for its lead: inviting, suspending, inviting again with a new key."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.domain.clock import from_ms, to_ms
from diary.errors import BadInputError, DiaryError, NotFoundError
from diary.services import agencies
from diary.services.agencies import Link
from diary.services.practitioners import Card
from diary.web import carry
from diary.web.house import (
    current_house,
    current_practitioner,
    for_practitioners,
    fresh_required,
)
from diary.web.work_lock import from_outside

pages = Blueprint("work_team", __name__)
Answer = Response | tuple[str, int]
_LINK = "invited"


@pages.get("/work/team")
@login_required
@for_practitioners
def page() -> str:
    """List who is in, and who is invited."""
    house, lead = current_house(), _lead()
    return render_template(
        "practitioners/team.html",
        lead=lead,
        members=agencies.members(house, lead.org_id),
        waiting=agencies.waiting(house, lead.org_id),
    )


@pages.get("/work/team/invite")
@fresh_required
@for_practitioners
def form() -> str:
    """Ask who is to be invited."""
    return _form_page(_lead(), carry.take_carried() or {}, {})


@pages.post("/work/team/invite")
@fresh_required
@for_practitioners
def invite() -> Answer:
    """Make the link, or show the form again with what to look at."""
    lead, posted = _lead(), request.form
    try:
        link = agencies.invite(
            current_house(),
            org_id=lead.org_id,
            name=posted.get("name", ""),
            role=posted.get("role", ""),
            contact=posted.get("contact", ""),
            lead="lead" in posted,
        )
    except BadInputError as error:
        return _form_page(lead, posted, error.fields), error.status
    return _show(link)


@pages.get("/work/team/invited")
@login_required
@for_practitioners
def invited() -> Answer:
    """Show the link that was made last, until it ends or another is made."""
    lead, (token, name, ends_ms) = _lead(), session.get(_LINK, ("", "", 0))
    if to_ms(current_house().now()) >= ends_ms:
        return redirect(url_for("work_team.page"), 303)
    link = from_outside(url_for("work.invitation", token=token))
    return render_template(
        "practitioners/invited.html", lead=lead, link=link, name=name, ends=from_ms(ends_ms)
    ), 200


@pages.post("/work/team/invitations/<invitation_id>/take-back")
@login_required
@for_practitioners
def take_back(invitation_id: str) -> Response:
    """Let an invitation be of no use any more."""
    agencies.take_back(current_house(), invitation_id=invitation_id, org_id=_lead().org_id)
    session.pop(_LINK, None)
    return redirect(url_for("work_team.page"), 303)


@pages.get("/work/team/<member_id>")
@login_required
@for_practitioners
def member(member_id: str) -> str:
    """Show one person, and say what suspending and inviting again do."""
    lead = _lead()
    found = agencies.member(current_house(), account_id=member_id, org_id=lead.org_id)
    return render_template("practitioners/member.html", lead=lead, member=found)


@pages.post("/work/team/<member_id>/suspend")
@fresh_required
@for_practitioners
def suspend(member_id: str) -> Response:
    """Suspend somebody else; their next request shows the lock."""
    lead = _lead_over(member_id)
    agencies.suspend(current_house(), account_id=member_id, org_id=lead.org_id)
    return redirect(url_for("work_team.member", member_id=member_id), 303)


@pages.post("/work/team/<member_id>/invite-again")
@fresh_required
@for_practitioners
def invite_again(member_id: str) -> Response:
    """Suspend the old key, and invite the same person with a new one."""
    lead = _lead_over(member_id)
    return _show(agencies.invite_again(current_house(), account_id=member_id, org_id=lead.org_id))


def _lead() -> Card:
    """Return who asks, if it is a lead; for anybody else there is no such page."""
    card = current_practitioner()
    if not card.lead:
        raise NotFoundError
    return card


def _lead_over(member_id: str) -> Card:
    """Nobody suspends themselves: an agency without a lead could not let anybody in again."""
    lead = _lead()
    if member_id == lead.account_id:
        raise NotFoundError
    return lead


def _show(link: Link) -> Response:
    session[_LINK] = [link.token, link.invited.name, to_ms(link.invited.ends)]
    return redirect(url_for("work_team.invited"), 303)


def _form_page(lead: Card, typed: Mapping[str, str], errors: Mapping[str, DiaryError]) -> str:
    return render_template("practitioners/invite.html", lead=lead, typed=typed, errors=errors)
