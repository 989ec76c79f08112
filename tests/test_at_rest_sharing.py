"""A thief once more, after everything that two people and an agency do with each other.

A share of a redacted entry with its photo, looked at through the pages, written beside, passed on
without asking, ended; another that still lives; a friend who helps with the way back. No name,
agency, purpose, wording or text of it stands in any byte of database, files, temp folder or log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from diary.content import consent_text
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.people import OtherPerson, Told
from diary.domain.plan import Lead
from diary.domain.practice import Override
from diary.services import (
    asking,
    override_steps,
    overrides,
    own,
    practitioners,
    sessions,
    sharing,
    trusted_helper,
)
from diary.services.accounts import Caller
from diary.services.house import House, open_house
from diary.settings import Settings
from diary.store import orgs
from diary.vault import agencies as names
from diary.vault.vault import Vault
from diary.web import COOKIE
from tests.conftest import new_vault
from tests.running import Server, running
from tests.searcher import Searcher, hits
from tests.services.sharers import WORDING, Worker, agency, shared, with_photo, worker, wrote
from tests.test_at_rest import Lookout, Web, everything

THERE = Caller(network="198.51.100.7", browser=b"x" * 32)
AGENCY, READER, LEAD = "Saltmarsh Lane Advice", "Wilhelmina Castellanos", "Leonora Abernathy"
TOLD, LEFT_OUT = "He stood at the ferry steps again.", "a bruise under the left sleeve"
ROLE = "Outreach advocate"
KNOWN_AS, REASON = "Nadezhda of the ferry", "Before the hearing in the spring."
DETAIL, REFERENCE = "She told me of the ferry at noon.", "occurrence 22/998877/QX"
WHAT, TO_WHOM, LAWFUL = "Where he waits for her.", "The duty sergeant", "A child is in danger now."
CALLED, LABEL = "Nad from the choir loft", "My sister at the coast"
HELPERS_NAME = "Rosamund at the coast"
WAS_TOLD, LEAD_TO, OTHER = "Porter at the ferry gate", "Camera on pier four", "Gareth Pikestaffe"
EVERY = (
    AGENCY, READER, LEAD, ROLE, TOLD, LEFT_OUT, KNOWN_AS, REASON, DETAIL, REFERENCE,
    WHAT, TO_WHOM, LAWFUL, CALLED, LABEL, HELPERS_NAME, WAS_TOLD, LEAD_TO, OTHER,
    "door.jpg", WORDING.words, WORDING.purpose,
)  # fmt: skip
PAGES = ("", "/entries", "/reports", "/pattern", "/plan", "/people", "/records", "/records/new")


@contextmanager
def house_of(server: Server) -> Iterator[House]:
    house = open_house(Settings.from_env(server.environment()))
    yield house
    house.store.engine.dispose()


def at_work(house: House, server: Server, who: Worker) -> Web:
    """A browser in which a practitioner is signed in."""
    content: dict[str, object] = {
        "role": "practitioner",
        "_user_id": who.vault.account_id,
        "fresh_ms": to_ms(house.now()),
    }
    cookie, _ = sessions.begin(house, who.vault.unlocked, content, about={})
    return Web(server.port, {COOKIE: cookie})


def leading(house: House, org_id: str) -> Vault:
    """Somebody who leads the agency."""
    vault = new_vault(house, LEAD)
    account, said = vault.account_id, {"name": LEAD, "role": ROLE}
    sealed = names.seal(house.secrets, "practitioner", account, said)
    with house.store.write() as conn:
        orgs.add_member(
            conn, orgs.MemberRow(account, org_id, True, sealed, to_ms(house.now()), None)
        )
    return vault


def live_through(server: Server) -> list[str]:
    """Do all of it; return the codes that were shown."""
    with house_of(server) as house:
        nad, friend = new_vault(house, "Nad"), new_vault(house, HELPERS_NAME)
        org_id = agency(house, AGENCY)
        who, lead = worker(house, READER, org_id), leading(house, org_id)
        entry = wrote(house, nad, Entry(what_happened=TOLD, injuries=LEFT_OUT))
        photo = with_photo(house, nad, entry)
        said: dict[str, object] = {
            "entries": (entry,),
            "files": (photo,),
            "from_name": KNOWN_AS,
            "reason": REASON,
        }
        said |= beside(house, nad, entry)
        kept, ended = (shared(house, nad, who, **said) for _ in range(2))
        web = at_work(house, server, who)
        for case in (kept, ended):
            work(web, case, entry, photo)
        passed_on = Override(lawful_reason=LAWFUL, what=WHAT, to_whom=TO_WHOM)
        decider = lead.account_id
        asked = overrides.ask(
            house, who.vault, kept, passed_on, decider=decider, record_id=new_id()
        )
        override_steps.decide(house, lead, asked, agrees=True)
        sharing.end(house, nad, ended)
        assert web.ask("GET", f"/work/cases/{ended}", Accept="text/html").status == 404
        code = trusted_helper.introduce(house, friend.account_id).code
        trusted_helper.choose(house, nad, code, called=CALLED, label=LABEL)
        plea = asking.ask(house, name="Nad", caller=THERE).code
        asking.agree(house, friend, plea)
        assert server.command("stamp").returncode == 0
        assert server.command("sweep").returncode == 0
        return [code, plea, practitioners.introduce(house, who.card.account_id).code]


def beside(house: House, nad: Vault, entry: str) -> dict[str, object]:
    """What can be ticked besides, all of it ticked."""
    told, lead = (
        own.add(house, nad, body, record_id=new_id(), parent=parent).id
        for body, parent in ((Told(who=WAS_TOLD), None), (Lead(sort=LEAD_TO), entry))
    )
    own.add(house, nad, OtherPerson(name=OTHER), record_id=new_id())
    return {"told": (told,), "leads": (lead,), "other_person": True}


def work(web: Web, case: str, entry: str, photo: str) -> None:
    """Look at everything, and write a record."""
    at = f"/work/cases/{case}"
    for page in (*PAGES, f"/entries/{entry}", f"/files/{photo}", f"/files/{photo}/show"):
        assert web.ask("GET", at + page, Accept="text/html").status == 200, page
    record = {"id": new_id(), "reported_day": "2026-03-04", "detail": DETAIL, "refs": REFERENCE}
    assert web.post(f"{at}/records/new", **record).status == 303


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Searcher, list[dict[str, bytes]]]:
    folder: Path = tmp_path_factory.mktemp("server")
    with running(folder) as server:
        before = everything(server)
        lookout = Lookout(server.temp)
        codes = live_through(server)
        during = everything(server) | lookout.end()
        server.stop()
        stopped = everything(server)
    searcher = Searcher([*EVERY, *codes, *consent_text().texts()])
    searcher.without(before.values())
    return searcher, [during, stopped]


def test_nothing_of_it_can_be_read(found: tuple[Searcher, list[dict[str, bytes]]]) -> None:
    searcher, places = found
    for place in places:
        assert len(place) > 3
        assert hits(searcher, place) == {}


@pytest.mark.parametrize("words", [AGENCY, READER, KNOWN_AS, DETAIL, WHAT, CALLED, TOLD])
def test_it_would_have_been_found(
    found: tuple[Searcher, list[dict[str, bytes]]], words: str
) -> None:
    assert found[0].find(b"\0" + words.encode() + b"\0")
