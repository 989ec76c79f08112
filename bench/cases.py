"""Server CPU of a practitioner's case of 1,000 shared entries beside its owner's own pages."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bench.client import Client
from bench.figures import Figure, at_most, in_turn
from bench.fill import PASSPHRASE, fill_diary
from bench.pages import ONE_WORKER, cost, signed_in
from bench.patterns import fill_incidents
from bench.servers import Server, serving
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.order import Order
from diary.services import agencies, consents, practitioners, sessions, share_drafts, share_look
from diary.services.accounts import Caller, sign_up
from diary.services.consents import Wording
from diary.services.house import House
from diary.services.redaction import GROUPS
from diary.store import grants as grant_rows
from diary.store import orgs
from diary.vault import agencies as names
from diary.vault.vault import Vault
from diary.web import COOKIE

COUNT = 1_000
RUNS = 5
REQUESTS = 50
TIMES = 3.0
# Each beside the page that its owner has of the same.
PAGES = {
    "a case": ("", "/diary"),
    "its entries": ("/entries", "/diary"),
    "its pattern": ("/pattern", "/patterns"),
}


def case_figures() -> list[Figure]:
    """Measure a case of whole entries, and one of copies from which a part was left out."""
    return [
        *measured("", fields=GROUPS),
        *measured(" in copies", fields=[one for one in GROUPS if one != "harm"]),
    ]


def measured(what: str, *, fields: Sequence[str]) -> list[Figure]:
    """Measure the pages of a case, each in turn with a page of the owner's timeline."""
    with tempfile.TemporaryDirectory() as folder:
        house, vault = fill_diary(Path(folder), 0)
        fill_incidents(house, vault, injuries="a bruise")
        reader = practitioner(house)
        case_id = share_all(house, vault, reader, fields)
        cookie, _ = sessions.begin(house, reader.unlocked, session_of(house, reader), about={})
        house.store.engine.dispose()
        with serving(["-m", "diary", "run"], Path(folder), ONE_WORKER) as server:
            at_work = Client(server.port)
            at_work.cookies[COOKIE] = cookie
            at_work.get(f"/work/cases/{case_id}")  # the first look keeps what is counted
            return [
                against_owner(server, at_work, f"{name}{what}", f"/work/cases/{case_id}{page}", own)
                for name, (page, own) in PAGES.items()
            ]


def against_owner(server: Server, at_work: Client, name: str, path: str, own: str) -> Figure:
    """Measure one page in turn with a page of its owner, who has just come back."""
    got = in_turn(
        RUNS,
        lambda: once_more(server, at_work, path),
        lambda: once_more(server, signed_in(server), own),
    )
    return at_most(f"{name} of {COUNT:,} / the owner's {own}", *got, "ms CPU", TIMES)


def once_more(server: Server, client: Client, path: str) -> float:
    """Measure a page over a new connection: the server drops one that waited for its turn."""
    client.renew()
    return cost(server, client, method="GET", path=path, form=False, requests=REQUESTS)


def practitioner(house: House) -> Vault:
    """Make somebody of an agency."""
    entered = sign_up(house, name="reader", passphrase=PASSPHRASE, caller=Caller("127.0.0.1", b""))
    org, account_id = agencies.add_org(house, "Bench"), entered.unlocked.account_id
    said = {"name": "Reader", "role": "Adviser", "words": True}
    sealed = names.seal(house.secrets, "practitioner", account_id, said)
    with house.store.write() as conn:
        orgs.add_member(
            conn, orgs.MemberRow(account_id, org.id, False, sealed, to_ms(house.now()), None)
        )
    return Vault(entered.unlocked)


def session_of(house: House, reader: Vault) -> dict[str, object]:
    """Return what a session of somebody who signed in with a passkey holds."""
    return {
        "role": "practitioner",
        "_user_id": reader.account_id,
        "fresh_ms": to_ms(house.now()),
    }


def share_all(house: House, vault: Vault, reader: Vault, fields: Sequence[str]) -> str:
    """Share every entry and order for a month, as the pages do: with the consent that they make."""
    draft = share_drafts.begin(house, vault, practitioners.card(house, reader.account_id))
    with house.store.read() as conn:
        heads = vault.heads(conn)
        entries, orders = (
            tuple(head.record.hex() for head in heads.section(kind))
            for kind in (Entry.kind, Order.kind)
        )
    today = consents.today(house)
    said = {
        "compared": True, "purpose": "safety", "entries": entries, "orders": orders,
        "fields": tuple(fields), "starts": today.isoformat(), "from_name": "Owner",
        "ends": (today + timedelta(days=30)).isoformat(), "agreed": True,
    }  # fmt: skip
    draft = share_drafts.decide(house, vault, draft, **said)
    with house.store.read() as conn:
        seen = share_look.look(conn, vault, draft).seen
    wording = Wording("1", "They can read what you chose.", "To help me stay safe")
    grant_id = consents.give(house, vault, draft.id, seen=seen, wording=wording)
    while not consents.fill(house, vault, grant_id).is_whole:
        pass
    with house.store.read() as conn:
        if len(grant_rows.wrapped(conn, grant_id)) <= COUNT:
            raise RuntimeError("not everything was shared")
    return grant_id
