"""Every word of a practitioner's pages can be translated, and what people wrote is left alone."""

from __future__ import annotations

from flask import Flask

from diary.domain.people import Contact, OtherPerson, Person, Told
from diary.domain.plan import Agreement, Lead, Plan, PlanItem, PlanLook, Review
from diary.services.house import House
from diary.vault.vault import Vault
from diary.web.practice_form import WORDS
from tests import cases as told
from tests.practitioners import agency, worker
from tests.test_pseudo_locale import Reader, Walk, bracketed, catalogue, endpoints
from tests.web.test_cases import write_record

__all__ = ["bracketed", "catalogue"]
EYES = {"Accept": "text/html"}


def everything(house: House, owner: Vault) -> tuple[told.Told, list[str]]:
    """Something of every kind that can be shared, in words of hers."""
    diary = told.tell(house, owner)
    person = told.keep(house, owner, Person(name="Asha", relation="Neighbour"))
    told.keep(house, owner, Contact(phone="07700 900000", may_be_contacted="yes"), person)
    lead = Lead(sort="Camera", holder="The shop", expires_on="2026-04-01", state="asked")
    told.keep(house, owner, lead, diary.entry)
    told.keep(house, owner, PlanLook(state="done_on", on="2026-03-06"), diary.entry)
    more = [
        told.keep(house, owner, OtherPerson(name="Sam", known_as=("Sammy",), vehicle="Red car")),
        told.keep(house, owner, Told(who="The school", told_on="2026-02-01", has_copy="yes")),
    ]
    return diary, [person, *more]


def test_every_word_can_be_translated(bracketed: Flask, house: House, vault: Vault) -> None:
    org = agency(house)
    lena = worker(bracketed, house, org=org, name="Lena Osei", lead=True)
    maya = worker(bracketed, house, org=org)
    diary, more = everything(house, vault)
    diary.shared += more
    case_id = told.share(house, vault, maya.vault, diary, permission="download")
    full = dict.fromkeys(WORDS, "7 8 9")
    first = write_record(
        maya, case_id, **full, order_type="NMO", copy_seen="yes", linked=diary.entry
    )
    write_record(maya, case_id, corrects=first)
    passed = f"/work/passed-on/new/{case_id}"
    form = {"what": "1", "to_whom": "2", "lawful_reason": "3", "unsafe": "yes",
            "why_unsafe": "4", "decider": lena.account_id}  # fmt: skip
    made = maya.client.post(passed, data=form)
    assert made.status_code == 303, made.text
    decision = Reader(lena.client.get(made.headers["Location"], headers=EYES).text)
    base = f"/work/cases/{case_id}"
    walk = Walk(
        maya.client, "/work", base, passed, f"{base}/entries?q=gate&from=x", f"{base}/entries?q=zz",
        f"{base}/pattern?from=x", f"{base}/records/new?corrects={first}", "/work/cases/x",
    )  # fmt: skip
    assert (decision.escaped, walk.escaped) == ([], {})
    assert alone_in_an_agency(bracketed, house, vault, diary).escaped == {}
    told.end(house, case_id)
    gone = maya.client.post(f"{base}/records/new", data={**full, "copy_seen": "yes"}, headers=EYES)
    assert "readonly" in gone.text
    assert Reader(gone.text).escaped == []
    rooms = ("cases.", "case_files.", "practice.", "overrides.")
    pages = {
        rule.endpoint
        for rule in bracketed.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint.startswith(rooms)
    }
    taken = {"case_files.show", "case_files.original", "case_files.one_page"}
    assert pages - taken - endpoints(bracketed, "GET", walk.read) == set()


def alone_in_an_agency(app: Flask, house: House, vault: Vault, diary: told.Told) -> Walk:
    """Pass something on with nobody to decide, then with somebody."""
    org = agency(house, "Small Aid")
    only = worker(app, house, org=org)
    case_id = told.share(house, vault, only.vault, diary)
    form = {"what": "1", "to_whom": "2", "lawful_reason": "3"}
    page = f"/work/passed-on/new/{case_id}"
    for path in (page, only.client.post(page, data=form).headers["Location"]):
        assert Reader(only.client.get(path, headers=EYES).text).escaped == []
    worker(app, house, org=org, name="Lou", lead=True)
    return Walk(only.client, "/work/passed-on")


def test_an_empty_case_can_be_translated(bracketed: Flask, house: House, vault: Vault) -> None:
    maya = worker(bracketed, house, org=agency(house))
    plan = Plan(
        items=(PlanItem(item_id="1", text="Lock.", last_reviewed_on="2026-03-01",
                        review_on="2026-04-01"),),
        reviews=(Review(note="Calm."),),
        agreements=(Agreement(item_id="2", name="School run", with_whom="Sam", text="At the gate.",
                              made_on="2026-01-01"),),
    )  # fmt: skip
    for shared in ([], [told.keep(house, vault, plan)]):
        case_id = told.grant(house, vault, maya.vault, shared, from_name="", purpose="")
        for page in ("", "/entries", "/reports", "/plan", "/people", "/pattern", "/records"):
            answer = maya.client.get(f"/work/cases/{case_id}{page}", headers=EYES)
            assert answer.status_code == 200
            assert Reader(answer.text).escaped == [], page
