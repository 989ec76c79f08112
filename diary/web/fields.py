"""Reading a posted form field by field: each comes out as what it is, or is said at its box.

Nothing is corrected in silence and nothing is lost: a form that is refused is shown again with
everything that was typed. Use:

    form = Fields(posted_fields())
    body = Person(name=form.line("name", needed=True), relation=form.line("relation"))
    form.refuse()          # raises BadInputError(fields=…) if anything needs another look
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from diary.canonical import canonical_bytes, sha256
from diary.domain.base import LINE, WORDS
from diary.domain.ids import is_id, new_id
from diary.domain.when import When
from diary.errors import BadInputError, DiaryError, TooLargeError
from diary.text import N_
from diary.web.times import Moment, read_day, read_when
from diary.web.visible import is_whole, visible

NO_WORDS = {"base", "device_time"}  # what a form sends beside what was typed
NOT_WHOLE = N_("Some characters did not arrive whole. They are marked � here. Please check.")


class Fields:
    """One posted form, and what is wrong with it so far."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self.form = {name: text.replace("\r\n", "\n") for name, text in form.items()}
        self.errors: dict[str, DiaryError] = {}

    def line(self, name: str, *, needed: bool = False, most: int = LINE) -> str:
        """Return one line of text, without the space around it."""
        text = self.words(name, most=most).strip()
        if needed and not text:
            self.errors.setdefault(name, BadInputError(N_("Please write something here.")))
        return text

    def words(self, name: str, *, most: int = WORDS) -> str:
        """Return a text as typed."""
        text = self.form.get(name, "")
        if len(text) > most:
            self.errors[name] = too_long(len(text), most)
            return ""
        if not is_whole(text):
            self.errors[name] = BadInputError(NOT_WHOLE)
            return ""
        return text

    def lines(self, name: str) -> tuple[str, ...]:
        """Return one value for each line that is not empty."""
        found = [line.strip() for line in self.words(name).split("\n") if line.strip()]
        if longest := max((len(line) for line in found if len(line) > LINE), default=0):
            self.errors[name] = too_long(longest, LINE)
            return ()
        return tuple(found)

    def day(self, name: str) -> str:
        """Return a day (2026-03-03), or nothing where nothing was typed."""
        try:
            return read_day(name, self.form.get(name, ""))
        except BadInputError as error:
            self.errors |= error.fields
            return ""

    def number(self, name: str, *, least: int, most: int) -> int | None:
        """Return a whole number, or None where nothing was typed."""
        text = self.form.get(name, "").strip()
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        self.errors[name] = BadInputError(
            N_("Write a whole number from %(least)s to %(most)s."), least=least, most=most
        )
        return None

    def choice(self, name: str, options: Collection[str]) -> str:
        """Return what was chosen; nothing chosen, or something that is no choice, is nothing."""
        value = self.form.get(name, "")
        return value if value in options else ""

    def when(self, now_is: When, *, prefix: str = "") -> When:
        """Read the boxes of `write/boxes.html` about a time; `now_is` stands for Now."""
        boxes = ("when", "day", "time", "month", "sure")
        choice, day, time, month, sure = (self.form.get(prefix + name, "") for name in boxes)
        if choice == "now":
            return now_is
        try:
            said = Moment(choice or "not_sure", day, time, month, about=sure == "about")
            return read_when(said, None)
        except BadInputError as error:
            self.errors |= {prefix + name: wrong for name, wrong in error.fields.items()}
            return When()

    @property
    def record_id(self) -> str:
        """One id for the same form with the same words: sent twice, it is filed once."""
        return id_of_form(self.form.items())

    @property
    def base(self) -> int:
        """The version that was shown when the form was opened (0 when it does not say)."""
        text = self.form.get("base", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def refuse(self) -> None:
        """Raise BadInputError with all that needs another look, if anything does."""
        if self.errors:
            raise BadInputError(fields=self.errors)


def id_of_form(sent: Iterable[tuple[str, str]]) -> str:
    """Return the id under which a form is filed, by the one that was made with it and its words.

    Changed and sent once more, it is filed under an id of its own: no word of it is dropped.
    """
    pairs = [[name, visible(text)] for name, text in sent if name not in NO_WORDS]
    said = next((text for name, text in pairs if name == "id"), "")
    return sha256(canonical_bytes(pairs))[:16].hex() if is_id(said) else new_id()


def in_boxes(typed: Mapping[str, str]) -> Mapping[str, str]:
    """Return what was typed for a page to show; a box that was not sent is empty."""
    return defaultdict(str, typed.items())


def ticked(values: Sequence[str], options: Collection[str]) -> tuple[str, ...]:
    """Return those of the ticked boxes that exist, each once, in the order they were ticked."""
    return tuple(dict.fromkeys(value for value in values if value in options))


def too_long(length: int, limit: int) -> TooLargeError:
    """Say how long a text is, how long it may be, and what to do: only a story comes in parts."""
    return TooLargeError(
        N_(
            "This is %(length)s characters long, and the most is %(limit)s. "
            "Please save it in parts. All of it is still here."
        )
        if limit > LINE
        else N_(
            "This is %(length)s characters long, and the most for one line is %(limit)s. "
            "Please make it shorter. All of it is still here."
        ),
        length=f"{length:,}",
        limit=f"{limit:,}",
    )
