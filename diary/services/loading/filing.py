"""Filing the records of a file: each once, and never over what the diary holds already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection

from diary.domain.base import Record
from diary.domain.kept import Kept, Profile
from diary.domain.order import Order
from diary.domain.people import OtherPerson, Secrets
from diary.domain.plan import Plan
from diary.domain.report import Report
from diary.errors import BadInputError
from diary.services import own
from diary.services.house import House
from diary.services.loading.source import Beside
from diary.store import records
from diary.text import N_
from diary.vault.vault import Vault

ONE_ONLY: tuple[type[Record], ...] = (Profile, Secrets, OtherPerson, Plan)
GIVEN = ("exhibits_given", "orders_given", "reports_given")


def file_all(house: House, vault: Vault, found: Iterable[Beside]) -> Counter[str]:
    """File what has not been filed before, all of it or nothing."""
    counts = Counter[str]()
    with house.store.write() as conn:
        for one in found:
            if not records.versions(conn, vault.diary_id, one.record_id):
                body = _beside_hers(conn, house, vault, one.body)
                at = house.now()
                vault.keep(conn, body, at=at, record_id=one.record_id, parent=one.parent)
                counts[body.kind] += 1
    return counts


def refuse_taken(house: House, vault: Vault, found: Iterable[Beside]) -> None:
    """Refuse an order or report by a reference that the diary has given to another one."""
    with house.store.read() as conn:
        taken = _references(conn, vault)
    for one in found:
        if isinstance(one.body, Order | Report):
            reference = one.body.reference
            if taken.get((one.body.kind, reference), one.record_id) != one.record_id:
                raise BadInputError(
                    N_("This diary already has something called %(reference)s."),
                    reference=reference,
                )


def _references(conn: Connection, vault: Vault) -> dict[tuple[str, str], str]:
    orders = own.every_in(conn, vault, Order).items
    reports = own.every_in(conn, vault, Report).items
    named = {(Order.kind, one.body.reference): one.id for one in orders}
    return named | {(Report.kind, one.body.reference): one.id for one in reports}


def _beside_hers(conn: Connection, house: House, vault: Vault, body: Record) -> Record:
    """Where a diary has one of a kind, hers stays and the file's is kept whole beside it."""
    model = next((model for model in ONE_ONLY if isinstance(body, model)), None)
    hers = own.only(conn, vault, model) if model else None
    if hers is None:
        return body
    joined = _joined(hers.body, body)
    own.change_in(conn, house, vault, joined, record_id=hers.id, base=hers.version)
    return Kept(part=body.kind, data=body.model_dump(mode="json"))


def _joined(hers: Record, body: Record) -> Record:
    """Numbers that were given stay given, and no word to keep secret is lost."""
    if isinstance(hers, Profile) and isinstance(body, Profile):
        given = {name: max(getattr(hers, name), getattr(body, name)) for name in GIVEN}
        orders = hers.order_versions.keys() | body.order_versions.keys()
        versions = {
            name: max(one.order_versions.get(name, 1) for one in (hers, body))
            for name in sorted(orders)
        }
        empty = {
            name: value
            for name, value in body.model_dump().items()
            if name not in GIVEN and not getattr(hers, name)
        }
        return hers.model_copy(update=empty | given | {"order_versions": versions})
    if isinstance(hers, Secrets) and isinstance(body, Secrets):
        more = tuple(word for word in body.words if word not in hers.words)
        return hers.model_copy(update={"words": (*hers.words, *more)})
    return hers
