"""Everybody whom a matrix of who sees what knows: one diary, and all who stand around it.

Every record of hers says words that no other record says, so that wherever they show up it is
known which record was read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from diary.domain.base import Record
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.ids import new_id
from diary.domain.kept import PrivateNote
from diary.domain.order import Order, Term
from diary.domain.people import Contact, OtherPerson, Told
from diary.domain.people import Person as Somebody
from diary.domain.plan import Agreement, Lead, Plan, PlanItem
from diary.domain.practice import Override, PracticeRecord
from diary.domain.report import Report
from diary.services import (
    agencies,
    consents,
    files,
    joining,
    overrides,
    own,
    practice,
    practitioners,
    share_drafts,
    sharing,
)
from diary.services.house import House
from diary.services.redaction import USUAL
from diary.store import grants as rows
from diary.store import orgs, sessions
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import Person, browser_of
from tests.media import picture
from tests.practitioners import Worker, agency, sign_in, worker
from tests.services import sharers
from tests.test_routes import enter

# What each record says, and nothing else does.
WORDS = {
    "entry": "kettle-still-warm", "second": "eleven-silent-calls", "unseen": "under-the-lamp",
    "left out": "bruise-on-the-arm", "order": "hundred-metres-away", "report": "quoted-by-the-desk",
    "plan": "spare-key-at-ros", "agreement": "ros-keeps-the-bag", "person": "Rosamund-Quill",
    "contact": "07700-900-777", "note": "never-leaves-this-room", "told": "headteacher-was-told",
    "lead": "camera-over-the-shop", "shown lead": "doorbell-across-the-road",
    "file": "door-at-dawn", "other person": "Gareth-Pikestaff",
    "purpose": "the-hearing-in-may", "known as": "Nadezhda-for-maya", "begun": "not-yet-decided",
    "of maya": "maya-wrote-this-down", "of bo": "bo-wrote-this-down",
    "of over": "over-wrote-this-down", "of gone": "gone-wrote-this-down",
    "passed on": "told-the-police-of-it",
}  # fmt: skip
SHARED = {
    "known as", "purpose", "entry", "second", "order", "report", "file", "plan", "agreement",
    "person", "told", "shown lead", "other person",
}  # fmt: skip
SHARES = ("granted", "over", "withdrawn", "suspended", "other agency", "begun")
NOBODYS = "0" * 32


@dataclass
class World:
    """Who there is: each with a browser, and the ids that each may name."""

    house: House
    owner: Person
    clients: dict[str, FlaskClient]
    vaults: dict[str, Vault]
    ids: dict[str, str]
    grants: dict[str, str]
    named: dict[str, set[str]] = field(default_factory=dict)


class Diary:
    """Something of every kind that she can write."""

    def __init__(self, house: House, vault: Vault) -> None:
        self.house, self.vault, self.ids = house, vault, dict[str, str]()
        term = Term(term_id="ORD-1.T1", text_from_order=WORDS["order"])
        self.keep("order", Order(reference="ORD-1", type="NMO", terms=(term,)))
        for name in ("entry", "second", "unseen"):
            body = Entry(what_happened=WORDS[name], injuries=WORDS["left out"])
            self.keep(name, body)
        entry = self.ids["entry"]
        self.keep("report", Report(reference="REP-1", entries=(entry,), what_said=WORDS["report"]))
        step = PlanItem(item_id="9" * 32, text=WORDS["plan"])
        said = Agreement(item_id="a" * 32, name=WORDS["agreement"])
        self.keep("plan", Plan(items=(step,), agreements=(said,)))
        self.ids |= {"step": step.item_id, "agreement": said.item_id}
        self.keep("person", Somebody(name=WORDS["person"]))
        self.keep("contact", Contact(phone=WORDS["contact"]), self.ids["person"])
        self.keep("note", PrivateNote(text=WORDS["note"]), entry)
        self.keep("lead", Lead(sort=WORDS["lead"]), self.ids["unseen"])
        self.keep("shown lead", Lead(sort=WORDS["shown lead"]), entry)
        self.keep("told", Told(who=WORDS["told"]))
        self.keep("other person", OtherPerson(name=WORDS["other person"]))
        received = files.take_in(house, f"{WORDS['file']}.jpg", [picture()])
        self.ids["file"] = files.add(house, vault, received, parent=entry)

    def keep(self, name: str, body: Record, parent: str | None = None) -> None:
        kept = own.add(self.house, self.vault, body, record_id=new_id(), parent=parent)
        self.ids[name] = kept.id

    def share(self, who: Worker, *, days: int = 30, **decided: Any) -> str:
        said: dict[str, Any] = {
            "entries": (self.ids["entry"], self.ids["second"]),
            "orders": (self.ids["order"],),
            "plan": True,
            "people": (self.ids["person"],),
            "other_person": True,
            "told": (self.ids["told"],),
            "leads": (self.ids["lead"], self.ids["shown lead"]),  # one is of an entry that stays
            "files": (self.ids["file"],),
            "fields": (*USUAL, "told"),
            "from_name": WORDS["known as"],
            "ends": (consents.today(self.house) + timedelta(days=days)).isoformat(),
            "permission": "download",
        }
        reader = sharers.Worker(who.vault, practitioners.card(self.house, who.account_id))
        draft = sharers.drafted(self.house, self.vault, reader, **said | decided)
        return sharers.give(self.house, self.vault, draft)


def world(app: Flask, house: House, clock: Clock, owner: Person) -> World:
    """Make everybody, share, write, end, suspend; then let all who can sign in once more."""
    diary = Diary(house, owner.vault)
    people = workers(app, house)
    made = grants(house, owner, diary, people)
    clock.pass_(days=2)  # one share is over by itself
    made |= written(house, people, made)
    clients = {name: one.client for name, one in people.items()}
    for one in people.values():
        assert sign_in(one.client, one.passkey).status_code == 303
    with house.store.write() as conn:  # by the row alone: the session is there still
        orgs.suspend(conn, people["suspended"].account_id, to_ms(house.now()))
    owner.client.post("/sign-in", data={"name": owner.name, "passphrase": owner.passphrase})
    clients |= {
        "owner": owner.client,
        "nobody": browser_of(app),
        "another survivor": enter(app, house, "Ros"),
    }
    vaults = {name: one.vault for name, one in people.items()}
    found = World(house, owner, clients, vaults, diary.ids | account(house, people), made)
    found.named = named(found)
    found.ids |= left_behind(found)
    return found


def workers(app: Flask, house: House) -> dict[str, Worker]:
    ours, theirs = agency(house), agency(house, "Quay Street")
    return {
        "granted": worker(app, house, org=ours),
        "no grant": worker(app, house, org=ours, name="Ira Bell"),
        "over": worker(app, house, org=ours, name="Ovid Lark"),
        "withdrawn": worker(app, house, org=ours, name="Wren Ash"),
        "suspended": worker(app, house, org=ours, name="Sol Penn"),
        "lead": worker(app, house, org=ours, name="Lena Osei", lead=True),
        "other agency": worker(app, house, org=theirs, name="Bo Finch"),
        "other lead": worker(app, house, org=theirs, name="Lou Reed", lead=True),
    }


def grants(house: House, owner: Person, diary: Diary, people: dict[str, Worker]) -> dict[str, str]:
    """Share with five of them; the other agency gets one entry alone."""
    alone: dict[str, Any] = {
        "entries": (diary.ids["second"],),
        "orders": (),
        "plan": False,
        "people": (),
        "other_person": False,
        "told": (),
    }
    made = {
        "granted": diary.share(people["granted"], purpose="other", reason=WORDS["purpose"]),
        "over": diary.share(people["over"], days=0),
        "withdrawn": diary.share(people["withdrawn"]),
        "suspended": diary.share(people["suspended"]),
        "other agency": diary.share(people["other agency"], files=(), **alone, from_name=""),
    }
    for name, words in {
        "granted": "of maya", "over": "of over", "withdrawn": "of gone", "other agency": "of bo",
    }.items():  # fmt: skip
        body = PracticeRecord(detail=WORDS[words])
        me = people[name].vault
        made[words] = practice.add(house, me, made[name], body, record_id=new_id())
    sharing.end(house, owner.vault, made["withdrawn"])
    card = practitioners.card(house, people["no grant"].account_id)
    draft = share_drafts.begin(house, owner.vault, card)
    share_drafts.decide(house, owner.vault, draft, compared=True, reason=WORDS["begun"])
    return made | {"begun": draft.id}


def written(house: House, people: dict[str, Worker], made: dict[str, str]) -> dict[str, str]:
    """Pass something on without asking; whoever leads is to agree."""
    said = Override(lawful_reason="Danger.", what=WORDS["passed on"], to_whom="Police")
    me, decider = people["granted"].vault, people["lead"].account_id
    asked = overrides.ask(house, me, made["granted"], said, decider=decider, record_id=new_id())
    return {"passed on": asked}


def account(house: House, people: dict[str, Worker]) -> dict[str, str]:
    """What an address can name of accounts."""
    (member, *_) = [one for one in agencies.members(house) if one.name == "Maya Thorn"]
    link = agencies.invite(house, org_id=member.org_id, name="Ada", role="Officer", lead=False)
    with house.store.read() as conn:
        device = sessions.of_account(conn, people["lead"].account_id)[0].id.hex()
    return {
        "device": device,
        "member": member.account_id,
        "invitation": link.invited.id.hex(),
        "passkey": joining.listed(house, people["lead"].vault)[0].id,
    }


def named(world: World) -> dict[str, set[str]]:
    """Return which ids each of them may name at all; an address with any other is unknown."""
    ids, grants = world.ids, world.grants
    team = {ids["device"], ids["member"], ids["invitation"], ids["passkey"], grants["passed on"]}
    with_grant = {
        grants[name] for name in ("granted", "of maya", "of over", "of gone", "passed on")
    }
    shared = {ids[name] for name in ("entry", "second", "order", "file")}
    return {
        "granted": with_grant | shared,
        "over": {grants["of over"]},
        "withdrawn": {grants["of gone"]},
        "lead": team,
        "other agency": {grants["other agency"], grants["of bo"], ids["second"]},
    }


def candidates(world: World, rule: Rule) -> list[dict[str, str]]:
    """Return every choice of ids that an address can be asked with."""
    fixed = {"step": ["when"], "part": ["made"], "share_step": ["purpose"], "number": ["1"],
             "token": ["f" * 43]}  # fmt: skip
    shares = [*(world.grants[name] for name in SHARES), NOBODYS]
    fixed |= {"case_id": shares, "grant_id": shares}
    records = [*world.ids.values(), *world.grants.values(), NOBODYS]
    found: list[dict[str, str]] = [{}]
    for name in sorted(rule.arguments):
        found = [one | {name: value} for one in found for value in fixed.get(name, records)]
    return [one for one in found if is_worth_asking(world, one)]


def is_worth_asking(world: World, ids: dict[str, str]) -> bool:
    """Tell whether a choice can differ from another: in two shares every record is tried."""
    share = ids.get("case_id", ids.get("grant_id"))
    if share is None or share in {world.grants["granted"], world.grants["other agency"]}:
        return True
    known = {world.ids[name] for name in ("entry", "unseen", "order", "file", "copy")}
    known |= {world.grants[name] for name in ("of maya", "of over", "of gone")}
    return all(value in known for value in ids.values() if value != share and len(value) > 8)


def left_behind(world: World) -> dict[str, str]:
    """What no page names: the copy that was made of an entry, and the event that says so."""
    with world.house.store.read() as conn:
        copies = rows.wrapped_records(conn, world.grants["granted"]) - set(world.ids.values())
        events = [one.record_id for one in world.owner.vault.scan(conn, Event.kind)]
    return {"copy": (copies - set(world.grants.values())).pop(), "event": events[-1]}
