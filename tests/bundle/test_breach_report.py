"""One entry on one page: the order of its lines, and that it stays one page."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pypdf
import pytest

from diary.bundle.breach_report import GOES_ON, TEMPLATE, alone, breach_report, cut
from diary.bundle.breach_rows import Breach
from diary.bundle.contents import EntryItem
from diary.bundle.documents import Pdf, Typesetting
from diary.domain.entry import Entry, Witness
from diary.domain.order import Order, Term
from diary.domain.plan import PlanLook
from diary.domain.report import FollowUp, Report
from diary.domain.when import When
from diary.services.house import House
from diary.text import ENGLISH
from diary.vault.vault import Vault

HAPPENED = When.at("exact", "2026-03-03T21:14")
MADE = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENTRY = Entry(
    what_happened="He rang at the door.", when=HAPPENED, place="At the gate", place_type="home",
    inside_zone="yes", direct_or_indirect="indirect_person", via_whom="His mother",
    person_responsible="Gary", how_i_know="I knew the voice", exact_words="I am coming in",
    who_was_there=("Bethan",), witnesses=(Witness(name_or_description="The neighbour at 9"),),
    children_present=("Cai",), injuries="A bruise", damage="The letterbox",
    how_it_was="I could not sleep", order_ref="ORD-1", terms_alleged=("ORD-1.T1", "ORD-9.T9"),
    how_breached="He came to the gate",
)  # fmt: skip
ORDER = Order(
    reference="ORD-1", type="NMO", court_name="Family Court at Wexcombe", case_number="ZX94",
    made_on="2026-02-10", served_on="2026-02-17", served_how="personal", without_notice="yes",
    ends="on", expires_on="2027-02-10",
    terms=(Term(term_id="ORD-1.T1", text_from_order="must not come to the address"),),
)  # fmt: skip
REPORT = Report(
    reference="REP-1", to="police_101", reported=When.at("exact", "2026-03-04T09:00"),
    happened=HAPPENED, name_rank="PC Hall", agency="Wexcombe Police", incident_ref="0914 of 4/3",
    crime_ref="13/4567/26", what_said="All of it", their_action="A visit", outcome="logged",
    follow_ups=(FollowUp(on="2026-03-09", note="Rang back"),),
)  # fmt: skip
IN_ORDER = (
    "not a signed statement", "Non-molestation order", "Family Court at Wexcombe", "ZX94",
    "10 February 2026", "17 February 2026, given to them in person", "10 February 2027",
    "The part of the order that I", "must not come to the address", "He rang at the door.",
    "Tuesday 3 March 2026 21:14", "At the gate", "indirect person", "His mother", "Gary",
    "I knew the voice", "I am coming in", "Bethan", "The neighbour at 9", "Cai", "A bruise",
    "The letterbox", "I could not sleep", "AB-001", "Police, by 101", "Wednesday 4 March 2026",
    "0914 of 4/3", "13/4567/26", "PC Hall", "A visit", "Rang back", "looked at again",
    "Happened (what I say)", "Written (what the phone", "Received (the server)",
)  # fmt: skip


def item(house: House, vault: Vault, *bodies: Entry) -> EntryItem:
    at = house.now()
    with house.store.write() as conn:
        kept = vault.keep(conn, bodies[0], at=at, device_at=at - timedelta(minutes=9))
        for body in bodies[1:]:
            more = {"record_id": kept.record_id, "base_version": 1}
            vault.keep(conn, body, at=at, **more)  # type: ignore[arg-type]
    with house.store.read() as conn:
        return EntryItem(tuple(vault.versions(conn, kept.record_id)), ("AB-001",))


def made(breach: Breach) -> Pdf:
    data = breach_report(breach, alone(MADE, ENGLISH), ENGLISH, reference="BR-001")
    return Typesetting(TEMPLATE, data).finish()


def text_of(pdf: Pdf) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf.data)).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


def test_the_lines_stand_in_the_order_in_which_they_are_asked_for(
    house: House, vault: Vault
) -> None:
    look = PlanLook(state="done_on", on="2026-03-05")
    pdf = made(Breach(item(house, vault, ENTRY), (ORDER,), (REPORT,), look))
    text, at = text_of(pdf), -1
    for part in IN_ORDER:
        found = text.find(part, at + 1)
        assert found > at, f"{part!r} does not follow in {text!r}"
        at = found
    assert pdf.standard == "a-3a+ua-1"
    assert "breach" not in text.lower()
    assert "ORD-9.T9 (its words are not in the diary now)" in text
    assert GOES_ON not in text


def test_fonts_are_in_the_file_and_it_says_its_language(house: House, vault: Vault) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made(Breach(item(house, vault, ENTRY))).data))
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    below = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts.values()]
    assert below
    assert all("/FontFile" in "".join(one["/FontDescriptor"].get_object()) for one in below)
    assert str(reader.root_object["/Lang"]) == "en"
    assert "/StructTreeRoot" in reader.root_object
    width, height = reader.pages[0].mediabox.width, reader.pages[0].mediabox.height
    assert (round(width), round(height)) == (595, 842)


HUGE = {
    "plain": "He rang and rang. " * 5000,
    "markup": "#let x = 1 *bold* $x$ @ref <label> \\ #panic() \n" * 2000,
    "right to left": "سلام عليكم " * 9000,
    "no spaces": "x" * 100_000,
    "line ends": "\n" * 50_000 + "x",
    "undrawable": "\U0001f469\u200d\U0001f467 \U0010fffd\x00" * 9000,
    "combining": "e\u0301" * 30_000,
    "wide": "電話" * 30_000,
}


@pytest.mark.parametrize("huge", HUGE.values(), ids=HUGE)
def test_it_is_one_page_whatever_it_holds(house: House, vault: Vault, huge: str) -> None:
    fields = ("what_happened", "how_it_was", "exact_words", "how_i_know", "damage", "injuries",
              "how_breached", "outcome")  # fmt: skip
    body = ENTRY.model_copy(
        update=dict.fromkeys(fields, huge) | {"who_was_there": (huge[:1000],) * 90}
    )
    report = REPORT.model_copy(update={"what_said": huge, "their_action": huge})
    told = tuple(report.model_copy(update={"reference": f"REP-{n}"}) for n in range(30))
    order = ORDER.model_copy(update={"terms": (Term(term_id="ORD-1.T1", text_from_order=huge),)})
    text = text_of(made(Breach(item(house, vault, body), (order,), told)))
    assert GOES_ON in text
    for short in ("ORD-1", "ZX94", "Tuesday 3 March 2026 21:14", "0914 of 4/3", "13/4567/26"):
        assert short in text


def test_words_of_a_hostile_entry_stay_words(house: House, vault: Vault) -> None:
    words = '#panic("x") #set page(fill: red) $x$ @ref <label> \\input{x} https://example.com'
    text = text_of(made(Breach(item(house, vault, Entry(what_happened=words)))))
    assert '#panic("x")' in text
    assert "This entry names no order." in text
    assert "Nothing is written here about telling anybody." in text


def test_what_was_said_of_an_order_that_is_gone(house: House, vault: Vault) -> None:
    text = text_of(made(Breach(item(house, vault, ENTRY))))
    assert "ORD-1 (no order with this reference is in the diary now)" in text


@pytest.mark.parametrize(
    "order",
    [{"made_on": "2026-04-01"}, {"expires_on": "2026-03-01"}, {"made_on": "2027-03-01"}],
)
def test_days_that_do_not_fit_are_said_and_nothing_is_claimed(
    house: House, vault: Vault, order: dict[str, str]
) -> None:
    text = text_of(made(Breach(item(house, vault, ENTRY), (ORDER.model_copy(update=order),))))
    assert "To note" in text


def test_the_days_of_every_order_that_it_names_a_part_of_are_noted(
    house: House, vault: Vault
) -> None:
    gone = ORDER.model_copy(
        update={
            "reference": "ORD-9",
            "expires_on": "2026-03-01",
            "terms": (Term(term_id="ORD-9.T9", text_from_order="must not ring"),),
        }
    )
    text = text_of(made(Breach(item(house, vault, ENTRY), (gone, ORDER))))
    assert "must not ring" in text
    assert "ORD-9: As written here: It ended on 1 March 2026." in text
    bare = ENTRY.model_copy(update={"order_ref": "", "terms_alleged": ("ORD-9.T9",)})
    text = text_of(made(Breach(item(house, vault, bare), (gone, ORDER))))
    assert "names no order" not in text
    assert "As written here: It ended on 1 March 2026." in text


def test_told_before_it_happened_is_said(house: House, vault: Vault) -> None:
    early = REPORT.model_copy(update={"reported": When.at("date_only", "2026-03-01")})
    text = text_of(made(Breach(item(house, vault, ENTRY), (ORDER,), (early,))))
    assert "it was told before it happened" in text


def test_an_earlier_report_stands_in_short(house: House, vault: Vault) -> None:
    first = REPORT.model_copy(
        update={"reference": "REP-2", "to": "IDVA", "crime_ref": "C-2", "name_rank": "Ros",
                "reported": When.at("date_only", "2026-03-03")}
    )  # fmt: skip
    text = text_of(made(Breach(item(house, vault, ENTRY), (ORDER,), (REPORT, first))))
    assert text.index("PC Hall") < text.index("Told before that") < text.index("C-2")


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("short", 10, "short"),
        ("one two three four", 12, "one two … [continues in the diary]"),
        ("abcdefghij" * 9, 40, "abcdefghij" * 4 + " … [continues in the diary]"),
        ("e\u0301e\u0301", 3, "e\u0301 … [continues in the diary]"),
        ("a\nb\nc", 3, "a … [continues in the diary]"),
        ("anything", 0, "… [continues in the diary]"),
    ],
)
def test_a_cut_says_so_and_cuts_between_words(text: str, most: int, kept: str) -> None:
    assert cut(text, most, ENGLISH) == kept
