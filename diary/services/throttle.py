"""Slowing down guesses, without ever locking the owner out.

Whoever knows her name can fill only the bucket of that name *on his own network*. A browser that
has signed in to this account before has a bucket of its own, so it is not slowed by anybody else.
The recovery code has 128 random bits: it is never slowed at all. Only keyed hashes are stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from sqlalchemy import Connection

from diary.domain.clock import to_ms
from diary.errors import TooManyTriesError
from diary.services.house import House
from diary.store import tries

_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Limit:
    """At most this many tries in this many minutes."""

    most: int
    minutes: int


BROWSER = Limit(10, 15)
NAME_AND_NETWORK = Limit(10, 15)
NETWORK = Limit(60, 15)
STARTING = Limit(20, 60)
UNLOCKING = Limit(10, 15)


def network_of(address: str) -> str:
    """Return the network that an address belongs to: one home, as far as one can tell.

    An IPv6 home has at least a /56 to itself (RFC 6177), so single addresses there count nothing.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return parsed.exploded[:17]
    return str(parsed)


def admit_sign_in(
    conn: Connection, house: House, *, name: bytes, network: str, mark: bytes | None
) -> None:
    """Count a try at a passphrase, or raise TooManyTriesError. `mark`: of a known browser only."""
    if mark is not None:
        _take(conn, house, BROWSER, "browser", mark.hex())
        return
    _take(conn, house, NAME_AND_NETWORK, "name", name.hex(), network)
    _take(conn, house, NETWORK, "network", network)


def admitted(
    conn: Connection, house: House, *, name: bytes, network: str, mark: bytes | None
) -> None:
    """Begin again after the right passphrase; the network's own count stays."""
    if mark is not None:
        tries.forget(conn, house.secrets.tried("browser", mark.hex()))
    tries.forget(conn, house.secrets.tried("name", name.hex(), network))


def admit_unlock(conn: Connection, house: House, *, account: str) -> None:
    """Count a try at a signed-in account's passphrase: only an open session can make one."""
    _take(conn, house, UNLOCKING, "unlock", account)


def unlocked(conn: Connection, house: House, *, account: str) -> None:
    """Begin again after the right passphrase."""
    tries.forget(conn, house.secrets.tried("unlock", account))


def admit_start(conn: Connection, house: House, *, network: str) -> None:
    """Count a try at making an account: each would tell whether a name is in use."""
    _take(conn, house, STARTING, "start", network)


def forget_old(conn: Connection, house: House) -> None:
    """Drop the counts of windows that are long over."""
    tries.drop_old(conn, before_ms=to_ms(house.now()) - 24 * 60 * _MINUTE)


def _take(conn: Connection, house: House, limit: Limit, *what: str) -> None:
    now_ms, window_ms = to_ms(house.now()), limit.minutes * _MINUTE
    key = house.secrets.tried(*what)
    count, started_ms = tries.count(conn, key, now_ms=now_ms, window_ms=window_ms)
    if count > limit.most:
        raise TooManyTriesError(wait_seconds=(started_ms + window_ms - now_ms) // 1000 + 1)
