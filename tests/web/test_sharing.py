"""The way to a share in a browser without scripts: one question a page, and what comes of it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from diary.content import consent_text
from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.ids import new_id
from diary.domain.order import Order, Term, Zone
from diary.domain.people import Contact, OtherPerson, Secret, Secrets, Told
from diary.domain.people import Person as Somebody
from diary.domain.plan import Lead, Plan
from diary.domain.practice import PracticeRecord
from diary.domain.report import Report
from diary.services import (
    agencies,
    consents,
    entries,
    order_making,
    own,
    practitioners,
    reports,
    sharing,
)
from diary.services.house import House
from diary.store.models import records
from diary.vault.vault import Vault
from diary.web.shared_labels import LABELS, SILENT
from tests.clock import Clock
from tests.conftest import Person
from tests.services.sharers import Worker, agency, left, shared, worker, wrote


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house)


def found(house: House, her: Person, who: Worker) -> str:
    """Type the code that is shown; return the address of the draft."""
    code = practitioners.introduce(house, who.card.account_id).code
    answer = her.client.post("/sharing/new", data={"code": code.lower().replace("-", " ")})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rpartition("/")[0]


def post(her: Person, path: str, **data: object) -> str:
    answer = her.client.post(path, data=data)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def carried(look: str) -> str:
    """Return what the last look carries to its press."""
    seen = re.search(r'name="seen" value="([^"]+)"', look)
    assert seen
    return seen[1]


def damage(house: House, vault: Vault, record_id: str) -> None:
    """Spoil every version of a record of which the index knows already."""
    with house.store.write() as conn:
        vault.refresh_heads(conn)
        of_it = records.c.record_id == record_id
        conn.execute(update(records).where(of_it).values(sealed=b"x" * 300))


def walk(house: House, her: Person, draft: str, entry: str) -> str:
    """Answer every question; return the last page."""
    today = consents.today(house)
    steps: list[tuple[str, dict[str, object]]] = [
        ("person", {"same": "yes"}),
        ("name", {"from_name": "Nadia"}),
        ("purpose", {"purpose": "court", "reason": "The hearing in May."}),
        ("entries", {"entry": entry, "shown": entry}),
        ("also", {}),
        ("fields", {"fields": ["when", "what"]}),
        ("files", {}),
        ("download", {"permission": "view"}),
        ("until", {"starts": today.isoformat(), "ends": (today + timedelta(days=30)).isoformat()}),
        ("later", {"adds": "no"}),
        ("others", {"others": "no"}),
        ("words", {"agree": "yes"}),
    ]
    at = f"{draft}/person"
    for name, data in steps:
        assert at == f"{draft}/{name}"
        assert her.client.get(at).status_code == 200, at
        at = post(her, at, **data)
    return at


def test_the_whole_way(house: House, signed_in: Person, who: Worker) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited.", injuries="a bruise"))
    draft = found(house, signed_in, who)
    page = signed_in.client.get(f"{draft}/person").text
    assert "Maria Okafor" in page
    for word in who.card.fingerprint.split():
        assert word in page
    last = walk(house, signed_in, draft, entry)
    look = signed_in.client.get(last).text
    assert "He waited." in look
    assert "bruise" not in look
    assert "One day the other person or their lawyer could read this." in look
    seen = carried(look)
    going = post(signed_in, last, seen=seen)
    one = post_get(signed_in, going)
    assert "It is shared." in one
    assert "Maria Okafor" in one
    (share,) = sharing.shares(house, signed_in.vault)
    assert share.consent.purpose == "To help me at court, or with an order"
    assert "Harbour Advice" in share.consent.wording
    assert share.consent.from_name == "Nadia"
    what = signed_in.client.get(f"/sharing/{share.id}/what").text
    assert "He waited." in what
    assert "bruise" not in what
    pause = signed_in.client.get(f"/sharing/{share.id}/end").text
    assert "advocate" in pause
    assert post(signed_in, f"/sharing/{share.id}/end") == f"/sharing/{share.id}"
    assert "You ended this" in signed_in.client.get(f"/sharing/{share.id}").text
    assert sharing.shares(house, signed_in.vault)[0].state == "ended"


def post_get(her: Person, path: str) -> str:
    answer = her.client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_that_new_things_go_is_said_only_while_they_do(
    house: House, signed_in: Person, who: Worker, clock: Clock
) -> None:
    said = "New entries and changes go too"
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    until = (consents.today(house) + timedelta(days=5)).isoformat()
    over, cut_off = (
        shared(house, signed_in.vault, one, entries=(entry,), adds_until=until)
        for one in (who, worker(house, "Ann Ash"))
    )
    assert said in signed_in.client.get(f"/sharing/{over}").text
    (card,) = {one.consent.grantee for one in sharing.shares(house, signed_in.vault)
               if one.id == cut_off}  # fmt: skip
    agencies.suspend(house, account_id=card)
    assert said not in signed_in.client.get(f"/sharing/{cut_off}").text
    assert said in signed_in.client.get(f"/sharing/{over}").text
    clock.pass_(days=6)
    page = signed_in.client.post(
        "/sign-in", data={"name": signed_in.name, "passphrase": signed_in.passphrase}
    )
    assert page.status_code == 303
    assert said not in signed_in.client.get(f"/sharing/{over}").text


def test_a_wrong_code_and_the_other_person_get_one_answer(house: House, signed_in: Person) -> None:
    own.add(house, signed_in.vault, OtherPerson(name="Gareth Pike"), record_id=new_id())
    them = worker(house, "Gareth Pike")
    code = practitioners.introduce(house, them.card.account_id).code
    answers = [
        signed_in.client.post("/sharing/new", data={"code": it}) for it in (code, "2222-2222")
    ]
    first, second = (one.text.replace(code, "").replace("2222-2222", "") for one in answers)
    assert first == second
    assert [one.status_code for one in answers] == [404, 404]
    assert list(answers[0].headers.keys()) == list(answers[1].headers.keys())
    assert sharing.shares(house, signed_in.vault) == []


def test_nothing_is_asked_before_the_words_were_compared(
    house: House, signed_in: Person, who: Worker
) -> None:
    draft = found(house, signed_in, who)
    for step in ("purpose", "entries", "words", "look"):
        answer = signed_in.client.get(f"{draft}/{step}")
        assert answer.headers["Location"] == f"{draft}/person"
    assert post(signed_in, f"{draft}/purpose", purpose="safety") == f"{draft}/person"


@pytest.mark.parametrize(
    ("step", "data", "field"),
    [
        ("person", {}, "same"),
        ("person", {"same": "no"}, "same"),
        ("name", {"from_name": "x" * 101}, "from_name"),
        ("name", {"from_name": b"\xff"}, "from_name"),
        ("purpose", {}, "purpose"),
        ("purpose", {"purpose": "anything"}, "purpose"),
        ("purpose", {"purpose": "safety", "reason": "x" * 1001}, "reason"),
        ("purpose", {"purpose": "safety", "reason": b"\xff"}, "reason"),
        ("also", {"an_order": "x", "person": "../etc", "contact": "1" * 33}, "an_order"),
        ("download", {}, "permission"),
        ("download", {"permission": "comment"}, "permission"),
        ("until", {"starts": "", "ends": ""}, "starts"),
        ("until", {"starts": "2026-03-03", "ends": "2026-02-30"}, "ends"),
        ("until", {"starts": "2026-03-03", "ends": "9999-99-99"}, "ends"),
        ("until", {"starts": "2026-03-03", "ends": "2026-08-30"}, "ends"),
        ("until", {"starts": "2026-03-02", "ends": "2026-03-30"}, "starts"),
        ("until", {"starts": "٢٠٢٦-٠٣-٠٣", "ends": "2026-03-30"}, "starts"),
        ("later", {"adds": "yes"}, "adds_until"),
        ("later", {"adds": "yes", "adds_until": "soon"}, "adds_until"),
        ("later", {"adds": "yes", "adds_until": "2026-05-01"}, "adds_until"),
        ("words", {}, "agree"),
        ("words", {"agree": "no"}, "agree"),
    ],
)
def test_what_cannot_be_is_said_at_its_box(
    house: House,
    signed_in: Person,
    who: Worker,
    step: str,
    data: dict[str, str | bytes],
    field: str,
) -> None:
    draft = found(house, signed_in, who)
    if step != "person":
        post(signed_in, f"{draft}/person", same="yes")
        post(signed_in, f"{draft}/until", starts="2026-03-03", ends="2026-04-02")
    answer = signed_in.client.post(f"{draft}/{step}", data=data)
    assert answer.status_code in {400, 413}, answer.text
    assert f'href="#f-{field}"' in answer.text
    assert f'id="f-{field}"' in answer.text or step == "also"
    for name, value in data.items():
        if name in {"from_name", "reason", "starts", "ends"} and isinstance(value, str):
            assert value in answer.text


@pytest.mark.parametrize("value", ["x", "0" * 32, "\0", "é", "x" * 5000])
def test_ids_that_never_were_choose_nothing(
    house: House, signed_in: Person, who: Worker, value: str
) -> None:
    draft = found(house, signed_in, who)
    post(signed_in, f"{draft}/person", same="yes")
    post(signed_in, f"{draft}/entries", entry=value, shown=value)
    assert signed_in.client.post(f"{draft}/entries", data={"order": value}).status_code in {
        303,
        404,
    }
    post(signed_in, f"{draft}/files", file=value)
    post(signed_in, f"{draft}/fields", fields=value)
    post(signed_in, f"{draft}/purpose", purpose="safety")
    post(signed_in, f"{draft}/until", starts="2026-03-03", ends="2026-04-02")
    post(signed_in, f"{draft}/words", agree="yes")
    looked = signed_in.client.get(f"{draft}/look")
    assert looked.status_code in {200, 303}
    assert signed_in.client.get(f"{draft}/{value[:40]}").status_code == 404


def test_a_share_lasts_thirty_days_where_nothing_else_is_said(
    house: House, signed_in: Person, who: Worker
) -> None:
    draft = found(house, signed_in, who)
    post(signed_in, f"{draft}/person", same="yes")
    page = signed_in.client.get(f"{draft}/until").text
    first, last = map(date.fromisoformat, re.findall(r' value="(\d{4}-\d\d-\d\d)"', page))
    assert first == consents.today(house)
    assert last - first == timedelta(days=30)


def test_ticks_of_other_pages_stay(house: House, signed_in: Person, who: Worker) -> None:
    every = [wrote(house, signed_in.vault, Entry(what_happened=f"n {n}")) for n in range(25)]
    draft = found(house, signed_in, who)
    post(signed_in, f"{draft}/person", same="yes")
    to = post(signed_in, f"{draft}/entries", entry=every[24], shown=every[24], to="2")
    assert to == f"{draft}/entries?page=2"
    page = signed_in.client.get(to).text
    assert "1 is ticked so far." in page
    assert page.count('name="shown"') == 5
    post(signed_in, f"{draft}/entries", entry=every[0], shown=every[0])
    assert "2 are ticked so far." in signed_in.client.get(f"{draft}/entries").text
    assert "n 7" in signed_in.client.get(f"{draft}/entries?q=7").text
    post(signed_in, f"{draft}/entries", shown=every[24])
    assert "1 is ticked so far." in signed_in.client.get(f"{draft}/entries").text
    post(signed_in, f"{draft}/entries", to="none")
    assert "Nothing is ticked." in signed_in.client.get(f"{draft}/entries").text


def test_all_about_one_order_are_ticked(house: House, signed_in: Person, who: Worker) -> None:
    order = order_making.write(
        house, signed_in.vault, Order(reference="", type="NMO"), record_id=new_id()
    )
    wrote(house, signed_in.vault, Entry(what_happened="one", order_ref="ORD-1"))
    wrote(house, signed_in.vault, Entry(what_happened="two", terms_alleged=("ORD-1.T1",)))
    wrote(house, signed_in.vault, Entry(what_happened="three", order_ref="ORD-11"))
    draft = found(house, signed_in, who)
    post(signed_in, f"{draft}/person", same="yes")
    post(signed_in, f"{draft}/entries", order=order.id)
    assert "2 are ticked so far." in signed_in.client.get(f"{draft}/entries").text


def test_who_was_told_leads_and_the_other_person_go_only_when_ticked(
    house: House, signed_in: Person, who: Worker
) -> None:
    vault = signed_in.vault
    entry, unticked = (wrote(house, vault, Entry(what_happened=words)) for words in ("one", "two"))
    told, lead, other = new_id(), new_id(), new_id()
    own.add(house, vault, Told(who="The school office"), record_id=told)
    own.add(house, vault, Lead(sort="A doorbell", state="asked"), record_id=lead, parent=entry)
    own.add(house, vault, OtherPerson(name="Gareth Pike", vehicle="grey van"), record_id=other)
    own.add(house, vault, Lead(sort="A till"), record_id=new_id(), parent=unticked)
    said = ("The school office", "A doorbell", "Asked for it", "grey van")
    draft = found(house, signed_in, who)
    last = walk(house, signed_in, draft, entry)
    page, look = (signed_in.client.get(at).text for at in (f"{draft}/also", last))
    assert "checked" not in page
    assert "A doorbell" in page
    assert "A till" not in page
    assert not any(words in look for words in said)
    post(signed_in, f"{draft}/also", told=told, lead=lead, other_person="yes")
    post(signed_in, f"{draft}/words", agree="yes")
    look = signed_in.client.get(last).text
    seen = carried(look)
    post(signed_in, last, seen=seen)
    (share,) = sharing.shares(house, vault)
    assert {told, lead, other} < {one.record for one in share.consent.items}
    what = signed_in.client.get(f"/sharing/{share.id}/what").text
    for shown in (look, what):
        assert all(words in shown for words in said)
        assert "A till" not in shown


def test_a_lock_on_the_way_loses_nothing(
    house: House, signed_in: Person, who: Worker, clock: Clock
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    draft = found(house, signed_in, who)
    walk(house, signed_in, draft, entry)
    clock.pass_(minutes=house.settings.fresh_minutes + 1)
    asked = signed_in.client.get(f"{draft}/look")
    assert asked.headers["Location"].startswith("/unlock")
    signed_in.client.post("/sign-out")
    words = {"name": signed_in.name, "passphrase": signed_in.passphrase}
    signed_in.client.post("/sign-in", data=words)
    assert "Go on with Maria Okafor" in signed_in.client.get("/sharing").text
    assert "He waited." in signed_in.client.get(f"{draft}/look").text
    post(signed_in, f"{draft}/forget")
    assert signed_in.client.get(f"{draft}/look").status_code == 404
    assert "Go on with" not in signed_in.client.get("/sharing").text


def test_ticks_wait_behind_the_lock(house: House, signed_in: Person, who: Worker) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    draft = found(house, signed_in, who)
    post(signed_in, f"{draft}/person", same="yes")
    signed_in.client.post("/sign-out")
    ticked = {"entry": entry, "shown": entry}
    locked = signed_in.client.post(f"{draft}/entries", data=ticked)
    assert locked.status_code == 401
    hidden = dict(re.findall(r'name="(kept\.\w+|next)" value="([^"]*)"', locked.text))
    words = {"name": signed_in.name, "passphrase": signed_in.passphrase}
    answer = signed_in.client.post("/sign-in", data=words | hidden)
    page = signed_in.client.get(answer.headers["Location"]).text
    assert "1 is ticked so far." in page


def test_giving_asks_for_the_passphrase_again(
    house: House, signed_in: Person, who: Worker, clock: Clock
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    last = walk(house, signed_in, found(house, signed_in, who), entry)
    clock.pass_(minutes=house.settings.fresh_minutes + 1)
    assert signed_in.client.post(last, data={"seen": "x"}).status_code == 401
    assert sharing.shares(house, signed_in.vault) == []


def test_what_changed_since_the_look_is_shown_again(
    house: House, signed_in: Person, who: Worker
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    last = walk(house, signed_in, found(house, signed_in, who), entry)
    seen = carried(signed_in.client.get(last).text)
    entries.amend(house, signed_in.vault, entry, Entry(what_happened="An hour."), base_version=1)
    answer = signed_in.client.post(last, data={"seen": seen})
    assert answer.status_code == 409
    assert "Something in it changed since you looked." in answer.text
    assert "An hour." in answer.text


def test_who_presses_twice_or_comes_back_is_led_to_what_was_given(
    house: House, signed_in: Person, who: Worker
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    last = walk(house, signed_in, found(house, signed_in, who), entry)
    seen = carried(signed_in.client.get(last).text)
    for _ in range(2):
        answer = signed_in.client.post(last, data={"seen": seen})
        assert (answer.status_code, answer.headers["Location"][-6:]) == (303, "/going")
    (share,) = sharing.shares(house, signed_in.vault)
    assert signed_in.client.get(last).headers["Location"] == f"/sharing/{share.id}"
    assert signed_in.client.get(f"/sharing/new/{new_id()}/look").status_code == 404


@pytest.mark.parametrize("seen", ["", "x", "\0", "\ud800", "é", "=" * 9, "A" * 200_000, "a\nb"])
def test_what_no_page_carried_shows_the_look_again(
    house: House, signed_in: Person, who: Worker, seen: str
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    last = walk(house, signed_in, found(house, signed_in, who), entry)
    answer = signed_in.client.post(last, data={"seen": seen.encode(errors="surrogatepass")})
    assert answer.status_code == 409
    assert "Please look at it once more." in answer.text


def test_words_to_keep_secret_are_named_in_the_preview(
    house: House, signed_in: Person, who: Worker
) -> None:
    words = Secrets(words=(Secret(value="Quillet Row"), Secret(value="not in it")))
    own.add(house, signed_in.vault, words, record_id=new_id())
    entry = wrote(house, signed_in.vault, Entry(what_happened="He came to quillet row."))
    last = walk(house, signed_in, found(house, signed_in, who), entry)
    page = signed_in.client.get(last).text
    assert "This holds words you want to keep secret:" in page
    assert "Quillet Row" in page
    assert "not in it" not in page


def test_all_words_to_keep_secret_are_named_also_where_there_are_two_lists(
    house: House, signed_in: Person, who: Worker
) -> None:
    for word in ("Quillet Row", "Larch Lane"):
        words = Secrets(words=(Secret(value=word),))
        own.add(house, signed_in.vault, words, record_id=new_id())
    entry = wrote(house, signed_in.vault, Entry(what_happened="quillet row, then Larch Lane"))
    page = signed_in.client.get(walk(house, signed_in, found(house, signed_in, who), entry)).text
    assert "Quillet Row, Larch Lane" in page or "Larch Lane, Quillet Row" in page
    assert "Your words to keep secret cannot be read now." not in page


def test_words_to_keep_secret_that_cannot_be_read_are_not_passed_over_in_silence(
    house: House, signed_in: Person, who: Worker
) -> None:
    words = Secrets(words=(Secret(value="Quillet Row"),))
    kept = own.add(house, signed_in.vault, words, record_id=new_id())
    entry = wrote(house, signed_in.vault, Entry(what_happened="He came to quillet row."))
    last = walk(house, signed_in, found(house, signed_in, who), entry)
    damage(house, signed_in.vault, kept.id)
    page = signed_in.client.get(last).text
    assert "Your words to keep secret cannot be read now. Look for them yourself." in page


@pytest.mark.parametrize("zones", [False, True])
def test_words_to_keep_secret_in_an_order_are_named_in_the_preview(
    house: House, signed_in: Person, who: Worker, zones: bool
) -> None:
    secret = Secrets(words=(Secret(value="Quillet Row"), Secret(value="Larch Lane")))
    own.add(house, signed_in.vault, secret, record_id=new_id())
    order = Order(
        reference="ORD-1",
        type="NMO",
        terms=(Term(term_id="ORD-1.T1", text_from_order="Not within 100 m of 14 quillet row."),),
        zones=(Zone(label="Larch Lane"),),
    )
    kept = own.add(house, signed_in.vault, order, record_id=new_id())
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    draft = found(house, signed_in, who)
    last = walk(house, signed_in, draft, entry)
    post(signed_in, f"{draft}/also", an_order=kept.id)
    post(signed_in, f"{draft}/fields", fields=["when", "zones"] if zones else ["when"])
    post(signed_in, f"{draft}/words", agree="yes")
    page = signed_in.client.get(last).text
    assert "Not within 100 m of 14 quillet row." in page
    assert "This holds words you want to keep secret:" in page
    assert "Quillet Row" in page
    assert ("Larch Lane" in page) == zones


def test_a_change_is_shared_and_one_is_taken_out(
    house: House, signed_in: Person, who: Worker
) -> None:
    vault = signed_in.vault
    first, second = (
        wrote(house, vault, Entry(what_happened=words)) for words in ("one", "the second")
    )
    grant = shared(house, vault, who, entries=(first, second))
    entries.amend(house, vault, first, Entry(what_happened="one again"), base_version=1)
    assert "You changed this since" in signed_in.client.get(f"/sharing/{grant}").text
    assert "one again" in signed_in.client.get(f"/sharing/{grant}/again/{first}").text
    assert post(signed_in, f"/sharing/{grant}/again/{first}", version="2") == f"/sharing/{grant}"
    assert "You changed this since" not in signed_in.client.get(f"/sharing/{grant}").text
    post(signed_in, f"/sharing/{grant}/take-out/{second}")
    what = signed_in.client.get(f"/sharing/{grant}/what").text
    assert "one again" in what
    assert "the second" not in what
    assert signed_in.client.post(f"/sharing/{grant}/again/{second}").status_code == 404


def test_that_reports_about_it_go_too_is_said_before(
    house: House, signed_in: Person, who: Worker
) -> None:
    vault = signed_in.vault
    first, second = (wrote(house, vault, Entry(what_happened=words)) for words in ("one", "two"))
    reports.give(house, vault, Report(reference="", entries=(first,)), record_id=new_id())
    fields = ("when", "what", "told")
    grant = shared(house, vault, who, entries=(first, second), fields=fields)
    words = "Your report about it is not shared any more then, too."
    assert words in signed_in.client.get(f"/sharing/{grant}/take-out/{first}").text
    assert words not in signed_in.client.get(f"/sharing/{grant}/take-out/{second}").text


def test_a_damaged_record_leaves_the_page_and_the_way_to_end_it(
    house: House, signed_in: Person, who: Worker
) -> None:
    vault = signed_in.vault
    first, second = (
        wrote(house, vault, Entry(what_happened=words)) for words in ("one", "the second")
    )
    grant = shared(house, vault, who, entries=(first, second))
    for entry in (first, second):
        entries.amend(house, vault, entry, Entry(what_happened="again"), base_version=1)
    damage(house, vault, first)
    page = signed_in.client.get(f"/sharing/{grant}").text
    assert f'href="/sharing/{grant}/again/{second}"' in page
    assert f'href="/sharing/{grant}/end"' in page
    post(signed_in, f"/sharing/{grant}/end")
    assert not sharing.live_grants(house, vault)


def test_everything_with_one_person_can_be_ended_at_once(
    house: House, signed_in: Person, who: Worker
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    one, two = (shared(house, signed_in.vault, who, entries=(entry,)) for _ in range(2))
    other = shared(house, signed_in.vault, worker(house, "Bea Birch"), entries=(entry,))
    assert "End everything I share" in signed_in.client.get(f"/sharing/{one}/end").text
    post(signed_in, f"/sharing/{two}/end", all="yes")
    states = {it.id: it.state for it in sharing.shares(house, signed_in.vault)}
    assert states == {one: "ended", two: "ended", other: "live"}
    again = signed_in.client.get(f"/sharing/{one}/end")
    assert again.headers["Location"] == f"/sharing/{one}"
    assert signed_in.client.get(f"/sharing/{one}/what").status_code == 404
    assert "Nobody has looked so far." in signed_in.client.get(f"/sharing/{one}").text


def test_what_they_wrote_is_shown_with_who_wrote_it(
    house: House, signed_in: Person, who: Worker
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    grant = shared(house, signed_in.vault, who, entries=(entry,))
    forged = PracticeRecord(detail="She told me.", author_name="Her own mother", about=grant)
    record = left(house, who, grant, forged)
    listed = signed_in.client.get("/sharing/written").text
    assert "Maria Okafor, Harbour Advice" in listed
    assert "Her own mother" not in listed
    one = signed_in.client.get(f"/sharing/written/{record}").text
    assert "can be asked for by a court" in one
    assert "Her own mother" not in one


@pytest.mark.parametrize(
    "model",
    [Entry, Order, Report, Plan, Somebody, Contact, File, PracticeRecord, OtherPerson, Told, Lead],
)
def test_no_field_goes_unseen(model: type[Record]) -> None:
    assert set(model.model_fields) - SILENT == set(LABELS[model.kind])


@pytest.mark.parametrize("odd", ["0", "x" * 32, "1e9", "%00", "0" * 32])
def test_what_is_not_shared_cannot_be_taken_out(
    house: House, signed_in: Person, who: Worker, odd: str
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    grant_id = shared(house, signed_in.vault, who, entries=(entry,))
    for sought in (odd, grant_id):
        assert signed_in.client.get(f"/sharing/{grant_id}/take-out/{sought}").status_code == 404
        answer = signed_in.client.post(f"/sharing/{grant_id}/take-out/{sought}")
        assert answer.status_code == 404, sought
    assert len(sharing.share(house, signed_in.vault, grant_id).consent.items) == 1


@pytest.mark.parametrize("purpose", [one.code for one in consent_text().purposes])
@pytest.mark.parametrize("name", ["Maria Okafor", "Al", " ".join(["Maria"] * 40), "M" * 200])
def test_the_words_agreed_to_are_120_at_most_with_all_that_is_put_in(
    house: House, signed_in: Person, purpose: str, name: str
) -> None:
    """Counted in what is shown and sealed, whoever it is and whatever it is for."""
    long = worker(house, name, agency(house, f"{name} of the Advice Service"))
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    draft = found(house, signed_in, long)
    last = walk(house, signed_in, draft, entry)
    post(signed_in, f"{draft}/purpose", purpose=purpose)
    post(signed_in, f"{draft}/until", starts="2026-03-03", ends="2026-04-22")
    page = signed_in.client.get(f"{draft}/words").text
    post(signed_in, f"{draft}/words", agree="yes")
    look = signed_in.client.get(last).text
    assert long.card.organisation in look
    seen = carried(look)
    post(signed_in, last, seen=seen)
    (share,) = sharing.shares(house, signed_in.vault)
    said = share.consent.wording
    assert len(said.split()) <= 120
    assert len(said.split("\n")) == len(consent_text().lines)
    assert all(line in page for line in said.split("\n"))
    assert said.startswith(f"{name.split(maxsplit=1)[0]}")
    assert "until the end of Wednesday 22 April 2026" in said
    assert share.consent.name == name


@pytest.mark.parametrize(
    ("name", "box"),
    [("entries", "q"), ("entries", "order"), ("until", "starts"), ("until", "ends"),
     ("later", "adds_until"), ("name", "from_name"), ("purpose", "reason")],
)  # fmt: skip
def test_what_did_not_arrive_whole_breaks_no_page(
    house: House, signed_in: Person, who: Worker, name: str, box: str
) -> None:
    draft = found(house, signed_in, who)
    post(signed_in, f"{draft}/person", same="yes")
    said = {"to": "2", "adds": "yes", "purpose": "court", box: b"\xed\xa0\x80"}
    answer = signed_in.client.post(f"{draft}/{name}", data=said)
    assert answer.status_code in {303, 400}
