"""Joining by an invitation, and signing in with a passkey."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from diary.errors import BadInputError, BusyError, DiaryError, TooManyTriesError, WrongSecretError
from diary.services import agencies, joining, passkeys, passphrases, practitioners
from diary.services.joining import HalfIn, NeedsWordsError
from diary.services.passkeys import RefusedError
from diary.services.sessions import IDLE_MINUTES
from diary.text import N_
from diary.vault.keyring import Unlocked
from diary.web import carry
from diary.web.carry import Carried
from diary.web.house import PRACTITIONER, current_house, public
from diary.web.session import begin_session
from diary.web.start import chosen_passphrase
from diary.web.work_lock import asked, lock_page, shown

pages = Blueprint("work", __name__)
Answer = Response | tuple[str, int]
MINUTES = 15  # a session that is not used for so long is over
HOME = "/work"
_REFUSALS = (RefusedError, TooManyTriesError, BusyError)


@pages.get("/work/sign-in")
@public
def form() -> str:
    """Show the lock; `next` says where to go on."""
    return lock_page(Carried(carry.local_page(request.args.get("next", ""))))


@pages.post("/work/sign-in")
@public
def sign_in() -> Answer:
    """Let in whoever shows a passkey, or answer the same to everything that is wrong."""
    carried = carry.from_lock_page(request.form)
    try:
        entered = joining.sign_in(current_house(), asked("sign in"), shown())
    except _REFUSALS as error:
        return lock_page(carried, error=error), error.status
    if isinstance(entered, HalfIn):
        return _words_page(carried, entered.ticket), 200
    return begin(entered, carried)


@pages.post("/work/sign-in/words")
@public
def words() -> Answer:
    """Take the passphrase that belongs to a passkey which was shown a moment ago."""
    carried, posted = carry.from_lock_page(request.form), request.form
    ticket = posted.get("ticket", "")
    passphrase = posted.get("passphrase", "")
    try:
        unlocked = joining.open_with_words(
            current_house(), ticket, passphrase, asked("sign in").caller
        )
    except RefusedError as error:
        return lock_page(carried, error=error), error.status
    except WrongSecretError as error:
        wrong = DiaryError(N_("That is not your passphrase. Please try again."))
        return _words_page(carried, ticket, wrong), error.status
    except (TooManyTriesError, BusyError) as error:
        return _words_page(carried, ticket, error), error.status
    return begin(unlocked, carried)


@pages.get("/work/join/<token>")
@public
def invitation(token: str) -> str:
    """Show who is invited; a link that is of no use is as unknown as one that never was."""
    return _join_page(token, {})


@pages.post("/work/join/<token>")
@public
def join(token: str) -> Answer:
    """Become who is invited, or show the page again with what to look at."""
    house, subject = current_house(), agencies.account_of(token)
    try:
        unlocked = joining.join(
            house, token, asked("join", subject), shown(), passphrase=typed_words()
        )
    except NeedsWordsError:
        return _join_words(token, {}), 200
    except BadInputError as error:
        return _join_words(token, error.fields), error.status
    except _REFUSALS as error:
        return _join_page(token, {"": error}), error.status
    return begin(unlocked, Carried(url_for("work_settings.page")))


def begin(unlocked: Unlocked, carried: Carried) -> Response:
    """Open a session; it ends by itself sooner than others do."""
    house = current_house()
    card = practitioners.card(house, unlocked.account_id)
    values = {"name": card.name, "role": PRACTITIONER, IDLE_MINUTES: MINUTES}
    begin_session(house, unlocked, **values, **carry.hold(carried))
    return redirect(carried.to or HOME, 303)


def typed_words() -> str:
    """Return the passphrase that was chosen; none while nothing was asked or others are wanted."""
    if "choice" not in request.form or "other" in request.form:
        return ""
    return chosen_passphrase()


def words_to_offer() -> dict[str, str]:
    """Return what the boxes for a new passphrase show: those on offer stay until others are."""
    kept = "" if "other" in request.form else passphrases.tidy(request.form.get("words", ""))
    return {
        "words": kept or passphrases.offered(),
        "choice": request.form.get("choice", "offered"),
        "answer": request.form.get("answer", ""),
    }


def _join_page(token: str, errors: dict[str, DiaryError]) -> str:
    house, invited = current_house(), agencies.invited(current_house(), token)
    account_id = agencies.account_of(token)
    options = passkeys.ask_to_make(
        house, asked("join", account_id), user_id=account_id, user_name=invited.name
    )
    return render_template(
        "practitioners/join.html", token=token, invited=invited, options=options, errors=errors
    )


def _join_words(token: str, errors: dict[str, DiaryError]) -> str:
    agencies.invited(current_house(), token)
    target = url_for("work.join", token=token)
    return render_template(
        "practitioners/choose.html", target=target, errors=errors, **words_to_offer()
    )


def _words_page(carried: Carried, ticket: str, error: DiaryError | None = None) -> str:
    return render_template("practitioners/words.html", carried=carried, ticket=ticket, error=error)
