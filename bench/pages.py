"""Server CPU of small requests: saving, the timeline, search."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.client import Client
from bench.figures import Figure, at_most, below, in_turn
from bench.fill import NAME, PASSPHRASE, RARE, fill_baseline, fill_diary
from bench.servers import Server, serving

RUNS = 5
REQUESTS = 200
WORDS = "x" * 1024
ONE_WORKER = {"DIARY_WORKERS": "1", "DIARY_SESSION_HOURS": "24"}


@contextmanager
def pair(count: int) -> Iterator[tuple[Server, Client, Server, Client]]:
    """Run both servers on equally full stores, each with a signed-in client."""
    with ExitStack() as stack:
        mine = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        plain = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        house, _ = fill_diary(mine, count)
        house.store.engine.dispose()
        fill_baseline(plain, count)
        ours = stack.enter_context(serving(["-m", "diary", "run"], mine, ONE_WORKER))
        theirs = stack.enter_context(serving(["-m", "bench.serve_baseline"], plain, ONE_WORKER))
        yield ours, signed_in(ours), theirs, plain_client(theirs)


def signed_in(server: Server) -> Client:
    """Sign in to the diary."""
    client = Client(server.port)
    answer = client.post("/sign-in", {"name": NAME, "passphrase": PASSPHRASE})
    if answer.status not in {302, 303}:
        raise RuntimeError(f"sign-in answered {answer.status}")
    return client


def plain_client(server: Server) -> Client:
    """Sign in to the baseline."""
    client = Client(server.port)
    client.post("/sign-in", {})
    return client


def cost(
    server: Server,
    client: Client,
    *,
    method: str,
    path: str,
    form: bool,
    requests: int = REQUESTS,
) -> float:
    """Return milliseconds of server CPU for one request, over many."""
    before = server.cpu_seconds()
    for _ in range(requests):
        fields = {"what_happened": WORDS, "when": "now", "form_id": secrets.token_hex(16)}
        answer = client.post(path, fields) if form else client.get(path)
        if answer.status != (303 if form else 200):
            raise RuntimeError(f"{method} {path} answered {answer.status}")
    return (server.cpu_seconds() - before) / requests * 1000


def page_figures() -> list[Figure]:
    """Measure saving and the timeline at two sizes, and search at the larger one."""
    found = []
    for count, times in ((1_000, 2.0), (10_000, 4.0)):
        with pair(count) as (ours, me, theirs, they):
            got = in_turn(
                RUNS,
                lambda: cost(ours, me, method="GET", path="/diary", form=False),
                lambda: cost(theirs, they, method="GET", path="/entries", form=False),
            )
            found.append(at_most(f"timeline page of {count:,} entries", *got, "ms CPU", times))
            if count == 10_000:
                found.append(search_figure(ours, me))
            else:
                found.append(save_figure(ours, me, theirs, they))
    return found


def save_figure(ours: Server, me: Client, theirs: Server, they: Client) -> Figure:
    """Measure saving an entry of 1 KB."""
    got = in_turn(
        RUNS,
        lambda: cost(ours, me, method="POST", path="/write", form=True),
        lambda: cost(theirs, they, method="POST", path="/entries", form=True),
    )
    return at_most("save a 1 KB entry", *got, "ms CPU", 2.0)


def search_figure(ours: Server, me: Client) -> Figure:
    """Measure one search; reported, and far too slow a thing to repeat two hundred times."""
    before = ours.cpu_seconds()
    for _ in range(RUNS):
        me.get(f"/diary?q={RARE}")
    each = (ours.cpu_seconds() - before) / RUNS * 1000
    return below("search one word in 10,000 entries", each, "ms CPU", 300)
