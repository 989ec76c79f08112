"""The plain baseline: Flask, flask-login and SQLAlchemy on the same server, without any sealing.

It does the same work as a careless diary would: check the session, insert a row, show an indexed
page, stream a body to disk, stream a zip with SHA-256.

An upload here is what anybody would call saved: a file of its own, its bytes on the disk (`fsync`),
then its row. It does not hash, seal or read back: that is what the figure weighs. Each upload is a
new file, as each of the diary's is: writing over the last one gives the same memory pages back to
the system's cache, which costs a fraction of what new pages do, and no diary writes over a file.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IFREG

from flask import Flask, Response, redirect, render_template_string, request
from flask_login import LoginManager, UserMixin, login_required, login_user
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
)
from stream_zip import NO_COMPRESSION_64, Method, stream_zip
from werkzeug.wrappers import Response as Answer

from diary.store.db import open_engine

CHUNK = 1 << 20
metadata = MetaData()
users = Table("users", metadata, Column("id", Integer, primary_key=True), Column("name", String))
entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("happened_ms", BigInteger, nullable=False),
    Column("what_happened", Text, nullable=False),
    Index("ix_entries_user_id_happened_ms", "user_id", "happened_ms"),
)
files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("path", String, nullable=False),
)
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Notes</title>
<link rel="stylesheet" href="/static/app.css"></head><body><main><h1>Diary</h1><ul>
{% for row in rows %}<li><a href="/entries/{{ row.id }}"><time>{{ when(row.happened_ms) }}</time>
<p>{{ row.what_happened[:140] }}</p></a></li>{% endfor %}</ul>
<nav><a href="?page={{ page + 1 }}">Older</a></nav></main></body></html>"""


class User(UserMixin):  # type: ignore[misc]
    """Who is signed in."""

    def __init__(self, user_id: int) -> None:
        self.id = user_id


def create_baseline(folder: Path) -> Flask:
    """Make the app on a SQLite file in the folder, with the same pragmas as the diary's."""
    engine = open_engine(f"sqlite:///{folder / 'baseline.sqlite'}")
    metadata.create_all(engine)
    app = Flask(__name__)
    app.secret_key = "baseline"
    _accounts(app, engine)
    _entries(app, engine)
    _bodies(app, engine, folder)
    return app


def _accounts(app: Flask, engine: Engine) -> None:
    manager = LoginManager(app)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(user_id: str) -> User | None:
        with engine.connect() as conn:
            row = conn.execute(select(users.c.id).where(users.c.id == int(user_id))).one_or_none()
        return None if row is None else User(row[0])

    @app.post("/sign-in")
    def sign_in() -> str:
        with engine.begin() as conn:
            found = conn.execute(select(users.c.id).where(users.c.id == 1)).one_or_none()
            if found is None:
                conn.execute(insert(users), {"id": 1, "name": "name"})
        login_user(User(1))
        return "ok"


def _entries(app: Flask, engine: Engine) -> None:
    @app.post("/entries")
    @login_required  # type: ignore[untyped-decorator]
    def save() -> Answer:
        words = request.form["what_happened"]
        with engine.connect() as conn, conn.begin():
            conn.exec_driver_sql("BEGIN IMMEDIATE")
            now = int(datetime.now(UTC).timestamp() * 1000)
            row = {"user_id": 1, "happened_ms": now, "what_happened": words}
            conn.execute(insert(entries), row)
        return redirect("/entries", 303)

    @app.get("/entries")
    @login_required  # type: ignore[untyped-decorator]
    def page() -> str:
        number = int(request.args.get("page", "0"))
        query = select(entries).where(entries.c.user_id == 1)
        query = query.order_by(entries.c.happened_ms.desc()).limit(20).offset(number * 20)
        with engine.connect() as conn:
            rows = conn.execute(query).all()
        return render_template_string(PAGE, rows=rows, page=number, when=_when)


def _when(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%A %d %B %Y, %H:%M")


def _bodies(app: Flask, engine: Engine, folder: Path) -> None:
    @app.put("/files/<name>")
    @login_required  # type: ignore[untyped-decorator]
    def store(name: str) -> str:
        path = folder / f"{secrets.token_hex(16)}.upload"
        with path.open("xb", buffering=0) as file:
            while piece := request.stream.read(CHUNK):
                file.write(piece)
            os.fsync(file.fileno())
        with engine.connect() as conn, conn.begin():
            conn.exec_driver_sql("BEGIN IMMEDIATE")
            conn.execute(insert(files), {"user_id": 1, "name": name, "path": path.name})
        return "ok"

    @app.get("/zip")
    @login_required  # type: ignore[untyped-decorator]
    def zipped() -> Response:
        return Response(stream_zip(_members(folder)), mimetype="application/zip")


def _members(folder: Path) -> Iterable[tuple[str, datetime, int, Method, Iterable[bytes]]]:
    at, manifest = datetime(2026, 1, 1, tzinfo=UTC), []
    for path in sorted(folder.glob("*.bin")):
        digest = hashlib.sha256()
        yield path.name, at, S_IFREG | 0o600, NO_COMPRESSION_64, _hashed(path, digest)
        manifest.append(f"{digest.hexdigest()}  {path.name}\n".encode())
    yield "manifest-sha256.txt", at, S_IFREG | 0o600, NO_COMPRESSION_64, iter(manifest)


def _hashed(path: Path, digest: hashlib._Hash) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
            yield piece
