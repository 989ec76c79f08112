"""The composition root: one application out of its settings. Nobody else puts the house together.

It stands beside the package's `__init__` and not in it, so that a stranger's verifier
(`python -m diary.proof`) imports no web framework.
"""

from __future__ import annotations

import secrets

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from diary import web
from diary.services.house import House, open_house
from diary.settings import Settings


def create_app(settings: Settings, *, house: House | None = None) -> Flask:
    """Make the application. The database must have been brought up to date before."""
    house = house or open_house(settings)
    app = Flask("diary")
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_form_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_form_bytes,
        # Flask asks for one; nothing here is signed with it, so it need not outlive the process.
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME=web.COOKIE,
    )
    web.register(app, house)
    if settings.proxies:
        # Only so many proxies are believed: anybody may send these headers.
        number = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=number, x_host=number)  # type: ignore[method-assign]
    return app
