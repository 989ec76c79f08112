"""A share of many records goes in steps; a page says how far it is, with and without a script."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from diary.domain.entry import Entry
from diary.services import case_overview, consents, practitioners
from diary.services.house import House
from diary.store.models import records
from diary.vault.vault import Vault
from tests.conftest import Person
from tests.practitioners import Worker
from tests.services import sharers
from tests.services.sharers import drafted, wrote
from tests.web.test_sharing import carried

HOW_MANY, STEP = 7, 3


@pytest.fixture
def look(house: House, signed_in: Person, maya: Worker, monkeypatch: pytest.MonkeyPatch) -> str:
    """The last page before a share of seven entries, of which three go at once."""
    monkeypatch.setattr(consents, "STEP", STEP)
    every = tuple(
        wrote(house, signed_in.vault, Entry(what_happened=f"no {n}")) for n in range(HOW_MANY)
    )
    card = practitioners.card(house, maya.account_id)
    who = sharers.Worker(maya.vault, card)
    draft = drafted(house, signed_in.vault, who, entries=every, agreed=True)
    return f"/sharing/new/{draft}/look"


def give(her: Person, look: str) -> str:
    """Press; return the address of the progress."""
    answer = her.client.post(look, data={"seen": carried(her.client.get(look).text)})
    assert answer.status_code == 303
    return answer.headers["Location"]


def seen_by(house: House, me: Vault, grant: str) -> int:
    return case_overview.open_case(house, me, grant).entries_total


def test_the_page_says_how_far_it_is_and_goes_on_by_itself(
    house: House, signed_in: Person, maya: Worker, look: str
) -> None:
    going = give(signed_in, look)
    grant = going.split("/")[2]
    assert seen_by(house, maya.vault, grant) == STEP
    page = signed_in.client.get(going)
    assert page.status_code == 200
    assert f"{2 * STEP} of {HOW_MANY}" in page.text
    assert page.headers["Refresh"]
    assert f'href="{going}"' in page.text
    assert seen_by(house, maya.vault, grant) == 2 * STEP
    done = signed_in.client.get(going)
    assert (done.status_code, done.headers["Location"]) == (303, f"/sharing/{grant}")
    assert "It is shared." in signed_in.client.get(f"/sharing/{grant}").text
    assert seen_by(house, maya.vault, grant) == HOW_MANY


def test_one_who_went_away_finds_where_to_go_on(
    house: House, signed_in: Person, maya: Worker, look: str
) -> None:
    grant = give(signed_in, look).split("/")[2]
    page = signed_in.client.get(f"/sharing/{grant}").text
    assert f"{STEP} of {HOW_MANY} are shared so far." in page
    assert f'href="/sharing/{grant}/going"' in page
    assert seen_by(house, maya.vault, grant) == STEP


def test_it_says_how_many_do_not_open(
    house: House, signed_in: Person, maya: Worker, look: str
) -> None:
    going = give(signed_in, look)
    grant = going.split("/")[2]
    with house.store.read() as conn:
        every = [head.record.hex() for head in signed_in.vault.heads(conn).section(Entry.kind)]
    with house.store.write() as conn:
        conn.execute(delete(records).where(records.c.record_id.in_(every)))
    answer = signed_in.client.get(going)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sharing/{grant}")
    page = signed_in.client.get(f"/sharing/{grant}").text
    assert f"did not go. So many: {HOW_MANY - STEP}." in page
