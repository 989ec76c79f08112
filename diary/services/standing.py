"""Taking an entry back, and letting it stand again: nothing is removed, each is a new version.

It stays in the diary with every word, is marked wherever it is read, and is not counted any more.
Whoever reads it is told at once (`services.extending`), which letting it stand again is not: she
shares the new words, or does not.
"""

from __future__ import annotations

from diary.domain.entry import Entry, Withdrawn
from diary.services import entries
from diary.services.entries import Saved, Version
from diary.services.house import House
from diary.vault.vault import Vault


def is_said(entry: Entry, *, back: bool, why: str) -> bool:
    """Tell whether a wording says all that would be said of it once more."""
    if entry.withdrawn is not None:
        return back and entry.withdrawn.reason == why
    return not back and why in {"", entry.change_reason}


def take_back(house: House, vault: Vault, record_id: str, base: Version, back: Withdrawn) -> Saved:
    """Say that an entry does not hold, since when and why. ConflictError if `base` is not the
    newest wording.

    Why stands there once: `change_reason` is shared with other fields than what happened.
    """
    return _keep(house, vault, record_id, base, back=back, why="")


def let_stand(house: House, vault: Vault, record_id: str, base: Version, why: str) -> Saved:
    """Say that it holds after all. ConflictError if `base` is not the newest wording."""
    return _keep(house, vault, record_id, base, back=None, why=why)


def _keep(
    house: House,
    vault: Vault,
    record_id: str,
    base: Version,
    *,
    back: Withdrawn | None,
    why: str,
) -> Saved:
    changed = base.entry.model_copy(update={"withdrawn": back, "change_reason": why})
    return entries.amend(house, vault, record_id, changed, base_version=base.number)
