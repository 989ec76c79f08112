"""Our own static files: named by their content, kept by browsers, sent small.

Only these files are compressed. Pages are not: compressing what is secret together with what
somebody else can choose would let its length tell (BREACH).
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

_SMALLER = frozenset({".css", ".js", ".svg"})
_ONE_YEAR = "public, max-age=31536000, immutable"


def set_up(app: Flask) -> None:
    """Give templates `asset(name)`, and answer static files small and for long."""
    folder = Path(app.static_folder or "")

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=version(folder / name))

    app.jinja_env.globals["asset"] = asset
    app.after_request(_lighten)


@cache
def version(path: Path) -> str:
    """Return a short digest of a file's bytes; a changed file gets a new address."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@cache
def _squeezed(path: Path, _version: str) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


def _lighten(response: Response) -> Response:
    if request.endpoint != "static" or response.status_code != 200:
        return response
    path = _asked_file()
    if request.args.get("v") == version(path):
        response.headers["Cache-Control"] = _ONE_YEAR
    if path.suffix in _SMALLER:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            response.close()  # the open file: its bytes are known already
            response.direct_passthrough = False
            response.set_data(_squeezed(path, version(path)))
            response.headers["Content-Encoding"] = "gzip"
    return response


def _asked_file() -> Path:
    """Return the file that Flask has just found and answered with status 200."""
    return Path(current_app.static_folder or "") / str((request.view_args or {})["filename"])
