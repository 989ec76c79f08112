"""What each page on the way to a share keeps of its answer, or what to look at again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from diary.content import consent_text
from diary.domain.ids import is_id
from diary.errors import BadInputError
from diary.services import consents, share_choices
from diary.services.redaction import GROUPS
from diary.services.share_drafts import Draft
from diary.text import N_
from diary.web.boxes import Boxes
from diary.web.fields import Fields, ticked
from diary.web.house import current_house, current_vault

Saved = dict[str, Any]


def answer_of(draft: Draft, share_step: str, said: Boxes) -> Saved:
    """Return what an answer decides, or raise BadInputError with the box it is about."""
    return _ANSWERS[share_step](draft, said)


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
    also: Saved = {
        "orders": orders,
        "people": people,
        "contacts": contacts,
        "plan": said["plan"] == "yes",
        "other_person": said["other_person"] == "yes",
        "told": _ids(said, "told"),
        "leads": _ids(said, "lead"),
    }
    if not replace(draft, **also).has_anything:
        raise _look_again(
            "an_order", N_("Nothing is chosen yet. Go back to an entry, or tick one.")
        )
    return also


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
