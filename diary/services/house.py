"""What every service is given: settings, store, secrets, clock, and the gate for heavy work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore

from diary.domain.clock import Clock, server_time
from diary.settings import Settings
from diary.store.db import Store, open_store
from diary.vault.media import SEALED_PART
from diary.vault.secrets import Secrets, load_secrets

LOOKS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class House:
    """One running service. Frozen: nothing in it changes while it runs."""

    settings: Settings
    store: Store
    secrets: Secrets
    clock: Clock
    # At most this many passphrases are stretched at once: memory stays bounded in a storm.
    gate: BoundedSemaphore
    # At most this many files are looked into at once; the others wait.
    looks: BoundedSemaphore

    def now(self) -> datetime:
        """Return the server's time."""
        return self.clock()


def open_house(settings: Settings, *, clock: Clock = server_time) -> House:
    """Open everything a service needs; makes the data folder and the secret at first start."""
    store = open_store(settings, part=SEALED_PART)
    try:
        known = load_secrets(settings.data, store)
    except BaseException:
        store.engine.dispose()  # nobody will get this house to put it away
        raise
    return House(
        settings=settings,
        store=store,
        secrets=known,
        clock=clock,
        gate=BoundedSemaphore(settings.argon2_at_once),
        looks=BoundedSemaphore(LOOKS_AT_ONCE),
    )
