"""Who sees what: every address with every id, as everybody who stands around one diary.

SEES says all of it. Whatever else is asked is answered by the lock or as an id that never was, and
holds none of her words; each sees all that the table says, so the walk is known to have come by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import Connection, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from diary.crypto.errors import OpenError
from diary.domain.entry import Entry
from diary.errors import DamagedError, DiaryError
from diary.services.house import House
from diary.store import grants as rows
from diary.store.models import metadata
from diary.vault import grants
from diary.vault.case import Case
from diary.vault.grants import Grant
from diary.vault.records import Keys
from diary.vault.vault import Vault
from diary.web.house import is_for_practitioners, is_public
from tests.clock import Clock
from tests.conftest import Person
from tests.test_routes import ask, methods, rules
from tests.world import NOBODYS, SHARED, WORDS, World, candidates, world

SEES: dict[str, set[str]] = {
    "owner": set(WORDS),
    "granted": SHARED | {"of maya", "of over", "of gone", "passed on"},  # of the same agency
    "over": {"of over"},
    "withdrawn": {"of gone"},
    "other agency": {"second", "of bo"},
    "lead": {"passed on"},
    "no grant": set(),
    "suspended": set(),
    "other lead": set(),
    "another survivor": set(),
    "nobody": set(),
}
# What was passed on may be written down about a case that has ended, too: of it this shows nothing.
ENDED_TOO = {"overrides.form", "overrides.add"}
SURVIVORS = {"owner", "another survivor"}
LOCKED_OUT = {"nobody", "suspended"}
GOES_AWAY = {
    "signin.sign_out", "shell.leave", "shell.leave_quietly", "devices.end", "work_devices.end",
    "devices.end_others", "work_devices.end_others",
}  # fmt: skip
REFUSED = {401, 404}
CHALLENGE = re.compile(r'data-options="[^"]*"')  # what a passkey is asked is new each time
Told = tuple[int, str, tuple[str, ...]]
NO_TEXT = ("application/pdf", "image/", "video/", "audio/")


@pytest.fixture
def around(app: Flask, house: House, clock: Clock, signed_in: Person) -> World:
    return world(app, house, clock, signed_in)


def is_theirs(app: Flask, who: str, rule: Rule) -> bool:
    """Tell whether an address is on somebody's own side of the house at all."""
    view = app.view_functions[rule.endpoint]
    if is_public(view):
        return True
    return who not in LOCKED_OUT and is_for_practitioners(view) != (who in SURVIVORS)


def walk(app: Flask, around: World, who: str) -> Iterator[tuple[Rule, str, str, set[str]]]:
    """Every address and method; on the other side of the house one choice of ids is enough."""
    adapter = app.url_map.bind("localhost")
    for method in ("GET", "HEAD", "POST", "PATCH", "DELETE"):
        for rule in rules(app):
            if method not in methods(rule) or rule.endpoint in GOES_AWAY:
                continue
            choices = candidates(around, rule)
            for ids in choices if is_theirs(app, who, rule) else choices[:1]:
                named = {value for name, value in ids.items() if name.endswith("_id")}
                url = adapter.build(rule.endpoint, dict(ids), method=method)
                yield rule, method, url, named


def words_in(answer: TestResponse) -> set[str]:
    """Whose words an answer holds, its headers too; what a bundle packs is packed as it is."""
    text = str(answer.headers)
    if not (answer.mimetype or "").startswith(NO_TEXT):
        text += answer.get_data().decode("utf-8", "replace")
    return {name for name, words in WORDS.items() if words in text}


def told(answer: TestResponse, url: str) -> Told:
    """What an answer gives away besides its address."""
    text = answer.text.replace(url, "").replace(quote(url, safe=""), "")
    text = CHALLENGE.sub("", text)
    return answer.status_code, text, tuple(answer.headers.keys())


def never(url: str, ids: set[str]) -> str:
    """The same address with ids that never were."""
    for one in ids:
        url = url.replace(one, NOBODYS)
    return url


@pytest.mark.parametrize("who", [who for who in SEES if who != "owner"])
def test_everybody_sees_what_the_table_says_and_no_more(
    app: Flask, around: World, who: str
) -> None:
    client, usual = around.clients[who], around.named.get(who, set())
    with_ended = usual | {around.grants.get(who, NOBODYS)} - {NOBODYS}
    seen, closed = set[str](), 0

    @cache
    def unknown(method: str, url: str) -> Told:
        return told(ask(client, method, url), url)

    for rule, method, url, ids in walk(app, around, who):
        named = with_ended if rule.endpoint in ENDED_TOO else usual
        answer = ask(client, method, url)
        where = f"{who}: {method} {url} {answer.status_code}"
        found = words_in(answer)
        assert found <= SEES[who], f"{where} {found - SEES[who]}"
        assert answer.status_code < 500, where
        seen |= found
        if not is_theirs(app, who, rule) or not ids <= named:
            assert answer.status_code in REFUSED, where
            assert not found, where
            assert not ids or told(answer, url) == unknown(method, never(url, ids - named)), where
            closed += 1
    assert seen == SEES[who]
    assert closed > 100


def test_the_owner_sees_all_that_is_hers(app: Flask, around: World) -> None:
    seen = set[str]()
    for rule, method, url, _ in walk(app, around, "owner"):
        if method == "GET" and not is_public(app.view_functions[rule.endpoint]):
            seen |= words_in(ask(around.clients["owner"], method, url))
    assert seen == SEES["owner"]


@pytest.mark.parametrize("who", ["granted", "over", "withdrawn", "other agency", "lead"])
def test_below_the_pages_a_case_opens_for_its_reader_alone(around: World, who: str) -> None:
    """The vault asks for itself: every grant, with the keys of everybody."""
    me, opened = around.vaults[who], set[str]()
    with around.house.store.read() as conn:
        for name in ("granted", "over", "withdrawn", "suspended", "other agency"):
            row = rows.by_id(conn, around.grants[name])
            assert row
            try:
                case = Case(grants.as_reader(row, me.unlocked, around.house.now()))
            except DiaryError:
                continue
            opened.add(name)
            told = b"".join(one.canonical for one in case.page(conn, Entry.kind).items)
            assert WORDS["unseen"].encode() not in told
    assert opened == ({who} & {"granted", "other agency"})


def test_the_operator_reads_no_word_in_the_tables(around: World) -> None:
    with around.house.store.read() as conn:
        lying = b"".join(
            value if isinstance(value, bytes) else str(value).encode()
            for table in metadata.sorted_tables
            for row in conn.execute(select(table))
            for value in row
        )
    assert [name for name, words in WORDS.items() if words.encode() in lying] == []


@pytest.mark.parametrize("name", ["names", "tries", "agencies", "passkeys", "helper", "log"])
def test_the_operator_opens_nothing_with_what_the_server_keeps(around: World, name: str) -> None:
    """Each of the server's keys is tried as each key that opens something of hers."""
    house, owner = around.house, around.owner.vault
    kept = getattr(house.secrets, name)
    key: bytes = kept.seed if name == "log" else kept
    as_her = Vault(replace(owner.unlocked, keys=Keys(owner.diary_id, key, key)))
    maya = around.vaults["granted"].unlocked
    as_maya = replace(maya, keys=replace(maya.keys, private=key))
    with house.store.read() as conn:
        granted = rows.by_id(conn, around.grants["granted"])
        assert granted
        found: list[Callable[[], object]] = [
            lambda: as_her.get(conn, around.ids["entry"]),
            lambda: as_her.get(conn, around.ids["copy"]),
            lambda: as_her.get(conn, around.grants["of maya"]),
            lambda: grants.as_owner(as_her, granted),
            lambda: grants.as_reader(granted, as_maya, house.now()),
            lambda: grants.open_heads(Grant(granted, key)),
            lambda: Case(Grant(granted, key)).get(conn, around.ids["copy"]),
        ]
        for reading in found:
            with pytest.raises(DamagedError):
                reading()


@pytest.mark.parametrize("trick", ["whose", "his own key", "his own rows"])
def test_the_operator_cannot_write_himself_into_a_share(around: World, trick: str) -> None:
    """He makes himself a practitioner, and writes into the tables what he likes."""
    house, he = around.house, around.vaults["other agency"]
    with house.store.read() as conn:
        hers = rows.by_id(conn, around.grants["granted"])
        his = rows.by_id(conn, around.grants["other agency"])
    assert hers
    assert his
    tricks = {
        "whose": hers._replace(grantee=he.account_id),
        "his own key": hers._replace(
            grantee=he.account_id, grantee_key=his.grantee_key, heads=his.heads
        ),
        "his own rows": his._replace(heads=hers.heads),
    }
    with house.store.read() as conn, pytest.raises((DiaryError, OpenError)):
        read_case(conn, house, tricks[trick], he)


def read_case(conn: Connection, house: House, row: rows.GrantRow, me: Vault) -> None:
    """Open a grant and everything in it; what does not open is no reading."""
    case = Case(grants.as_reader(row, me.unlocked, house.now()))
    page = case.page(conn, Entry.kind)
    if page.damaged or not page.items:
        raise DiaryError
