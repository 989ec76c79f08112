"""Server CPU of the pattern page beside a page of the timeline, on the same full diary."""

from __future__ import annotations

import random
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import get_args

from bench.client import Client
from bench.figures import Figure, at_most, below, in_turn
from bench.fill import START, fill_diary, text
from bench.pages import ONE_WORKER, cost, signed_in
from bench.servers import Server, serving
from diary.domain.entry import Behaviour, Entry
from diary.domain.ids import new_id
from diary.domain.order import Order, Term
from diary.domain.report import ReportLink
from diary.domain.when import When
from diary.insights.picture import TITLES
from diary.services.house import House
from diary.vault.vault import Vault

COUNT = 1_000
RUNS = 5
TERMS = 8
WAYS = ("direct", "indirect_person", "indirect_online", "unknown")


def pattern_figures() -> list[Figure]:
    """Measure every picture of 1,000 incidents, first time and later, and the timeline."""
    with tempfile.TemporaryDirectory() as folder:
        house, vault = fill_diary(Path(folder), 0)
        fill_incidents(house, vault)
        house.store.engine.dispose()
        with serving(["-m", "diary", "run"], Path(folder), ONE_WORKER) as server:
            client = signed_in(server)
            client.get("/diary")
            first = once(server, client, "/patterns")
            return [
                below(f"pattern page of {COUNT:,}, the first time", first, "ms CPU", 1_000),
                *(against_timeline(server, client, code) for code in TITLES),
            ]


def against_timeline(server: Server, client: Client, code: str) -> Figure:
    """Measure one picture in turn with a page of the timeline."""
    got = in_turn(
        RUNS,
        lambda: cost(server, client, method="GET", path=f"/patterns?show={code}", form=False),
        lambda: cost(server, client, method="GET", path="/diary", form=False),
    )
    return at_most(f"pattern page of {COUNT:,} / timeline: {code}", *got, "ms CPU", 2.0)


def once(server: Server, client: Client, path: str) -> float:
    """Return milliseconds of server CPU for one request."""
    before = server.cpu_seconds()
    client.get(path)
    return (server.cpu_seconds() - before) * 1000


def fill_incidents(house: House, vault: Vault, *, injuries: str = "") -> None:
    """File 1,000 incidents of three years with all that is counted, two orders, and reports."""
    chooser = random.Random(COUNT)  # noqa: S311 - the same each time
    orders = [order(f"ORD-{number}") for number in (1, 2)]
    with house.store.write() as conn:
        for one in orders:
            vault.keep(conn, one, at=house.now())
        for i in range(COUNT):
            body = incident(chooser, i, orders).model_copy(update={"injuries": injuries})
            kept = vault.keep(conn, body, at=house.now())
            if i % 3 == 0:
                link = ReportLink(report=new_id())
                vault.keep(conn, link, at=house.now(), parent=kept.record_id)


def order(reference: str) -> Order:
    """Make an order with some terms of a usual length."""
    terms = tuple(
        Term(term_id=f"{reference}.T{number}", text_from_order=f"He must not {number}. " * 10)
        for number in range(1, TERMS + 1)
    )
    return Order(reference=reference, type="non_molestation", terms=terms)


def incident(chooser: random.Random, number: int, orders: list[Order]) -> Entry:
    """Make one incident as full as a careful person writes them."""
    one = chooser.choice(orders)
    return Entry(
        what_happened=text(chooser),
        when=When.now(START + timedelta(hours=26 * number + chooser.randrange(24))),
        behaviours=tuple(chooser.sample(get_args(Behaviour), k=chooser.randrange(1, 4))),
        direct_or_indirect=chooser.choice(WAYS),
        order_ref=one.reference,
        terms_alleged=tuple(
            term.term_id for term in chooser.sample(one.terms, k=chooser.randrange(3))
        ),
        report_status=chooser.choice(("", "not_reported", "reported")),
    )
