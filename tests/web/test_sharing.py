"""The way to a share in a browser without scripts: one question a page, and what comes of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from diary.domain.entry import Entry
from diary.domain.people import OtherPerson
from diary.domain.ids import new_id
from diary.services import consents, own, practitioners, sharing
from diary.services.house import House
from tests.clock import Clock
from tests.conftest import Person
from tests.services.sharers import Worker, worker, wrote


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house)


def found(house: House, her: Person, who: Worker) -> str:
    """Type the code that is shown; return the address of the draft."""
    code = practitioners.introduce(house, who.card.account_id).code
    answer = her.client.post("/sharing/new", data={"code": code.lower().replace("-", " ")})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rpartition("/")[0]


def post(her: Person, path: str, **data: object) -> str:
    answer = her.client.post(path, data=data)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def walk(house: House, her: Person, draft: str, entry: str) -> str:
    """Answer every question; return the last page."""
    today = consents.today(house)
    steps: list[tuple[str, dict[str, object]]] = [
        ("person", {"same": "yes"}),
        ("name", {"from_name": "Nadia"}),
        ("purpose", {"purpose": "court", "reason": "The hearing in May."}),
        ("entries", {"entry": entry, "shown": entry}),
        ("also", {}),
        ("fields", {"fields": ["when", "what"]}),
        ("files", {}),
        ("download", {"permission": "view"}),
        ("until", {"starts": today.isoformat(), "ends": (today + timedelta(days=30)).isoformat()}),
        ("later", {"adds": "no"}),
        ("others", {"others": "no"}),
        ("words", {"agree": "yes"}),
    ]
    at = f"{draft}/person"
    for name, data in steps:
        assert at == f"{draft}/{name}"
        assert her.client.get(at).status_code == 200, at
        at = post(her, at, **data)
    return at


def test_the_whole_way(house: House, signed_in: Person, who: Worker) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited.", injuries="a bruise"))
    draft = found(house, signed_in, who)
    page = signed_in.client.get(f"{draft}/person").text
    assert "Maria Okafor" in page
    for word in who.card.fingerprint.split():
        assert word in page
    last = walk(house, signed_in, draft, entry)
    look = signed_in.client.get(last).text
    assert "He waited." in look
    assert "bruise" not in look
    seen = re.search(r'name="seen" value="(\w+)"', look)
    assert seen
    going = post(signed_in, last, seen=seen[1])
    one = post_get(signed_in, going)
    assert "It is shared." in one
    assert "Maria Okafor" in one
    (share,) = sharing.shares(house, signed_in.vault)
    assert share.consent.purpose == "To help me at court, or with an order"
    assert "Harbour Advice" in share.consent.wording
    assert "Nadia" == share.consent.from_name
    what = signed_in.client.get(f"/sharing/{share.id}/what").text
    assert "He waited." in what
    assert "bruise" not in what
    pause = signed_in.client.get(f"/sharing/{share.id}/end").text
    assert "advocate" in pause
    assert post(signed_in, f"/sharing/{share.id}/end") == f"/sharing/{share.id}"
    assert "You ended this" in signed_in.client.get(f"/sharing/{share.id}").text
    assert sharing.shares(house, signed_in.vault)[0].state == "ended"


def post_get(her: Person, path: str) -> str:
    answer = her.client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text
