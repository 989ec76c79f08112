"""What a view asks for: the house it stands in, and the diary that its caller opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from flask import current_app, g, session
from flask_login import fresh_login_required

from diary.errors import NotSignedInError
from diary.services import practitioners
from diary.services.house import House
from diary.services.practitioners import Card
from diary.services.sessions import Live
from diary.vault.vault import Vault
from diary.web.session import current_live
from diary.web.texts import ZONE

PRACTITIONER = "practitioner"
View = TypeVar("View", bound=Callable[..., object])

# What needs the passphrase again when it was last typed a while ago: /unlock asks for it.
fresh_required: Callable[[View], View] = fresh_login_required


def _mark(view: View, mark: str) -> View:
    cast("dict[str, object]", view.__dict__)[mark] = True
    return view


def _is_marked(view: Callable[..., object] | None, mark: str) -> bool:
    return bool(getattr(view, mark, False))


def public(view: View) -> View:
    """Mark a view that answers people who are not signed in. Every other view is closed."""
    return _mark(view, "is_public")


def is_public(view: Callable[..., object] | None) -> bool:
    """Tell whether a view was marked `public`."""
    return _is_marked(view, "is_public")


def for_practitioners(view: View) -> View:
    """Mark a view that only practitioners may open. Every other closed view is closed to them."""
    return _mark(view, "is_for_practitioners")


def is_for_practitioners(view: Callable[..., object] | None) -> bool:
    """Tell whether a view was marked `for_practitioners`."""
    return _is_marked(view, "is_for_practitioners")


def for_both(view: View) -> View:
    """Mark a closed view that is for whoever is signed in, practitioners or not."""
    return _mark(view, "is_for_both")


def is_for_both(view: Callable[..., object] | None) -> bool:
    """Tell whether a view was marked `for_both`."""
    return _is_marked(view, "is_for_both")


def keeps_typed(view: View) -> View:
    """Mark a form of practitioners of which is kept what is typed; of no other of theirs it is."""
    return _mark(view, "is_keeping_typed")


def is_keeping_typed(view: Callable[..., object] | None) -> bool:
    """Tell whether what is typed into a form is kept for whoever is signed in."""
    if is_practitioner():
        return _is_marked(view, "is_keeping_typed")
    return not is_for_practitioners(view)


def is_practitioner() -> bool:
    """Tell whether the open session is a practitioner's."""
    return bool(session.get("role") == PRACTITIONER)


def home() -> str:
    """Return where whoever is signed in begins."""
    return "/work" if is_practitioner() else "/write"


def current_practitioner() -> Card:
    """Return who is signed in, as of now, or raise NotSignedInError for anybody else."""
    if "practitioner" not in g:
        live = signed_in_live()
        if not is_practitioner():
            raise NotSignedInError
        g.practitioner = practitioners.card(current_house(), live.content.unlocked.account_id)
    return cast("Card", g.practitioner)


def current_house() -> House:
    """Return the running service."""
    return cast("House", current_app.extensions["house"])


def signed_in_live() -> Live:
    """Return the open session, or raise NotSignedInError."""
    live = current_live()
    if live is None:
        raise NotSignedInError
    return live


def current_vault() -> Vault:
    """Return the unlocked diary of who is signed in, or raise NotSignedInError."""
    if "vault" not in g:
        g.vault = Vault(signed_in_live().content.unlocked)
    return cast("Vault", g.vault)


def today() -> str:
    """Return the day it is where she is, as ISO 8601."""
    return current_house().now().astimezone(ZONE).date().isoformat()
