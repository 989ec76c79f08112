"""Databases for tests: a PostgreSQL cluster of their own, and a fresh database for each test.

`python -m tests.database COMMAND…` makes a cluster in a temp folder, runs the command with
`DIARY_TEST_DATABASE_URL` set to it, and ends the cluster by its own process id. The cluster listens
on a socket in that folder only. It gives up durability for speed: nothing in it is worth keeping.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from uuid import uuid4

import psycopg
from psycopg import sql

ADMIN_URL = "DIARY_TEST_DATABASE_URL"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


def admin_url() -> str:
    """The administrator's address of the PostgreSQL to test on; empty for SQLite."""
    return os.environ.get(ADMIN_URL, "")


def server_folder() -> Path:
    """Where Debian keeps the server's programs, the newest version first."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    found = str(newest) if newest else shutil.which("postgres")
    if not found:
        sys.exit("PostgreSQL is missing. On Debian: apt-get install postgresql")
    return Path(found).resolve().parent


def unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: then Debian's own user for it takes over."""
    return "postgres" if os.geteuid() == 0 else None


@contextmanager
def cluster() -> Iterator[str]:
    """Make a cluster, give its administrator's address, end it by its process id."""
    user, programs = unprivileged(), server_folder()
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        if user:
            shutil.chown(name, user)
        data = f"{name}/data"
        initdb = [str(programs / "initdb"), "-D", data, "-U", "postgres", "--auth-local=trust"]
        initdb += ["--auth-host=reject", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(initdb, user=user, cwd=name, check=True, stdout=subprocess.DEVNULL)
        options = [part for setting in (*FAST, "listen_addresses=") for part in ("-c", setting)]
        command = [str(programs / "postgres"), "-D", data, "-k", name, *options]
        with open(f"{name}/log", "wb") as log:
            server = subprocess.Popen(command, user=user, cwd=name, stdout=log, stderr=log)
        try:
            url = f"postgresql://postgres@/postgres?host={name}"
            wait_for(url, server)
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # fast shutdown
            server.wait(timeout=60)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    sys.exit("The test PostgreSQL did not start.")


def command(admin: str, text: str, *names: str) -> None:
    """Run one administrator's statement with its names quoted."""
    with psycopg.connect(admin, autocommit=True) as connection:
        parts = [sql.Identifier(name) for name in names]
        connection.execute(sql.SQL(text).format(*parts))


@contextmanager
def fresh_database(admin: str, *, like: str = "template1") -> Iterator[str]:
    """Give the address of a new database, copied from another one; drop it afterwards."""
    name = f"t{uuid4().hex[:20]}"
    command(admin, "CREATE DATABASE {} TEMPLATE {}", name, like)
    try:
        yield at(admin, name)
    finally:
        command(admin, "DROP DATABASE {} WITH (FORCE)", name)


def at(admin: str, name: str) -> str:
    """The same server's address for another database, as a setting would say it."""
    start, _, options = admin.partition("?")
    server = start.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://", 1)
    return f"{server}/{name}?{options}"


def files_of(admin: str, name: str) -> dict[str, list[Path]]:
    """The server's own files, as whoever copies its disk has them: one database, WAL and log.

    What is still in the server's memory is written down first.
    """
    command(admin, "CHECKPOINT")
    with psycopg.connect(admin) as connection:
        asked = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = %s"
        found = connection.execute(asked, [name]).fetchone()
    assert found, f"{name} is no database here"
    data = Path(found[0])
    return {
        "tables": [path for path in (data / "base" / str(found[1])).iterdir() if path.is_file()],
        "WAL": [path for path in (data / "pg_wal").iterdir() if path.is_file()],
        "log": [data.parent / "log"],
    }


def database_name(url: str) -> str:
    """The database that an address names."""
    return url.partition("?")[0].rpartition("/")[2]


def stop(number: int, frame: FrameType | None) -> None:
    """End as from the keyboard, so that the cluster is put away."""
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    """Run a command beside a cluster and answer as it does."""
    signal.signal(signal.SIGTERM, stop)
    with cluster() as url:
        env = os.environ | {ADMIN_URL: url}
        return subprocess.run(arguments, check=False, env=env).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
