"""Filling a diary and the baseline with the same made-up entries."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from bench.baseline import entries, metadata
from diary.domain.entry import Entry
from diary.domain.when import When
from diary.services import upkeep
from diary.services.accounts import Caller, confirm_code, new_code, sign_up
from diary.services.house import House, open_house
from diary.settings import Settings
from diary.store.db import open_engine
from diary.store.migrate import migrate
from diary.vault.vault import Vault

NAME = "bench"
PASSPHRASE = "seven plain cups stand beside the window"
WORDS = (
    *("the", "rain", "came", "over", "hill", "and", "bus", "was", "late", "so", "we", "walked"),
    *("home", "by", "river", "path"),
)
RARE = "marmalade"
START = datetime(2020, 1, 1, 8, 0, tzinfo=UTC)


def text(chooser: random.Random, size: int = 1024) -> str:
    """Return about `size` characters of plain words; every hundredth text has the rare one."""
    words = chooser.choices(WORDS, k=size // 4)
    if chooser.randrange(100) == 0:
        words[len(words) // 2] = RARE
    return " ".join(words)[:size]


def fill_diary(folder: Path, count: int, *, injuries: str = "") -> tuple[House, Vault]:
    """Make an account with this many entries through the diary's own door."""
    house = open_house(Settings.from_env({"DIARY_DATA": str(folder)}))
    migrate(house.store)
    entered = sign_up(house, name=NAME, passphrase=PASSPHRASE, caller=Caller("127.0.0.1", b""))
    vault = Vault(entered.unlocked)
    code = new_code(vault)
    confirm_code(house, vault, shown=code, typed=code)
    chooser = random.Random(count)  # noqa: S311 - the same words each time
    for start in range(0, count, 500):
        with house.store.write() as conn:
            for i in range(start, min(start + 500, count)):
                happened = START + timedelta(hours=5 * i)
                words, when = text(chooser), When.now(happened)
                entry = Entry(what_happened=words, when=when, injuries=injuries)
                vault.keep(conn, entry, at=house.now())
    upkeep.stamp(house)  # as the server does each minute: no figure is to pay for what was before
    return house, vault


def fill_baseline(folder: Path, count: int) -> None:
    """Give the baseline as many rows with the same texts."""
    engine = open_engine(f"sqlite:///{folder / 'baseline.sqlite'}")
    metadata.create_all(engine)
    chooser = random.Random(count)  # noqa: S311 - the same words each time
    rows = [
        {
            "user_id": 1,
            "happened_ms": int((START + timedelta(hours=5 * i)).timestamp() * 1000),
            "what_happened": text(chooser),
        }
        for i in range(count)
    ]
    with engine.connect() as conn, conn.begin():
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        for start in range(0, count, 500):
            conn.execute(insert(entries), rows[start : start + 500])
    engine.dispose()
