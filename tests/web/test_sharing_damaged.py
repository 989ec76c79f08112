"""A share of which something is damaged: she comes in, sees that it is there, and ends it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, update

from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.practice import PracticeRecord
from diary.errors import DamagedError, NotFoundError
from diary.services import accounts, looks, practice_seen, shared_now, sharing
from diary.services.house import House
from diary.store import grants
from diary.store.models import grant_wraps, practitioners, records
from diary.vault.vault import Vault
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
        raise DamagedError

    monkeypatch.setattr(practice_seen, "_due", damaged)
    assert practice_seen.pass_on(house, signed_in.vault) == 0


# The newest wording of its consent is damaged, or all of it is lost


@pytest.fixture(params=["damaged", "lost"])
def unread(
    request: pytest.FixtureRequest, house: House, who: Worker, signed_in: Person, grant_id: str
) -> str:
    """The same share after somebody looked; nothing says any more with whom it is."""
    left(house, who, grant_id, Event(action="looked", actor="practitioner", subject="x"))
    if request.param == "damaged":
        damage(house, grant_id, 2)
    else:
        with house.store.write() as conn:
            conn.execute(delete(grant_wraps).where(grant_wraps.c.record_id == grant_id))
            conn.execute(delete(records).where(records.c.record_id == grant_id))
    assert sharing.shares(house, signed_in.vault) == []
    return grant_id


def ends(house: House, her: Person, grant_id: str) -> int:
    """How often her diary says that a share ended; nobody may read by it then."""
    with house.store.read() as conn:
        row = grants.by_id(conn, grant_id)
        assert row
        assert (row.ended_ms is not None, row.grantee_key) == (True, None)
        assert grants.wrapped(conn, grant_id) == set()
        events = [one.body for one in her.vault.children(conn, grant_id, Event.kind)]
    return events.count(Event(action="share_ended", subject=grant_id))


def test_it_is_seen_and_ended_from_her_page(house: House, signed_in: Person, unread: str) -> None:
    page, client = f"/sharing/{unread}/end", signed_in.client
    every = client.get("/sharing", headers=EYES).text
    assert "One share is damaged." in every
    assert f'href="{page}"' in every
    assert "Nobody but you can read anything now" not in every
    pause = client.get(page, headers=EYES)
    assert (pause.status_code, f'action="{page}"' in pause.text) == (200, True)
    assert client.post(page, data={"all": "yes"}).headers["Location"] == "/sharing"
    every = client.get("/sharing", headers=EYES).text
    assert "It has ended." in every
    assert "One share is damaged." not in every
    sharing.end(house, signed_in.vault, unread)
    assert ends(house, signed_in, unread) == 1


def test_that_somebody_looked_is_said(house: House, signed_in: Person, unread: str) -> None:
    (look,) = looks.looks(house, signed_in.vault).items
    assert (look.action, look.share) == ("looked", None)
    assert "By a share that is damaged" in signed_in.client.get("/sharing/looks").text
    sharing.end(house, signed_in.vault, unread)
    assert len(looks.looks(house, signed_in.vault).items) == 1


def test_it_ends_when_she_closes(house: House, signed_in: Person, unread: str) -> None:
    accounts.close(house, signed_in.vault)
    assert ends(house, signed_in, unread) == 1


@pytest.fixture
def others(house: House, signed_in: Person, who: Worker) -> list[str]:
    """Two more shares, one of them with the same person; made while nothing is damaged."""
    first = wrote(house, signed_in.vault, Entry(what_happened="three"))
    people = (who, worker(house, "Ann Ash"))
    return [shared(house, signed_in.vault, one, entries=(first,)) for one in people]


def test_it_ends_with_everything_of_that_person(
    house: House, signed_in: Person, others: list[str], grant_id: str
) -> None:
    damage(house, grant_id, 2)
    assert sharing.unread(house, signed_in.vault) == [grant_id]
    assert sharing.end_person(house, signed_in.vault, others[0]) == 2
    assert ends(house, signed_in, grant_id) == 1
    assert [one.id for one in sharing.live_grants(house, signed_in.vault)] == others[1:]


def test_nobody_ends_a_share_of_another(
    house: House, signed_in: Person, other_vault: Vault, unread: str
) -> None:
    with pytest.raises(NotFoundError):
        sharing.end(house, other_vault, unread)
    assert sharing.unread(house, other_vault) == []
    assert sharing.unread(house, signed_in.vault) == [unread]
