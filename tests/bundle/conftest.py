"""A diary whose writer wrote numbers only: whatever is a word in its bundle is ours."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from diary.domain.claimed import Claimed
from diary.domain.entry import Behaviour, Entry, Withdrawn
from diary.domain.file import Sensitive
from diary.domain.order import Order
from diary.domain.people import Contact, Person
from diary.domain.plan import Lead, PlanLook
from diary.domain.report import Recipient, Report, ReportOutcome
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
    person, shy = (diary.keep(Person(name="31", relation="32")) for _ in range(2))
    reach = {"phone": "33", "email": "34", "address": "35", "how_to_contact_safely": "36"}
    diary.keep(Contact(**reach, text="37", may_be_contacted="yes"), parent=person)
    diary.keep(Contact(may_be_contacted="no"), parent=shy)
    first = diary.entry(
        "1",
        When.at("exact", "2026-02-17T19:40"),
        until=When.at("about", "2026-02-17T20:40"),
        **dict.fromkeys(SAID, "2"),
        who_was_there=("3",), children_present=("4",), terms_alleged=("5",), order_ref="ORD-30",
        witnesses=(
            {"name_or_description": "6", "saw_or_heard": "7", "person": person},
            {"name_or_description": "6", "person": shy},
        ),
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
    _along(diary, first)
    photo = diary.file(first, PHOTO, sensitive=get_args(Sensitive), claimed_received="21")
    diary.copy(photo, b"22")
    diary.file(first, b"23", "text/plain")
    return diary


def _along(diary: Diary, first: str) -> None:
    """An order with everything, one that its days do not fit, reports, and pages for a pattern."""
    terms = ({"term_id": "5", "text_from_order": "38"},)
    order = diary.keep(
        Order(
            reference="ORD-30", type="NMO", court_name="39", case_number="40", made_on="2026-02-13",
            served_on="2026-02-14", served_how="personal", respondent_aware="yes",
            without_notice="yes", ends="on", expires_on="2026-12-01", supersedes="41",
            return_hearing_on="2026-02-27", protected_people=("42",), respondent_name="43",
            power_of_arrest="na", terms=terms, exceptions=({"term_id": "44"},),
            zones=({"label": "45", "radius_m": 100, "description": "46"},),
        )
    )  # fmt: skip
    diary.file(order, PHOTO)
    diary.keep(Order(reference="ORD-47", type="OTHER", supersedes="ORD-30", made_on="2026-02-17"))
    diary.entry("48", order_ref="ORD-47")
    diary.entry("49", order_ref="ORD-50")
    told = When.at("about", "2026-04-01T10:00")
    for to in get_args(Recipient):
        about = first if to == "police_101" else diary.entry("57", told, order_ref="ORD-47")
        body = Report(
            reference="52", entries=(about,), to=to, reported=told, happened=told,
            agency="53", name_rank="54", incident_ref="55", crime_ref="56", what_said="57",
            their_action="58", outcome="logged", follow_ups=({"on": "2026-04-02", "note": "59"},),
        )  # fmt: skip
        diary.keep(body)
    for outcome in get_args(ReportOutcome):
        other = diary.entry("51", When.at("date_only", "2026-05-01"), order_ref="ORD-47")
        for number in ("60", "61"):
            body = Report(reference=number, entries=(other,), reported=told, outcome=outcome)
            diary.keep(body)
    diary.keep(PlanLook(state="done_on", on="2026-02-18"), parent=first)
    diary.keep(Lead(sort="61", holder="62"), parent=first)
