"""The whole map of addresses, walked as nobody, as somebody else, and as the owner.

A new address is closed unless it is in PUBLIC here *and* marked `public` there. With another
account's ids every address answers as it answers ids that never were.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.ids import new_id
from diary.domain.order import Order, Term, Zone
from diary.domain.people import Person as Somebody
from diary.domain.people import Told
from diary.domain.plan import Agreement, Lead, PlanItem
from diary.domain.practice import PracticeRecord
from diary.domain.report import Report
from diary.services import accounts, entries, files, order_making, own, plan, reports
from diary.services.accounts import Caller
from diary.services.house import House
from diary.store import sessions
from diary.vault.vault import Vault
from diary.web.house import is_for_practitioners, is_public
from diary.web.session import COOKIE
from tests.conftest import PASSPHRASE, Person, browser_of
from tests.media import picture
from tests.services.sharers import drafted, left, shared, worker

PUBLIC = {
    "signin.index", "signin.form", "signin.sign_in", "signin.sign_out",
    "start.form", "start.make", "recovery.form", "recovery.enter",
    "asking.form", "asking.ask", "asking.come_form", "asking.come",
    "shell.help", "shell.leaving", "shell.leave", "shell.leave_quietly",
    "shell.offline", "shell.manifest", "shell.worker",
    "work.form", "work.sign_in", "work.words", "work.invitation", "work.join",
    "health.check", "health.log_key", "static",
}  # fmt: skip
AUTOMATIC = {"HEAD", "OPTIONS"}
OFFSET_BYTES = "application/offset+octet-stream"
TOLD = "the-kettle-was-still-warm"


@dataclass(frozen=True)
class Ids:
    """One value for each part of an address that names something."""

    record_id: str
    file_id: str
    upload_id: str
    device_id: str
    step: str = "when"
    part: str = "made"
    number: int = 1
    order_id: str = "6" * 32
    told_id: str = "7" * 32
    person_id: str = "4" * 32
    lead_id: str = "5" * 32
    case_id: str = "c" * 32
    override_id: str = "d" * 32
    member_id: str = "b" * 32
    invitation_id: str = "c" * 64
    passkey_id: str = "d" * 64
    token: str = "e" * 43
    report_id: str = "8" * 32
    step_id: str = "9" * 32
    agreement_id: str = "a" * 32
    draft_id: str = "d" * 32
    share_step: str = "purpose"
    grant_id: str = "e" * 32
    written_id: str = "f" * 32
    look_id: str = "b" * 32

    def of(self, rule: Rule) -> dict[str, str]:
        return {name: str(getattr(self, name)) for name in rule.arguments}


UNKNOWN = Ids("0" * 32, "1" * 32, "2" * 32, "3" * 64, token="f" * 43)


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def hers(app: Flask, rule: Rule) -> bool:
    """Tell whether an address is for people with a diary, and no practitioner's."""
    is_theirs = is_for_practitioners(app.view_functions[rule.endpoint])
    return not is_theirs and "token" not in rule.arguments


def methods(rule: Rule) -> list[str]:
    every = rule.methods or set()
    return sorted(every - AUTOMATIC) or sorted(every & {"HEAD"}) or ["OPTIONS"]


def address(app: Flask, rule: Rule, ids: Ids) -> str:
    with app.test_request_context():
        return app.url_map.bind("localhost").build(
            rule.endpoint, ids.of(rule), method=methods(rule)[0]
        )


def walk(app: Flask, ids: Ids) -> Iterator[tuple[Rule, str, str]]:
    for rule in rules(app):
        for method in methods(rule):
            yield rule, method, address(app, rule, ids)


def ask(client: FlaskClient, method: str, url: str) -> TestResponse:
    """Ask as a browser and as an upload does, with a form that is good but for the id."""
    form = {"what_happened": "x", "when": "not_sure", "base": "1", "upload": "2" * 32, "sure": "1"}
    tus = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": OFFSET_BYTES}
    headers = {"Accept": "text/html"} | (tus if url.startswith("/uploads") else {})
    data = b"" if url.startswith("/uploads") else form if method == "POST" else None
    return client.open(url, method=method, data=data, headers=headers)


def enter(app: Flask, house: House, name: str) -> FlaskClient:
    """Make an account whose code was typed back, and sign in."""
    caller = Caller(network="192.0.2.9", browser=b"o" * 32)
    made = accounts.sign_up(house, name=name, passphrase=PASSPHRASE, caller=caller)
    vault = Vault(made.unlocked)
    code = accounts.new_code(vault)
    accounts.confirm_code(house, vault, shown=code, typed=code)
    client = browser_of(app)
    client.post("/sign-in", data={"name": name, "passphrase": PASSPHRASE})
    return client


@pytest.fixture
def ids(house: House, signed_in: Person) -> Ids:
    """Something of every kind that an address can name, all of it the owner's."""
    entry = Entry(what_happened=TOLD)
    kept = entries.record(house, signed_in.vault, entry, record_id=new_id()).record_id
    received = files.take_in(house, f"{TOLD}.jpg", [picture()])
    file_id = files.add(house, signed_in.vault, received, parent=kept)
    meta = f"entry {base64.b64encode(kept.encode()).decode()}"
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": meta}
    made = signed_in.client.post("/uploads", headers=tus)
    assert made.status_code == 201, made.text
    with house.store.read() as conn:
        device_id = sessions.of_account(conn, signed_in.vault.account_id)[0].id.hex()
    person = own.add(house, signed_in.vault, Somebody(name=TOLD), record_id=new_id())
    lead = own.add(house, signed_in.vault, Lead(sort=TOLD), record_id=new_id(), parent=kept)
    return Ids(
        record_id=kept,
        file_id=file_id,
        upload_id=made.headers["Location"].rsplit("/", 1)[1],
        device_id=device_id,
        person_id=person.id,
        lead_id=lead.id,
        order_id=an_order(house, signed_in.vault),
        told_id=own.add(house, signed_in.vault, Told(who=TOLD), record_id=new_id()).id,
        report_id=a_report(house, signed_in.vault, kept),
        step_id=a_plan(house, signed_in.vault)[0],
        agreement_id=a_plan(house, signed_in.vault)[1],
        **a_share(house, signed_in.vault, kept),
    )


def a_share(house: House, vault: Vault, entry: str) -> dict[str, Any]:
    """Something that is shared, something that is not yet, and what was written beside it."""
    who = worker(house)
    grant = shared(house, vault, who, entries=(entry,))
    changed = Entry(what_happened=f"{TOLD} Again.")  # so that its new words are offered
    entries.amend(house, vault, entry, changed, base_version=1)
    look = Event(action="looked", actor="practitioner", note="entries", shown=(entry,))
    return {
        "draft_id": drafted(house, vault, who, entries=(entry,), agreed=True),
        "grant_id": grant,
        "written_id": left(house, who, grant, PracticeRecord(detail=TOLD, about=grant)),
        "look_id": left(house, who, grant, look),
    }


def an_order(house: House, vault: Vault) -> str:
    line, place = Term(term_id="ORD-1.T1", text_from_order=TOLD), Zone(label=TOLD)
    body = Order(reference="", type="NMO", terms=(line,), zones=(place,))
    return order_making.write(house, vault, body, record_id=new_id()).id


def a_report(house: House, vault: Vault, entry: str) -> str:
    body = Report(reference="", entries=(entry,), to="police_101", what_said=TOLD)
    return reports.give(house, vault, body, record_id=new_id()).id


def a_plan(house: House, vault: Vault) -> tuple[str, str]:
    step = PlanItem(item_id="9" * 31 + "1", text=TOLD)
    said = Agreement(item_id="a" * 31 + "1", name=TOLD)
    plan.put_step(house, vault, step, seen=None)
    plan.put_agreement(house, vault, said, seen=None)
    return step.item_id, said.item_id


def test_public_is_what_this_list_says(app: Flask) -> None:
    marked = {name for name, view in app.view_functions.items() if is_public(view)} | {"static"}
    assert marked == PUBLIC


def test_every_address_part_has_an_id_here(app: Flask) -> None:
    parts = {name for rule in rules(app) for name in rule.arguments}
    assert parts <= set(Ids.__annotations__)


def test_nobody_gets_past_the_lock(app: Flask, ids: Ids) -> None:
    for rule, method, url in walk(app, ids):
        answer = ask(browser_of(app), method, url)
        where = f"{method} {url}"
        if rule.endpoint in PUBLIC:
            assert answer.status_code < 500, where
            assert answer.status_code != 401, where
        else:
            assert answer.status_code == 401, where
            lock = "/sign-in" if hers(app, rule) else "/work/sign-in"
            assert f'action="{lock}"' in answer.text or method == "HEAD", where
        assert TOLD not in answer.text, where


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "\0", "é" * 20, "a" * 4000])
def test_a_forged_cookie_is_nobody(app: Flask, ids: Ids, cookie: str) -> None:
    client = browser_of(app)
    for _, method, url in walk(app, ids):
        client.set_cookie(COOKIE, cookie, secure=True)
        if method == "GET":
            answer = ask(client, method, url)
            assert answer.status_code < 500, url
            assert TOLD not in answer.text, url


def test_another_accounts_ids_are_as_unknown_as_ids_that_never_were(
    app: Flask, house: House, ids: Ids
) -> None:
    other = enter(app, house, "Ros")
    seen = 0
    for rule, method, url in walk(app, ids):
        if not rule.arguments:
            continue
        unknown = address(app, rule, UNKNOWN)
        theirs, never = ask(other, method, url), ask(other, method, unknown)
        where = f"{method} {url}"
        assert theirs.status_code == never.status_code == 404, where
        assert theirs.text.replace(url, unknown) == never.text, where
        assert list(theirs.headers.keys()) == list(never.headers.keys()), where
        seen += 1
    assert seen > 10


def test_nothing_of_the_owners_changed_under_those_requests(
    app: Flask, house: House, signed_in: Person, ids: Ids
) -> None:
    other = enter(app, house, "Ros")
    for rule, method, url in walk(app, ids):
        if rule.arguments:
            ask(other, method, url)
    for rule, method, url in walk(app, ids):
        if rule.arguments and method == "GET" and hers(app, rule):
            answer = ask(signed_in.client, method, url)
            assert answer.status_code in {200, 302, 303}, f"{method} {url}"


def test_the_owner_gets_an_answer_everywhere(
    app: Flask, house: House, signed_in: Person, ids: Ids
) -> None:
    for rule, method, url in walk(app, ids):
        if method != "GET" or rule.endpoint == "shell.leave" or not hers(app, rule):
            continue
        answer = ask(signed_in.client, method, url)
        assert answer.status_code in {200, 303}, f"{method} {url}: {answer.status_code}"


def test_no_closed_page_is_kept_by_a_browser(app: Flask, signed_in: Person, ids: Ids) -> None:
    for rule, method, url in walk(app, ids):
        if method == "GET" and rule.endpoint not in PUBLIC:
            assert ask(signed_in.client, method, url).headers["Cache-Control"] == "no-store", url
