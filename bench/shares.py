"""Server CPU of sharing 10,000 entries with one person: from the last press to the last record."""

from __future__ import annotations

import re
import tempfile
from datetime import timedelta
from pathlib import Path

from bench.cases import practitioner
from bench.client import Client
from bench.figures import Figure, below
from bench.fill import fill_diary
from bench.pages import ONE_WORKER, signed_in
from bench.servers import Server, serving
from diary.domain.entry import Entry
from diary.services import consents, practitioners, share_drafts
from diary.services.house import House
from diary.store import grants as rows
from diary.vault.vault import Vault

COUNT = 10_000
RUNS = 3
MOST_SECONDS = 2
SEEN = re.compile(rb'name="seen" value="([^"]+)"')
FAR = re.compile(rb"[\d,]+ of [\d,]+")


def share_figures() -> list[Figure]:
    """Measure a grant over every entry: whole ones, and copies of all with a part left out."""
    return [
        *measured(f"a grant over {COUNT:,} entries"),
        *measured("the same, a part left out of each", injuries="a bruise"),
    ]


def measured(name: str, *, injuries: str = "") -> list[Figure]:
    """Give one, and count how often its progress was said; the middle of some runs."""
    got = sorted(once(injuries) for _ in range(RUNS))
    cost, steps = got[RUNS // 2][0], min(steps for _, steps in got)
    return [
        below(name, cost, "s CPU", MOST_SECONDS),
        Figure("its pages that say how far it is", steps, None, "pages", "at least 1", steps >= 1),
    ]


def once(injuries: str) -> tuple[float, int]:
    """Give one from a diary of its own; return seconds of CPU, and steps."""
    with tempfile.TemporaryDirectory() as folder:
        house, vault = fill_diary(Path(folder), COUNT, injuries=injuries)
        draft = decided(house, vault, practitioner(house))
        with serving(["-m", "diary", "run"], Path(folder), ONE_WORKER) as server:
            cost, steps = give(server, signed_in(server), f"/sharing/new/{draft}/look", draft)
        with house.store.read() as conn:
            if len(rows.wrapped_records(conn, draft)) <= COUNT:
                raise RuntimeError("not everything was shared")
        house.store.engine.dispose()
    return cost, steps


def decided(house: House, vault: Vault, reader: Vault) -> str:
    """Answer every question but the last."""
    card = practitioners.card(house, reader.account_id)
    draft = share_drafts.begin(house, vault, card)
    with house.store.read() as conn:
        every = tuple(head.record.hex() for head in vault.heads(conn).section(Entry.kind))
    today = consents.today(house)
    said = {
        "compared": True,
        "purpose": "safety",
        "entries": every,
        "starts": today.isoformat(),
        "ends": (today + timedelta(days=30)).isoformat(),
        "agreed": True,
    }
    share_drafts.decide(house, vault, draft, **said)
    return draft.id


def give(server: Server, client: Client, look: str, grant_id: str) -> tuple[float, int]:
    """Press, and follow the page of its progress to the end; return seconds of CPU, and steps."""
    seen = SEEN.search(client.get(look).body)
    if seen is None:
        raise RuntimeError("nothing to look at")
    before, steps = server.cpu_seconds(), 0
    answer = client.post(look, {"seen": seen[1].decode()})
    while answer.headers.get("Location", "").endswith("/going") or answer.status == 200:
        answer = client.get(f"/sharing/{grant_id}/going")
        steps += FAR.search(answer.body) is not None
    if answer.status != 303:
        raise RuntimeError(f"sharing answered {answer.status}")
    return server.cpu_seconds() - before, steps
