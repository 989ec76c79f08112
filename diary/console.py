"""What every command does: opens the house, and says one line at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from diary.services.house import House, open_house
from diary.settings import Settings
from diary.store.migrate import migrate
from diary.text import ENGLISH


def say(message: str, /, **values: object) -> None:
    """Print one line."""
    sys.stdout.write(f"{ENGLISH(message, **values)}\n")


@contextmanager
def opened(settings: Settings) -> Iterator[House]:
    """Open the house, its database brought up to date."""
    house = open_house(settings)
    try:
        migrate(house.store)
        yield house
    finally:
        house.store.engine.dispose()
