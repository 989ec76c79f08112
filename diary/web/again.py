"""The current passphrase, asked for in the very form that could take the account away.

A session that is fresh is not enough there: whoever holds an unlocked phone has one. Tries are
counted per account (`accounts.unlock`), together with those at /unlock.
"""

from __future__ import annotations

from flask import request

from diary.errors import BadInputError, BusyError, DiaryError, TooManyTriesError, WrongSecretError
from diary.services import accounts
from diary.text import N_
from diary.web.house import current_house, current_vault

REFUSALS = (BadInputError, WrongSecretError, TooManyTriesError, BusyError)


def require_passphrase() -> None:
    """Check the form's `current`, or raise what `marked` puts into words."""
    house, unlocked = current_house(), current_vault().unlocked
    accounts.unlock(house, unlocked, request.form.get("current", ""))


def marked(error: DiaryError) -> dict[str, DiaryError]:
    """Say a refusal at its field."""
    if isinstance(error, BadInputError):
        return error.fields
    if isinstance(error, WrongSecretError):
        return {"current": DiaryError(N_("That is not your passphrase. Please try again."))}
    return {"current": error}
