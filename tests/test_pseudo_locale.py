"""No sentence escapes translation: every page is read in a language made of brackets.

The catalogue is made from the source as a translator's would be. Then every page and every form's
answer, signed out and signed in, must have all its words inside brackets. Left out is what is
nobody's to translate: what stands under `translate="no"` or `dir="auto"`, and values of boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from babel import dates
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.content import texts
from diary.domain.base import Record
from diary.domain.entry import Entry, Withdrawn
from diary.domain.event import Event
from diary.domain.ids import new_id
from diary.domain.order import Order, Term, Zone
from diary.domain.people import Associate, OtherPerson, Secret, Secrets, Told
from diary.domain.plan import Agreement, Lead, Plan, PlanItem
from diary.domain.practice import Override, PracticeRecord
from diary.domain.when import When
from diary.insights.picture import TITLES
from diary.services import consents, entries, files, order_making, own, sharing
from diary.services.house import House
from diary.services.redaction import GROUPS
from diary.vault.vault import Vault
from tests.conftest import PASSPHRASE, Person, browser_of
from tests.media import picture
from tests.passkeys import Passkey
from tests.practitioners import OWN, Worker, agency, invite, sign_in
from tests.practitioners import worker as at_work
from tests.services.sharers import drafted, left, shared, worker, wrote
from tests.services.test_export import PHOTO, Diary
from tests.web.test_patterns import incident, keep

ROOT = Path(__file__).parent.parent / "diary"
OPEN, CLOSE = "⟦", "⟧"
LANGUAGE = "eo"
SPOKEN = {"aria-label", "placeholder", "alt", "title"}
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
MUTE = {"script", "style", "textarea"}
# These take away what other pages show, so they are sent after the others.
LATE = (
    "/remove", "/look", "/take-out", "/end", "/forget", "/settings/passphrase", "/settings/code",
    "/start/code/check",
)  # fmt: skip
# These end what the other pages need, or are no pages; each still stands in a test of its own.
NOT_SENT = re.compile(
    r"^/(sign-out|leave|devices|settings/close|static|uploads|hand-over/save|orders/\w+/vary)"
)
NO_PAGES = {"health.check", "health.log_key", "uploads.unfinished"}
PASSED_ON = Override(
    lawful_reason="1", what="2", to_whom="3", told_at="2026-03-03T21:00", unsafe_to_notify=True,
    why_unsafe="4", written_at="2026-03-03T21:00:00.000Z", decision="not agreed",
    approved_by="5", approver_role="6", approved_at="2026-03-04T21:00:00.000Z",
)  # fmt: skip
MAKE = "/work/settings/passkey"
LOST = {"recovery.new_passphrase"}
WORK = re.compile(r"^/work(/(me|settings|devices|team|sign-in|join)(/.*)?)?$")
OUTSIDE = {
    "shell.help", "shell.offline", "signin.form", "start.form", "recovery.form",
    "asking.form", "asking.come_form",
}  # fmt: skip
NOT_READ = re.compile(r"^/(leave|static|files/\w+/|manifest|sw\.js)")


def pseudo(message: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(message, tuple):
        return tuple(f"{OPEN}{form}{CLOSE}" for form in message)
    return f"{OPEN}{message}{CLOSE}"


def messages() -> Iterator[str | tuple[str, ...]]:
    """Everything that is marked for translation, and the texts that are kept as data."""
    kinds = [("**.py", "python"), ("templates/**.html", "jinja2")]
    keywords = {**DEFAULT_KEYWORDS, "N_": None}
    for found in extract_from_dir(ROOT, kinds, keywords=keywords):
        yield found[2]
    yield from texts()


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("translations")
    made = Catalog(locale=LANGUAGE)
    for message in messages():
        made.add(message, pseudo(message))
    path = folder / LANGUAGE / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, made)
    return folder


@pytest.fixture
def bracketed(app: Flask, catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application in that language; dates come from the locale's own data, so they are bare."""
    babel = app.extensions["babel"]
    babel.translation_directories[:] = [str(catalogue)]
    babel.locale_selector = lambda: LANGUAGE
    monkeypatch.setattr(dates, "format_datetime", bare_date)
    return app


def bare_date(*_args: object, **_options: object) -> str:
    return "1.1.2026"


def bare(text: str, depth: int = 0) -> tuple[str, int]:
    """Return what stands outside all brackets, and how deep the text ends."""
    outside = []
    for sign in text:
        depth += (sign == OPEN) - (sign == CLOSE)
        if depth == 0 and sign != CLOSE:
            outside.append(sign)
    return "".join(outside), depth


def has_words(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


class Reader(HTMLParser):
    """Reads a page as its reader does: text and spoken attributes, without what is data."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.escaped: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._depth = 0
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    @property
    def _data(self) -> bool:
        return any(data for _, data in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        data = known.get("translate") == "no" or known.get("dir") == "auto" or tag in MUTE
        if known.get("class") == "name" or tag == "title":
            data = True  # the neutral name, which whoever runs this chooses
        for name, value in known.items():
            if name in SPOKEN or (name.startswith("data-") and " " in value):
                self._check(f"{name}={value}", bare(value)[0], data)
        if tag == "a" and "href" in known:
            self.links.append(known["href"])
        if tag == "form" and known.get("method") == "post":
            self.forms.append(Form(known.get("action", "")))
        if self.forms:
            self.forms[-1].take(tag, known)
        if tag not in VOID:
            self._open.append((tag, data))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._data:
            outside, self._depth = bare(data, self._depth)
            self._check(data.strip(), outside, self._data)

    def _check(self, whole: str, outside: str, data: bool) -> None:
        if not (data or self._data) and has_words(outside):
            self.escaped.append(whole)


@dataclass
class Form:
    """A form as it stands, and with something in every box and the first of every choice."""

    action: str
    plain: dict[str, str] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def take(self, tag: str, known: dict[str, str]) -> None:
        name, value, kind = (known.get(key, "") for key in ("name", "value", "type"))
        if tag not in {"input", "textarea", "select"} or not name or kind in {"file", "submit"}:
            return
        if kind not in {"radio", "checkbox"}:
            self.plain[name] = value
            self.first[name] = value or ("7" if kind in {"", "text"} else "")
        elif "checked" in known:
            self.plain[name] = value
            self.first.setdefault(name, value)
        else:
            self.first.setdefault(name, value)


class Walk:
    """Follows every link, then sends every form that was seen, each kind of it once."""

    def __init__(self, phone: FlaskClient, *paths: str) -> None:
        self._phone = phone
        self._forms: dict[str, Form] = {}
        self._passphrase = PASSPHRASE
        self.escaped: dict[str, list[str]] = {}
        self.read: set[str] = set()
        self.sent: set[str] = set()
        for path in paths:
            self._read(path)
        while left := sorted(self._forms.keys() - self.sent, key=is_late):
            self._send(left[0])

    def _read(self, path: str) -> None:
        if path not in self.read and not NOT_READ.match(path):
            self.read.add(path)
            self._take(path, self._phone.get(path, headers={"Accept": "text/html"}))

    def _send(self, target: str) -> None:
        self.sent.add(target)
        form = self._forms[target]
        again = {"current": self._passphrase} if "current" in form.first else {}
        for filled in (form.plain, form.first | again):
            answer = self._phone.post(target, data=filled, headers={"Accept": "text/html"})
            self._take(target, answer)
        if again:
            self._passphrase = form.first.get("words", self._passphrase)

    def _take(self, path: str, answer: TestResponse) -> None:
        if answer.status_code in {302, 303}:
            self._read(urlsplit(answer.headers["Location"]).path)
        elif answer.mimetype == "text/html":
            assert answer.status_code < 500, path
            page = Reader(answer.text)
            if page.escaped:
                self.escaped[f"{path} ({answer.status_code})"] = page.escaped
            self._follow(path, page)

    def _follow(self, path: str, page: Reader) -> None:
        for form in page.forms:
            target = urlsplit(urljoin(path, form.action or path)).path
            if not NOT_SENT.match(target):
                self._forms.setdefault(target, form)
        for link in page.links:
            parts = urlsplit(urljoin(path, link))
            if not (link.startswith("#") or parts.scheme or parts.netloc):
                self._read(parts.path + (f"?{parts.query}" if parts.query else ""))


def is_late(target: str) -> int:
    return next((place for place, end in enumerate(LATE, 1) if end in target), 0)


def endpoints(app: Flask, method: str, paths: set[str]) -> set[str]:
    routes = app.url_map.bind("localhost")
    return {routes.match(path.split("?")[0], method=method)[0] for path in paths}


def test_signed_out_every_word_can_be_translated(bracketed: Flask) -> None:
    walk = Walk(browser_of(bracketed), "/", "/sign-in", "/offline", "/diary")
    assert walk.escaped == {}
    assert endpoints(bracketed, "GET", walk.read) >= OUTSIDE
    assert {"/start", "/sign-in", "/way-back"} <= walk.sent


def test_signed_in_every_word_can_be_translated(
    bracketed: Flask, signed_in: Person, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    diary = Diary(house, signed_in.vault)
    entry = diary.entry("1 2 3", When.at("date_only", "2026-02-17"))
    diary.file(entry, PHOTO)
    diary.entry("4 5 6", When.at("exact", "2026-03-29T01:30"))
    lead = Lead(sort="1", expires_on="2026-03-30", state="asked")
    own.add(house, signed_in.vault, lead, record_id=new_id(), parent=entry)
    a_plan = Plan(
        items=(PlanItem(item_id="1", text="2"),), agreements=(Agreement(item_id="3", name="4"),)
    )
    own.add(house, signed_in.vault, a_plan, record_id=new_id())
    an_order_in_two_versions(house, signed_in.vault)
    a_share_of_everything(house, signed_in.vault)
    monkeypatch.setattr(consents, "STEP", 1)  # so that one share goes in several steps
    many = [told(house, signed_in.vault) for _ in range(4)]
    shared(house, signed_in.vault, worker(house, "22"), entries=tuple(many))
    paths = ("/write", "/diary", "/more", "/diary?q=1", "/diary?q=zzz", "/bring-back", "/unlock",
             "/settings/helper/remove")  # fmt: skip
    walk = Walk(signed_in.client, *paths)
    assert walk.escaped == {}
    pages = {
        rule.endpoint
        for rule in bracketed.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not NOT_READ.match(re.sub("<.*?>", "x", rule.rule))
        if not rule.rule.startswith("/work")
    }
    unread = pages - endpoints(bracketed, "GET", walk.read) - NO_PAGES - OUTSIDE - LOST
    assert unread == set()


def test_at_work_every_word_can_be_translated(bracketed: Flask, house: House) -> None:
    org = agency(house, "1")
    lead = at_work(bracketed, house, org=org, name="3", lead=True)
    words_at_work(bracketed, at_work(bracketed, house, org=org, name="2"))
    link = invite(house, org, name="4")
    outside = Walk(browser_of(bracketed), "/work/sign-in", "/work", link)
    inside = Walk(lead.client, "/work/me", "/work/settings", "/work/team", "/work/settings/passkey")
    assert outside.escaped == inside.escaped == {}
    pages = {
        rule.endpoint
        for rule in bracketed.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and WORK.match(rule.rule)
    }
    assert pages - endpoints(bracketed, "GET", inside.read | outside.read) == set()


def words_at_work(app: Flask, member: Worker) -> None:
    """Read the pages of somebody whose passkey opens nothing by itself."""
    form = (passkey := Passkey(has_prf=False)).make(member.client.get(MAKE).text)
    weak = {"choice": "own", "passphrase": "1", "again": "1"}
    answers = [member.client.post(MAKE, data=form | more) for more in ({}, weak, OWN)]
    client = browser_of(app)
    answers += [sign_in(client, passkey), member.client.get("/work/settings")]
    assert [answer.status_code for answer in answers] == [200, 400, 303, 200, 200]
    pages = [answer for answer in answers if answer.status_code != 303]
    assert [one for page in pages for one in Reader(page.text).escaped] == []


def an_order_in_two_versions(house: House, vault: Vault) -> None:
    """An order with something in every part, near its end, and somebody who knows of it."""
    line = Term(term_id="1", text_from_order="1 2 3", clause_codes=("C03",))
    first = Order(
        reference="",
        type="RO_CONV",
        made_on="2026-02-13",
        served_on="2026-02-12",
        served_how="post",
        ends="on",
        expires_on="2026-03-20",
        respondent_aware="yes",
        without_notice="no",
        return_hearing_on="2026-02-01",
        protected_people=("1",),
        power_of_arrest="na",
        status="interim",
        terms=(line,),
        exceptions=(line,),
        zones=(Zone(label="1", radius_m=50, description="2"),),
        notes="3",
    )
    made = order_making.write(house, vault, first, record_id=new_id())
    order_making.mend(house, vault, made.id, {"notes": "4"}, base=1)
    order_making.vary(house, vault, made.id, first, new=new_id())
    known = Told(who="1", agency="school", told_on="2026-02-14", has_copy="yes", orders=("ORD-1",))
    own.add(house, vault, known, record_id=new_id())


def a_share_of_everything(house: House, vault: Vault) -> None:
    """Somebody who may read an entry with something in every box, and looked, and wrote."""
    entry = told(house, vault)
    who = worker(house, "1")
    code = {"agreed": True, "sees_others": True, "reason": "2", "permission": "download"}
    other = OtherPerson(name="11", called="2", associates=(Associate(name="33"),))
    own.add(house, vault, other, record_id=new_id())
    lead = own.add(house, vault, Lead(sort="1", state="kept"), record_id=new_id(), parent=entry)
    also = {"told": of_kind(house, vault, Told), "leads": (lead.id,), "other_person": True}
    drafted(house, vault, who, entries=(entry,), fields=GROUPS, **code, **also)
    until = (consents.today(house) + timedelta(days=3)).isoformat()
    said: dict[str, object] = {"fields": GROUPS, "adds_until": until} | also
    grant = shared(house, vault, who, entries=(entry,), **said)
    words = Secrets(words=(Secret(value="777"),))  # so that both are held back, and looked at
    own.add(house, vault, words, record_id=new_id())
    wrote(house, vault, Entry(what_happened="777"))
    files.add(house, vault, files.take_in(house, "8.jpg", [picture()]), parent=entry)
    held = Entry(what_happened="9 777", withdrawn=Withdrawn(reason="777"))
    entries.amend(house, vault, entry, held, base_version=1)
    stood = (entry, new_id())  # one that is gone by now
    looked = Event(action="looked", actor="practitioner", subject=entry, shown=stood)
    left(house, who, grant, looked)
    left(house, who, grant, Event(action="downloaded", actor="practitioner", subject=grant))
    left(house, who, grant, PracticeRecord(detail="3", order_in_place="yes", about=grant))
    left(house, who, grant, PracticeRecord(about=grant, override=PASSED_ON))
    sharing.end(house, vault, shared(house, vault, who, entries=(entry,)))


def of_kind(house: House, vault: Vault, model: type[Record]) -> tuple[str, ...]:
    return tuple(one.id for one in own.every(house, vault, model).items)


def told(house: House, vault: Vault) -> str:
    """An entry with something in many boxes."""
    body = Entry(
        what_happened="1",
        place="2",
        place_type="street",
        inside_zone="yes",
        fear_level=3,
        behaviours=("call",),
        report_status="reported",
        who_started_contact="them",
        not_sure=("witnesses",),
    )
    return entries.record(house, vault, body, record_id=new_id()).record_id


def test_every_picture_can_be_translated(bracketed: Flask, signed_in: Person, house: House) -> None:
    keep(house, signed_in, [incident(number) for number in range(60)])
    for code in TITLES:
        page = signed_in.client.get(f"/patterns?show={code}").text
        assert page.count("<table>") == 1
        assert Reader(page).escaped == []


def test_on_the_way_back_every_word_can_be_translated(bracketed: Flask, signed_in: Person) -> None:
    phone = browser_of(bracketed)
    answer = phone.post("/way-back", data={"name": signed_in.name, "code": signed_in.code})
    assert answer.headers["Location"] == "/way-back/new"
    walk = Walk(phone, "/way-back/new")
    assert walk.escaped == {}
    assert endpoints(bracketed, "GET", walk.read) >= LOST


def test_an_error_can_be_translated(bracketed: Flask) -> None:
    answer = browser_of(bracketed).get("/nothing-here", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert Reader(answer.text).escaped == []


@pytest.mark.parametrize(
    "page",
    [
        "<p>left out</p>",
        f"<p>{OPEN}kept{CLOSE} and left out</p>",
        '<img alt="left out">',
        '<p translate="no">data</p><p>left out</p>',
        '<ul data-going="left out"></ul>',
    ],
)
def test_a_planted_sentence_is_found(page: str) -> None:
    assert Reader(page).escaped


def test_what_is_nobodys_to_translate_is_left_alone() -> None:
    page = (
        f'<p translate="no">copper lantern</p><div dir="auto">hers</div><textarea>hers</textarea>'
        f"<p>{OPEN}Saved at {CLOSE}12:00</p><p>{OPEN}Received <time>1 May</time>{CLOSE}</p>"
    )
    assert Reader(page).escaped == []
