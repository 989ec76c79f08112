"""The way to a share, one decision a page. Every page works without a script.

What was decided waits sealed between the pages (`services.share_drafts`), so Back, a lock or
another day loses nothing. Nothing is ticked at first but what is least to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.content import consent_text
from diary.domain.ids import is_id
from diary.errors import BadInputError, DiaryError, NotFoundError
from diary.services import consents, share_choices, share_drafts, sharing
from diary.services.consents import Wording
from diary.services.redaction import GROUPS
from diary.services.share_drafts import Draft
from diary.text import N_
from diary.web.boxes import Boxes
from diary.web.carry import take_carried
from diary.web.fields import Fields, ticked
from diary.web.house import current_house, current_vault, fresh_required
from diary.web.posted import posted_fields
from diary.web.texts import day
from diary.web.write import Errors, wrong

share_steps = Blueprint("share_steps", __name__)

STEPS = (
    "person", "name", "purpose", "entries", "also", "fields", "files", "download", "until",
    "later", "others", "words",
)  # fmt: skip
Answer = Response | tuple[str, int]
Saved = dict[str, Any]
FIELD_WORDS = {
    "when": N_("When it happened"),
    "place": N_("Where, but not what happened at home"),
    "what": N_("What happened"),
    "words": N_("The exact words"),
    "terms": N_("Which part of an order"),
    "who": N_("Who was there, and who saw it"),
    "how": N_("What they did, and how it reached you"),
    "harm": N_("What was hurt or broken"),
    "feelings": N_("How it was for you"),
    "told": N_("Whom you told, and what they said"),
    "home": N_("Where, also what happened at home"),
    "map": N_("The exact place on a map"),
    "rest": N_("What is noted beside it"),
    "zones": N_("Areas named in an order"),
    "order_notes": N_("Your notes on an order, and whom it keeps safe"),
}


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(share_steps)


@share_steps.get("/sharing/new")
@login_required
def form() -> str:
    """Ask for the code that somebody shows."""
    return _code_page(request.args.get("code", ""))


@share_steps.post("/sharing/new")
@login_required
def find() -> Answer:
    """Find who shows it."""
    typed = posted_fields().get("code", "")
    house, vault = current_house(), current_vault()
    try:
        card = sharing.find(house, vault, typed)
    except DiaryError as error:
        return _code_page(typed, [("code", error)]), error.status
    draft = share_drafts.begin(house, vault, card, from_name=share_choices.own_name(house, vault))
    return _to(draft.id, "person")


def _code_page(typed: str, errors: Errors | None = None) -> str:
    return render_template("sharing/code.html", typed=typed, errors=errors or [])


@share_steps.get("/sharing/new/<draft_id>/<share_step>")
@login_required
def step(draft_id: str, share_step: str) -> Answer:
    """Ask one question; what was ticked or typed before a lock came between is still there."""
    draft = _draft(draft_id, share_step)
    if isinstance(draft, Response):
        return draft
    carried = take_carried()
    if carried is None:
        return _page(draft, share_step), 200
    said = Boxes(carried)
    with suppress(DiaryError):
        draft = replace(draft, **_ANSWERS[share_step](draft, said))
    return _page(draft, share_step, typed=said), 200


@share_steps.post("/sharing/new/<draft_id>/<share_step>")
@login_required
def answer(draft_id: str, share_step: str) -> Answer:
    """Keep the answer, and go on."""
    draft = _draft(draft_id, share_step)
    if isinstance(draft, Response):
        return draft
    said = Boxes.posted()
    try:
        saved = _ANSWERS[share_step](draft, said)
    except BadInputError as error:
        return _page(draft, share_step, wrong(error), typed=said), error.status
    decided = share_drafts.decide(current_house(), current_vault(), draft, **saved)
    return _onward(decided, share_step, said)


def _draft(draft_id: str, share_step: str) -> Draft | Response:
    """Return the draft; nothing is asked before the words were compared."""
    draft = share_drafts.read(current_house(), current_vault(), draft_id)
    if share_step not in STEPS:
        raise NotFoundError
    if share_step != "person" and not draft.compared:
        return _to(draft_id, "person")
    return draft


def _onward(draft: Draft, share_step: str, said: Boxes) -> Response:
    if share_step == "entries" and (said["to"] or said["order"]):
        page, query = said["to"], said["q"]
        here: Saved = {"page": page if page.isascii() and page.isdigit() else None}
        here |= {"q": query or None}
        return redirect(url_for(".step", draft_id=draft.id, share_step="entries", **here), 303)
    if share_step == STEPS[-1]:
        return redirect(url_for(".look", draft_id=draft.id), 303)
    return _to(draft.id, STEPS[STEPS.index(share_step) + 1])


def _to(draft_id: str, share_step: str) -> Response:
    return redirect(url_for(".step", draft_id=draft_id, share_step=share_step), 303)


def _page(
    draft: Draft, share_step: str, errors: Errors | None = None, *, typed: Boxes | None = None
) -> str:
    at = STEPS.index(share_step)
    back = url_for(".step", draft_id=draft.id, share_step=STEPS[at - 1]) if at else "/sharing"
    more = _SHOWN.get(share_step, _nothing)(draft)
    return render_template(
        f"sharing/step-{share_step}.html",
        draft=draft,
        back_to=back,
        errors=errors or [],
        wrong=dict(errors or []),
        typed=typed,
        **more,
    )


# What each page shows


def _nothing(_draft: Draft) -> Saved:
    return {}


def _shown_purpose(_draft: Draft) -> Saved:
    return {"purposes": consent_text().purposes}


def _shown_entries(draft: Draft) -> Saved:
    query = request.args.get("q", "").strip()
    page = min(max(request.args.get("page", 1, type=int), 1), 1_000_000)
    found = share_choices.entries(current_house(), current_vault(), page=page, query=query)
    return {"found": found, "q": query, "chosen": set(draft.entries)}


def _shown_also(_draft: Draft) -> Saved:
    return {"also": share_choices.also(current_house(), current_vault())}


def _shown_fields(_draft: Draft) -> Saved:
    return {"groups": FIELD_WORDS}


def _shown_files(draft: Draft) -> Saved:
    return {"files": share_choices.files(current_house(), current_vault(), draft)}


def _shown_until(draft: Draft) -> Saved:
    today = consents.today(current_house())
    return {
        "starts": draft.starts or today.isoformat(),
        "ends": draft.ends or (today + timedelta(days=consents.USUAL_DAYS)).isoformat(),
        "most": consents.MOST_DAYS,
    }


def _shown_words(draft: Draft) -> Saved:
    return {"lines": words_of(draft)}


def words_of(draft: Draft) -> list[str]:
    """Return the words of the consent as they are shown for this draft."""
    last = draft.last_day
    values = {
        "name": draft.name,
        "organisation": draft.organisation,
        "purpose": purpose_of(draft),
        "until": day(last) if last else "",
    }
    return [str(_(line)) % values for line in consent_text().lines]


def purpose_of(draft: Draft) -> str:
    """Say what it is for."""
    known = consent_text().purpose(draft.purpose)
    return str(_(known.text)) if known else ""


_SHOWN: Mapping[str, Callable[[Draft], Saved]] = {
    "purpose": _shown_purpose,
    "entries": _shown_entries,
    "also": _shown_also,
    "fields": _shown_fields,
    "files": _shown_files,
    "until": _shown_until,
    "words": _shown_words,
}


# What each page keeps


def _keep_person(_draft: Draft, said: Boxes) -> Saved:
    if said["same"] != "yes":
        raise _look_again("same", N_("Compare the six words first. If they differ, do not go on."))
    return {"compared": True}


def _keep_name(_draft: Draft, said: Boxes) -> Saved:
    form = Fields(said.to_dict())
    name = form.line("from_name", most=100)
    form.refuse()
    return {"from_name": name}


def _keep_purpose(_draft: Draft, said: Boxes) -> Saved:
    form = Fields(said.to_dict())
    purpose = form.choice("purpose", [one.code for one in consent_text().purposes])
    reason = form.words("reason", most=1000)
    if not purpose:
        form.errors = {"purpose": BadInputError(N_("Choose what it is for.")), **form.errors}
    form.refuse()
    return {"purpose": purpose, "reason": reason.strip()}


def _keep_entries(draft: Draft, said: Boxes) -> Saved:
    """Lay the ticks of one page over those of the others."""
    if said["to"] == "none":
        return {"entries": ()}
    shown = {one for one in said.getlist("shown") if is_id(one)}
    kept = [one for one in draft.entries if one not in shown]
    kept += [one for one in said.getlist("entry") if is_id(one)]
    if order := said["order"]:
        kept += share_choices.of_order(current_house(), current_vault(), order)
    return {"entries": tuple(dict.fromkeys(kept))}


def _keep_also(draft: Draft, said: Boxes) -> Saved:
    orders, people = _ids(said, "an_order"), _ids(said, "person")
    contacts = tuple(one for one in _ids(said, "contact") if one in people)
    plan = said["plan"] == "yes"
    if not (draft.entries or orders or people or plan):
        raise _look_again(
            "an_order", N_("Nothing is chosen yet. Go back to an entry, or tick one.")
        )
    return {"orders": orders, "people": people, "contacts": contacts, "plan": plan}


def _keep_fields(_draft: Draft, said: Boxes) -> Saved:
    groups = ticked(said.getlist("fields"), GROUPS)
    earlier = said["earlier"] == "yes"
    return {"fields": groups, "earlier": earlier}


def _keep_files(_draft: Draft, said: Boxes) -> Saved:
    return {"files": _ids(said, "file")}


def _keep_download(_draft: Draft, said: Boxes) -> Saved:
    permission = Fields(said.to_dict()).choice("permission", ("view", "download"))
    if not permission:
        raise _look_again("permission", N_("Choose one of the two."))
    return {"permission": permission}


def _keep_until(draft: Draft, said: Boxes) -> Saved:
    form = Fields(said.to_dict())
    days: Saved = {"starts": form.day("starts"), "ends": form.day("ends"), "adds_until": ""}
    form.refuse()
    today = consents.today(current_house())
    consents.check_days(replace(draft, **days), today)
    keeps = draft.adds_until and days["starts"] <= draft.adds_until <= days["ends"]
    return days | {"adds_until": draft.adds_until if keeps else ""}


def _keep_later(draft: Draft, said: Boxes) -> Saved:
    form = Fields(said.to_dict())
    if form.choice("adds", ("yes", "no")) != "yes":
        return {"adds_until": ""}
    until = form.day("adds_until")
    form.refuse()
    if not until:
        raise _look_again("adds_until", N_("Choose a day on which this ends."))
    added: Saved = {"adds_until": until}
    consents.check_days(replace(draft, **added), consents.today(current_house()))
    return added


def _keep_others(_draft: Draft, said: Boxes) -> Saved:
    return {"sees_others": said["others"] == "yes"}


def _keep_words(_draft: Draft, said: Boxes) -> Saved:
    if said["agree"] != "yes":
        raise _look_again("agree", N_("Tick the box if you agree to this."))
    return {"agreed": True}


_ANSWERS: Mapping[str, Callable[[Draft, Boxes], Saved]] = {
    "person": _keep_person,
    "name": _keep_name,
    "purpose": _keep_purpose,
    "entries": _keep_entries,
    "also": _keep_also,
    "fields": _keep_fields,
    "files": _keep_files,
    "download": _keep_download,
    "until": _keep_until,
    "later": _keep_later,
    "others": _keep_others,
    "words": _keep_words,
}


def _ids(said: Boxes, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in said.getlist(name) if is_id(one)))


def _look_again(name: str, message: str) -> BadInputError:
    return BadInputError(fields={name: BadInputError(message)})


# The last look


@share_steps.get("/sharing/new/<draft_id>/look")
@fresh_required
def look(draft_id: str) -> Answer:
    """Show exactly what they will see."""
    if consents.is_given(current_house(), current_vault(), draft_id):
        return redirect(url_for("sharing.one", grant_id=draft_id), 303)
    draft = share_drafts.read(current_house(), current_vault(), draft_id)
    if (undecided := _undecided(draft)) is not None:
        return _to(draft_id, undecided)
    return _look_page(draft), 200


@share_steps.post("/sharing/new/<draft_id>/look")
@fresh_required
def give(draft_id: str) -> Answer:
    """Share what was looked at."""
    house, vault = current_house(), current_vault()
    if not consents.is_given(house, vault, draft_id):
        draft = share_drafts.read(house, vault, draft_id)
        if (undecided := _undecided(draft)) is not None:
            return _to(draft_id, undecided)
        words = Wording(consent_text().version, "\n".join(words_of(draft)), purpose_of(draft))
        seen = posted_fields().get("seen", "")
        try:
            consents.give(house, vault, draft_id, seen=seen, wording=words)
        except BadInputError:
            return _to(draft_id, "until")
        except DiaryError as error:
            return _look_page(draft, wrong(error)), error.status
    return redirect(url_for("sharing.going", grant_id=draft_id), 303)


@share_steps.post("/sharing/new/<draft_id>/forget")
@login_required
def forget(draft_id: str) -> Response:
    """Forget what was decided."""
    house, vault = current_house(), current_vault()
    share_drafts.read(house, vault, draft_id)
    share_drafts.forget(house, vault, draft_id)
    return redirect(url_for("sharing.every"), 303)


def _undecided(draft: Draft) -> str | None:
    """Return the first page that still has to be answered."""
    if not draft.compared:
        return "person"
    if not draft.purpose:
        return "purpose"
    if not draft.has_anything:
        return "entries"
    try:
        consents.check_days(draft, consents.today(current_house()))
    except BadInputError:
        return "until"
    return None if draft.agreed else "words"


def _look_page(draft: Draft, errors: Errors | None = None) -> str:
    page = min(max(request.args.get("page", 1, type=int), 1), 1_000_000)
    shown = share_choices.look(current_house(), current_vault(), draft, page=page)
    return render_template(
        "sharing/look.html",
        draft=draft,
        shown=shown,
        purpose=purpose_of(draft),
        groups=FIELD_WORDS,
        errors=errors or [],
    )
