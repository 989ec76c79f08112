"""Filing a diary from a file: nothing lost, nothing twice, nothing half, and plain refusals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.file import File
from diary.errors import BadInputError, StoreFullError
from diary.services import files, load
from diary.services.house import House
from diary.store import survey
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import PASSPHRASE
from tests.services.told import plain, told

SCENARIO = Path(__file__).parent.parent.parent / "examples/scenario/diary.json"
Change = Callable[[dict[str, Any]], object]


def opened(house: House) -> Vault:
    return Vault(load.sign_in(house, name="Nad", passphrase=PASSPHRASE).unlocked)


def file_it(house: House, path: Path = SCENARIO) -> load.Loaded:
    return load.load(house, path, name="Nad", passphrase=PASSPHRASE)


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Path]:
    """A folder with two short entries and one exhibit; a test may change any of it."""
    whole = json.loads(SCENARIO.read_text())
    entries = [{**whole["entries"][0], "exhibits": ["NAP-022"]}, whole["entries"][3]]
    exhibit = next(one for one in whole["exhibits"] if one["exhibit_ref"] == "NAP-022")
    folder = tmp_path / "scenario"

    def make(change: Change = lambda _: None) -> Path:
        held = json.loads(json.dumps({"entries": entries, "exhibits": [exhibit], "orders": []}))
        change(held)
        (folder / "files").mkdir(parents=True, exist_ok=True)
        (folder / exhibit["file"]).write_bytes((SCENARIO.parent / exhibit["file"]).read_bytes())
        path = folder / "diary.json"
        path.write_text(json.dumps(held))
        return path

    return make


@pytest.mark.slow
def test_everything_in_the_file_can_be_found_again(house: House, clock: Clock) -> None:
    loaded = file_it(house)
    assert (loaded.counts["entry"], loaded.counts["file"]) == (60, 22)
    with house.store.read() as conn:
        found = told(opened(house), conn)
    for part, expected in json.loads(SCENARIO.read_text()).items():
        here = expected if isinstance(expected, list) else [expected]
        for theirs, ours in zip(here, found[part], strict=True):
            fields = theirs.items() if isinstance(theirs, dict) else [("", theirs)]
            for key, value in fields:
                kept = ours.get(key) if isinstance(ours, dict) else ours
                assert plain(kept) == plain(value), (part, ours, key)


def test_the_files_times_are_claims_and_receipt_is_now(
    house: House, clock: Clock, small: Callable[..., Path]
) -> None:
    file_it(house, small())
    vault = opened(house)
    with house.store.read() as conn:
        for kind in (Entry.kind, File.kind):
            for one in vault.scan(conn, kind):
                assert one.received_at == one.written_at == clock()
        entries = [one.body for one in vault.scan(conn, Entry.kind)]
        events = [one.body for one in vault.scan(conn, Event.kind)]
    claimed = [one.claimed for one in entries if isinstance(one, Entry) and one.claimed]
    assert sorted(one.written_at[:4] for one in claimed) == ["2026", "2026"]
    assert "imported" in [one.action for one in events if isinstance(one, Event)]


@pytest.mark.parametrize("text", ["2026-03-29T01:30:00", "2026-10-25T01:30:00"])
def test_a_time_the_clocks_leave_open_stays_open(
    house: House, small: Callable[..., Path], text: str
) -> None:
    def change(held: dict[str, Any]) -> None:
        held["entries"] = held["entries"][1:]
        held["entries"][0] |= {"time_precision": "exact", "event_start": text, "event_end": None}

    file_it(house, small(change))
    with house.store.read() as conn:
        (one,) = opened(house).scan(conn, Entry.kind)
    assert isinstance(one.body, Entry)
    assert (one.body.when.local, one.body.when.offset) == (text[:16], "")
    assert one.body.claimed
    assert one.body.claimed.event_start == text


def test_filing_the_same_file_again_files_nothing_twice(
    house: House, clock: Clock, small: Callable[..., Path]
) -> None:
    first, _ = file_it(house, small()), clock.pass_(days=1)
    again = file_it(house, small())
    assert first.code
    assert not again.code
    assert not again.counts.total()


def test_what_broke_off_goes_on_where_it_stopped(
    house: House, small: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Iterator[bytes]:
        raise StoreFullError

    with monkeypatch.context() as patch:
        patch.setattr(files, "take_in", full)
        with pytest.raises(StoreFullError):
            file_it(house, small())
    rest = file_it(house, small())
    assert (rest.counts["entry"], rest.counts["file"]) == (0, 1)
    with house.store.read() as conn:
        assert opened(house).page(conn, Entry.kind).total == 2


def test_an_unknown_part_or_field_is_kept(house: House, small: Callable[..., Path]) -> None:
    def change(held: dict[str, Any]) -> None:
        held["weather"] = {"rain": [1, 2.5, None]}
        held["entries"][1]["mood"] = {"blue": True}

    file_it(house, small(change))
    with house.store.read() as conn:
        found = told(opened(house), conn)
    assert found["weather"] == [{"rain": [1, 2.5, None]}]
    assert found["entries"][1]["mood"] == {"blue": True}


BAD: dict[str, tuple[Change, str]] = {
    "no list": (lambda held: held.update(entries={}), "entries"),
    "no object": (lambda held: held["entries"].append("x"), "entries 3"),
    "no name": (lambda held: held["entries"][0].pop("entry_id"), "entry_id"),
    "one name twice": (lambda held: held["entries"][1].update(entry_id="A001"), "entries A001"),
    "a number for text": (lambda held: held["entries"][0].update(what_happened=5), "what_happened"),
    "an unknown choice": (lambda held: held["entries"][0].update(place_type="moon"), "place_type"),
    "fear of 11": (lambda held: held["entries"][0].update(fear_level=11), "fear_level"),
    "no time": (lambda held: held["entries"][0].update(event_start="soon"), "event_start"),
    "2 MB of text": (
        lambda held: held["entries"][0].update(what_happened="x" * 2_000_000),
        "what_happened",
    ),
    "half a character": (lambda held: held["entries"][0].update(impact="\ud800"), "kept"),
    "another file's hash": (lambda held: held["exhibits"][0].update(sha256="0" * 64), "sha256"),
    "a file elsewhere": (lambda held: held["exhibits"][0].update(file="../../etc/x"), "NAP-022"),
    "a file that is not there": (lambda held: held["exhibits"][0].update(file="files/no"), "no"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_whole_and_says_where(
    house: House, small: Callable[..., Path], name: str
) -> None:
    change, place = BAD[name]
    with pytest.raises(BadInputError) as refused:
        file_it(house, small(change))
    assert place in str(refused.value)
    assert len(str(refused.value)) < 300
    with house.store.read() as conn:
        assert survey.every_diary(conn) == []


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"entries": NaN}', '{"a": 1, "a": 2}', "[" * 100_000, "\xff"]
)
def test_what_is_no_diary_is_refused(house: House, tmp_path: Path, text: str) -> None:
    path = tmp_path / "diary.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInputError):
        file_it(house, path)


def test_a_taken_name_with_another_passphrase_is_refused(
    house: House, small: Callable[..., Path]
) -> None:
    file_it(house, small())
    with pytest.raises(BadInputError) as refused:
        load.load(house, small(), name="Nad", passphrase="another walnut copper river")
    assert "name" in refused.value.fields


def test_a_file_over_the_limit_is_refused_before_anything_is_written(
    house: House, small: Callable[..., Path]
) -> None:
    strict = replace(house, settings=replace(house.settings, max_file_bytes=10))
    with pytest.raises(BadInputError):
        file_it(strict, small())
    with house.store.read() as conn:
        assert survey.every_diary(conn) == []
