"""Engines and transactions.

What was answered "saved" must survive a power cut: SQLite runs in WAL mode with
`synchronous=FULL`; PostgreSQL keeps its default `synchronous_commit=on`. A write transaction on
SQLite begins IMMEDIATE, so two writers queue instead of failing half-way. Nobody waits for good:
a writer waits for another (on PostgreSQL, for each of its locks) no longer than `BUSY_MS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import DatabaseError as SQLiteDatabaseError

from psycopg import Connection as PostgreSQLConnection
from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from diary.errors import (
    SettingsError,
    StoreDamagedError,
    StoreFullError,
    StoreUnavailableError,
)
from diary.settings import Settings
from diary.store import tries
from diary.store.blob_store import BlobStore
from diary.store.blobs import Blobs
from diary.text import N_

BUSY_MS = 15_000


@dataclass(frozen=True, slots=True)
class Store:
    """The one database and the one blob store of a service."""

    engine: Engine
    blobs: BlobStore

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open one consistent view for reading; nothing it does is kept."""
        with _plain_answers(), self.engine.connect() as conn:
            if self.engine.dialect.name != "sqlite":  # its statements see new rows otherwise
                conn.execution_options(isolation_level="REPEATABLE READ")
            with conn.begin() as transaction:
                self._begin(conn, "BEGIN")
                yield conn
                transaction.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open one transaction: all of it is kept on a clean exit, none of it otherwise."""
        with _plain_answers(), self.engine.connect() as conn, conn.begin():
            self._begin(conn, "BEGIN IMMEDIATE")
            yield conn

    def _begin(self, conn: Connection, statement: str) -> None:
        if self.engine.dialect.name == "sqlite":
            conn.exec_driver_sql(statement)

    def forget_journal(self) -> None:
        """Empty SQLite's journal: what was destroyed stands in it until it is written over.

        While somebody reads an old view it stays for now, and the next time takes it.
        """
        if self.engine.dialect.name == "sqlite":
            with _plain_answers(), self.engine.connect() as conn:
                # Writers wait as long as this waits for a reader: not long.
                conn.exec_driver_sql("PRAGMA busy_timeout = 1000")
                try:
                    conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    conn.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_MS}")

    def writable(self, now_ms: int) -> bool:
        """Tell whether the database and the blob store can be written now."""
        try:
            with self.write() as conn:
                tries.probe(conn, now_ms)
            self.blobs.check()
        except (StoreUnavailableError, StoreFullError):
            return False
        return True


def open_engine(url: str) -> Engine:
    """Make an engine whose every connection is safe against a power cut."""
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        options = {"timeout": BUSY_MS / 1000}
        engine = create_engine(address, connect_args=options, pool_size=10, max_overflow=30)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    engine = create_engine(address, pool_size=10, max_overflow=30, pool_pre_ping=True)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _address(url: str) -> URL:
    """Read an address whole, before anything connects; it may hold a password: it is not said."""
    try:
        address = make_url(url)
        if address.get_backend_name() == "postgresql":
            make_conninfo(**address.get_dialect()().create_connect_args(address)[1])
        elif not address.database or ":memory:" in address.database:
            raise ValueError
    except (ArgumentError, ProgrammingError, ValueError) as error:
        raise SettingsError(
            N_("DIARY_DATABASE_URL cannot be read. Like this: postgresql://user@host/name")
        ) from error
    return address


def open_store(settings: Settings, *, part: int) -> Store:
    """Open the store that the settings name; makes the folders it needs, readable by us only.

    `part` is the size of a sealed part, which a bucket keeps as an object of its own.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Store(open_engine(settings.url), _open_blobs(settings, part))


def _open_blobs(settings: Settings, part: int) -> BlobStore:
    if settings.bucket is None:
        return Blobs(settings.blobs)
    # Loaded here, so that whoever keeps files in a folder does not load a client for buckets.
    from diary.store.blobs_s3 import BucketBlobs  # noqa: PLC0415

    return BucketBlobs(settings.bucket, part=part)


def _prepare_sqlite(connection: SQLiteConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: PostgreSQLConnection, _: ConnectionPoolEntry) -> None:
    # Without it whoever waits for a row waits for good, and with her one thread of the few.
    connection.execute(f"SET lock_timeout = {BUSY_MS}")
    connection.commit()  # or it would go with the first transaction that is rolled back


@contextmanager
def _plain_answers() -> Iterator[None]:
    """Turn a driver's failure into the error the person is told of."""
    try:
        yield
    except DBAPIError as error:
        raise _plain(error) from error
    except PoolTimeoutError as error:  # every connection is in use, and was for long
        raise StoreUnavailableError from error


def _plain(error: DBAPIError) -> Exception:
    cause, state = str(error.orig).lower(), getattr(error.orig, "sqlstate", None) or ""
    if "full" in cause or "no space" in cause or state == "53100":
        return StoreFullError()
    # SQLite's word for a file that is damaged or no database; PostgreSQL's class of numbers for it.
    if type(error.orig) is SQLiteDatabaseError or state in {"XX001", "XX002"}:
        return StoreDamagedError()
    # A PostgreSQL that may only be read, as a standby or with a full disk, says so by 25006.
    unavailable = isinstance(error, OperationalError | InterfaceError) or state == "25006"
    return StoreUnavailableError() if unavailable or error.connection_invalidated else error
