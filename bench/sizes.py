"""What a first visit weighs, and what a storm of sign-ins costs in memory."""

from __future__ import annotations

import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.client import Client
from bench.figures import Figure, below
from bench.fill import NAME, fill_diary
from bench.servers import Peak, serving

KIB = 1024
AT_ONCE = 20
_LINKED = re.compile(r'(?:href|src)="(/static/[^"]+|/manifest\.webmanifest|/sw\.js)"')
_IMPORTED = re.compile(r'(?:from|import)\s*\(?["\'](\.?/[^"\']+)["\']')


def size_figures() -> list[Figure]:
    """Measure both on a server of two workers, as `make run` starts it."""
    with tempfile.TemporaryDirectory() as folder:
        house, _ = fill_diary(Path(folder), 1)
        house.store.engine.dispose()
        with serving(["-m", "diary", "run"], Path(folder), {}) as server:
            page, script = first_page(server.port)
            with Peak(server) as peak:
                storm(server.port)
            return [
                below("first page in all", page / KIB, "KiB", 30),
                below("first page: script", script / KIB, "KiB", 15),
                below(f"{AT_ONCE} sign-ins at once: memory in all", peak.most / KIB**2, "MiB", 512),
            ]


def first_page(port: int) -> tuple[int, int]:
    """Return the bytes of the first page with all it loads, as sent, and those of its script."""
    client, wanted, weights = Client(port), ["/"], dict[str, int]()
    while wanted:
        path = wanted.pop()
        if path in weights:
            continue
        body, size = client.weigh(path)
        weights[path] = size
        found = _LINKED.findall(body) + [
            f"/static/{name.removeprefix('./').removeprefix('/static/')}"
            for name in (_IMPORTED.findall(body) if ".js" in path else [])
        ]
        wanted += found
    return sum(weights.values()), sum(n for path, n in weights.items() if ".js" in path)


def storm(port: int) -> None:
    """Try to sign in from twenty browsers at the same moment."""

    def one(number: int) -> int:
        form = {"name": f"{NAME}{number}", "passphrase": "seven plain cups stand here"}
        return Client(port).post("/sign-in", form).status

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(AT_ONCE)))
