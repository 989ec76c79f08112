"""Large bodies: uploads, the bundle, and memory while they pass."""

from __future__ import annotations

import random
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.client import Client
from bench.figures import Figure, at_least, below, in_turn
from bench.fill import fill_baseline, fill_diary
from bench.pages import ONE_WORKER, plain_client, signed_in
from bench.servers import Peak, Server, serving
from diary.domain.clock import server_time
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.services.house import House
from diary.vault.vault import Vault

MIB = 1 << 20
PIECE = random.Random(1).randbytes(MIB)  # noqa: S311 - any bytes that do not compress
RUNS = 3
BUNDLE_RUNS = 7  # it takes both cores, so the machine's own turns show more
FILES, FILE_MIB = 64, 16  # the bundle's media: 1 GiB in all


def stream(mib: int) -> Iterator[bytes]:
    """Yield so many MiB."""
    return (PIECE for _ in range(mib))


def upload(client: Client, mib: int, entry: str) -> float:
    """Send a file by the upload protocol, to its last "saved"; return MiB a second."""
    about = ",".join(
        f"{key} {b64encode(value.encode()).decode()}"
        for key, value in {"filename": "video.mp4", "entry": entry}.items()
    )
    client.renew()
    start = time.perf_counter()
    made = client.send(
        "POST",
        "/uploads",
        b"",
        {"Tus-Resumable": "1.0.0", "Upload-Length": str(mib * MIB), "Upload-Metadata": about},
    )
    answer = client.send(
        "PATCH",
        made.headers["Location"],
        stream(mib),
        {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(mib * MIB),
        },
    )
    if answer.status != 204:
        raise RuntimeError(f"the upload answered {answer.status}: {answer.body[:200]!r}")
    return mib / (time.perf_counter() - start)


def put(client: Client, mib: int) -> float:
    """Send a file to the baseline; return MiB a second."""
    client.renew()
    start = time.perf_counter()
    answer = client.send("PUT", "/files/up.bin", stream(mib), {"Content-Length": str(mib * MIB)})
    if answer.status != 200:
        raise RuntimeError(f"the baseline answered {answer.status}")
    return mib / (time.perf_counter() - start)


def body_figures() -> list[Figure]:
    """Measure uploads of two sizes and the bundle."""
    found: list[Figure] = []
    with ExitStack() as stack:
        mine = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        plain = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        house, vault = fill_diary(mine, 999)
        entry = add_entry(house, vault)
        fill_baseline(plain, 0)
        ours = stack.enter_context(serving(["-m", "diary", "run"], mine, ONE_WORKER))
        theirs = stack.enter_context(serving(["-m", "bench.serve_baseline"], plain, ONE_WORKER))
        me, they = signed_in(ours), plain_client(theirs)
        upload(me, 1, entry)
        for mib, runs in ((100, 9), (1024, RUNS)):  # the short one varies more
            found += upload_figures(ours, me, they, mib, entry, runs=runs)
        for number in range(FILES):
            (plain / f"{number:03}.bin").write_bytes(PIECE * FILE_MIB)
        files = add_files(house, vault, me, entry)
        house.store.engine.dispose()
        found += bundle_figures(ours, me, they, files)
    return found


def add_entry(house: House, vault: Vault) -> str:
    """Add the entry that the files belong to."""
    with house.store.write() as conn:
        return vault.keep(conn, Entry(what_happened="With files."), at=server_time()).record_id


def upload_figures(
    server: Server, me: Client, they: Client, mib: int, entry: str, *, runs: int
) -> list[Figure]:
    """Measure speed beside the baseline's, and how far memory grows."""
    with Peak(server) as peak:
        got = in_turn(runs, lambda: upload(me, mib, entry), lambda: put(they, mib))
    name = f"upload {mib:,} MiB"
    return [
        at_least(name, *got, "MiB/s", 0.6),
        below(f"{name}: memory grows by", peak.grown / MIB, "MiB", 64),
    ]


def add_files(house: House, vault: Vault, client: Client, entry: str) -> list[str]:
    """Upload the bundle's media; return the ids of these files alone."""
    with house.store.read() as conn:
        before = {opened.record_id for opened in vault.scan(conn, File.kind)}
    for _ in range(FILES):
        upload(client, FILE_MIB, entry)
    with house.store.read() as conn:
        return sorted({opened.record_id for opened in vault.scan(conn, File.kind)} - before)


def bundle_figures(server: Server, me: Client, they: Client, files: list[str]) -> list[Figure]:
    """Measure a bundle of 1,000 entries with 1 GiB of media beside a plain zip stream."""
    firsts: list[float] = []

    def ours() -> float:
        choose(me, files)
        first, speed = fetch(me, "POST", "/hand-over/save")
        firsts.append(first)
        return speed

    with Peak(server) as peak:
        got = in_turn(BUNDLE_RUNS, ours, lambda: fetch(they, "GET", "/zip")[1])
    name = "bundle of 1,000 entries with 1 GiB"
    return [
        at_least(name, *got, "MiB/s", 0.5),
        below(f"{name}: memory grows by", peak.grown / MIB, "MiB", 200),
        below(f"{name}: first byte after", max(firsts), "s", 2),
    ]


def choose(client: Client, files: list[str]) -> None:
    """Walk the pages up to the last one: all entries, these files."""
    client.renew()
    client.post("/hand-over", {"purpose": "police", "start": "", "end": ""})
    client.post("/hand-over/choose", [("all", "1"), *(("file", one) for one in files)])
    client.post("/hand-over/review", {"agree": "yes"})


def fetch(client: Client, method: str, path: str) -> tuple[float, float]:
    """Read a download to its end; return (seconds to its first byte, MiB a second)."""
    client.renew()
    start, size = time.perf_counter(), 0
    form = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
    response = client.open(method, path, b"" if form else None, form)
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}")
    size += len(response.read(1))
    first = time.perf_counter() - start
    while piece := response.read(MIB):
        size += len(piece)
    if size < FILES * FILE_MIB * MIB:
        raise RuntimeError(f"{path} gave only {size} bytes")
    return first, size / MIB / (time.perf_counter() - start)
