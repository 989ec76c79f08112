"""Known-answer vectors as JSON, each file with the source of its numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def load(name: str) -> Any:
    """Read one file of vectors; it must say where its numbers come from."""
    vectors = json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))
    assert vectors["source"]
    return vectors
