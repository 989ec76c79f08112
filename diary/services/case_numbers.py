"""What the shared entries of a case say in short, whole ones and copies alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diary.domain.entry import Entry
from diary.domain.sharing import Redacted
from diary.insights import patterns
from diary.insights.patterns import Fact
from diary.services.case_reading import Open
from diary.vault.facts import Counted, facts_of, kept_facts
from diary.vault.heads import Head


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is counted for the pattern, and how many entries do not open."""

    facts: tuple[Fact, ...]
    damaged: int
    fresh: int


def numbers(found: Open, told: set[str]) -> Numbers:
    """Return what every shared entry says in short."""
    listed = found.whole(Entry.kind)
    there = {head.record for head in listed}
    copied = [head for head in found.listed(Entry.kind) if head.record not in there]
    kept = kept_facts(found.conn, found.case)

    def counted(kind: str, some: Sequence[Head]) -> Counted:
        return facts_of(found.conn, found.case, kind, heads=found.heads, listed=some, kept=kept)

    whole = counted(Entry.kind, listed)
    copies = counted(Redacted.kind, copied) if copied else Counted([], 0, 0)
    parents = {head.record: head.parent for head in copied}
    facts = [*_facts(whole, {}, told), *_facts(copies, parents, told)]
    return Numbers(tuple(facts), whole.damaged, whole.fresh + copies.fresh)


def _facts(counted: Counted, parents: dict[bytes, bytes], told: set[str]) -> list[Fact]:
    return [
        patterns.read_fact(said, reported=bool(told) and parents.get(record, record).hex() in told)
        for record, said in counted.facts
        if not parents or record in parents
    ]
