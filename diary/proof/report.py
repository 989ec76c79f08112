"""What a check found: one plain sentence each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Mark = Literal["ok", "note", "doubt"]
LABELS: dict[Mark, str] = {"ok": "OK", "note": "NOTE", "doubt": "DOUBT"}


class UnreadableError(Exception):
    """The file cannot be read far enough to check more; the text says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and where in the bundle it belongs."""

    mark: Mark
    text: str
    where: str = ""

    def __str__(self) -> str:
        return f"{LABELS[self.mark]}: {self.text}"


@dataclass(slots=True)
class Report:
    """All findings in the order in which they were made."""

    findings: list[Finding] = field(default_factory=list)

    def ok(self, text: str) -> None:
        """Say that something holds."""
        self.findings.append(Finding("ok", text))

    def note(self, text: str) -> None:
        """Say something that a reader should know and that is no doubt."""
        self.findings.append(Finding("note", text))

    def doubt(self, text: str, where: str = "") -> None:
        """Say that something does not hold, and where."""
        self.findings.append(Finding("doubt", text, where))

    @property
    def doubts(self) -> list[Finding]:
        """Return what does not hold."""
        return [f for f in self.findings if f.mark == "doubt"]

    @property
    def holds(self) -> bool:
        """Tell whether everything that was checked holds."""
        return bool(self.findings) and not self.doubts
