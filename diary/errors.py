"""The one error tree.

Each error carries a plain sentence for the person (a gettext template and its values) and the
HTTP status it becomes. None carries what she wrote, a name, a key or a token.
"""

from __future__ import annotations

from collections.abc import Mapping

from diary.text import N_


class DiaryError(Exception):
    """Anything that is answered in words instead of a traceback."""

    status = 400
    default = N_("That did not work. Please go back and try again.")

    def __init__(self, message: str | None = None, **values: object) -> None:
        self.message = message or self.default
        self.values = values
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class BadInputError(DiaryError):
    """Something in a form cannot be used as it stands; `fields` says which and why."""

    default = N_("Please check what is marked below. Nothing is lost.")

    def __init__(
        self,
        message: str | None = None,
        *,
        fields: Mapping[str, DiaryError] | None = None,
        **values: object,
    ) -> None:
        super().__init__(message, **values)
        self.fields = dict(fields or {})


class NotSignedInError(DiaryError):
    """The request needs an unlocked diary."""

    status = 401
    default = N_("Please sign in.")


class WrongSecretError(DiaryError):
    """One answer for wrong name, wrong passphrase, wrong code and unknown account."""

    status = 403
    default = N_("That name and those words do not fit together. Please try again.")


class NotFoundError(DiaryError):
    """Unknown, deleted or another person's: one answer for all three."""

    status = 404
    default = N_("There is nothing here.")


class ConflictError(DiaryError):
    """The record changed since the form was opened; nothing was overwritten."""

    status = 409
    default = N_("This was changed somewhere else. Both texts are kept below.")


class TooLargeError(DiaryError):
    """A published limit was passed."""

    status = 413
    default = N_(
        "That is more than can be sent in one go, so nothing was saved. "
        "Please go back with your browser, and send it in parts."
    )


class TooManyTriesError(DiaryError):
    """Guessing is slowed down; the owner always has another way in."""

    status = 429
    default = N_("Too many tries. Please wait %(minutes)s minutes, then try again.")

    def __init__(self, *, wait_seconds: int) -> None:
        # Whole minutes as people say them; the second added for safety makes no minute of its own.
        super().__init__(minutes=max(2, (wait_seconds + 58) // 60))
        self.wait_seconds = wait_seconds


class BusyError(DiaryError):
    """Too many passphrases are being checked at once; the wait was bounded, so memory is too."""

    status = 503
    default = N_("Many people are signing in just now. Please wait a minute, then try again.")


class DamagedError(DiaryError):
    """Stored bytes do not open or do not match: never shown as if they were whole."""

    status = 500
    default = N_("Part of this is damaged and cannot be shown. Nothing else is affected.")


class StoreUnavailableError(DiaryError):
    """The database or the file store cannot be reached now."""

    status = 503
    default = N_("The diary cannot be reached just now. Nothing was saved. Please try again.")


class StoreDamagedError(StoreUnavailableError):
    """The database's own file is damaged, or is no database at all."""

    default = N_("The diary cannot be read: its database is damaged or is none. Nothing was saved.")


class StoreFullError(DiaryError):
    """The server has no room left; the transaction was undone."""

    status = 507
    default = N_("There is no room to save this just now. Nothing was saved. Please try later.")


class SettingsError(DiaryError):
    """A missing or wrong setting; stops the start with one sentence."""
