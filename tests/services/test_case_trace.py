"""What a look leaves for her: which entries' words stood on the page, and that a name was read."""

from __future__ import annotations

import pytest

from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.errors import NotFoundError, StoreFullError
from diary.services import cases, deletion, looks
from diary.services.house import House
from diary.store import records
from diary.vault.vault import Vault
from tests import cases as told
from tests.cases import Told
from tests.clock import Clock
from tests.practitioners import Worker

EYES = {"Accept": "text/html"}


def last(house: House, vault: Vault, maya: Worker, path: str) -> Event:
    """Open a page, and return what it left."""
    before = len(told.events(house, vault))
    assert maya.client.get(path, headers=EYES).status_code == 200, path
    events = told.events(house, vault)
    assert len(events) == before + 1, "one page, one event"
    return events[-1]


def test_a_list_leaves_which_entries_could_be_read_on_it(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    case, every = f"/work/cases/{case_id}", {diary.copied, diary.second, diary.entry}
    for page, note in {
        "": "case",
        "/entries": "entries",
        f"/entries/{diary.entry}": "entry",
        "/records/new": "writing",
    }.items():
        event = last(house, vault, maya, case + page)
        assert (event.note, set(event.shown)) == (note, every), page
    for page in ("/reports", "/pattern", "/plan", "/people", "/files", f"/orders/{diary.order}"):
        assert last(house, vault, maya, case + page).shown == (), page


@pytest.mark.parametrize("path", ["/entries", "/records/new"])
def test_every_entry_whose_words_stand_on_a_page_is_named(
    house: House, vault: Vault, maya: Worker, path: str
) -> None:
    """Read off the page itself: what it says and what it leaves are one list."""
    ids = [told.keep(house, vault, Entry(what_happened=f"words-{n}.")) for n in range(23)]
    case_id = told.grant(house, vault, maya.vault, ids)
    page = maya.client.get(f"/work/cases/{case_id}{path}", headers=EYES).text
    stood = {one for n, one in enumerate(ids) if f"words-{n}." in page}
    assert len(stood) == 20, "a list is bounded"
    assert set(told.events(house, vault)[-1].shown) == stood


def test_that_a_search_was_made_is_left_and_only_what_it_found(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    case = f"/work/cases/{case_id}/entries"
    event = last(house, vault, maya, f"{case}?q=gate")
    assert (event.note, event.shown) == ("search", (diary.entry,))
    assert last(house, vault, maya, f"{case}?q=nothing+at+all").note == "search"
    event = last(house, vault, maya, f"{case}/{diary.second}?q=gate")
    assert (event.note, event.subject) == ("entry found", diary.second)
    assert event.shown == (diary.entry,)


def test_the_list_of_cases_is_one_look_for_some_minutes(
    house: House, clock: Clock, vault: Vault, maya: Worker, case_id: str
) -> None:
    for _ in range(3):
        assert told.NAME in maya.client.get("/work", headers=EYES).text
    (event,) = told.events(house, vault)
    assert (event.action, event.note, event.subject) == ("looked", "list", case_id)
    clock.pass_(minutes=6)
    maya.client.get("/work", headers=EYES)
    assert len(told.events(house, vault)) == 2


def test_where_the_trace_cannot_be_left_no_name_is_shown(
    house: House, maya: Worker, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_named: object) -> None:
        raise StoreFullError

    monkeypatch.setattr(records, "add", full)
    answer = maya.client.get("/work", headers=EYES)
    assert answer.status_code == 507
    assert told.NAME not in answer.text


def test_what_ended_meanwhile_is_not_listed(
    house: House, maya: Worker, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = cases.opened

    def ends(*args: object) -> object:
        told.end(house, case_id)
        return opened(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(cases, "opened", ends)
    assert cases.mine(house, maya.vault) == []


def test_she_reads_which_entries_stood_there(
    house: House, vault: Vault, other_vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    maya.client.get(f"/work/cases/{case_id}/entries", headers=EYES)
    (look,) = looks.looks(house, vault, grant_id=case_id).items
    assert len(look.shown) == 3
    found = looks.stood(house, vault, case_id, look.id)
    assert [one for one, _ in found.entries] == list(look.shown)
    assert found.gone == 0
    deletion.remove(house, vault, diary.second)
    found = looks.stood(house, vault, case_id, look.id)
    assert diary.second not in [one for one, _ in found.entries]
    assert found.gone == 1
    another = told.share(house, vault, maya.vault, diary)
    wrong = [(case_id, diary.entry), ("0" * 32, look.id), (case_id, "x"), (another, look.id)]
    for grant_id, look_id in wrong:
        with pytest.raises(NotFoundError):
            looks.stood(house, vault, grant_id, look_id)
    with pytest.raises(NotFoundError):
        looks.stood(house, other_vault, case_id, look.id)
