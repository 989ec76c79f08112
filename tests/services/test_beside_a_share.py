"""What a share lets read that no tick of hers names, and what it does not hold any more."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.order import Order, Term, Zone
from diary.domain.practice import Override, PracticeRecord
from diary.errors import NotFoundError
from diary.services import (
    agencies,
    deletion,
    entries,
    own,
    practice_seen,
    replaced_orders,
    share_drafts,
    shared_now,
    sharing,
)
from diary.services.house import House
from diary.services.redaction import USUAL
from diary.store import accounts as store_accounts
from diary.store.models import records
from diary.vault.vault import Vault
from tests.cases import add_to
from tests.services.sharers import Worker, agency, drafted, left, shared, worker, wrote


@pytest.fixture
def first(house: House, vault: Vault) -> str:
    return wrote(house, vault, Entry(what_happened="He waited."))


@pytest.fixture
def who(house: House) -> Worker:
    """Somebody who wrote a record under a share, and one without asking."""
    return worker(house, "Ann Ash", agency(house))


@pytest.fixture
def written(house: House, vault: Vault, who: Worker, first: str) -> None:
    grant = shared(house, vault, who, entries=(first,))
    without_asking = Override(lawful_reason="A child.", what="Where.", to_whom="Police")
    left(house, who, grant, PracticeRecord(override=without_asking))
    left(house, who, grant, PracticeRecord(detail="seen today", about=grant))


def colleague(house: House, who: Worker) -> Worker:
    return worker(house, "Bea Birch", who.card.org_id)


def would_read(house: House, vault: Vault, draft_id: str) -> int:
    return practice_seen.would_read(house, vault, share_drafts.read(house, vault, draft_id))


def reads(house: House, vault: Vault, grant_id: str) -> int:
    return practice_seen.read_under(house, vault, sharing.share(house, vault, grant_id))


@pytest.mark.usefixtures("written")
def test_what_a_colleague_wrote_is_counted_before_and_after(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    bea = colleague(house, who)
    draft = drafted(house, vault, bea, entries=(first,))
    assert would_read(house, vault, draft) == 1
    grant = shared(house, vault, bea, entries=(first,))
    assert reads(house, vault, grant) == 1, "it goes when she comes in next"
    mine = left(house, bea, grant, PracticeRecord(detail="their own", about=grant))
    add_to(house, vault, grant, [mine])
    practice_seen.pass_on(house, vault)
    assert reads(house, vault, grant) == 1, "what went, and nothing twice"


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("sees", [True, False])
def test_what_another_agency_wrote_counts_where_she_lets_it_be_seen(
    house: House, vault: Vault, first: str, *, sees: bool
) -> None:
    other = worker(house, "Cat Cedar")
    draft = drafted(house, vault, other, entries=(first,), sees_others=sees)
    assert would_read(house, vault, draft) == int(sees)
    grant = shared(house, vault, other, entries=(first,), sees_others=sees)
    assert reads(house, vault, grant) == int(sees)
    practice_seen.pass_on(house, vault)
    assert reads(house, vault, grant) == int(sees)


@pytest.mark.usefixtures("written")
def test_nothing_more_is_counted_for_who_is_cut_off_or_gone(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    bea = colleague(house, who)
    draft, grant = drafted(house, vault, bea), shared(house, vault, bea, entries=(first,))
    agencies.suspend(house, account_id=bea.card.account_id)
    assert reads(house, vault, grant) == 0
    with house.store.write() as conn:
        store_accounts.remove(conn, bea.card.account_id)
    assert would_read(house, vault, draft) == 0


def test_nobody_wrote_anything(house: House, vault: Vault, who: Worker, first: str) -> None:
    assert would_read(house, vault, drafted(house, vault, who)) == 0
    assert reads(house, vault, shared(house, vault, who, entries=(first,))) == 0


# Earlier wordings


def amended(house: House, vault: Vault, entry: str, *words: str) -> None:
    for base, said in enumerate(words, 1):
        body = Entry(what_happened=said, place="At home", place_type="home")
        entries.amend(house, vault, entry, body, base_version=base)


@pytest.mark.parametrize("is_copy", [True, False])
def test_every_wording_that_can_be_read_is_seen(
    house: House, vault: Vault, who: Worker, first: str, *, is_copy: bool
) -> None:
    amended(house, vault, first, "He stood.", "He ran.")
    fields = USUAL if is_copy else (*USUAL, "home")
    said = {"entries": (first,), "fields": fields}
    (seen,) = shared_now.shared_now(
        house, vault, shared(house, vault, who, earlier=True, **said)
    ).entries
    assert [one.version for one in seen.earlier] == [2, 1]
    assert [
        isinstance(one.body, Entry) and one.body.what_happened for one in (seen, *seen.earlier)
    ] == ["He ran.", "He stood.", "He waited."]
    assert {one.is_copy for one in (seen, *seen.earlier)} == {is_copy}
    (alone,) = shared_now.shared_now(house, vault, shared(house, vault, who, **said)).entries
    assert alone.earlier == ()


def test_an_earlier_wording_that_is_damaged_is_counted(
    house: House, vault: Vault, who: Worker, first: str
) -> None:
    amended(house, vault, first, "He stood.", "He ran.")
    grant = shared(house, vault, who, entries=(first,), earlier=True, fields=(*USUAL, "home"))
    damage(house, vault, first, version=2)
    found = shared_now.shared_now(house, vault, grant)
    assert [one.version for one in found.entries[0].earlier] == [1]
    assert found.damaged == 1


def test_orders_have_earlier_wordings_too(house: House, vault: Vault, who: Worker) -> None:
    order = filed(house, vault, "ORD-1")
    own.change(house, vault, Order(reference="ORD-1", type="NO"), record_id=order, base_version=1)
    grant = shared(house, vault, who, orders=(order,), earlier=True)
    (seen,) = shared_now.shared_now(house, vault, grant).others
    assert [one.version for one in seen.earlier] == [1]


# Orders that the court replaced


def filed(house: House, vault: Vault, reference: str, supersedes: str = "") -> str:
    term = Term(term_id=f"{reference}.T1", text_from_order="100 metres.")
    body = Order(
        reference=reference,
        type="NMO",
        supersedes=supersedes,
        terms=(term,),
        zones=(Zone(label="Elm Road"),),
    )
    return own.add(house, vault, body, record_id=new_id()).id


def damage(house: House, vault: Vault, record_id: str, *, version: int = 1) -> None:
    of_it = (records.c.record_id == record_id) & (records.c.version == version)
    with house.store.write() as conn:
        vault.refresh_heads(conn)
        conn.execute(update(records).where(of_it).values(sealed=b"x" * 300))


def replaced(house: House, vault: Vault, grant_id: str) -> list[tuple[str, str]]:
    found = replaced_orders.unshared(house, vault, grant_id)
    return [(one.old.body.reference, one.new.body.reference) for one in found]


@pytest.mark.parametrize("fields", [USUAL, (*USUAL, "zones")])
def test_the_latest_that_they_do_not_see_is_named(
    house: House, vault: Vault, who: Worker, fields: tuple[str, ...]
) -> None:
    one, _ = filed(house, vault, "ORD-1"), filed(house, vault, "ORD-2")
    grant = shared(house, vault, who, orders=(one,), fields=fields)
    assert replaced(house, vault, grant) == []
    two = filed(house, vault, "ORD-1v2", "ORD-1")
    assert replaced(house, vault, grant) == [("ORD-1", "ORD-1v2")]
    three = filed(house, vault, "ORD-1v3", "ORD-1v2")
    assert replaced(house, vault, grant) == [("ORD-1", "ORD-1v3")]
    both = shared(house, vault, who, orders=(one, two), fields=fields)
    assert replaced(house, vault, both) == [("ORD-1v2", "ORD-1v3")]
    newest = shared(house, vault, who, orders=(one, three), fields=fields)
    assert replaced(house, vault, newest) == []
    deletion.remove(house, vault, three)
    assert replaced(house, vault, grant) == [("ORD-1", "ORD-1v2")]


def test_orders_are_told_beside_each_other_whole_and_as_copies(
    house: House, vault: Vault, who: Worker
) -> None:
    plain = own.add(house, vault, Order(reference="ORD-2", type="NMO"), record_id=new_id()).id
    grant = shared(house, vault, who, orders=(plain, filed(house, vault, "ORD-1")))
    for reference in ("ORD-1", "ORD-2"):
        filed(house, vault, f"{reference}v2", reference)
    assert set(replaced(house, vault, grant)) == {("ORD-1", "ORD-1v2"), ("ORD-2", "ORD-2v2")}


def test_without_orders_nothing_is_opened(
    house: House, vault: Vault, who: Worker, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(house, vault, "ORD-1")
    grant = shared(house, vault, who, entries=(first,))

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(own, "every_in", never)
    assert replaced(house, vault, grant) == []


@pytest.mark.parametrize("which", ["old", "between", "new"])
def test_a_damaged_order_hides_no_other(
    house: House, vault: Vault, who: Worker, which: str
) -> None:
    made = {
        "old": filed(house, vault, "ORD-1"),
        "between": filed(house, vault, "ORD-1v2", "ORD-1"),
        "new": filed(house, vault, "ORD-1v3", "ORD-1v2"),
    }
    grant = shared(house, vault, who, orders=(made["old"],))
    damage(house, vault, made[which])
    said = {"old": [], "between": [("ORD-1", "ORD-1v3")], "new": [("ORD-1", "ORD-1v2")]}
    assert replaced(house, vault, grant) == said[which]


def test_what_has_ended_holds_nothing(house: House, vault: Vault, who: Worker) -> None:
    grant = shared(house, vault, who, orders=(filed(house, vault, "ORD-1"),))
    sharing.end(house, vault, grant)
    with pytest.raises(NotFoundError):
        replaced_orders.unshared(house, vault, grant)
