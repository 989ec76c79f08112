"""What a check found: one plain sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from diary.text import ENGLISH, N_, Say

Mark = Literal["ok", "note", "doubt"]
LABELS: dict[Mark, str] = {
    "ok": N_("OK: %(finding)s"),
    "note": N_("NOTE: %(finding)s"),
    "doubt": N_("DOUBT: %(finding)s"),
}


class UnreadableError(Exception):
    """The file cannot be read far enough to check more; the message says why."""

    def __init__(self, message: str, /, **values: object) -> None:
        self.message, self.values = message, values
        super().__init__(ENGLISH(message, **values))


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence with its values, and where in the bundle it belongs."""

    mark: Mark
    message: str
    where: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return the sentence in English."""
        return ENGLISH(self.message, **self.values)

    def told(self, say: Say) -> str:
        """Return the whole line for a reader."""
        return say(LABELS[self.mark], finding=say(self.message, **self.values))

    def __str__(self) -> str:
        return self.told(ENGLISH)


@dataclass(slots=True)
class Report:
    """All findings in the order in which they were made."""

    findings: list[Finding] = field(default_factory=list)

    def ok(self, message: str, /, **values: object) -> None:
        """Say that something holds."""
        self.findings.append(Finding("ok", message, values=values))

    def note(self, message: str, /, **values: object) -> None:
        """Say something that a reader should know and that is no doubt."""
        self.findings.append(Finding("note", message, values=values))

    def doubt(self, message: str, where: str = "", /, **values: object) -> None:
        """Say that something does not hold, and where."""
        self.findings.append(Finding("doubt", message, where, values))

    @property
    def doubts(self) -> list[Finding]:
        """Return what does not hold."""
        return [f for f in self.findings if f.mark == "doubt"]

    @property
    def holds(self) -> bool:
        """Tell whether everything that was checked holds."""
        return bool(self.findings) and not self.doubts
