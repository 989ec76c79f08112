"""Writing and reading through the one door."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from diary.crypto import envelope
from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.ids import new_id
from diary.domain.kept import PrivateNote, Removal
from diary.domain.people import Contact
from diary.domain.when import When
from diary.errors import ConflictError, NotFoundError
from diary.services.house import House
from diary.vault.records import Opened
from diary.vault.vault import Kept, Vault

DUE = datetime(2026, 3, 10, tzinfo=UTC)


def keep(house: House, vault: Vault, body: Record | str, **more: object) -> Kept:
    body = Entry(what_happened=body) if isinstance(body, str) else body
    with house.store.write() as conn:
        return vault.keep(conn, body, at=house.now(), **more)  # type: ignore[arg-type]


def words(items: list[Opened]) -> list[str]:
    return [item.body.what_happened for item in items if isinstance(item.body, Entry)]


def page(house: House, vault: Vault, *, offset: int = 0, limit: int = 20) -> list[str]:
    with house.store.read() as conn:
        return words(vault.page(conn, "entry", offset=offset, limit=limit).items)


def a_file(parent_mime: str = "image/jpeg") -> File:
    return File(blob=new_id(), mime=parent_mime, size=1, sha256="0" * 64)


def test_what_was_kept_is_read_back(house: House, vault: Vault) -> None:
    phone = datetime(2026, 3, 3, 21, 9, 0, 1000, tzinfo=UTC)
    parent = new_id()
    kept = keep(
        house, vault, "He rang.", device_at=phone, parent=parent, secret=b"a key of 32 bytes"
    )
    with house.store.read() as conn:
        opened = vault.get(conn, kept.record_id)
    assert words([opened]) == ["He rang."]
    assert (opened.kind, opened.version, opened.parent) == ("entry", 1, parent)
    assert (opened.received_at, opened.written_at, opened.device_at) == (
        house.now(),
        house.now(),
        phone,
    )
    assert opened.secret == b"a key of 32 bytes"
    assert opened.supersedes is None
    assert opened.commitment == kept.commitment


def test_a_change_is_a_new_version_on_top_of_the_one_before(house: House, vault: Vault) -> None:
    first = keep(house, vault, "one")
    second = keep(house, vault, "two", record_id=first.record_id, base_version=1)
    with house.store.read() as conn:
        versions = vault.versions(conn, first.record_id)
        old = vault.get(conn, first.record_id, version=1)
    assert words(versions) == ["one", "two"]
    assert words([old]) == ["one"]
    assert versions[1].supersedes == first.commitment.hex()
    assert second.version == 2
    assert page(house, vault) == ["two"]


@pytest.mark.parametrize("base", [1, 3, 99])
def test_a_change_on_top_of_another_version_is_a_conflict(
    house: House, vault: Vault, base: int
) -> None:
    first = keep(house, vault, "one")
    keep(house, vault, "two", record_id=first.record_id, base_version=1)
    with pytest.raises(ConflictError):
        keep(house, vault, "three", record_id=first.record_id, base_version=base)
    assert page(house, vault) == ["two"]


def test_the_same_id_is_filed_once(house: House, vault: Vault) -> None:
    first = keep(house, vault, "one")
    with pytest.raises(ConflictError):
        keep(house, vault, "one again", record_id=first.record_id)
    assert page(house, vault) == ["one"]
    keep(house, vault, "after it")
    assert sorted(page(house, vault)) == ["after it", "one"]


def test_two_diaries_may_use_one_id(house: House, vault: Vault, other_vault: Vault) -> None:
    kept = keep(house, vault, "mine")
    keep(house, other_vault, "hers", record_id=kept.record_id)
    assert (page(house, vault), page(house, other_vault)) == (["mine"], ["hers"])


@pytest.mark.parametrize("wanted", ["", "x", "../../etc", "0" * 32, "A" * 32, "0" * 31 + "\n"])
def test_what_is_not_there_is_not_found(house: House, vault: Vault, wanted: str) -> None:
    keep(house, vault, "one")
    with house.store.read() as conn:
        for ask in (vault.get, vault.versions):
            with pytest.raises(NotFoundError):
                ask(conn, wanted)


def test_another_diary_answers_as_if_nothing_were_there(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    mine = keep(house, vault, "mine")
    with house.store.read() as conn:
        with pytest.raises(NotFoundError):
            other_vault.get(conn, mine.record_id)
        assert other_vault.page(conn, "entry").total == 0
        assert other_vault.search(conn, "entry", "mine").total == 0
        assert not list(other_vault.scan(conn, "entry"))
    with pytest.raises(NotFoundError):
        keep(house, other_vault, "not hers", record_id=mine.record_id, base_version=1)


def test_a_version_that_never_was_is_not_found(house: House, vault: Vault) -> None:
    kept = keep(house, vault, "one")
    with house.store.read() as conn, pytest.raises(NotFoundError):
        vault.get(conn, kept.record_id, version=2)


def test_newest_first_by_when_it_happened(house: House, vault: Vault) -> None:
    for day, text in (("2026-01-03", "c"), ("2026-01-01", "a"), ("2026-01-02", "b")):
        keep(house, vault, Entry(what_happened=text, when=When.at("date_only", day)))
    keep(house, vault, Entry(what_happened="not sure"))  # sorts by the time of writing
    assert page(house, vault) == ["not sure", "c", "b", "a"]
    assert page(house, vault, offset=1, limit=2) == ["c", "b"]
    assert page(house, vault, offset=9) == []


def test_a_change_of_the_time_moves_it(house: House, vault: Vault) -> None:
    first = keep(house, vault, Entry(what_happened="a", when=When.at("date_only", "2026-01-01")))
    keep(house, vault, Entry(what_happened="b", when=When.at("date_only", "2026-01-02")))
    moved = Entry(what_happened="a", when=When.at("date_only", "2026-01-03"))
    keep(house, vault, moved, record_id=first.record_id, base_version=1)
    assert page(house, vault) == ["a", "b"]


def test_children_belong_to_their_parent(house: House, vault: Vault) -> None:
    one, two = keep(house, vault, "one").record_id, keep(house, vault, "two").record_id
    files = [keep(house, vault, a_file(), parent=one).record_id for _ in range(3)]
    keep(house, vault, a_file("audio/mp4"), parent=one)
    keep(house, vault, PrivateNote(text="for me"), parent=one)
    with house.store.read() as conn:
        assert [child.record_id for child in vault.children(conn, one, "file")][:3] == files
        assert vault.children(conn, two, "file") == []
        assert len(vault.children(conn, one, "private_note")) == 1
        counts = vault.count_children(conn, [one, two], "file")
    assert counts == {one: {1: 3, 2: 1}, two: {}}


def test_a_removal_hides_its_target_and_all_below_it(house: House, vault: Vault) -> None:
    entry = keep(house, vault, "to go").record_id
    file = keep(house, vault, a_file(), parent=entry).record_id
    small = keep(house, vault, Contact(text="of the file"), parent=file).record_id
    stays = keep(house, vault, "stays").record_id
    removal = keep(house, vault, Removal(target=entry, due_at=DUE), parent=entry)
    with house.store.read() as conn:
        assert words(vault.page(conn, "entry").items) == ["stays"]
        assert vault.page(conn, "entry").total == 1
        assert vault.page(conn, "file").total == 0
        assert vault.search(conn, "entry", "to go").total == 0
        assert words(list(vault.scan(conn, "entry"))) == ["stays"]
        assert [vault.is_listed(conn, one) for one in (entry, file, small, stays)] == [
            False,
            False,
            False,
            True,
        ]
        assert sorted(vault.family(conn, entry)) == sorted([entry, file, small])
        assert [one.record_id for one in vault.scan(conn, "removal")] == [removal.record_id]
    back = Removal(target=entry, due_at=DUE, state="brought_back")
    keep(house, vault, back, record_id=removal.record_id, base_version=1, parent=entry)
    assert sorted(page(house, vault)) == ["stays", "to go"]


def test_search_finds_every_word_in_any_case(house: House, vault: Vault) -> None:
    keep(house, vault, Entry(what_happened="He RANG the Straße bell", place="Front door"))
    keep(house, vault, Entry(what_happened='say "cheese"\nand \\ slash', exact_words="ﬁne"))
    keep(house, vault, Entry(what_happened="e\u0301tait là"))
    with house.store.read() as conn:
        for query, found in {
            "rang": 1,
            "bell RANG": 1,
            "rang door": 1,
            "rang window": 0,
            "STRASSE": 1,
            '"cheese"': 1,
            "\\": 1,
            "fine": 1,
            "\u00c9TAIT": 1,
            "what_happened": 0,
            "entry": 0,
            "commitment": 0,
        }.items():
            assert vault.search(conn, "entry", query).total == found, query


def test_search_comes_in_pages(house: House, vault: Vault) -> None:
    for number in range(25):
        keep(house, vault, f"call {number:02}")
    with house.store.read() as conn:
        first = vault.search(conn, "entry", "call", limit=10)
        last = vault.search(conn, "entry", "call", offset=20, limit=10)
    assert (len(first.items), first.total, len(last.items)) == (10, 25, 5)


def test_a_closed_diary_takes_nothing(house: House, vault: Vault) -> None:
    gone = Vault(vault.unlocked)
    gone.diary_id = new_id()
    with pytest.raises(NotFoundError):
        keep(house, gone, "too late")


def test_the_wrong_diary_key_opens_nothing(house: House, vault: Vault) -> None:
    kept = keep(house, vault, "one")
    keys = type(vault.keys)(vault.diary_id, envelope.new_key(), vault.keys.private)
    stranger = Vault(type(vault.unlocked)(vault.account_id, keys))
    with house.store.read() as conn:
        assert stranger.page(conn, "entry").total == 0
        with pytest.raises(Exception, match="damaged"):
            stranger.get(conn, kept.record_id)
