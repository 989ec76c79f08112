"""Where an account is open: listed for its owner, ended one by one or all but this one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, ip_address

from diary.domain.clock import from_ms
from diary.domain.event import Event
from diary.errors import NotFoundError
from diary.services.house import House
from diary.services.sessions import Live
from diary.store import sessions
from diary.store.sessions import SessionRow
from diary.vault.sessions import mark_of, open_about
from diary.vault.vault import Vault

_BROWSERS = (
    ("Samsung Internet", "SamsungBrowser"),
    ("Edge", r"Edg(A|iOS)?/"),
    ("Opera", r"OPR/|OPT/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac", "Macintosh"),
    ("Chromebook", "CrOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """One place where the account is open."""

    id: str
    browser: str
    system: str
    network: str
    opened_at: datetime
    seen_at: datetime
    is_this: bool


def describe(user_agent: str, address: str) -> dict[str, str]:
    """Say in a few plain words which browser asks, and from roughly where."""
    return {
        "browser": _first(_BROWSERS, user_agent),
        "system": _first(_SYSTEMS, user_agent),
        "network": _roughly(address),
    }


def list_all(house: House, vault: Vault, live: Live) -> list[Device]:
    """List the account's sessions, this one first."""
    with house.store.read() as conn:
        rows = sessions.of_account(conn, vault.account_id)
    devices = [_device(vault, row, live) for row in rows]
    return sorted(devices, key=lambda device: not device.is_this)


def end_one(house: House, vault: Vault, device_id: str) -> None:
    """End one session of this account; another account's is not there."""
    with house.store.write() as conn:
        for row in sessions.of_account(conn, vault.account_id):
            if row.id.hex() == device_id:
                sessions.end(conn, row.id)
                vault.keep(conn, Event(action="session_ended"), at=house.now())
                return
    raise NotFoundError


def end_others(house: House, vault: Vault, live: Live, *, browser: bytes) -> int:
    """End every session but this one, and forget the browsers they were in."""
    with house.store.write() as conn:
        ended = sessions.end_all(conn, vault.account_id, but=live.id)
        mark = mark_of(browser, vault.account_id)
        known = sessions.knows_browser(conn, mark, vault.account_id)
        sessions.forget_browsers(conn, vault.account_id)
        if known:
            sessions.know_browser(conn, mark, vault.account_id, live.seen_ms)
        if ended:
            event = Event(action="session_ended", note=f"others: {ended}")
            vault.keep(conn, event, at=house.now())
    return ended


def _device(vault: Vault, row: SessionRow, live: Live) -> Device:
    about = open_about(vault.unlocked, row.id, row.about)
    return Device(
        id=row.id.hex(),
        browser=about.get("browser", ""),
        system=about.get("system", ""),
        network=about.get("network", ""),
        opened_at=from_ms(row.created_ms),
        seen_at=from_ms(row.seen_ms),
        is_this=row.id == live.id,
    )


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, text)), "")


def _roughly(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv4Address):
        return ".".join(address.split(".")[:3]) + ".x"
    return ":".join(parsed.exploded.split(":")[:3]) + ":x"
