"""Her trusted helper: choosing one, letting one go, and stopping whoever asks for a way in.

Choosing and letting go ask for the passphrase in the form itself. Stopping is one tap: it takes
nothing away from her, and must never wait.
"""

from __future__ import annotations

from flask import Blueprint, Flask, g, redirect, render_template, request, session, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from diary.content import consent_text, helplines
from diary.domain.clock import to_ms
from diary.errors import BadInputError, DiaryError, NotFoundError, TooManyTriesError
from diary.services import asking, trusted_helper
from diary.text import N_
from diary.web.again import REFUSALS, marked, require_passphrase
from diary.web.house import (
    current_house,
    current_vault,
    fresh_required,
    is_practitioner,
)
from diary.web.session import current_live

pages = Blueprint("helper", __name__)
Answer = Response | tuple[str, int]


def set_up(app: Flask) -> None:
    """Add these pages, and the notice on every page while somebody asks."""
    app.register_blueprint(pages)
    app.jinja_env.globals["way_in_asked"] = way_in_asked


def way_in_asked() -> object:
    """Return when somebody asked for a way into the diary that is open, if anybody did."""
    if g.get("unreachable", False) or not current_user.is_authenticated:
        return None
    live = current_live()  # a session can have ended since the request came in
    if live is None or is_practitioner() or "step" in session:
        return None
    return asking.noticed(current_house(), live.content.unlocked.account_id)


@pages.get("/settings/helper")
@login_required
def page() -> str:
    """Say who helps, or how somebody could."""
    chosen = trusted_helper.current(current_house(), current_vault())
    done = session.pop("done", None)
    return render_template("helper/page.html", chosen=chosen, done=done)


@pages.get("/settings/helper/find")
@fresh_required
def form() -> str:
    """Ask for the helper's code."""
    return _find_page({})


@pages.post("/settings/helper/find")
@fresh_required
def find() -> Answer:
    """Show who it is, with the words to compare."""
    try:
        return _choose_page({}), 200
    except (NotFoundError, TooManyTriesError) as error:
        return _find_page({"code": error}), error.status


@pages.post("/settings/helper/choose")
@fresh_required
def choose() -> Answer:
    """Let them be her helper."""
    house, vault, posted = current_house(), current_vault(), request.form
    try:
        if "same" not in posted:
            differ = DiaryError(N_("Compare the six words first, and tick the box."))
            raise BadInputError(fields={"same": differ})
        require_passphrase()
        code, called, label = (posted.get(name, "") for name in ("code", "called", "label"))
        trusted_helper.choose(house, vault, code, called=called, label=label)
    except NotFoundError as error:
        return _find_page({"code": error}), error.status
    except REFUSALS as error:
        return _again(error)
    session["done"] = "helper"
    return redirect(url_for("helper.page"), 303)


@pages.get("/settings/helper/remove")
@fresh_required
def pause() -> str:
    """Say what letting the helper go may do, before it is done."""
    return _pause({})


@pages.post("/settings/helper/remove")
@fresh_required
def remove() -> Answer:
    """Let nobody help any more."""
    try:
        require_passphrase()
    except REFUSALS as error:
        return _pause(marked(error)), error.status
    trusted_helper.remove(current_house(), current_vault())
    session["done"] = "no helper"
    return redirect(url_for("helper.page"), 303)


@pages.post("/settings/helper/stop")
@login_required
def stop() -> Response:
    """Stop whoever asks for a new way in."""
    asking.stop(current_house(), current_vault())
    session["done"] = "stopped"
    return redirect(url_for("helper.page"), 303)


@pages.get("/settings/helping")
@login_required
def helping() -> str:
    """Say what being somebody's helper means, with the code to be found by."""
    shown = session.get("helper_code")
    if shown and shown[1] <= to_ms(current_house().now()):
        shown = None
    vault = current_vault()
    words = trusted_helper.words_of(current_house(), vault.account_id)
    return render_template("helper/helping.html", code=shown and shown[0], words=words)


@pages.post("/settings/helping")
@login_required
def show_code() -> Response:
    """Make a code to be found by; it works for a quarter of an hour."""
    made = trusted_helper.introduce(current_house(), current_vault().account_id)
    session["helper_code"] = [made.code, to_ms(made.ends)]
    return redirect(url_for("helper.helping"), 303)


def _again(error: DiaryError) -> Answer:
    try:
        return _choose_page(marked(error)), error.status
    except (NotFoundError, TooManyTriesError) as gone:
        return _find_page({"code": gone}), gone.status


def _pause(errors: dict[str, DiaryError]) -> str:
    return render_template(
        "helper/remove.html",
        chosen=trusted_helper.current(current_house(), current_vault()),
        lines=consent_text().pause,
        helplines=helplines().others,
        errors=errors,
    )


def _find_page(errors: dict[str, DiaryError]) -> str:
    typed = request.form.get("code", "")
    return render_template("helper/find.html", typed=typed, errors=errors)


def _choose_page(errors: dict[str, DiaryError]) -> str:
    posted = request.form
    card = trusted_helper.find(current_house(), current_vault(), posted.get("code", ""))
    return render_template("helper/choose.html", card=card, posted=posted, errors=errors)
