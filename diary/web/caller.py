"""Who asks, as far as throttling and the account's own log need to know."""

from __future__ import annotations

from flask import request

from diary.services import throttle
from diary.services.accounts import Caller
from diary.services.devices import describe
from diary.web.session import browser_mark


def caller() -> Caller:
    """Say who asks: a network, the browser's mark, and which browser it is in plain words."""
    address = request.remote_addr or ""
    about = describe(request.user_agent.string, address)
    return Caller(
        network=throttle.network_of(address),
        browser=browser_mark(),
        words=" ".join(filter(None, (about["browser"], about["system"], about["network"]))),
    )
