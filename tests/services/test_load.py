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
from diary.domain.ids import new_id
from diary.domain.kept import Kept, Profile
from diary.domain.order import Order
from diary.domain.people import Contact, Person, Secret, Secrets, Told
from diary.domain.plan import Plan
from diary.domain.report import Report, ReportLink
from diary.errors import BadInputError, StoreFullError
from diary.services import files, load, own
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
    expected = {"entry": 60, "file": 22, "order": 4, "report": 20, "person": 12, "told": 8}
    expected |= {"contact": 12, "practice_record": 10, "report_link": 26, "plan_look": 60}
    assert {kind: loaded.counts[kind] for kind in expected} == expected
    with house.store.read() as conn:
        found = told(opened(house), conn)
    for part, expected in json.loads(SCENARIO.read_text()).items():
        here = expected if isinstance(expected, list) else [expected]
        for theirs, ours in zip(here, found[part], strict=True):
            fields = theirs.items() if isinstance(theirs, dict) else [("", theirs)]
            for key, value in fields:
                kept = ours.get(key) if isinstance(ours, dict) else ours
                assert plain(kept) == plain(value), (part, ours, key)


@pytest.mark.slow
def test_nothing_of_the_file_is_filed_twice_and_no_number_is_given_again(house: House) -> None:
    file_it(house)
    assert not file_it(house).counts.total()
    vault = opened(house)
    with house.store.read() as conn:
        profile = own.only(conn, vault, Profile)
        orders = own.every_in(conn, vault, Order).items
        copies = [own.below(conn, vault, File, one.id) for one in orders]
        told = {one.body.who: one.body.orders for one in own.every_in(conn, vault, Told).items}
    assert profile
    given = profile.body
    assert (given.exhibits_given, given.orders_given, given.reports_given) == (22, 2, 20)
    assert given.order_versions == {"ORD-1": 3}
    assert {one.body.reference: one.body.terms_given for one in orders} == {
        "ORD-1": 6,
        "ORD-1v2": 9,
        "ORD-1v3": 9,
        "ORD-2": 5,
    }
    assert [file.body.exhibit_ref for some in copies for file in some] == ["NAP-016"]
    # One names the order, the other is named by it: both stand.
    assert told["Tariq at the housing association"] == ("ORD-2", "ORD-1v3")


def with_more(held: dict[str, Any]) -> None:
    """Something of every part that has a record of its own."""
    whole = json.loads(SCENARIO.read_text())
    held["orders"] = whole["orders"][:1]
    held["reports"] = [{**whole["reports"][0], "entries": ["A001", "A999"]}]
    held["contacts"] = whole["contacts"][:1]
    for part in ("who_knows", "practitioner_records"):
        held[part] = whole[part][:1]
    for part in ("person", "safety_plan", "other_person"):
        held[part] = whole[part]
    held["entries"][0]["independent_leads"] = [{"type": "CCTV", "holder": "shop"}]
    held["entries"][0]["other_witnesses"] = [
        {"name_or_description": "Bethan", "contact_private": "CON-1"},
        {"name_or_description": "A man", "contact_private": "the blue door, 3rd floor"},
        {"name_or_description": "The usher", "contact_private": None},
    ]


def test_a_witness_is_a_person_and_how_to_reach_them_lies_below(
    house: House, small: Callable[..., Path]
) -> None:
    file_it(house, small(with_more))
    vault = opened(house)
    with house.store.read() as conn:
        people = {one.id: one.body.name for one in own.every_in(conn, vault, Person).items}
        entry = next(one for one in own.every_in(conn, vault, Entry).items if one.body.witnesses)
        named = [one.person for one in entry.body.witnesses]
        reach = [own.below(conn, vault, Contact, one) for one in named if one]
    assert [people.get(one or "") for one in named] == ["Bethan Oduya", "A man", None]
    assert [one.body.phone or one.body.text for some in reach for one in some] == [
        "07700 900118",
        "the blue door, 3rd floor",
    ]
    assert "blue door" not in entry.body.model_dump_json()


def test_a_report_keeps_the_name_of_an_entry_that_the_file_does_not_hold(
    house: House, small: Callable[..., Path]
) -> None:
    file_it(house, small(with_more))
    vault = opened(house)
    with house.store.read() as conn:
        (report,) = own.every_in(conn, vault, Report).items
        (kept,) = own.below(conn, vault, Kept, report.id)
        (entry,) = report.body.entries
        (link,) = own.below(conn, vault, ReportLink, entry)
    assert link.body.report == report.id
    assert kept.body.data == {"entries": ["A001", "A999"]}
    assert (report.body.reported.local, report.body.reported.offset) == (
        "2026-02-17T20:05",
        "+00:00",
    )


def test_what_she_has_already_stays_hers(house: House, small: Callable[..., Path]) -> None:
    file_it(house, small())
    vault = opened(house)
    with house.store.write() as conn:
        hers = own.only(conn, vault, Profile)
        assert hers
        mine = hers.body.model_copy(update={"pronouns": "they", "reports_given": 70})
        own.change_in(conn, house, vault, mine, record_id=hers.id, base=hers.version)
        secret = Secrets(words=(Secret(value="Elm Row"),))
        own.add_in(conn, house, vault, secret)
        own.add_in(conn, house, vault, Plan(agreed_with="Zoe"))
    assert file_it(house, small(with_more)).counts["kept"] >= 3
    assert not file_it(house, small(with_more)).counts.total()
    with house.store.read() as conn:
        profile, words = own.only(conn, vault, Profile), own.only(conn, vault, Secrets)
        plan, kept = own.only(conn, vault, Plan), own.every_in(conn, vault, Kept).items
    assert profile
    assert words
    assert plan
    assert (profile.body.pronouns, profile.body.initials) == ("they", "NAP")
    assert (profile.body.reports_given, profile.body.orders_given) == (70, 1)
    assert [one.value for one in words.body.words][:2] == [
        "Elm Row",
        "Flat 3, 14 Quillet Row, Marlbeck",
    ]
    assert plan.body.agreed_with == "Zoe"
    assert {"profile", "secrets", "plan"} <= {one.body.part for one in kept}


def test_a_reference_that_is_taken_is_refused_in_words(
    house: House, small: Callable[..., Path]
) -> None:
    file_it(house, small())
    vault = opened(house)
    own.add(house, vault, Order(reference="ORD-1", type="NMO"), record_id=new_id())
    with pytest.raises(BadInputError) as refused:
        file_it(house, small(with_more))
    assert "ORD-1" in str(refused.value)
    with house.store.read() as conn:
        assert vault.page(conn, Entry.kind).total == 2


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
    "an order of no day": (
        lambda held: held.update(orders=[{"order_id": "O-1", "type": "NMO", "made_on": "May"}]),
        "orders O-1",
    ),
    "an order without a name": (lambda held: held.update(orders=[{"type": "NMO"}]), "order_id"),
    "an order that is served by owl": (
        lambda held: held.update(orders=[{"order_id": "O-1", "type": "x", "served_how": "owl"}]),
        "served_how",
    ),
    "one term twice": (
        lambda held: held.update(
            orders=[{"order_id": "O-1", "type": "x", "terms": [{"term_id": "T"}] * 2}]
        ),
        "term_id",
    ),
    "a report of no time": (
        lambda held: held.update(reports=[{"report_id": "R-1", "reported_utc": "soon"}]),
        "reports R-1",
    ),
    "a lead until never": (
        lambda held: held["entries"][0].update(independent_leads=[{"expires_on": "never"}]),
        "expires_on",
    ),
    "a look at the plan of no kind": (
        lambda held: held["entries"][0].update(safety_plan_review={"state": "x"}),
        "safety_plan_review",
    ),
    "a plan that is a list": (lambda held: held.update(safety_plan=["x"]), "safety_plan"),
    "secrets that are a word": (
        lambda held: held.update(person={"keep_secret": "x"}),
        "keep_secret",
    ),
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "must be one JSON object"),
        ('"x"', "must be one JSON object"),
        ("{}", "There is nothing to file in diary.json."),
        ('{"entries": [], "person": {}}', "There is nothing to file in diary.json."),
    ],
)
def test_what_holds_nothing_makes_no_account(
    house: House, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "diary.json"
    path.write_text(text)
    with pytest.raises(BadInputError, match=said):
        file_it(house, path)
    with house.store.read() as conn:
        assert survey.every_diary(conn) == []


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
