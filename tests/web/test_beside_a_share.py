"""Her pages of a share say what no tick of hers names, and which order they see is an old one."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.order import Order
from diary.domain.practice import PracticeRecord
from diary.services import entries, own, share_drafts
from diary.services.house import House
from diary.store.models import records
from tests.conftest import Person
from tests.services.sharers import Worker, agency, drafted, left, shared, worker, wrote

ALONE = "Nothing else is shared."
OLD_ORDER = "An order they see was replaced"


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house, "Ann Ash", agency(house))


@pytest.fixture
def first(house: House, signed_in: Person) -> str:
    return wrote(house, signed_in.vault, Entry(what_happened="He waited."))


def preview(house: House, her: Person, draft_id: str) -> str:
    share_drafts.decide(
        house, her.vault, share_drafts.read(house, her.vault, draft_id), agreed=True
    )
    answer = her.client.get(f"/sharing/new/{draft_id}/look")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("sees", [True, False])
def test_both_pages_say_that_what_others_wrote_can_be_read(
    house: House, signed_in: Person, who: Worker, first: str, *, sees: bool
) -> None:
    vault, bea = signed_in.vault, worker(house, "Bea Birch", who.card.org_id)
    before = shared(house, vault, who, entries=(first,))
    draft = drafted(house, vault, bea, entries=(first,), sees_others=sees)
    grant = shared(house, vault, bea, entries=(first,), sees_others=sees)
    assert ALONE in preview(house, signed_in, draft)
    for page in (preview(house, signed_in, draft), what(signed_in, grant)):
        assert "Also what" not in page
    left(house, who, before, PracticeRecord(detail="seen today", about=before))
    others = " and of other services" if sees else ""
    line = f"Also what people of Harbour Advice{others} wrote about you: 1."
    looked = preview(house, signed_in, draft)
    assert ALONE not in looked
    for page in (looked, what(signed_in, grant)):
        assert line in page
        assert 'href="/sharing/written"' in page[page.index(line) :]


def what(her: Person, grant: str) -> str:
    answer = her.client.get(f"/sharing/{grant}/what")
    assert answer.status_code == 200
    return answer.text


def test_what_they_see_now_shows_the_earlier_wordings_folded(
    house: House, signed_in: Person, who: Worker, first: str
) -> None:
    vault = signed_in.vault
    for base, words in enumerate(("He stood.", "He ran."), 1):
        entries.amend(house, vault, first, Entry(what_happened=words), base_version=base)
    page = what(signed_in, shared(house, vault, who, entries=(first,), earlier=True))
    folded = re.search(r"<details.*?</details>", page, re.DOTALL)
    assert folded
    assert "They can read 2 earlier wordings of it too" in folded[0]
    assert folded[0].index("He stood.") < folded[0].index("He waited.")
    assert "He ran." not in folded[0]
    page = what(signed_in, shared(house, vault, who, entries=(first,)))
    assert "earlier wording" not in page
    assert "He waited." not in page


def filed(house: House, her: Person, reference: str, supersedes: str = "") -> str:
    body = Order(reference=reference, type="NMO", supersedes=supersedes)
    return own.add(house, her.vault, body, record_id=new_id()).id


def test_an_order_that_was_replaced_since_is_named_with_the_new_one(
    house: House, signed_in: Person, who: Worker
) -> None:
    old = filed(house, signed_in, "ORD-1")
    grant = shared(house, signed_in.vault, who, orders=(old,))
    assert OLD_ORDER not in signed_in.client.get(f"/sharing/{grant}").text
    new = filed(house, signed_in, "ORD-1v2", "ORD-1")
    page = signed_in.client.get(f"/sharing/{grant}").text
    said = page[page.index(OLD_ORDER) :]
    assert "They do not see the new one." in said
    assert ">ORD-1<" in said
    assert ">ORD-1v2<" in said
    for link in (f"/orders/{old}", f"/orders/{new}", "/sharing/new"):
        assert f'href="{link}"' in said
        assert signed_in.client.get(link).status_code == 200


@pytest.mark.parametrize("which", [0, 1])
def test_a_damaged_order_takes_no_page_away(
    house: House, signed_in: Person, who: Worker, which: int
) -> None:
    old = filed(house, signed_in, "ORD-1")
    grant = shared(house, signed_in.vault, who, orders=(old,))
    made = (old, filed(house, signed_in, "ORD-1v2", "ORD-1"))
    with house.store.write() as conn:
        signed_in.vault.refresh_heads(conn)
        of_it = records.c.record_id == made[which]
        conn.execute(update(records).where(of_it).values(sealed=b"x" * 300))
    answer = signed_in.client.get(f"/sharing/{grant}")
    assert answer.status_code == 200
    assert OLD_ORDER not in answer.text
    assert "Stop sharing" in answer.text
