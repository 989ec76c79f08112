"""Sessions: their limits hold on the server, and their owner sees and ends them."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from diary.errors import NotFoundError
from diary.services import devices, sessions
from diary.services.house import House
from diary.services.sessions import Live
from diary.store import sessions as rows
from diary.vault.sessions import mark_of
from diary.vault.vault import Vault
from tests.clock import Clock

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
ABOUT = devices.describe(FIREFOX, "203.0.113.77")


def begin(house: House, vault: Vault) -> tuple[str, Live]:
    return sessions.begin(house, vault.unlocked, {"name": "Nad"}, about=ABOUT)


def test_a_session_is_found_by_its_cookie_and_nothing_else(house: House, vault: Vault) -> None:
    text, live = begin(house, vault)
    found = sessions.find(house, text)
    assert found is not None
    assert found.content == live.content
    assert found.content.unlocked == vault.unlocked
    for forged in ("", "x", live.id.hex(), text[:-2] + "AA", text[::-1]):
        assert sessions.find(house, forged) is None


def test_one_that_was_left_is_listed_nowhere_and_nothing_brings_it_back(
    house: House, vault: Vault, clock: Clock
) -> None:
    text, live = begin(house, vault)
    _, other = begin(house, vault)
    under_way = sessions.find(house, text)
    assert under_way is not None
    sessions.leave(house, live)
    assert len(devices.list_all(house, vault, other)) == 1
    sessions.keep(house, under_way, {"later": "x"})  # a request that was under way when she left
    left = sessions.find(house, text)
    assert left is not None
    assert left.has_left
    assert "later" not in left.content.values
    clock.pass_(minutes=1)
    sessions.touch(house, under_way)
    assert sessions.find(house, text) is None


def test_it_ends_after_a_while_without_use(house: House, vault: Vault, clock: Clock) -> None:
    text, _ = begin(house, vault)
    clock.pass_(minutes=house.settings.idle_minutes)
    assert sessions.find(house, text) is not None
    clock.pass_(seconds=1)
    assert sessions.find(house, text) is None


def test_it_ends_in_any_case_at_the_absolute_limit(
    house: House, vault: Vault, clock: Clock
) -> None:
    text, _ = begin(house, vault)
    for _ in range(house.settings.absolute_hours * 4):
        clock.pass_(minutes=15)
        live = sessions.find(house, text)
        assert live is not None
        sessions.touch(house, live)
    clock.pass_(seconds=1)
    assert sessions.find(house, text) is None


def test_it_is_written_back_once_a_minute_at_most(house: House, vault: Vault, clock: Clock) -> None:
    text, live = begin(house, vault)
    clock.pass_(seconds=59)
    sessions.touch(house, live)
    first = sessions.find(house, text)
    assert first is not None
    assert first.seen_ms == live.seen_ms
    clock.pass_(seconds=2)
    sessions.touch(house, first)
    second = sessions.find(house, text)
    assert second is not None
    assert second.seen_ms > live.seen_ms


def test_finding_one_takes_one_query(house: House, vault: Vault) -> None:
    text, _ = begin(house, vault)
    asked: list[str] = []
    event.listen(
        house.store.engine, "before_cursor_execute", lambda *args: asked.append(str(args[2]))
    )
    sessions.find(house, text)
    assert [query for query in asked if query.lstrip().upper().startswith("SELECT")] == asked[-1:]


def test_values_are_kept(house: House, vault: Vault) -> None:
    text, live = begin(house, vault)
    sessions.keep(house, live, {"name": "Nad", "carried": ["/write", [["a", "é\n"]]]})
    found = sessions.find(house, text)
    assert found is not None
    assert found.content.values["carried"] == ["/write", [["a", "é\n"]]]


def test_old_rows_are_swept(house: House, vault: Vault, clock: Clock) -> None:
    begin(house, vault)
    clock.pass_(hours=1)
    text, _ = begin(house, vault)
    assert sessions.sweep(house) == 1
    assert sessions.find(house, text) is not None


def test_the_list_says_where_and_which_is_this_one(
    house: House, vault: Vault, clock: Clock
) -> None:
    _, this = begin(house, vault)
    clock.pass_(minutes=5)
    begin(house, vault)
    first, second = devices.list_all(house, vault, this)
    assert (first.is_this, second.is_this) == (True, False)
    assert (second.browser, second.system, second.network) == ("Firefox", "Android", "203.0.113.x")
    assert second.opened_at > first.opened_at


def test_one_is_ended(house: House, vault: Vault) -> None:
    _, this = begin(house, vault)
    text, other = begin(house, vault)
    devices.end_one(house, vault, other.id.hex())
    assert sessions.find(house, text) is None
    assert len(devices.list_all(house, vault, this)) == 1


def test_another_accounts_session_is_not_there(
    house: House, vault: Vault, other_vault: Vault
) -> None:
    text, live = begin(house, vault)
    for device_id in (live.id.hex(), "0" * 64, "", "x"):
        with pytest.raises(NotFoundError):
            devices.end_one(house, other_vault, device_id)
    assert sessions.find(house, text) is not None


def test_all_others_end_and_their_browsers_are_forgotten(house: House, vault: Vault) -> None:
    text, this = begin(house, vault)
    others = [begin(house, vault)[0] for _ in range(3)]
    mine, his = b"m" * 32, b"h" * 32
    with house.store.write() as conn:
        for browser in (mine, his):
            rows.know_browser(conn, mark_of(browser, vault.account_id), vault.account_id, 1)
    assert devices.end_others(house, vault, this, browser=mine) == 3
    assert sessions.find(house, text) is not None
    assert [sessions.find(house, other) for other in others] == [None] * 3
    with house.store.read() as conn:
        known = [
            rows.knows_browser(conn, mark_of(browser, vault.account_id), vault.account_id)
            for browser in (mine, his)
        ]
    assert known == [True, False]


@pytest.mark.parametrize(
    ("agent", "browser", "system"),
    [
        (FIREFOX, "Firefox", "Android"),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
            "Samsung Internet",
            "Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
            "Safari",
            "iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
            "Edge",
            "Windows",
        ),
        ("curl/8", "", ""),
        ("", "", ""),
    ],
)
def test_browsers_are_named_in_plain_words(agent: str, browser: str, system: str) -> None:
    said = devices.describe(agent, "2001:db8:1:200::1")
    assert (said["browser"], said["system"]) == (browser, system)
    assert said["network"] == "2001:0db8:0001:x"
