"""A practitioner's own passkeys: a second one is the way back when the first is lost."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.errors import BadInputError, BusyError, DiaryError, TooManyTriesError
from diary.services import joining, passkeys
from diary.services.joining import NeedsWordsError
from diary.services.passkeys import RefusedError
from diary.web.house import (
    current_house,
    current_practitioner,
    current_vault,
    for_practitioners,
    fresh_required,
    signed_in_live,
)
from diary.web.practitioners.ways_in import typed_words, words_to_offer
from diary.web.work_lock import asked, shown

pages = Blueprint("work_settings", __name__)
Answer = Response | tuple[str, int]


@pages.get("/work/settings")
@login_required
@for_practitioners
def page() -> str:
    """List the passkeys, and lead to the rest."""
    return _page()


@pages.get("/work/settings/passkey")
@fresh_required
@for_practitioners
def form() -> str:
    """Ask for another passkey."""
    return _form_page({})


@pages.post("/work/settings/passkey")
@fresh_required
@for_practitioners
def add() -> Answer:
    """Add it, or show the page again with what to look at."""
    house, vault = current_house(), current_vault()
    try:
        joining.add(house, vault, asked("add", vault.account_id), shown(), passphrase=typed_words())
    except NeedsWordsError:
        return _words_page({}), 200
    except BadInputError as error:
        return (_words_page(error.fields) if error.fields else _page(error)), error.status
    except (RefusedError, TooManyTriesError, BusyError) as error:
        return _form_page({"": error}), error.status
    return redirect(url_for("work_settings.page"), 303)


@pages.post("/work/settings/passkeys/<passkey_id>/remove")
@fresh_required
@for_practitioners
def remove(passkey_id: str) -> Answer:
    """Remove one that was lost; the last one stays."""
    try:
        joining.remove(current_house(), current_vault(), passkey_id, but=signed_in_live().id)
    except BadInputError as error:
        return _page(error), error.status
    return redirect(url_for("work_settings.page"), 303)


def _page(error: DiaryError | None = None) -> str:
    listed = joining.listed(current_house(), current_vault())
    return render_template(
        "practitioners/settings.html", card=current_practitioner(), passkeys=listed, error=error
    )


def _form_page(errors: dict[str, DiaryError]) -> str:
    house, card = current_house(), current_practitioner()
    options = passkeys.ask_to_make(
        house,
        asked("add", card.account_id),
        user_id=card.account_id,
        user_name=card.name,
        known=joining.known_ids(house, card.account_id),
    )
    return render_template("practitioners/passkey.html", options=options, errors=errors)


def _words_page(errors: dict[str, DiaryError]) -> str:
    target = url_for("work_settings.add")
    return render_template(
        "practitioners/choose.html", target=target, errors=errors, **words_to_offer()
    )
