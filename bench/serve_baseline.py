"""Serve the baseline on the diary's own server, with the diary's own server options."""

from __future__ import annotations

import os

from flask import Flask

from bench.baseline import create_baseline
from diary.serve import Server
from diary.settings import Settings


class BaselineServer(Server):
    """The same server with another application in it."""

    def load(self) -> Flask:
        """Make the baseline's app, in the worker."""
        return create_baseline(self.settings.data)

    def load_config(self) -> None:
        """Take the diary's options, without the diary's upkeep."""
        super().load_config()
        self.cfg.set("post_worker_init", lambda _: None)


if __name__ == "__main__":
    BaselineServer(Settings.from_env(os.environ)).run()
