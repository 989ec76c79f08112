"""What tests share: a fresh database, a house in a temp folder, a clock, an unlocked diary.

`DIARY_TEST_DATABASE_URL` (a PostgreSQL administrator's address, see `tests.database`) moves every
test to PostgreSQL; otherwise each has a SQLite file of its own. Passphrases are stretched with the
least that Argon2id allows, through the settings only.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from diary.app import create_app
from diary.services import accounts as ways_in
from diary.services.accounts import Caller
from diary.services.house import House, open_house
from diary.settings import Bucket, Settings
from diary.store import accounts
from diary.store.db import Store, open_engine
from diary.store.models import metadata
from diary.vault import keyring
from diary.vault.vault import Vault
from tests.buckets import bucket_server, environment, fresh_bucket
from tests.clock import Clock
from tests.database import admin_url, database_name, fresh_database

PASSPHRASE = "copper lantern river walnut"


def make_tables(url: str) -> None:
    engine = open_engine(url)
    metadata.create_all(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database that has its tables and nothing in them; tests copy it."""
    if admin := admin_url():
        with fresh_database(admin) as url:
            make_tables(url)
            yield url
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('blank') / 'diary.sqlite'}"
        make_tables(url)
        yield url


@contextmanager
def copy_of(blank: str, folder: Path) -> Iterator[str]:
    """Copy the blank database for one test; the address is what a setting would say."""
    if admin := admin_url():
        with fresh_database(admin, like=database_name(blank)) as url:
            yield url
    else:
        shutil.copy(blank.removeprefix("sqlite:///"), folder / "diary.sqlite")
        yield ""


@pytest.fixture
def settings(tmp_path: Path, blank: str) -> Iterator[Settings]:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    with copy_of(blank, data) as url:
        yield Settings(
            data=data,
            database_url=url,
            blobs=data / "blobs",
            argon2_memory_kib=8,
            argon2_iterations=1,
            argon2_lanes=1,
        )


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of a server that speaks S3; it starts with the first test that asks for it."""
    with bucket_server() as address:
        yield address


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """An empty bucket, and the surroundings that say how to reach it."""
    for key, value in environment(s3).items():
        monkeypatch.setenv(key, value)
    return fresh_bucket(s3)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(settings: Settings, clock: Clock) -> Iterator[House]:
    house = open_house(settings, clock=clock)
    yield house
    house.store.engine.dispose()


@pytest.fixture
def store(house: House) -> Store:
    return house.store


def new_vault(house: House, name: str = "Nad") -> Vault:
    """Open an account straight at the keyring, for tests below the services."""
    salt, params = keyring.new_salt(), keyring.cost(house.settings)
    made = keyring.create(
        name_hash=house.secrets.name_hash(name),
        salt=salt,
        stretched=keyring.stretch(PASSPHRASE, salt, params),
        params=params,
        at=house.now(),
    )
    with house.store.write() as conn:
        accounts.add(conn, made.row, made.slots)
    return Vault(made.unlocked)


@pytest.fixture
def vault(house: House) -> Vault:
    """An empty diary, unlocked."""
    return new_vault(house)


@pytest.fixture
def other_vault(house: House) -> Vault:
    """Somebody else's diary in the same house."""
    return new_vault(house, "Ros")


@pytest.fixture
def app(settings: Settings, house: House) -> Flask:
    app = create_app(settings, house=house)
    app.testing = True
    return app


def browser_of(app: Flask) -> FlaskClient:
    """A browser on our own pages: over TLS, and saying where its requests come from."""
    client = app.test_client()
    client.environ_base |= {"wsgi.url_scheme": "https", "HTTP_SEC_FETCH_SITE": "same-origin"}
    return client


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return browser_of(app)


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, and what she knows."""

    client: FlaskClient
    vault: Vault
    code: str
    name: str = "Nad"
    passphrase: str = PASSPHRASE


@pytest.fixture
def signed_in(app: Flask, house: House) -> Person:
    """Somebody with an account, her code typed back, signed in a moment ago."""
    caller = Caller(network="192.0.2.1", browser=b"b" * 32)
    made = ways_in.sign_up(house, name="Nad", passphrase=PASSPHRASE, caller=caller)
    vault = Vault(made.unlocked)
    code = ways_in.new_code(vault)
    ways_in.confirm_code(house, vault, shown=code, typed=code)
    person = Person(browser_of(app), vault, code)
    answer = person.client.post("/sign-in", data={"name": "Nad", "passphrase": PASSPHRASE})
    assert answer.status_code == 303, answer.text
    return person
