"""What goes along with chosen entries, by purpose: orders, reports, witnesses, and what stays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest

from diary.bundle.profile import PROFILES
from diary.domain.entry import Entry, Withdrawn
from diary.domain.kept import Removal
from diary.domain.order import Order, Term
from diary.domain.people import Contact, OtherPerson, Person, Secret, Secrets, Told
from diary.domain.plan import Lead, Plan, PlanLook
from diary.domain.practice import PracticeRecord
from diary.domain.report import Report, ReportLink
from diary.domain.when import When
from diary.proof.verify import verify
from diary.services.export import copies_of_orders, goes_along
from diary.services.gathering import Selection
from tests.services.test_export import ALL, Diary, diary, every_text, lose, rows, unpacked

__all__ = ["diary"]
REACH, PLAN, SECRET = "01632 960377", "Bag at the green gate", "Briar Cottage"
WORDS = "He said both of it to me."
PAPER = b"\xff\xd8\xff the court's own paper " * 40
FEBRUARY, JULY = When.at("exact", "2026-02-17T19:40"), When.at("date_only", "2026-07-02")


@dataclass(frozen=True)
class Filled:
    """A diary with one order that was varied, three entries and one of everything else."""

    diary: Diary
    first: str
    second: str
    undated: str

    def base(self, folder: Path, purpose: str = "police", *entries: str) -> Path:
        folder.mkdir(exist_ok=True)
        chosen = Selection(entries=frozenset(entries)) if entries else ALL
        path = self.diary.bundle(folder, purpose, chosen)
        assert verify(path, self.diary.house.secrets.log.public_line).holds
        return unpacked(path, folder / "out")


def order(reference: str, made: str, ends: str, **fields: object) -> Order:
    term = Term(term_id=f"{reference}.T1", text_from_order=f"Words of {reference}.")
    return Order(
        reference=reference, type="NMO", made_on=made, served_on=made, expires_on=ends,
        ends="on", terms=(term,), **fields,
    )  # fmt: skip


@pytest.fixture
def filled(diary: Diary) -> Filled:
    person = diary.keep(Person(name="Harjit Bhogal", relation="old neighbour"))
    diary.keep(Contact(phone=REACH, may_be_contacted="yes"), parent=person)
    shy = diary.keep(Person(name="Callum"))
    diary.keep(Contact(phone="01632 960652", may_be_contacted="no"), parent=shy)
    old = diary.keep(order("ORD-1", "2026-02-01", "2026-08-01"))
    diary.keep(order("ORD-1v2", "2026-06-01", "2027-06-01", supersedes="ORD-1"))
    diary.keep(order("ORD-7", "2031-01-01", "2032-01-01"))
    diary.file(old, PAPER)
    first = diary.entry(
        "one", FEBRUARY, order_ref="ORD-1", terms_alleged=("ORD-1.T1",),
        witnesses=(
            {"name_or_description": "Mrs B", "saw_or_heard": "heard it", "person": person},
            {"name_or_description": "C", "person": shy},
        ),
    )  # fmt: skip
    second = diary.entry("two", JULY, order_ref="ORD-1", terms_alleged=("ORD-1.T1",))
    undated = diary.entry("three", order_ref="ORD-99")
    report = Report(
        reference="REP-1", entries=(first, second), to="police_101", incident_ref="0914",
        reported=When.at("exact", "2026-03-01T10:00"), what_said=WORDS, outcome="logged",
    )  # fmt: skip
    filed = diary.keep(report)
    for entry in (first, second):
        diary.keep(ReportLink(report=filed), parent=entry)
    alone = Report(reference="REP-2", entries=(second,), to="school", what_said="Only two.")
    diary.keep(alone)
    diary.keep(Lead(sort="CCTV", holder="the corner shop"), parent=first)
    diary.keep(PlanLook(state="done_on", on="2026-02-18"), parent=first)
    diary.keep(PlanLook(state="not_now"), parent=second)
    diary.keep(Plan(agreed_with=PLAN))
    diary.keep(Told(who="The school office", orders=("ORD-1",)))
    diary.keep(PracticeRecord(detail="A worker's words."))
    diary.keep(OtherPerson(name="G"))
    diary.keep(Secrets(words=(Secret(value=SECRET),)))
    return Filled(diary, first, second, undated)


def kinds(base: Path) -> set[str]:
    found = json.loads((base / "data/machine/bundle.json").read_text())["records"]
    return {one["content"]["kind"] for one in found}


def text_of(path: Path) -> str:
    found = " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return " ".join(found.split())


def test_each_purpose_has_what_it_needs_and_no_more(filled: Filled, tmp_path: Path) -> None:
    always = {"entry", "order"}
    details = always | {"file", "report", "person", "lead", "plan_look"}
    own = details | {"plan", "told", "practice_record", "other_person"}
    expected = {"police": details, "family-court": always, "practitioner": always, "own-copy": own}
    assert expected.keys() == PROFILES.keys()
    for purpose, found in expected.items():
        base = filled.base(tmp_path / purpose, purpose)
        assert kinds(base) == found
        said = (base / "data/machine/bundle.json").read_text()
        assert said.count('"kind": "plan_look"') == ("plan_look" in found)
        for name, data in every_text(base):
            assert SECRET.encode() not in data, name
            reach = name == "contact-for-police-only.pdf"
            assert REACH.encode() not in data or reach, name
            assert b"01632 960652" not in data, name
            assert PLAN.encode() not in data or purpose == "own-copy", name
            assert b"Harjit" not in data or purpose in {"police", "own-copy"}, name
        there = (base / "data/contact-for-police-only.pdf").exists()
        assert there == (purpose == "police")


def test_police_get_the_way_to_witnesses_and_whom_to_ask_first(
    filled: Filled, tmp_path: Path
) -> None:
    base = filled.base(tmp_path)
    text = text_of(base / "data/contact-for-police-only.pdf")
    assert REACH in text
    assert "heard it" in text
    assert "does not want to be contacted" in text
    read_me = (base / "READ-ME-FIRST.txt").read_text()
    assert "contact-for-police-only.pdf" in read_me
    assert len(read_me.splitlines()) <= 60


def test_the_chronology_tells_of_orders_and_reports(filled: Filled, tmp_path: Path) -> None:
    first, second, undated = rows(filled.base(tmp_path), "02-chronology.csv")
    assert first["order_terms"] == "ORD-1.T1"
    assert (first["reported_to"], first["reference"]) == ("Police, by 101", "0914")
    assert first["reported_on"] == "2026-03-01 10:00 +00:00"
    assert first["outcome"] == "written down by them"
    assert second["reference"] == "0914; none written down"
    assert "told before it happened" in second["reported_on"]
    # The order was replaced before: that is said, and nothing is claimed.
    assert "A newer version took its place on 1 June 2026." in second["order_terms"]
    assert "no order with this reference" in undated["order_terms"]
    assert undated["order_terms"].startswith("ORD-99")


def test_every_entry_that_names_an_order_has_a_page(filled: Filled, tmp_path: Path) -> None:
    base = filled.base(tmp_path)
    pages = sorted((base / "data/04-breach-reports").iterdir())
    assert [page.name for page in pages] == ["BR-001.pdf", "BR-002.pdf", "BR-003.pdf"]
    assert all(len(pypdf.PdfReader(page).pages) == 1 for page in pages)
    texts = [text_of(page) for page in pages]
    assert "Words of ORD-1." in texts[0]
    assert "looked at again, 18 February 2026" in texts[0]
    assert "newer version took its place on 1 June 2026" in texts[1]
    assert WORDS in texts[1]
    assert "no order with this reference is in the diary" in texts[2]


def test_orders_go_with_their_copies_and_their_terms(filled: Filled, tmp_path: Path) -> None:
    base = filled.base(tmp_path)
    found = sorted(path.name for path in (base / "data/05-orders").iterdir())
    assert found == ["ORD-1-terms.pdf", "ORD-1.jpg", "ORD-1v2-terms.pdf"]
    assert (base / "data/05-orders/ORD-1.jpg").read_bytes() == PAPER
    text = text_of(base / "data/05-orders/ORD-1-terms.pdf")
    assert "Words of ORD-1." in text
    assert "1 August 2026" in text
    assert "data/05-orders/ORD-1.jpg" in text
    assert "No copy" in text_of(base / "data/05-orders/ORD-1v2-terms.pdf")
    listed = [row for row in rows(base, "07-exhibit-list.csv") if "orders" in row["file_name"]]
    assert [row["file_name"] for row in listed] == ["05-orders/ORD-1.jpg"]


def test_a_copy_that_was_not_ticked_stays(filled: Filled, tmp_path: Path) -> None:
    vault, house = filled.diary.vault, filled.diary.house
    ((reference, file, _),) = copies_of_orders(house, vault, ALL)
    assert reference == "ORD-1"
    for files, there in ((frozenset[str](), False), (frozenset({file}), True)):
        folder = tmp_path / str(there)
        folder.mkdir()
        path = filled.diary.bundle(folder, selection=Selection(files=files))
        assert (unpacked(path, folder / "out") / "data/05-orders/ORD-1.jpg").exists() == there


def test_nothing_of_what_was_not_chosen_is_told(filled: Filled, tmp_path: Path) -> None:
    base = filled.base(tmp_path, "police", filled.first)
    (row,) = rows(base, "02-chronology.csv")
    assert row["reference"] == "0914"
    assert "report" not in kinds(base)
    for name, data in every_text(base):
        assert WORDS.encode() not in data, name
        assert b"Only two." not in data, name
        assert filled.second.encode() not in data, name
    page = text_of(base / "data/04-breach-reports/BR-001.pdf")
    assert "also about entries that were not chosen" in page
    # In July the newer version bound; the entry of February is of the first alone.
    assert {path.name for path in (base / "data/05-orders").iterdir()} == {
        "ORD-1-terms.pdf",
        "ORD-1.jpg",
    }


def test_when_something_that_was_not_chosen_happened_is_not_told(
    filled: Filled, tmp_path: Path
) -> None:
    both = Report(
        reference="REP-3", entries=(filled.first, filled.second), to="police_999",
        reported=When.at("exact", "2026-07-03T10:00"), happened=JULY,
        their_action="Went there.", follow_ups=({"on": "2026-07-09", "note": "Went again."},),
    )  # fmt: skip
    filled.diary.keep(both)
    base = filled.base(tmp_path / "one", "police", filled.first)
    page = text_of(base / "data/04-breach-reports/BR-001.pdf")
    assert "Police, by 999" in page
    assert not any(told in page for told in ("2 July 2026", "Went there", "Went again"))
    whole = filled.base(tmp_path / "two", "police", filled.first, filled.second)
    assert "2 July 2026" in text_of(whole / "data/04-breach-reports/BR-001.pdf")


def test_what_was_taken_back_has_no_page(filled: Filled, tmp_path: Path) -> None:
    filled.diary.entry("four", JULY, order_ref="ORD-1", withdrawn={"reason": "mixed up"})
    base = filled.base(tmp_path)
    assert len(rows(base, "02-chronology.csv")) == 4
    assert len(list((base / "data/04-breach-reports").iterdir())) == 3


def test_nobody_is_sent_to_the_witness_of_what_was_taken_back(diary: Diary, tmp_path: Path) -> None:
    person = diary.keep(Person(name="Harjit Bhogal"))
    diary.keep(Contact(phone=REACH, may_be_contacted="yes"), parent=person)
    saw = ({"name_or_description": "Mrs B", "person": person, "saw_or_heard": "him"},)
    diary.entry("one", FEBRUARY, witnesses=saw, withdrawn={"reason": "mixed up"})
    base = unpacked(diary.bundle(tmp_path), tmp_path / "out")
    assert not (base / "data/contact-for-police-only.pdf").exists()
    diary.entry("two", JULY, witnesses=saw)
    base = unpacked(diary.bundle(tmp_path), tmp_path / "again")
    text = text_of(base / "data/contact-for-police-only.pdf")
    assert REACH in text
    assert ("Entry 1" in text, "Entry 2" in text) == (False, True)


def test_what_stands_again_says_that_it_was_taken_back(diary: Diary, tmp_path: Path) -> None:
    first = diary.entry("one", FEBRUARY)
    body = Entry(what_happened="one", when=FEBRUARY)
    back = {"withdrawn": Withdrawn(said_on="2026-03-03", reason="mixed up")}
    diary.keep(body.model_copy(update=back), record_id=first, base_version=1)
    diary.keep(body, record_id=first, base_version=2)
    base = unpacked(diary.bundle(tmp_path), tmp_path / "out")
    text = text_of(base / "data/02-chronology.pdf")
    assert "It said then: Taken back: not yet" in text
    assert "It said then: Taken back: Withdrawn by the writer 2026-03-03. mixed up" in text


def test_a_reason_alone_is_no_other_wording(diary: Diary, tmp_path: Path) -> None:
    first = diary.entry("one", FEBRUARY)
    body = Entry(what_happened="one", when=FEBRUARY, change_reason="so that it is said")
    diary.keep(body, record_id=first, base_version=1)
    base = unpacked(diary.bundle(tmp_path), tmp_path / "out")
    text = text_of(base / "data/02-chronology.pdf")
    assert "reason: so that it is said." in text
    assert "It said then" not in text


def test_whether_a_witness_may_be_asked_is_not_assumed(diary: Diary, tmp_path: Path) -> None:
    person = diary.keep(Person(name="Harjit Bhogal"))
    diary.keep(Contact(phone=REACH), parent=person)
    diary.entry("one", FEBRUARY, witnesses=({"name_or_description": "Mrs B", "person": person},))
    base = unpacked(diary.bundle(tmp_path), tmp_path / "out")
    text = text_of(base / "data/contact-for-police-only.pdf")
    assert "it is not known. Ask the writer first." in text


def test_what_goes_along_is_counted_beforehand(filled: Filled) -> None:
    house, vault = filled.diary.house, filled.diary.vault
    found = goes_along(house, vault, ALL, PROFILES["police"])
    assert (found.orders, found.reports, found.witnesses, found.unopened) == (2, 2, 2, 0)
    found = goes_along(house, vault, ALL, PROFILES["practitioner"])
    assert found.witnesses == 0


@pytest.mark.parametrize(
    "reference", ["../etc/passwd", "ORD-1", "ord-1V2", "ORD-1-2", "", "ي" * 90]
)
def test_any_reference_makes_plain_names(filled: Filled, tmp_path: Path, reference: str) -> None:
    diary = filled.diary
    strange = diary.keep(order(reference, "2026-01-01", "2027-01-01"))
    diary.file(strange, b"photo 1", "image/jpeg")
    diary.file(strange, b"photo 2", "image/jpeg")
    base = filled.base(tmp_path)
    held = [path.read_bytes() for path in (base / "data/05-orders").glob("*.jpg")]
    assert sorted(held) == sorted([b"photo 1", b"photo 2", PAPER])
    assert len(list((base / "data/05-orders").glob("*-terms.pdf"))) == 3


def test_the_same_choice_at_the_same_time_is_the_same_payload(
    filled: Filled, tmp_path: Path
) -> None:
    filled.base(tmp_path / "before")  # gives the references of files, which are records themselves
    lists = [(filled.base(tmp_path / name) / "manifest-sha256.txt").read_text() for name in "ab"]
    # Each making is an event in the log, so the log has grown, and nothing else has changed.
    first, again = (
        [line for line in one.split("\n") if "machine/proofs/" not in line] for one in lists
    )
    assert first == again


def test_what_does_not_open_is_said_and_the_rest_goes(filled: Filled, tmp_path: Path) -> None:
    diary = filled.diary
    with diary.house.store.read() as conn:
        order = next(one for one in diary.vault.scan(conn, "order") if b"ORD-1v2" in one.canonical)
        report = next(diary.vault.scan(conn, "report"))
    for lost in (order, report):
        lose(diary, lost.record_id)
    assert goes_along(diary.house, diary.vault, ALL, PROFILES["police"]).unopened == 2
    path = diary.bundle(tmp_path)
    assert ["could not be opened" in doubt.text for doubt in verify(path).doubts] == [True]
    base = unpacked(path, tmp_path / "out")
    assert "NOT VERIFIED: 2 records" in " ".join((base / "READ-ME-FIRST.txt").read_text().split())
    assert (base / "data/05-orders/ORD-1-terms.pdf").exists()
    assert not (base / "data/05-orders/ORD-1v2-terms.pdf").exists()


def test_a_removed_witness_is_still_named_by_the_entry_and_nowhere_else(
    filled: Filled, tmp_path: Path
) -> None:
    diary = filled.diary
    with diary.house.store.read() as conn:
        people = list(diary.vault.scan(conn, Person.kind))
    gone = next(one for one in people if b"Harjit" in one.canonical)
    later = diary.house.now() + timedelta(days=7)
    diary.keep(Removal(target=gone.record_id, due_at=later), parent=gone.record_id)
    base = filled.base(tmp_path)
    assert "Mrs B" in rows(base, "02-chronology.csv")[0]["others_present"]
    for name, data in every_text(base):
        assert REACH.encode() not in data, name
        assert b"Harjit" not in data, name


def test_a_picture_of_an_order_goes_as_a_copy_where_no_originals_go(
    filled: Filled, tmp_path: Path
) -> None:
    diary = filled.diary
    ((_, file, _),) = copies_of_orders(diary.house, diary.vault, ALL)
    diary.copy(file, b"small jpeg")
    for purpose, found in (
        ("family-court", {"viewing/ORD-1-DERIVED-view.jpg"}),
        ("police", {"viewing/ORD-1-DERIVED-view.jpg", "ORD-1.jpg"}),
    ):
        folder = filled.base(tmp_path / purpose, purpose) / "data/05-orders"
        held = {path.relative_to(folder).as_posix() for path in folder.rglob("*.jpg")}
        assert held == found
