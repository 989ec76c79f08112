"""What the pattern page and its document count: every listed entry in short, and terms by name."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from diary.domain.entry import Entry
from diary.domain.order import Order
from diary.domain.report import ReportLink
from diary.errors import StoreFullError, StoreUnavailableError
from diary.insights import patterns
from diary.insights.patterns import Fact
from diary.services import own
from diary.services.house import House
from diary.vault.facts import facts_of, store_facts
from diary.vault.heads import Heads
from diary.vault.vault import Vault

FRESH = 16  # so many may be opened anew at each visit before the cache is written


@dataclass(frozen=True, slots=True)
class Found:
    """Every entry in short, and how many do not open."""

    facts: tuple[Fact, ...]
    damaged: int = 0


def read(house: House, vault: Vault) -> Found:
    """Return what every listed entry says in short."""
    with house.store.read() as conn:
        heads = vault.heads(conn)
        counted = facts_of(conn, vault, Entry.kind, heads=heads)
        told = reported(heads)
    if counted.fresh > FRESH:
        remember(house, vault)
    facts = tuple(patterns.read_fact(said, reported=entry in told) for entry, said in counted.facts)
    return Found(facts, counted.damaged)


def term_names(house: House, vault: Vault) -> Mapping[str, tuple[str, str]]:
    """Return each term's order and its words, by its id; asked only where terms are shown."""
    orders = [one.body for one in own.every(house, vault, Order).items]
    return {
        term.term_id: (order.reference, term.text_from_order)
        for order in orders
        for term in (*order.terms, *order.exceptions)
    }


def reported(heads: Heads) -> set[bytes]:
    """Return the entries that a report names: links say so without being opened."""
    hidden = heads.hidden()
    return {
        head.parent
        for head in heads.section(ReportLink.kind)
        if head.mark and head.record not in hidden
    }


def remember(house: House, vault: Vault) -> None:
    """Keep what was opened for the next visit; a store that is full or away spoils no page."""
    with suppress(StoreFullError, StoreUnavailableError), house.store.write() as conn:
        store_facts(conn, vault, Entry.kind)
