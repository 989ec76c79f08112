"""Whether the safety plan was looked at again after something happened: one answer an entry."""

from __future__ import annotations

from diary.domain.plan import PlanLook
from diary.services import own
from diary.services.house import House
from diary.services.own import Own
from diary.vault.vault import Vault


def of_entry(house: House, vault: Vault, entry_id: str) -> Own[PlanLook] | None:
    """Return what was said of the plan after this entry."""
    with house.store.read() as conn:
        found = own.below(conn, vault, PlanLook, entry_id)
    return found[-1] if found else None


def say(house: House, vault: Vault, entry_id: str, look: PlanLook) -> None:
    """Say it, or say it anew."""
    with house.store.write() as conn:
        found = own.below(conn, vault, PlanLook, entry_id)
        if found:
            last = found[-1]
            own.change_in(conn, house, vault, look, record_id=last.id, base=last.version)
        else:
            own.add_in(conn, house, vault, look, parent=entry_id)
