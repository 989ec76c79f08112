"""What she told its reader with a share, in words for him: what is left out of what he reads."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _

from diary.domain.sharing import Consent
from diary.services.redaction import GROUPS
from diary.text import N_

LEFT_OUT = {
    "when": N_("When it happened"),
    "place": N_("Where it happened"),
    "home": N_("Where it happened, if that was at home"),
    "what": N_("What happened"),
    "words": N_("The exact words"),
    "terms": N_("Which part of an order"),
    "who": N_("Who was there, and who saw it"),
    "how": N_("What was done, and how it came"),
    "harm": N_("What was hurt or broken"),
    "feelings": N_("How it was for the writer"),
    "told": N_("Who was told, and what they said"),
    "map": N_("The exact place on a map"),
    "rest": N_("What is noted beside it"),
    "zones": N_("Areas named in an order"),
    "order_notes": N_("Notes on an order, and whom it protects"),
}


def set_up(app: Flask) -> None:
    """Add the filter of the overview."""
    app.jinja_env.filters["left_out"] = left_out


def left_out(consent: Consent) -> list[str]:
    """Say each part that she left out. Whether there was anything in it is not said."""
    return [str(_(LEFT_OUT[group])) for group in GROUPS if group not in consent.fields]
