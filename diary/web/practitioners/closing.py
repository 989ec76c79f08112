"""Closing one's own account as a practitioner: what goes, what stays, and a passkey once more."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from diary.errors import BadInputError, BusyError, DiaryError, TooManyTriesError
from diary.services import closing, passkeys
from diary.services.passkeys import RefusedError
from diary.text import N_
from diary.web.house import (
    current_house,
    current_practitioner,
    current_vault,
    for_practitioners,
    fresh_required,
)
from diary.web.session import end_session
from diary.web.work_lock import asked, shown

pages = Blueprint("work_closing", __name__)
Answer = Response | tuple[str, int]


@pages.get("/work/settings/close")
@fresh_required
@for_practitioners
def form() -> str:
    """Say what closing does, before anything is done."""
    return _page({})


@pages.post("/work/settings/close")
@fresh_required
@for_practitioners
def close() -> Answer:
    """Close it, for whoever ticked the box and shows a passkey of this very account."""
    if "sure" not in request.form:
        error = DiaryError(N_("Tick the box if you want to close the account."))
        return _page({"sure": error}), 400
    house, vault = current_house(), current_vault()
    try:
        closing.close(house, vault, asked("close", vault.account_id), shown())
    except (RefusedError, TooManyTriesError, BusyError, BadInputError) as error:
        return _page({"": error}), error.status
    end_session()
    return redirect(url_for("work.form"), 303)


def _page(errors: dict[str, DiaryError]) -> str:
    house, vault = current_house(), current_vault()
    return render_template(
        "practitioners/close.html",
        hindrance=closing.hindrance(house, vault),
        leads=current_practitioner().lead,
        options=passkeys.ask_to_show(house, asked("close", vault.account_id)),
        sure="sure" in request.form,
        errors=errors,
    )
