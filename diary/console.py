"""What commands share: they open the house, say one line at a time, and make files whole or not."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from diary.errors import BadInputError
from diary.services.house import House, open_house
from diary.settings import Settings
from diary.store.migrate import migrate
from diary.text import ENGLISH, N_

ENDINGS = (signal.SIGTERM, signal.SIGHUP)


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


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file that appears under its name when it is whole.

    It holds an opened diary: whatever goes wrong, and however the command is ended, what was
    written so far is removed.
    """
    draft = path.with_name(f"{path.name}.part")
    for one in (path, draft):
        _require_place(one)
    with _ended_as_by_ctrl_c(), _named(path, draft):
        try:
            with draft.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def _require_place(path: Path) -> None:
    """Only a file may be replaced: a folder is none, and a device would be gone."""
    if path.is_dir():
        raise BadInputError(N_("%(file)s is a folder. Name the file to make in it."), file=path)
    if path.exists() and not path.is_file():
        raise BadInputError(N_("%(file)s is no plain file. Name another one."), file=path)


@contextmanager
def _named(path: Path, draft: Path) -> Iterator[None]:
    """Complain about the name that was typed, and not about the draft's."""
    try:
        yield
    except OSError as error:
        if error.filename not in {None, str(draft)}:
            raise
        raise BadInputError(
            N_("%(file)s could not be made: %(reason)s. Nothing of it stays behind."),
            file=path,
            reason=error.strerror,
        ) from error


@contextmanager
def _ended_as_by_ctrl_c() -> Iterator[None]:
    """Being told to end, or a closed terminal, ends in order too."""

    def end(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    # What is ignored stays so: `nohup` means to go on when the terminal is closed.
    heard = [number for number in ENDINGS if signal.getsignal(number) is not signal.SIG_IGN]
    before = [signal.signal(number, end) for number in heard]
    try:
        yield
    finally:
        for number, handler in zip(heard, before, strict=True):
            signal.signal(number, handler)
