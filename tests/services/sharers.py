"""Somebody who works with her, and a share with them, below the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from diary.domain.base import Record
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.services import (
    consents,
    entries,
    files,
    practitioners,
    share_drafts,
    share_look,
    sharing,
)
from diary.services.consents import Wording
from diary.services.house import House
from diary.services.practitioners import Card
from diary.services.share_look import Looked
from diary.store import grants as rows
from diary.store import orgs, records
from diary.vault import agencies, grants
from diary.vault.case import Case, leave
from diary.vault.vault import Vault
from tests.conftest import new_vault
from tests.media import picture

WORDING = Wording("2026-11-22", "They can read what you chose.", "To help me stay safe")


@dataclass(frozen=True)
class Worker:
    """A practitioner, and the key that opens what was shared."""

    vault: Vault
    card: Card

    def case(self, house: House, grant_id: str) -> Case:
        with house.store.read() as conn:
            row = rows.by_id(conn, grant_id)
        assert row
        return Case(grants.as_reader(row, self.vault.unlocked, house.now()))


def agency(house: House, name: str = "Harbour Advice") -> str:
    org_id = new_id()
    sealed = agencies.seal(house.secrets, "org", org_id, {"name": name})
    with house.store.write() as conn:
        orgs.add_org(conn, orgs.OrgRow(org_id, sealed, to_ms(house.now())))
    return org_id


def worker(house: House, name: str = "Maria Okafor", org_id: str | None = None) -> Worker:
    vault = new_vault(house, f"work {name}")
    account = vault.account_id
    about = {"name": name, "role": "Advocate"}
    sealed = agencies.seal(house.secrets, "practitioner", account, about)
    row = orgs.MemberRow(account, org_id or agency(house), False, sealed, to_ms(house.now()), None)
    with house.store.write() as conn:
        orgs.add_member(conn, row)
    return Worker(vault, practitioners.card(house, account))


def wrote(house: House, vault: Vault, entry: Entry) -> str:
    return entries.record(house, vault, entry, record_id=new_id()).record_id


def with_photo(house: House, vault: Vault, entry: str) -> str:
    return files.add(house, vault, files.take_in(house, "door.jpg", [picture()]), parent=entry)


def left(house: House, who: Worker, grant_id: str, body: Record) -> str:
    """Leave a record in her diary, as every look does; return its id."""
    grant = who.case(house, grant_id).grant
    with house.store.write() as conn:
        n = leave(conn, grant, body, at=house.now())
        return records.by_n(conn, grant.row.diary_id, [n])[n].record_id


def drafted(house: House, vault: Vault, who: Worker, **decided: object) -> str:
    """Everything decided but the last word."""
    code = practitioners.introduce(house, who.card.account_id).code
    card = sharing.find(house, vault, code)
    draft = share_drafts.begin(house, vault, card)
    today = consents.today(house)
    said = {
        "compared": True,
        "purpose": "safety",
        "starts": today.isoformat(),
        "ends": (today + timedelta(days=30)).isoformat(),
    }
    share_drafts.decide(house, vault, draft, **said | decided)
    return draft.id


def look(house: House, vault: Vault, draft_id: str) -> Looked:
    """Look at what would go."""
    with house.store.read() as conn:
        return share_look.look(conn, vault, share_drafts.read_in(conn, vault, draft_id))


def give(house: House, vault: Vault, draft_id: str) -> str:
    """Look at it, and give it."""
    seen = look(house, vault, draft_id).seen
    return consents.give(house, vault, draft_id, seen=seen, wording=WORDING)


def shared(house: House, vault: Vault, who: Worker, **decided: object) -> str:
    return give(house, vault, drafted(house, vault, who, **decided))
