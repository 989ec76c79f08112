"""What journeys share: one Chromium, and for each file a real server with a fresh data folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from e2e.browsers import chromium
from e2e.people import Survivor
from tests.running import Server, running

Arrive = Callable[..., Survivor]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def arrive(browser: Browser, server: Server) -> Iterator[Arrive]:
    """Somebody with an empty browser; takes the options of a browser context."""
    came: list[Survivor] = []

    def arrive(**options: Any) -> Survivor:
        came.append(Survivor(browser, server.url, **options))
        return came[-1]

    yield arrive
    for person in came:
        person.go_away()


@pytest.fixture
def nad(arrive: Arrive) -> Survivor:
    """Somebody with a phone, signed up, at the empty box."""
    person = arrive()
    person.sign_up()
    return person
