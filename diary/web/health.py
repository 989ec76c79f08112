"""What the service says of itself: whether it can keep things, and its log's public key."""

from __future__ import annotations

from flask import Blueprint, Flask, Response

from diary.domain.clock import to_ms
from diary.web.house import current_house, public

health = Blueprint("health", __name__)


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(health)


@health.get("/healthz")
@public
def check() -> Response:
    """Answer 200 and `ok` when rows and files can be written, else 503."""
    house = current_house()
    if house.store.writable(to_ms(house.now())):
        return Response("ok\n", mimetype="text/plain")
    return Response("unwritable\n", 503, mimetype="text/plain")


@health.get("/log-key")
@public
def log_key() -> Response:
    """Give the key that the log's checkpoints are signed with, to compare with a bundle's."""
    return Response(f"{current_house().secrets.log.public_line}\n", mimetype="text/plain")
