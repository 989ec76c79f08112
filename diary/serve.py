"""The production server: gunicorn's threaded workers, set up here and nowhere else.

Request bodies stream to the app, so no byte of an upload is spooled to a disk in the clear. There
is no access log: who read what, when and from where is nobody's business. It listens on this
machine only; a proxy with TLS stands in front.
"""

from __future__ import annotations

import gc
import socket
import sys
from itertools import count
from threading import Event, Thread
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from diary.app import create_app
from diary.errors import DiaryError, SettingsError
from diary.patience import PatientWorker
from diary.services import upkeep
from diary.services.house import House, open_house
from diary.settings import Settings
from diary.text import N_

HOST = "127.0.0.1"
EVERY_SECONDS = 60.0
NAMELESS_EVERY = 60  # turns: files that no row names wait for a day in any case
SWITCH_SECONDS = 0.0005


def run(settings: Settings) -> None:
    """Serve until told to stop; requests that are under way are finished first."""
    _require_port(settings.port)
    Server(settings).run()


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with our settings; each worker makes its own app, so no connection is shared."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Take nothing from gunicorn's own files, arguments or environment."""
        for name, value in options(self.settings).items():
            self.cfg.set(name, value)

    def load(self) -> object:
        """Make the app, in the worker."""
        return create_app(self.settings)


def options(settings: Settings) -> dict[str, Any]:
    """Return gunicorn's options."""

    def when_ready(_: Arbiter) -> None:
        sys.stdout.write(f"Serving on http://{HOST}:{settings.port} (end with Ctrl+C)\n")
        sys.stdout.flush()

    def post_worker_init(_: Worker) -> None:
        # What was loaded stays for good: looking through it again and again costs every request.
        gc.freeze()
        # A body is many short steps outside the interpreter (reading, sealing, hashing). After each
        # it waits for whoever is inside, by default up to 5 ms: longer than the step itself.
        sys.setswitchinterval(SWITCH_SECONDS)
        Thread(target=keep_up, args=(settings,), name="upkeep", daemon=True).start()

    return {
        "bind": f"{HOST}:{settings.port}",
        "worker_class": PatientWorker,
        "workers": settings.workers,
        "threads": settings.threads,
        "keepalive": 5,
        "timeout": 120,
        "graceful_timeout": 30,
        "limit_request_line": 2048,
        "limit_request_fields": 60,
        "limit_request_field_size": 8190,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "control_socket_disable": True,
        "when_ready": when_ready,
        "post_worker_init": post_worker_init,
    }


def keep_up(settings: Settings, *, stop: Event | None = None) -> None:
    """Stamp and sweep once a minute, in every worker: each is safe beside the others."""
    stop, house, turns = stop or Event(), open_house(settings), count()
    while not stop.wait(EVERY_SECONDS):
        keep_up_once(house, nameless=next(turns) % NAMELESS_EVERY == 0)
    house.store.engine.dispose()


def keep_up_once(house: House, *, nameless: bool = True) -> None:
    """Do what is due; what fails now is tried again in a minute."""
    try:
        upkeep.stamp(house)
        upkeep.sweep(house, nameless=nameless)
    except Exception as error:
        said = error if isinstance(error, DiaryError) else type(error).__name__
        sys.stderr.write(f"Upkeep: {said}\n")


def _require_port(port: int) -> None:
    """Say so plainly when the port cannot be had, before gunicorn tries for seconds."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SettingsError(
                N_("Port %(port)s is not free. Choose another with PORT=8001."), port=port
            ) from error
