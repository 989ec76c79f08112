"""Cases for tests: what a survivor has, and a grant of some of it, made straight at the vault."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from diary.domain.base import Record
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.ids import new_id
from diary.domain.order import Order, Term
from diary.domain.plan import Plan, PlanItem, Review
from diary.domain.report import Report
from diary.domain.sharing import Consent, Redacted
from diary.domain.when import When
from diary.services import files, practitioners
from diary.services.house import House
from diary.store import grants as store
from diary.vault import grants
from diary.vault.grants import Grantee
from diary.vault.grants import Term as Span
from diary.vault.vault import Vault
from tests.media import picture

NAME = "Nadia K"


def public_key(house: House, vault: Vault) -> bytes:
    with house.store.read() as conn:
        return store.public_key_of_diary(conn, vault.diary_id) or b""


def keep(house: House, vault: Vault, body: Record, parent: str | None = None) -> str:
    with house.store.write() as conn:
        return vault.keep(conn, body, at=house.now(), parent=parent).record_id


def grant(
    house: House, owner: Vault, reader: Vault, ids: list[str], *, days: int = 30, **said: Any
) -> str:
    """Share these records, with all that hangs below them but private notes; return the id."""
    starts, ends = house.now(), house.now() + timedelta(days=days)
    key = public_key(house, reader)
    words: dict[str, Any] = {
        "name": "Maya Thorn", "organisation": "Harbour Advice", "org": "a" * 32,
        "fingerprint": practitioners.fingerprint(key, reader.account_id),
        "from_name": NAME, "purpose": "Support", "wording_version": "1", "wording": "…",
    }  # fmt: skip
    consent = Consent(grantee=reader.account_id, starts=starts, ends=ends, **words | said)
    to = Grantee(reader.account_id, key)
    with house.store.write() as conn:
        given = grants.give(conn, owner, to, Span(starts, ends))
        owner.keep(conn, consent, at=starts, record_id=given.id)
        heads = owner.heads(conn)
        family = {bytes.fromhex(one) for top in ids for one in owner.family(conn, top)}
        wanted = {*family, bytes.fromhex(given.id)}
        ns = [
            head.n
            for kind, section in heads.sections.items()
            for head in section
            if head.record in wanted and kind not in {"private_note", "redacted"}
        ]
        grants.share(conn, owner, given, ns)
    return given.id


def add_to(house: House, owner: Vault, grant_id: str, ids: list[str]) -> None:
    """Share more under a grant."""
    with house.store.write() as conn:
        row = store.by_id(conn, grant_id)
        assert row
        heads = owner.heads(conn)
        found = [heads.find(bytes.fromhex(one)) for one in ids]
        grants.share(conn, owner, grants.as_owner(owner, row), [head.n for head in found if head])


def end(house: House, grant_id: str) -> None:
    with house.store.write() as conn:
        store.end(conn, grant_id, to_ms(house.now()))


def events(house: House, owner: Vault) -> list[Event]:
    """What practitioners did, as she reads it, oldest first."""
    with house.store.read() as conn:
        found = sorted(owner.scan(conn, Event.kind), key=lambda one: one.n)
    bodies = [one.body for one in found]
    return [one for one in bodies if isinstance(one, Event) and one.actor == "practitioner"]


@dataclass
class Told:
    """Something of every kind that can be shared, and something that is not."""

    order: str
    entry: str
    second: str
    copied: str
    report: str
    plan: str
    file: str
    secret: str
    copy: str
    shared: list[str] = field(default_factory=list)


def tell(house: House, owner: Vault) -> Told:
    """Fill a diary: three entries to share (one as a copy), and one that stays unseen."""
    term = Term(term_id="ORD-1.T1", text_from_order="He must not come within 100 metres.")
    order = Order(
        reference="ORD-1", type="NMO", made_on="2026-01-02", ends="on", expires_on="2027-01-02",
        terms=(term,),
    )  # fmt: skip
    order_id = keep(house, owner, order)
    entry = keep(house, owner, _entry("He stood at the gate.", "2026-03-03T21:14"))
    second = keep(
        house, owner,
        _entry("Called eleven times.", "2026-03-05T02:10", order_ref="", terms_alleged=()),
    )  # fmt: skip
    copied = keep(house, owner, _entry("At 5 Elm Road.", "2026-03-09T10:00", place="Elm Road"))
    secret = keep(house, owner, _entry("Nobody may read this.", "2026-03-10T10:00"))
    body = _entry("At […].", "2026-03-09T10:00").model_dump(mode="json", exclude_defaults=True)
    redacted = Redacted(of=copied, of_version=1, of_kind="entry", left_out=("place",), body=body)
    copy = keep(house, owner, redacted, parent=copied)
    report = keep(house, owner, Report(
        reference="REP-1", entries=(entry,), to="police_101", crime_ref="22/1234",
        reported=When.at("exact", "2026-03-04T09:00"),
    ))  # fmt: skip
    plan = keep(house, owner, Plan(
        items=(PlanItem(item_id="P1", text="Change the lock."),),
        reviews=(Review(on="2026-03-06", with_whom="Maya"),),
    ))  # fmt: skip
    received = files.take_in(house, "gate.jpg", [picture()])
    file = files.add(house, owner, received, parent=entry)
    shared = [order_id, entry, second, report, plan]
    return Told(order_id, entry, second, copied, report, plan, file, secret, copy, shared)


def _entry(words: str, at: str, **more: Any) -> Entry:
    said = {"order_ref": "ORD-1", "terms_alleged": ("ORD-1.T1",), "behaviours": ("came_to_home",)}
    return Entry(what_happened=words, when=When.at("exact", at), **said | more)


def share(house: House, owner: Vault, reader: Vault, told: Told, **said: Any) -> str:
    """Share all that `tell` meant to be shared."""
    grant_id = grant(house, owner, reader, told.shared, **said)
    add_to(house, owner, grant_id, [told.copy])
    return grant_id


def any_id() -> str:
    return new_id()
