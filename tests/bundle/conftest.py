"""A diary whose writer wrote numbers only: whatever is a word in its bundle is ours."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from diary.domain.claimed import Claimed
from diary.domain.entry import Behaviour, Entry, Withdrawn
from diary.domain.file import Sensitive
from diary.domain.when import When
from diary.services.house import House
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.services.test_export import PHOTO, Diary

SAID = (
    "place", "exact_words", "person_responsible", "how_i_know", "via_whom", "injuries", "damage",
    "medical_attention", "how_it_was", "changed_daily_life", "how_breached", "outcome",
)  # fmt: skip


@pytest.fixture
def numbers(house: House, vault: Vault, clock: Clock) -> Diary:
    """A diary in which she wrote numbers only, with one of everything that a document tells."""
    diary = Diary(house, vault)
    first = diary.entry(
        "1",
        When.at("exact", "2026-02-17T19:40"),
        until=When.at("about", "2026-02-17T20:40"),
        **dict.fromkeys(SAID, "2"),
        who_was_there=("3",), children_present=("4",), terms_alleged=("5",),
        witnesses=({"name_or_description": "6", "saw_or_heard": "7"},),
        behaviours=get_args(Behaviour), place_type="relative_home", inside_zone="yes",
        direct_or_indirect="indirect_person", who_started_contact="them",
        report_status="reported",
    )  # fmt: skip
    clock.pass_(days=1)
    for version, reason in ((1, "8"), (2, "")):
        with diary.house.store.read() as conn:
            old = diary.vault.get(conn, first).body
        assert isinstance(old, Entry)
        more = {"what_happened": f"9{version}", "change_reason": reason, "damage": "",
                "when": When.at("month", "2026-02")}  # fmt: skip
        diary.keep(
            old.model_copy(update=more), record_id=first, base_version=version,
            device_at=diary.house.now() - timedelta(hours=version),
        )  # fmt: skip
    claim = {"source": "10", "written_at": "11", "event_start": "12", "event_end": "13"}
    for clock_said in ("", "14"):
        diary.entry("15", claimed=Claimed(**claim, clock=clock_said), report_status="not_reported")
    diary.entry("16", When.at("exact", "2026-03-29T01:30"), withdrawn=Withdrawn(reason="17"))
    diary.entry("18", When.at("about", "2025-10-26T01:30"), withdrawn=Withdrawn(said_on="19"))
    diary.entry("20", When.at("date_only", "2026-01-30"), withdrawn=Withdrawn())
    photo = diary.file(first, PHOTO, sensitive=get_args(Sensitive), claimed_received="21")
    diary.copy(photo, b"22")
    diary.file(first, b"23", "text/plain")
    return diary
