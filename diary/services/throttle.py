"""Slowing down guesses, without ever locking the owner out.

Whoever knows her name can fill only the bucket of that name *on his own network*. A browser that
has signed in to this account before has a bucket of its own, so it is not slowed by anybody else;
when that one is full, the tries count as any other browser's.
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


@dataclass(frozen=True, slots=True)
class Try:
    """A try at a passphrase: whose, from where, and the mark of a known browser only."""

    name: bytes
    network: str
    mark: bytes | None


BROWSER = Limit(10, 15)
NAME_AND_NETWORK = Limit(10, 15)
NETWORK = Limit(60, 15)
STARTING = Limit(20, 60)
UNLOCKING = Limit(10, 15)
LOOKING_UP = Limit(10, 15)
PASSKEYS = Limit(60, 15)
ASKING = Limit(20, 24 * 60)


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


def admit_sign_in(conn: Connection, house: House, tried: Try) -> bool:
    """Count a try at a passphrase, or raise TooManyTriesError.

    Return whether the network was counted too, so that `admitted` can give that count back.
    """
    if tried.mark is not None and not _wait(conn, house, BROWSER, "browser", tried.mark.hex()):
        return False
    _take(conn, house, NAME_AND_NETWORK, "name", tried.name.hex(), tried.network)
    _take(conn, house, NETWORK, "network", tried.network)
    return True


def admitted(conn: Connection, house: House, tried: Try, *, counted: bool) -> None:
    """Begin again after the right passphrase; the network gets back the one try it was `counted`.

    Never more than that one: an account of his own must not let a guesser begin again.
    """
    if counted:
        tries.give_back(conn, house.secrets.tried("network", tried.network))
    if tried.mark is not None:
        tries.forget(conn, house.secrets.tried("browser", tried.mark.hex()))
    tries.forget(conn, house.secrets.tried("name", tried.name.hex(), tried.network))


def admit_unlock(conn: Connection, house: House, *, account: str) -> None:
    """Count a try at a signed-in account's passphrase: only an open session can make one."""
    _take(conn, house, UNLOCKING, "unlock", account)


def unlocked(conn: Connection, house: House, *, account: str) -> None:
    """Begin again after the right passphrase."""
    tries.forget(conn, house.secrets.tried("unlock", account))


def admit_start(conn: Connection, house: House, *, network: str) -> None:
    """Count a try at making an account: each would tell whether a name is in use."""
    _take(conn, house, STARTING, "start", network)


def admit_passkey(conn: Connection, house: House, *, network: str) -> None:
    """Count an answer of a passkey, right or wrong."""
    _take(conn, house, PASSKEYS, "passkey", network)


def first_time(conn: Connection, house: House, *what: str) -> bool:
    """Tell whether this was never asked before, within a day: what is signed for one use."""
    key = house.secrets.tried("once", *what)
    day_ms = 24 * 60 * _MINUTE
    return tries.count(conn, key, now_ms=to_ms(house.now()), window_ms=day_ms)[0] == 1


def admit_look_up(conn: Connection, house: House, *, account: str) -> None:
    """Count a try at finding somebody by a code."""
    _take(conn, house, LOOKING_UP, "look up", account)


def admit_asking(conn: Connection, house: House, *, network: str) -> None:
    """Count a request to get back in with a helper; for any name, so that none is locked out."""
    _take(conn, house, ASKING, "asking", network)


def forget_old(conn: Connection, house: House) -> None:
    """Drop the counts of windows that are long over."""
    tries.drop_old(conn, before_ms=to_ms(house.now()) - 24 * 60 * _MINUTE)


def _take(conn: Connection, house: House, limit: Limit, *what: str) -> None:
    if seconds := _wait(conn, house, limit, *what):
        raise TooManyTriesError(wait_seconds=seconds)


def _wait(conn: Connection, house: House, limit: Limit, *what: str) -> int:
    """Count a try; return for how many seconds it is one too many."""
    now_ms, window_ms = to_ms(house.now()), limit.minutes * _MINUTE
    key = house.secrets.tried(*what)
    count, started_ms = tries.count(conn, key, now_ms=now_ms, window_ms=window_ms)
    return (started_ms + window_ms - now_ms) // 1000 + 1 if count > limit.most else 0
