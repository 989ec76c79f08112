"""A share of which something is damaged: she comes in, sees that it is there, and ends it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from diary.domain.entry import Entry
from diary.domain.practice import PracticeRecord
from diary.services import accounts, practice_seen, shared_now, sharing
from diary.services.house import House
from diary.store.models import practitioners, records
from tests.conftest import Person, browser_of
from tests.services.sharers import Worker, left, shared, worker, wrote

EYES = {"Accept": "text/html"}


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house)


@pytest.fixture
def grant_id(house: House, signed_in: Person, who: Worker) -> str:
    """A share from which something was taken out, with a record that was left in her diary."""
    her = signed_in.vault
    first, second = (wrote(house, her, Entry(what_happened=words)) for words in ("one", "two"))
    made = shared(house, her, who, entries=(first, second))
    left(house, who, made, PracticeRecord(detail="seen today", about=made))
    shared_now.take_out(house, her, made, second)
    return made


def damage(house: House, record_id: str, version: int) -> None:
    of_it = (records.c.record_id == record_id) & (records.c.version == version)
    with house.store.write() as conn:
        conn.execute(update(records).where(of_it).values(sealed=b"x" * 300))


def damage_the_agency(house: House, who: Worker) -> None:
    of_it = practitioners.c.account_id == who.card.account_id
    with house.store.write() as conn:
        conn.execute(update(practitioners).where(of_it).values(sealed=b"x" * 300))


@pytest.mark.parametrize("what", ["first consent", "practitioner"])
def test_one_damaged_row_keeps_her_from_nothing(
    app: Flask, house: House, signed_in: Person, who: Worker, grant_id: str, what: str
) -> None:
    if what == "practitioner":
        damage_the_agency(house, who)
    else:
        damage(house, grant_id, 1)
    said = {"name": signed_in.name, "passphrase": signed_in.passphrase}
    assert browser_of(app).post("/sign-in", data=said).status_code == 303
    client = signed_in.client
    for path in ("", "/looks", "/written", f"/{grant_id}", f"/{grant_id}/what", f"/{grant_id}/end"):
        assert client.get(f"/sharing{path}", headers=EYES).status_code == 200, path
    assert client.post(f"/sharing/{grant_id}/end").status_code == 303
    (share,) = sharing.shares(house, signed_in.vault)
    assert (share.state, share.reader_closed) == ("ended", False)
    assert client.get(f"/sharing/{grant_id}", headers=EYES).status_code == 200
    accounts.close(house, signed_in.vault)


def test_what_is_passed_on_stops_for_nothing(
    house: House, signed_in: Person, who: Worker, grant_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise practice_seen.DamagedError

    monkeypatch.setattr(practice_seen, "_due", damaged)
    assert practice_seen.pass_on(house, signed_in.vault) == 0
