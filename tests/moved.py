"""`diary` whose clock can be moved on while it runs, for tests of what ends by itself.

`python -m tests.moved run` is `python -m diary run`, but that the server's time is later by the
seconds which stand in the file that MOVED_BY names. Nothing else of it is changed.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from diary.cli import main
from diary.domain.clock import server_time
from diary.services.house import open_house

MOVED_BY = "MOVED_BY"


def moved_time() -> datetime:
    """Return the time, moved on by what the file says at this moment."""
    return server_time() + timedelta(seconds=float(Path(os.environ[MOVED_BY]).read_text()))


if __name__ == "__main__":
    assert open_house.__kwdefaults__
    open_house.__kwdefaults__["clock"] = moved_time
    raise SystemExit(main())
