"""Random identifiers: 128 bits as 32 lower-case hex digits, so they say nothing."""

from __future__ import annotations

import re
import secrets
from typing import Annotated

from pydantic import StringConstraints

PATTERN = r"^[0-9a-f]{32}$"
Id = Annotated[str, StringConstraints(pattern=PATTERN)]
_PATTERN = re.compile(PATTERN)


def new_id() -> str:
    """Make a fresh id."""
    return secrets.token_hex(16)


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an id (nothing about whether it exists)."""
    return _PATTERN.fullmatch(text) is not None
