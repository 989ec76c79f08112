"""Small records: private notes, removals, her own profile, and parts kept from a file."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from diary.domain.base import Line, Record, Words
from diary.domain.ids import Id


class PrivateNote(Record):
    """A note that never leaves with its entry: not shared, not handed over."""

    kind: ClassVar[str] = "private_note"
    text: Words


class Removal(Record):
    """A removal that waits. Sealed like all else, so that nothing shows it as pending."""

    kind: ClassVar[str] = "removal"
    target: Id
    due_at: datetime
    state: Literal["waiting", "brought_back"] = "waiting"

    def hides_parent(self) -> bool:
        """Hide what is removed, from the first moment until it is brought back."""
        return self.state == "waiting"


class Profile(Record):
    """What her documents need to know of her: nothing is required."""

    kind: ClassVar[str] = "profile"
    initials: Line = ""
    display_name: Line = ""
    name_for_documents: Line = ""
    pronouns: Line = ""
    languages: tuple[Line, ...] = ()
    exhibits_given: int = 0  # the highest exhibit number ever given: none is used twice
    orders_given: int = 0
    order_versions: dict[Line, int] = Field(default_factory=dict)  # given, by the first's reference
    reports_given: int = 0


class Kept(Record):
    """A part of an imported file that no page shows yet: kept whole, as it was."""

    kind: ClassVar[str] = "kept"
    part: Line
    reference: Line = ""
    data: JsonValue
    source: Line = ""
