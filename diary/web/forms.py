"""What was typed into the forms of an entry, and how it becomes an entry.

Whatever is typed stays in the form until it is saved. Nothing is corrected in silence: what cannot
be kept as it stands is said beside its box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from diary.canonical import canonical_bytes, sha256
from diary.domain.base import LINE, WORDS
from diary.domain.entry import Entry
from diary.domain.ids import is_id, new_id
from diary.domain.when import When
from diary.errors import BadInputError, DiaryError, TooLargeError
from diary.text import N_
from diary.web.fields import NOT_WHOLE, too_long
from diary.web.times import Moment, read_when
from diary.web.visible import is_whole, visible

Errors = dict[str, DiaryError]
_WORDS = ("what_happened", "exact_words", "how_it_was", "change_reason")


@dataclass(frozen=True, slots=True)
class Typed:
    """The boxes of the form, as typed; `id` and `base` say what is saved and on top of what."""

    id: str = ""
    base: str = ""
    what_happened: str = ""
    when: str = "now"
    day: str = ""
    time: str = ""
    sure: str = ""
    month: str = ""
    place: str = ""
    who: str = ""
    exact_words: str = ""
    how_it_was: str = ""
    change_reason: str = ""
    device_time: str = ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Typed:
        """Take a posted form; line ends become the ones that text boxes show (HTML: LF)."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: form[name].replace("\r\n", "\n") for name in names if name in form})

    @property
    def record_id(self) -> str:
        """The id under which this very text is filed: sending it twice files it once.

        The same form sent with another text is another entry, so nothing is dropped.
        """
        told = [getattr(self, field.name) for field in fields(self) if field.name != "device_time"]
        return sha256(canonical_bytes(told))[:16].hex() if is_id(self.id) else new_id()

    @property
    def base_version(self) -> int:
        """The version that was shown when the form was opened (0 when the form does not say)."""
        short = self.base.isascii() and self.base.isdigit() and len(self.base) < 10
        return int(self.base) if short else 0

    @property
    def device_at(self) -> datetime | None:
        """What the phone's clock said, in whole milliseconds, if it said anything sensible."""
        try:
            said = datetime.fromisoformat(self.device_time).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return said.replace(microsecond=said.microsecond // 1000 * 1000)

    def is_empty(self) -> bool:
        """Tell whether nothing at all was told."""
        told = (self.what_happened, self.place, self.who, self.exact_words, self.how_it_was)
        return not "".join(told).strip()


def new_entry(typed: Typed, *, now: datetime, limit: int, with_files: bool = False) -> Entry:
    """Make an entry of what was typed, or raise BadInputError that says what to look at."""
    errors = _too_long(typed, limit)
    when, wrong = _when(typed, now)
    errors |= wrong
    if typed.is_empty() and not with_files:
        errors["what_happened"] = BadInputError(
            N_("There is nothing here yet. One word is enough, or add a file.")
        )
    _refuse(errors)
    return Entry(when=when, **_told(typed))


def changed_entry(typed: Typed, old: Entry, *, now: datetime, limit: int) -> Entry:
    """Lay what was typed over an entry; what the form does not show stays as it is."""
    errors = _too_long(typed, limit)
    when, wrong = (old.when, {}) if typed.when == "same" else _when(typed, now)
    errors |= wrong
    _refuse(errors)
    told = _told(typed) | {"change_reason": typed.change_reason}
    shown = _shown(old)
    # A box that was not touched keeps its text to the letter, even what no box can show.
    same = {name for name, value in _told(shown).items() if value == told[name]}
    changed = {name: value for name, value in told.items() if name not in same}
    return Entry.model_validate({**dict(old), **changed, "when": when})


def typed_from(old: Entry, *, version: int) -> Typed:
    """Fill the form with an entry."""
    return replace(_shown(old), base=str(version), when="same")


def _shown(old: Entry) -> Typed:
    return Typed(
        what_happened=visible(old.what_happened),
        place=visible(old.place),
        who=visible("\n".join(old.who_was_there)),
        exact_words=visible(old.exact_words),
        how_it_was=visible(old.how_it_was),
    )


def _told(typed: Typed) -> dict[str, Any]:
    return {
        "what_happened": typed.what_happened,
        "place": typed.place,
        "who_was_there": tuple(line.strip() for line in typed.who.split("\n") if line.strip()),
        "exact_words": typed.exact_words,
        "how_it_was": typed.how_it_was,
    }


def _when(typed: Typed, now: datetime) -> tuple[When, Errors]:
    said = Moment(typed.when, typed.day, typed.time, typed.month, about=typed.sure == "about")
    try:
        return read_when(said, now), {}
    except BadInputError as error:
        return When(), dict(error.fields)


def _too_long(typed: Typed, limit: int) -> Errors:
    most = {name: min(limit, WORDS) for name in _WORDS} | {"place": LINE}
    errors: Errors = {
        name: too_long(len(getattr(typed, name)), limit)
        for name, limit in most.items()
        if len(getattr(typed, name)) > limit
    }
    longest = max(map(len, typed.who.split("\n")))
    if longest > LINE:
        errors["who"] = too_long(longest, LINE)
    for name in (*_WORDS, "place", "who"):
        if not is_whole(getattr(typed, name)):
            errors[name] = BadInputError(NOT_WHOLE)
    return errors


def _refuse(errors: Errors) -> None:
    if errors:
        order = [field.name for field in fields(Typed)]
        errors = dict(sorted(errors.items(), key=lambda item: order.index(item[0])))
        too_large = any(isinstance(error, TooLargeError) for error in errors.values())
        raise (_TooMuch if too_large else BadInputError)(fields=errors)


class _TooMuch(BadInputError):
    """The same answer under the status that says "too large" (RFC 9110, 413)."""

    status = 413
