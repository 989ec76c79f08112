"""What was done in an account, for its owner to read later.

Writing and changing a record are their own line (the version itself and its leaf in the log);
everything else that is done is one of these.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from diary.domain.base import Line, Record
from diary.domain.ids import Id

Action = Literal[
    "account_opened", "signed_in", "signed_out", "session_ended", "passphrase_changed",
    "code_replaced", "code_used", "imported", "exported", "removed", "brought_back",
    "account_closing", "account_reopened",
    "helper_set", "helper_removed", "helper_stopped", "helper_used",
    "shared", "share_ended", "looked", "downloaded", "practice_added", "left_out",
]  # fmt: skip

LEFT_OUT = 1  # the mark of an event: its subject is not to be offered to this share again


class Event(Record):
    """One thing that was done, by whom, to what. Times are the record's own.

    `shown` names the entries whose words stood on a page that somebody else looked at, or that a
    copy held which was taken away.
    """

    kind: ClassVar[str] = "event"
    action: Action
    actor: Literal["owner", "server", "practitioner"] = "owner"
    subject: Line = ""
    sha256: Line = ""
    note: Line = ""
    software: Line = ""
    shown: tuple[Id, ...] = ()

    def mark(self) -> int:
        """Tell what she left out of a share from the many looks, so that lists open no look."""
        return LEFT_OUT * (self.action == "left_out")
