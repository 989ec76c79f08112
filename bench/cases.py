"""Server CPU of a practitioner's case of 1,000 shared entries beside its owner's own pages."""

from __future__ import annotations

import tempfile
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
from diary.domain.ids import new_id
from diary.domain.order import Order
from diary.domain.sharing import Consent
from diary.services import agencies, sessions
from diary.services.accounts import Caller, sign_up
from diary.services.house import House
from diary.store import grants as grant_rows
from diary.store import orgs
from diary.vault import agencies as names
from diary.vault import grants
from diary.vault.grants import Grantee, Term
from diary.vault.vault import Vault
from diary.web import COOKIE

COUNT = 1_000
RUNS = 3
REQUESTS = 50
TIMES = 3.0
# Each beside the page that its owner has of the same.
PAGES = {
    "a case": ("", "/diary"),
    "its entries": ("/entries", "/diary"),
    "its pattern": ("/pattern", "/patterns"),
}


def case_figures() -> list[Figure]:
    """Measure the pages of a case, each in turn with a page of the owner's timeline."""
    with tempfile.TemporaryDirectory() as folder:
        house, vault = fill_diary(Path(folder), 0)
        fill_incidents(house, vault)
        reader = practitioner(house)
        case_id = share_all(house, vault, reader)
        cookie, _ = sessions.begin(house, reader.unlocked, session_of(house, reader), about={})
        house.store.engine.dispose()
        with serving(["-m", "diary", "run"], Path(folder), ONE_WORKER) as server:
            at_work = Client(server.port)
            at_work.cookies[COOKIE] = cookie
            at_work.get(f"/work/cases/{case_id}")  # the first look keeps what is counted
            return [
                against_owner(server, at_work, name, f"/work/cases/{case_id}{page}", own)
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


def share_all(house: House, vault: Vault, reader: Vault) -> str:
    """Share every entry and order for a month."""
    starts, grant_id = house.now(), new_id()
    ends = starts + timedelta(days=30)
    consent = Consent(
        grantee=reader.account_id, name="Reader", organisation="Bench", fingerprint="",
        from_name="Owner", purpose="Bench", starts=starts, ends=ends,
        wording_version="1", wording="",
    )  # fmt: skip
    with house.store.write() as conn:
        key = orgs.member(conn, reader.account_id)
        if key is None:
            raise RuntimeError("no practitioner")
        to = Grantee(reader.account_id, key.public_key)
        grant = grants.give(conn, vault, to, Term(starts, ends), grant_id=grant_id)
        vault.keep(conn, consent, at=starts, record_id=grant_id)
        heads = vault.heads(conn)
        wanted = [head.n for kind in (Entry.kind, Order.kind, Consent.kind)
                  for head in heads.section(kind)]  # fmt: skip
        grants.share(conn, vault, grant, wanted)
        if len(grant_rows.wrapped(conn, grant_id)) <= COUNT:
            raise RuntimeError("not everything was shared")
    return grant_id
