"""The sealed index: the same pages with it, without it, and with an old, foreign or damaged one."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.ids import new_id
from diary.domain.kept import Removal
from diary.domain.when import When
from diary.services.house import House
from diary.store import records
from diary.store.models import heads as table
from diary.vault.heads import HIDES_PARENT, NO_PARENT, ROW, Head, Heads
from diary.vault.vault import MERGE_EVERY, New, Vault
from tests.clock import Clock
from tests.vault.test_vault import keep, page

DUE = datetime(2026, 4, 1, tzinfo=UTC)


def head(n: int, *, sort_ms: int = 0, parent: bytes = NO_PARENT, flags: int = 0) -> Head:
    return Head(sort_ms, n, n.to_bytes(16), parent, flags)


def numbers(heads: list[Head]) -> list[int]:
    return [one.n for one in heads]


def test_rows_stand_in_order_whatever_order_they_came_in() -> None:
    heads, rows = Heads(), [head(n, sort_ms=ms) for n, ms in enumerate((5, 3, 9, 3, -7, 5), 1)]
    for row in rows:
        heads.section("entry").put(row)
    assert list(heads.section("entry")) == sorted(rows)
    assert numbers(heads.page("entry", 0, 2)[0]) == [3, 6]


def test_packing_and_reading_back() -> None:
    heads = Heads(7)
    heads.section("entry").put(head(1, sort_ms=-(2**60)))
    heads.section("file").put(head(2, parent=(1).to_bytes(16), flags=6))
    heads.section("empty")
    again = Heads.unpack(heads.pack(), 7)
    assert again.pack() == heads.pack()
    assert again.find((2).to_bytes(16)) == head(2, parent=(1).to_bytes(16), flags=6)


def test_an_id_is_not_found_across_the_edge_of_two_rows() -> None:
    heads = Heads()
    section = heads.section("entry")
    for n in range(1, 50):
        section.put(head(n, sort_ms=n))
    packed = bytes(section.packed)
    for start in range(len(packed) - 16):
        if start % ROW.size not in {16, 32}:
            wanted = packed[start : start + 16]
            found = section.find(wanted)
            assert found is None or found.record == wanted


def test_pages_step_over_what_is_hidden() -> None:
    heads = Heads()
    for n in range(1, 11):
        heads.section("entry").put(head(n, sort_ms=n))
    for n, target in ((11, 10), (12, 5), (13, 1)):
        row = head(n, parent=target.to_bytes(16), flags=HIDES_PARENT)
        heads.section("removal").put(row)
    first, total = heads.page("entry", 0, 3)
    assert (numbers(first), total) == ([9, 8, 7], 7)
    assert numbers(heads.page("entry", 3, 9)[0]) == [6, 4, 3, 2]
    assert numbers(heads.listed("entry")) == [9, 8, 7, 6, 4, 3, 2]
    assert not heads.is_listed((5).to_bytes(16))
    assert heads.is_listed((6).to_bytes(16))


class History:
    """A diary to which anything may happen, and what it should show."""

    def __init__(self, house: House, vault: Vault, clock: Clock, chance: random.Random) -> None:
        self.house, self.vault, self.clock, self.chance = house, vault, clock, chance
        self.entries: dict[str, int] = {}
        self.removals: dict[str, tuple[str, int]] = {}

    def live(self) -> list[str]:
        hidden = {target for target, _ in self.removals.values()}
        return [entry for entry in self.entries if entry not in hidden]

    def step(self) -> None:
        self.clock.pass_(seconds=self.chance.randint(0, 9999))
        acts = [self.write] * 5 + [self.change] * 3 + [self.attach] * 2
        acts += [self.remove, self.bring_back, self.destroy]
        self.chance.choice(acts)()

    def when(self) -> When:
        day = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=self.chance.randint(0, 60))
        text = day.strftime("%Y-%m-%d")
        return self.chance.choice([When(), When.at("date_only", text), When.at("month", text[:7])])

    def write(self) -> None:
        body = Entry(what_happened=f"text {len(self.entries)}", when=self.when())
        self.entries[keep(self.house, self.vault, body).record_id] = 1

    def change(self) -> None:
        if live := self.live():
            entry = self.chance.choice(live)
            version = self.entries[entry]
            body = Entry(what_happened=f"changed {version}", when=self.when())
            keep(self.house, self.vault, body, record_id=entry, base_version=version)
            self.entries[entry] += 1

    def attach(self) -> None:
        if live := self.live():
            body = File(blob=new_id(), mime="image/png", size=1, sha256="0" * 64)
            keep(self.house, self.vault, body, parent=self.chance.choice(live))

    def remove(self) -> None:
        if live := self.live():
            target = self.chance.choice(live)
            kept = keep(self.house, self.vault, Removal(target=target, due_at=DUE), parent=target)
            self.removals[kept.record_id] = (target, 1)

    def bring_back(self) -> None:
        if self.removals:
            removal = self.chance.choice(list(self.removals))
            target, version = self.removals.pop(removal)
            body = Removal(target=target, due_at=DUE, state="brought_back")
            keep(
                self.house,
                self.vault,
                body,
                record_id=removal,
                base_version=version,
                parent=target,
            )

    def destroy(self) -> None:
        if self.removals and self.chance.random() < 0.3:
            removal = self.chance.choice(list(self.removals))
            target, _ = self.removals[removal]
            with self.house.store.write() as conn:
                family = self.vault.family(conn, target)
                records.set_destroy(conn, self.vault.diary_id, family, 1)
                records.destroy_due(conn, to_ms(self.house.now()))
            self.removals = {one: what for one, what in self.removals.items() if what[0] != target}
            del self.entries[target]


def seen(house: House, vault: Vault) -> dict[str, object]:
    """Everything that the index answers, for comparing."""
    with house.store.read() as conn:
        every = vault.page(conn, "entry", limit=1000)
        ids = [opened.record_id for opened in every.items]
        return {
            "page": [(opened.record_id, opened.version) for opened in every.items],
            "total": every.total,
            "second": [one.n for one in vault.page(conn, "entry", offset=3, limit=5).items],
            "files": vault.page(conn, "file", limit=1000).total,
            "scan": [opened.n for opened in vault.scan(conn, "entry")],
            "counts": vault.count_children(conn, ids, "file"),
            "search": vault.search(conn, "entry", "changed").total,
        }


@pytest.mark.parametrize("seed", range(6))
def test_with_and_without_the_index_all_is_equal(
    house: House, vault: Vault, clock: Clock, seed: int
) -> None:
    history = History(house, vault, clock, random.Random(seed))
    for number in range(110):
        history.step()
        if number % 27 == 0:
            answers_agree(house, vault, history)
    answers_agree(house, vault, history)


def answers_agree(house: House, vault: Vault, history: History) -> None:
    with_it = seen(house, vault)
    assert {one for one, _ in with_it["page"]} == set(history.live())  # type: ignore[attr-defined]
    assert with_it["total"] == len(history.live())
    with house.store.write() as conn:
        stored = records.read_heads(conn, vault.diary_id)
        records.drop_heads(conn, vault.diary_id)
    assert seen(house, vault) == with_it
    if stored:
        with house.store.write() as conn:
            records.write_heads(conn, vault.diary_id, *stored)
        assert seen(house, vault) == with_it


def test_it_is_stored_every_so_many_rows_and_at_sign_in(house: House, vault: Vault) -> None:
    for number in range(MERGE_EVERY - 1):
        keep(house, vault, f"entry {number}")
    assert covers(house, vault) == 0
    keep(house, vault, "one more")
    assert covers(house, vault) == MERGE_EVERY
    keep(house, vault, "and one")
    with house.store.write() as conn:
        vault.refresh_heads(conn)
    assert covers(house, vault) == MERGE_EVERY + 1


def covers(house: House, vault: Vault) -> int:
    with house.store.read() as conn:
        stored = records.read_heads(conn, vault.diary_id)
    return stored[0] if stored else 0


def test_an_older_index_never_replaces_a_newer_one(house: House, vault: Vault) -> None:
    for number in range(MERGE_EVERY):
        keep(house, vault, f"entry {number}")
    with house.store.write() as conn:
        records.write_heads(conn, vault.diary_id, MERGE_EVERY - 1, b"older")
    assert covers(house, vault) == MERGE_EVERY
    assert len(page(house, vault, limit=99)) == MERGE_EVERY


@pytest.mark.parametrize("change", ["damaged", "cut", "empty", "rolled back", "too new", "foreign"])
def test_an_index_that_is_not_ours_or_not_now_is_passed_over(
    house: House, vault: Vault, other_vault: Vault, change: str
) -> None:
    for number in range(MERGE_EVERY):
        keep(house, vault, f"entry {number}")
        keep(house, other_vault, f"hers {number}")
    before = seen(house, vault)
    with house.store.write() as conn:
        _, sealed = records.read_heads(conn, vault.diary_id) or (0, b"")
        _, hers = records.read_heads(conn, other_vault.diary_id) or (0, b"")
        values: dict[str, dict[str, object]] = {
            "damaged": {"sealed": sealed[:40] + bytes([sealed[40] ^ 1]) + sealed[41:]},
            "cut": {"sealed": sealed[:-1]},
            "empty": {"sealed": b""},
            "rolled back": {"covers_n": 3},
            "too new": {"covers_n": MERGE_EVERY + 5},
            "foreign": {"sealed": hers},
        }
        where = table.c.diary_id == vault.diary_id
        conn.execute(update(table).where(where).values(**values[change]))
    assert seen(house, vault) == before
    keep(house, vault, "goes on")
    assert "goes on" in page(house, vault)


def test_many_at_once_are_listed_as_if_each_had_been_opened(house: House, vault: Vault) -> None:
    days = ["2026-03-03", "2024-01-01", "2026-03-03"]
    bodies = [Entry(what_happened=day, when=When.at("date_only", day)) for day in days]
    with house.store.write() as conn:
        vault.keep(conn, Entry(what_happened="before"), at=house.now())
        vault.keep_all(conn, [New(body, new_id()) for body in bodies], at=house.now())
        quick = vault.heads(conn)
        assert (quick.lost, quick.merged) == (0, 0)
        records.drop_heads(conn, vault.diary_id)
        slow = vault.heads(conn)
    assert quick.pack() == slow.pack()
    assert quick.covers_n == slow.covers_n == 4
