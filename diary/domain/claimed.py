"""What an imported file says of one of its parts."""

from __future__ import annotations

from diary.domain.base import Line, Part


class Claimed(Part):
    """Claims only: never the server's time of receipt."""

    source: Line
    reference: Line = ""
    written_at: Line = ""
    zone: Line = ""
    clock: Line = ""
    author: Line = ""
    event_start: Line = ""
    event_end: Line = ""
