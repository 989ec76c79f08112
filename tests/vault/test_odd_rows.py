"""Rows that nobody wrote on these pages: too deep, or left by a stranger who has her public key."""

from __future__ import annotations

import pytest
from pydantic_core import from_json
from sqlalchemy import select

from diary.crypto import envelope, identity
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.kept import Kept
from diary.services.house import House
from diary.store import records as rows
from diary.store.models import accounts, diaries
from diary.vault import records
from diary.vault.vault import Vault

AT = "2026-03-03T21:14:05.123Z"


def wrote(house: House, vault: Vault, words: str = "e") -> str:
    with house.store.write() as conn:
        return vault.keep(conn, Entry(what_happened=words), at=house.now()).record_id


def test_what_was_imported_may_lie_deep(house: House, vault: Vault) -> None:
    deep: object = 1
    for _ in range(230):
        deep = [deep]
    wrote(house, vault)
    with house.store.write() as conn:
        vault.keep(conn, Kept(part="x", data=deep), at=house.now())
    with house.store.read() as conn:
        assert len(vault.page(conn, "entry").items) == 1
        (kept,) = vault.scan(conn, Kept.kind)
        assert isinstance(kept.body, Kept)
        assert kept.body.data == deep


@pytest.mark.parametrize(
    "left",
    [
        *("not json", "[" * 100_000, "{}", "[]", "1", '{"kind":"entry"}', '{"kind":["entry"]}'),
        '{"kind":"entry","parent":null,"device_at":null,"written_at":"' + AT + '"}',
        '{"kind":"entry","parent":null,"body":{},"device_at":null,"written_at":"x"}',
        '{"kind":"entry","parent":"zz","body":{},"device_at":null,"written_at":"' + AT + '"}',
        '{"kind":"entry","parent":5,"body":{},"device_at":null,"written_at":"' + AT + '"}',
        '{"kind":"entry","parent":null,"body":{},"device_at":7,"written_at":"' + AT + '"}',
        '{"kind":"entry","parent":null,"body":{},"device_at":"","written_at":"' + AT + '"}',
    ],
    ids=lambda left: left[:40],
)
def test_what_a_stranger_left_in_no_form_is_counted_and_stops_nothing(
    house: House, vault: Vault, left: str
) -> None:
    wrote(house, vault)
    of_hers = accounts.join(diaries, diaries.c.account_id == accounts.c.id)
    public = select(accounts.c.public_key).select_from(of_hers)
    record_id, key = new_id(), envelope.new_key()
    bound = records._bound(vault.diary_id, record_id, 1)
    with house.store.write() as conn:
        mine = conn.execute(public.where(diaries.c.id == vault.diary_id)).scalar_one()
        wrap = records._TO_IDENTITY + identity.seal_to(mine, key, info=b"wrap" + bound)
        sealed = records._seal(left.encode(), b"", key, wrap, bound)
        n = rows.next_n(conn, vault.diary_id) or 0
        stored = sealed.commitment, sealed.wrap, sealed.sealed
        row = rows.RecordRow(n, record_id, 1, to_ms(house.now()), *stored)
        rows.add(conn, vault.diary_id, row)
    with house.store.read() as conn:
        page = vault.page(conn, "entry")
    assert len(page.items) == 1
    assert page.damaged == 1


def test_nothing_that_was_read_stays_behind(house: House, vault: Vault) -> None:
    """A reader of JSON that keeps short texts for the next time would keep hers past sign-out."""
    words = "he waits at the corner"
    record_id = wrote(house, vault, words)
    with house.store.read() as conn:
        body = vault.get(conn, record_id).body
    assert isinstance(body, Entry)
    assert from_json(f'["{words}"]')[0] is not body.what_happened
