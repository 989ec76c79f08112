"""The pages of orders: plain words, nothing typed is lost, and never a claim too many."""

from __future__ import annotations

import gzip
import io
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from werkzeug.test import TestResponse

from diary.content import order_type, order_types
from diary.domain.ids import new_id
from diary.domain.order import Order, Term, Zone
from diary.domain.people import Told
from diary.domain.plan import Lead
from diary.services import order_making, orders, own, told
from diary.services.house import House
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import Person
from tests.media import picture
from tests.web.test_write import HOSTILE

LIMIT = 30_000
FULL = Order(
    reference="",
    type="NMO",
    court_name="Family Court at Eastry",
    made_on="2026-02-13",
    ends="on",
    expires_on="2026-08-27",
    protected_people=("Nadia", "the two children"),
    terms=(Term(term_id="1", text_from_order="must not call", clause_codes=("C03", "C04")),),
    exceptions=(Term(term_id="2", text_from_order="save through solicitors"),),
    zones=(Zone(label="Home", radius_m=50),),
)


def start(person: Person, kind: str = "NMO") -> str:
    answer = person.client.post("/orders/new", data={"id": new_id(), "type": kind})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def whole(house: House, person: Person, **changed: object) -> str:
    body = FULL.model_copy(update=changed)
    return f"/orders/{order_making.write(house, person.vault, body, record_id=new_id()).id}"


def send(person: Person, url: str, base: int = 1, **typed: str) -> TestResponse:
    return person.client.post(url, data={"base": str(base), **typed})


def newest(house: House, vault: Vault, url: str) -> Order:
    return own.one(house, vault, Order, url.rsplit("/", 1)[1]).body


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_an_order_is_saved_with_only_its_type(house: House, signed_in: Person) -> None:
    for kind in order_types():
        page = signed_in.client.get(start(signed_in, kind.code)).text
        assert "What to do if it happens" in page
    assert len(orders.every(house, signed_in.vault).items) == len(order_types())


def test_without_a_type_the_form_asks_again_and_nothing_is_saved(
    house: House, signed_in: Person
) -> None:
    for typed in ({}, {"type": ""}, {"type": "<script>"}, {"type": "x" * 200_000}):
        answer = signed_in.client.post("/orders/new", data={"id": new_id(), **typed})
        assert answer.status_code == 400
        assert "is an answer too" in answer.text
    assert orders.every(house, signed_in.vault).items == ()


def test_the_same_form_twice_is_one_order_and_another_answer_another(
    house: House, signed_in: Person
) -> None:
    record_id = new_id()
    for kind in ("NMO", "NMO", "OTHER"):
        signed_in.client.post("/orders/new", data={"id": record_id, "type": kind})
    kinds = [one.body.type for one in orders.every(house, signed_in.vault).items]
    assert sorted(kinds) == ["NMO", "OTHER"]


def test_a_photo_comes_with_a_plain_form_and_stays_closed_until_tapped(signed_in: Person) -> None:
    data = {"id": new_id(), "type": "NMO", "files": (io.BytesIO(picture()), "page-1.jpg")}
    answer = signed_in.client.post("/orders/new", data=data)
    assert answer.status_code == 303
    page = signed_in.client.get(answer.headers["Location"]).text
    assert page.count('<details class="media photo">') == 1
    file_page = re.search(r'href="(/files/[0-9a-f]{32})"', page)
    assert file_page
    assert f'href="{answer.headers["Location"]}"' in signed_in.client.get(file_page[1]).text


def test_files_are_added_later_and_nothing_chosen_is_said(signed_in: Person) -> None:
    url = start(signed_in)
    data = {"files": (io.BytesIO(b"%PDF-1.4 order"), "order.pdf")}
    assert signed_in.client.post(f"{url}/files", data=data).status_code == 303
    assert "order.pdf" in signed_in.client.get(url).text
    none = signed_in.client.post(
        f"{url}/files", data={}, content_type="multipart/form-data; boundary=x"
    )
    assert none.status_code == 400


def test_the_card_says_all_in_plain_words_and_the_orders_own(
    house: House, signed_in: Person
) -> None:
    page = words(signed_in.client.get(whole(house, signed_in)).text)
    known = order_type("NMO")
    assert known
    for text in (
        known.label_plain,
        known.label_legal,
        "177 days left, until Thursday 27 August 2026",
        "Nadia",
        "must not call",
        "They must not contact you through another person.",
        "Yes. As you ticked it:",
        "save through solicitors",
        "50 metres away",
        *known.if_it_happens,
        "it is in force today",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("at", "fields", "said"),
    [
        ((2026, 8, 26), {}, "Ends tomorrow"),
        ((2026, 8, 27), {}, "Ends today"),
        ((2026, 8, 28), {}, "Ended on Thursday 27 August 2026"),
        ((2026, 3, 3), {"ends": "until_further_order", "expires_on": ""}, "Until the court says"),
        ((2026, 3, 3), {"ends": "", "expires_on": ""}, "Not sure when it ends"),
        ((2026, 3, 3), {"expires_on": "2026-01-01"}, "It says that it ends before it was made."),
        ((2026, 3, 3), {"ends": "until_further_order"}, "also says until further order"),
        ((2026, 3, 3), {"status": "discharged"}, "The court ended it"),
        ((2026, 3, 3), {"served_on": "2026-02-12"}, "given it before it was made"),
        ((2026, 3, 3), {"made_on": "2026-03-09"}, "The day it was made is still to come."),
    ],
)
def test_days_are_said_and_never_a_claim_too_many(
    house: House,
    signed_in: Person,
    clock: Clock,
    at: tuple[int, int, int],
    fields: dict[str, object],
    said: str,
) -> None:
    url = whole(house, signed_in, **fields)
    clock.now = datetime(*at, 12, tzinfo=UTC)
    signed_in.client.post("/sign-in", data={"name": "Nad", "passphrase": signed_in.passphrase})
    page = words(signed_in.client.get(url).text)
    assert said in page
    surely = not {"expires_on", "status", "made_on"} & fields.keys() and "ends" not in fields
    claimed = "From what is written here, it is in force today." in page
    assert not claimed or surely or fields.get("ends") == "until_further_order"
    assert not claimed or at < (2026, 8, 27)


def test_an_end_before_the_making_is_refused_at_its_box(house: House, signed_in: Person) -> None:
    url = whole(house, signed_in)
    wrong = send(signed_in, f"{url}/change/ends", ends="on", expires_on="2026-01-01")
    assert wrong.status_code == 400
    assert 'href="#f-expires_on"' in wrong.text
    assert 'value="2026-01-01"' in wrong.text
    assert send(signed_in, f"{url}/change/made", made_on="2026-12-01").status_code == 400
    assert newest(house, signed_in.vault, url).expires_on == "2026-08-27"


def test_what_came_in_wrong_can_still_be_mended_elsewhere(house: House, signed_in: Person) -> None:
    url = whole(house, signed_in, expires_on="2026-01-01")
    served = send(signed_in, f"{url}/change/made", made_on="2026-02-13", served_on="2026-02-14")
    assert served.status_code == 303
    assert send(signed_in, f"{url}/change/ends", base=2, ends="not_sure").status_code == 303
    assert newest(house, signed_in.vault, url).expires_on == ""


@pytest.mark.parametrize(
    ("part", "typed", "box"),
    [
        ("made", {"made_on": "2026-02-31"}, "made_on"),
        ("made", {"served_on": "yesterday"}, "served_on"),
        ("made", {"made_on": "0000-01-01"}, "made_on"),
        ("ends", {"ends": "on"}, "expires_on"),
        ("ends", {"ends": "not_sure", "expires_on": "2026-09-01"}, "ends"),
        ("them", {"respondent_dob": "2199-01-01"}, "respondent_dob"),
        ("court", {"court_name": "x" * 1001}, "court_name"),
        ("people", {"protected_people": "y" * 1001}, "protected_people"),
        ("notes", {"notes": "z" * 100_001}, "notes"),
        ("type", {"type": "nothing"}, "type"),
    ],
)
def test_what_needs_another_look_is_said_at_its_box_and_stays_there(
    house: House, signed_in: Person, part: str, typed: dict[str, str], box: str
) -> None:
    url = start(signed_in)
    answer = signed_in.client.post(f"{url}/change/{part}", data={"base": "1", **typed})
    assert answer.status_code in {400, 413}
    assert f'href="#f-{box}"' in answer.text
    longest = max(typed.values(), key=len)
    assert longest[:2000] in answer.text or longest == "nothing"
    assert len(own.versions(house, signed_in.vault, Order, url.rsplit("/", 1)[1])) == 1


@pytest.mark.parametrize("text", [*HOSTILE, "{{ 7*7 }}", "\u202eabc", "a\x00b", "\x1b[31m"])
def test_odd_texts_are_kept_shown_and_run_nowhere(
    house: House, signed_in: Person, text: str
) -> None:
    line = text[:500]
    body = FULL.model_copy(
        update={
            "court_name": line,
            "respondent_name": line,
            "notes": text,
            "protected_people": (line,),
            "terms": (Term(term_id="1", text_from_order=text),),
            "zones": (Zone(label=line, description=text),),
        }
    )
    made = order_making.write(house, signed_in.vault, body, record_id=new_id())
    known = Told(who=line or "x", notes=text, orders=("ORD-1",))
    one = own.add(house, signed_in.vault, known, record_id=new_id())
    url = f"/orders/{made.id}"
    parts = ("court", "them", "notes", "people", "made")
    asked = [url, f"{url}/change", *(f"{url}/change/{part}" for part in parts)]
    asked += [f"{url}/terms/1", f"{url}/places/1", "/orders", f"/told/{one.id}", "/told"]
    for path in asked:
        page = signed_in.client.get(path)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text
        assert "\x00" not in page.text
    for part in ("court", "them", "notes", "people"):
        typed = {"base": "1", **_boxes(signed_in.client.get(f"{url}/change/{part}").text)}
        assert signed_in.client.post(f"{url}/change/{part}", data=typed).status_code == 303
    assert own.one(house, signed_in.vault, Order, made.id).version == 1


def _boxes(page: str) -> dict[str, str]:
    """What a browser would send back of a form that nobody touched."""
    boxes = re.findall(r'<input id="f-(\w+)"[^>]* value="([^"]*)"', page)
    areas = re.findall(r'<textarea id="f-(\w+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: unescape(text) for name, text in boxes + areas}


def test_halves_of_characters_are_said(signed_in: Person) -> None:
    url = start(signed_in)
    body = "base=1&court_name=%ED%A0%80"
    answer = signed_in.client.post(
        f"{url}/change/court", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400
    assert "did not arrive whole" in answer.text


def test_of_two_tabs_the_second_is_told_and_can_save_on_top(
    house: House, signed_in: Person
) -> None:
    url = start(signed_in)
    send(signed_in, f"{url}/change/court", court_name="from the first tab")
    answer = send(signed_in, f"{url}/change/court", court_name="from the second tab")
    assert answer.status_code == 409
    assert "from the first tab" in answer.text
    assert 'value="from the second tab"' in answer.text
    assert 'name="base" value="2"' in answer.text
    assert send(signed_in, f"{url}/change/court", 2, court_name="both").status_code == 303
    page = signed_in.client.get(url).text
    assert page.index("both") < page.index("from the first tab")


def test_two_tabs_that_mend_different_parts_both_hold(house: House, signed_in: Person) -> None:
    url = start(signed_in)
    send(signed_in, f"{url}/change/court", court_name="Eastry")
    assert send(signed_in, f"{url}/change/notes", notes="mine").status_code == 303
    order = newest(house, signed_in.vault, url)
    assert (order.court_name, order.notes) == ("Eastry", "mine")


def test_lines_are_copied_one_at_a_time_mended_and_taken_out(
    house: House, signed_in: Person
) -> None:
    url = start(signed_in)
    again = send(signed_in, f"{url}/terms/new", sort="terms", text="One", codes="C03", another="1")
    assert again.headers["Location"] == f"{url}/terms/new"
    send(signed_in, f"{url}/terms/new", 2, sort="terms", text="Two", codes="nothing")
    send(signed_in, f"{url}/terms/new", 3, sort="exceptions", text="Three")
    order = newest(house, signed_in.vault, url)
    assert [line.clause_codes for line in order.terms] == [("C03",), ()]
    assert order.exceptions[0].clause_codes == ("EXC",)
    send(signed_in, f"{url}/terms/2", 4, text="TWO", codes="C06")
    send(signed_in, f"{url}/terms/1", 5, text="One", take_out="1")
    left = newest(house, signed_in.vault, url).terms
    assert [(line.term_id, line.text_from_order) for line in left] == [("ORD-1.T2", "TWO")]
    assert signed_in.client.get(f"{url}/terms/9").status_code == 404
    assert send(signed_in, f"{url}/terms/new", 6, sort="terms", text="  ").status_code == 400


def test_a_line_that_went_in_another_tab_is_told_and_nothing_typed_is_lost(
    house: House, signed_in: Person
) -> None:
    url = whole(house, signed_in)
    send(signed_in, f"{url}/terms/1", take_out="1", text="x")
    answer = send(signed_in, f"{url}/terms/1", text="typed and kept")
    assert answer.status_code == 409
    assert "typed and kept" in answer.text
    assert f'action="{url}/terms/new"' in answer.text
    assert newest(house, signed_in.vault, url).terms == ()


def test_places_are_added_mended_and_taken_out(house: House, signed_in: Person) -> None:
    url = start(signed_in)
    send(signed_in, f"{url}/places/new", label="Home", radius="50")
    send(signed_in, f"{url}/places/new", 2, label="School", description="and the way there")
    send(signed_in, f"{url}/places/2", 3, label="The school")
    send(signed_in, f"{url}/places/1", 4, label="Home", take_out="1")
    assert [zone.label for zone in newest(house, signed_in.vault, url).zones] == ["The school"]
    for radius in ("-1", "1.5", "far", "9" * 30, "٣"):
        answer = send(signed_in, f"{url}/places/new", 5, label="x", radius=radius)
        assert answer.status_code == 400
        assert "Write a whole number" in answer.text
    assert send(signed_in, f"{url}/places/new", 5).status_code == 400


def test_what_the_court_changed_is_a_new_version_and_the_old_one_says_so(
    house: House, signed_in: Person
) -> None:
    url = whole(house, signed_in)
    typed = {"id": new_id(), "made_on": "2026-03-01", "ends": "on", "expires_on": "2027-03-01"}
    first = signed_in.client.post(f"{url}/vary", data=typed)
    second = signed_in.client.post(f"{url}/vary", data=typed)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    late = signed_in.client.post(f"{url}/vary", data=typed | {"id": new_id(), "notes": "typed"})
    assert late.status_code == 409
    assert "typed" in late.text
    new = newest(house, signed_in.vault, first.headers["Location"])
    assert (new.reference, new.terms[0].text_from_order) == ("ORD-1v2", "must not call")
    old = words(signed_in.client.get(url).text)
    assert "This is an earlier version." in old
    assert "not in force today" in old
    assert "ORD-1v2" in signed_in.client.get("/orders").text
    assert f'href="{url}"' not in signed_in.client.get("/orders").text


def test_of_an_earlier_version_no_days_are_counted(house: House, signed_in: Person) -> None:
    url = whole(house, signed_in)
    assert "days left" in signed_in.client.get(url).text
    form = {"id": new_id(), "made_on": "2026-03-01", "ends": "on", "expires_on": "2026-09-01"}
    newer = signed_in.client.post(f"{url}/vary", data=form).headers["Location"]
    earlier = words(signed_in.client.get(url).text)
    assert "days left" not in earlier
    assert "A newer version took its place on Sunday 1 March 2026." in earlier
    assert "until Tuesday 1 September 2026" in words(signed_in.client.get(newer).text)


def test_an_order_that_ends_is_not_hidden_by_something_nearer(
    house: House, signed_in: Person
) -> None:
    whole(house, signed_in, expires_on="2026-03-17")
    own.add(house, signed_in.vault, Lead(sort="x", expires_on="2026-03-05"), record_id=new_id())
    for path in ("/orders", "/diary"):
        page = signed_in.client.get(path).text
        assert "It may be recorded over: in 2 days. An order ends: in 14 days." in page


def test_who_knows_is_written_down_changed_and_told_of_two_tabs(
    house: House, signed_in: Person
) -> None:
    url = start(signed_in)
    typed = {"id": new_id(), "who": "School office", "agency": "school", "orders": "ORD-1"}
    made = [signed_in.client.post("/told/new", data=typed) for _ in range(2)]
    page = made[0].headers["Location"]
    assert made[1].headers["Location"] == page
    assert "School office" in signed_in.client.get(url).text
    change = {"base": "1", "who": "School", "has_copy": "yes", "plan_in_their_file": "yes"}
    change |= {"agency": "school", "orders": "ORD-1"}
    assert signed_in.client.post(f"{page}/change", data=change).status_code == 303
    late = signed_in.client.post(f"{page}/change", data=change | {"notes": "typed"})
    assert late.status_code == 409
    assert "typed" in late.text
    one = told.every(house, signed_in.vault).items[0].body
    assert (one.who, one.has_copy, one.plan_in_their_file) == ("School", "yes", "yes")
    assert signed_in.client.post("/told/new", data={"who": " "}).status_code == 400


def test_a_near_end_is_one_quiet_line_and_says_who_can_change_it(
    house: House, signed_in: Person
) -> None:
    whole(house, signed_in, type="RO_CONV", expires_on="2026-03-15")
    for path in ("/orders", "/diary"):
        assert "An order ends: in 12 days." in signed_in.client.get(path).text
    for days, near in (("2026-05-31", True), ("2026-06-30", False)):
        page = signed_in.client.get(whole(house, signed_in, expires_on=days)).text
        assert ("Talk with a solicitor or the police early." in page) is near
        assert 'href="/orders/moved"' in page
    page = words(signed_in.client.get("/coming-up").text)
    known = order_type("RO_CONV")
    assert known
    for text in (*known.who_can_vary, "Talk with a solicitor or the police early."):
        assert text in page


def test_nothing_near_is_no_line(house: House, signed_in: Person) -> None:
    whole(house, signed_in)
    for path in ("/orders", "/diary"):
        assert "An order ends" not in signed_in.client.get(path).text
    assert "No day is near just now." in signed_in.client.get("/coming-up").text


def test_a_new_address_is_thought_of_before_anything_is_made(signed_in: Person) -> None:
    page = signed_in.client.get("/orders/moved").text
    assert "Stop here first." in page
    assert "C8" in page
    assert "<form" not in page.replace('<form method="post" action="/sign-out"', "")


def test_a_diary_without_an_order_is_no_dead_end(signed_in: Person) -> None:
    page = words(signed_in.client.get("/orders").text)
    assert "You can write down what happens without one." in page
    assert "Add an order" in page


def test_what_was_typed_waits_while_the_diary_is_locked(signed_in: Person) -> None:
    url = start(signed_in)
    signed_in.client.post("/sign-out")
    locked = send(signed_in, f"{url}/terms/new", sort="terms", text="typed long", codes="C03")
    assert locked.status_code == 401
    kept = {"kept.text": "typed long", "kept.codes": "C03", "kept.sort": "terms", "kept.base": "1"}
    entry = {"name": "Nad", "passphrase": signed_in.passphrase, "next": f"{url}/terms/new"}
    signed_in.client.post("/sign-in", data=entry | kept)
    page = signed_in.client.get(f"{url}/terms/new").text
    assert "typed long" in page
    assert re.search(r'value="C03"[^>]* checked', page)


def test_the_pages_are_light(house: House, signed_in: Person) -> None:
    url = whole(house, signed_in)
    for path in ("/orders", "/orders/new", url, f"{url}/change", f"{url}/terms/1", f"{url}/vary"):
        page = signed_in.client.get(path).data
        assert len(gzip.compress(page)) < LIMIT, path


def test_other_diaries_orders_are_not_there(
    house: House, signed_in: Person, other_vault: Vault
) -> None:
    theirs = order_making.write(house, other_vault, FULL, record_id=new_id())
    known = own.add(house, other_vault, Told(who="x"), record_id=new_id())
    url, knows = f"/orders/{theirs.id}", f"/told/{known.id}"
    for path in ("", "/change", "/change/made", "/terms/new", "/terms/1", "/places/new",
                 "/places/1", "/vary", "/files"):  # fmt: skip
        assert signed_in.client.get(url + path).status_code == 404, path
        if path not in {"", "/change"}:
            data = {"base": "1", "type": "NMO", "text": "x", "label": "x"}
            multipart = "multipart/form-data" if path == "/files" else None
            answer = signed_in.client.post(url + path, data=data, content_type=multipart)
            assert answer.status_code == 404, path
    assert signed_in.client.get(knows).status_code == 404
    assert signed_in.client.get(f"{knows}/change").status_code == 404
    assert own.one(house, other_vault, Order, theirs.id).version == 1
