"""Her own names, the other person as she knows them, and words that must stay secret."""

from __future__ import annotations

import re

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.domain.kept import Profile
from diary.domain.people import OtherPerson, Secret, Secrets
from diary.errors import BadInputError, ConflictError, DiaryError
from diary.services import about as services
from diary.services.about import About
from diary.services.own import Own
from diary.text import N_
from diary.web.boxes import Boxes
from diary.web.carry import take_carried
from diary.web.fields import Fields
from diary.web.house import current_house, current_vault
from diary.web.visible import visible
from diary.web.write import Errors, wrong

about = Blueprint("about", __name__)

_INITIALS = re.compile(r"[A-Za-z]{1,5}", re.ASCII)
_OWN = ("display_name", "name_for_documents", "initials", "pronouns")
_LISTS = ("known_as", "phones", "emails", "accounts")


def set_up(app: Flask) -> None:
    """Add this page."""
    app.register_blueprint(about)


@about.get("/about-you")
@login_required
def page() -> str:
    """Show what is known, in boxes."""
    known = services.read(current_house(), current_vault())
    carried = take_carried()
    return _page(known, Boxes(carried) if carried is not None else _filled(known))


@about.post("/about-you")
@login_required
def save() -> Response | tuple[str, int]:
    """Save it; a box that was not touched changes nothing."""
    house, vault = current_house(), current_vault()
    known, boxes = services.read(house, vault), Boxes.posted()
    try:
        if boxes["bases"] != _versions(known):
            raise ConflictError
        services.save(house, vault, known, _read(boxes, known))
    except ConflictError as error:
        now = services.read(house, vault)
        boxes["bases"] = _versions(now)
        return _page(now, boxes, [(None, error)], saved_now=_filled(now)), error.status
    except DiaryError as error:
        return _page(known, boxes, wrong(error)), error.status
    flash(_("Saved."))
    return redirect(url_for("about.page"), 303)


def _versions(known: About) -> str:
    """Say which versions a page was filled from."""
    every: tuple[Own[Profile] | Own[OtherPerson] | Own[Secrets] | None, ...] = (
        known.profile,
        known.other,
        known.secrets,
    )
    return ".".join(str(one.version if one else 0) for one in every)


def _filled(known: About) -> Boxes:
    profile = known.profile.body if known.profile else Profile()
    other = known.other.body if known.other else OtherPerson()
    secrets = known.secrets.body if known.secrets else Secrets()
    told = {name: getattr(profile, name) for name in _OWN}
    told |= {f"other_{name}": "\n".join(getattr(other, name)) for name in _LISTS}
    told |= {
        "other_name": other.name,
        "called": other.called,
        "other_how_known": other.how_known,
        "other_dob": other.dob,
        "other_vehicle": other.vehicle,
        "secrets": "\n".join(_secret_line(one) for one in secrets.words),
        "bases": _versions(known),
    }
    return Boxes.filled(told)


def _secret_line(one: Secret) -> str:
    return " ".join(one.value.split("\n"))


def _read(boxes: Boxes, known: About) -> tuple[Profile, OtherPerson, Secrets]:
    form, shown = Fields(boxes.to_dict()), Fields(_filled(known).to_dict())
    profile = known.profile.body if known.profile else Profile()
    other = known.other.body if known.other else OtherPerson()
    found = (
        profile.model_copy(update=_changed(_own(form), _own(shown))),
        other.model_copy(update=_changed(_other(form), _other(shown))),
        _secrets(form, known),
    )
    form.refuse()
    return found


def _changed(now: dict[str, object], shown: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in now.items() if shown[name] != value}


def _own(form: Fields) -> dict[str, object]:
    initials = form.line("initials")
    if initials and not _INITIALS.fullmatch(initials):
        form.errors["initials"] = BadInputError(N_("Write one to five letters, from A to Z."))
    told: dict[str, object] = {name: form.line(name) for name in _OWN}
    return told | {"initials": initials.upper()}


def _other(form: Fields) -> dict[str, object]:
    told: dict[str, object] = {name: form.lines(f"other_{name}") for name in _LISTS}
    return told | {
        "name": form.line("other_name"),
        "called": form.line("called"),
        "how_known": form.words("other_how_known"),
        "dob": form.day("other_dob"),
        "vehicle": form.line("other_vehicle"),
    }


def _secrets(form: Fields, known: About) -> Secrets:
    """Keep what is known of a word that stays in the list; a new line is a new word."""
    before = known.secrets.body.words if known.secrets else ()
    by_line = {visible(_secret_line(one)).strip(): one for one in before}
    lines = form.lines("secrets")
    return Secrets(words=tuple(by_line.get(line) or Secret(value=line) for line in lines))


def _page(
    known: About, boxes: Boxes, errors: Errors | None = None, *, saved_now: Boxes | None = None
) -> str:
    return render_template(
        "about/page.html",
        known=known,
        typed=boxes,
        errors=errors or [],
        wrong=dict(errors or []),
        saved_now=saved_now,
    )
