"""Live sessions: begun, found again by their cookie, kept, ended. Limits hold on the server."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from diary.domain.clock import to_ms
from diary.errors import NotSignedInError
from diary.services.house import House
from diary.store import sessions
from diary.store.sessions import SessionRow
from diary.vault import sessions as sealed_sessions
from diary.vault.keyring import Unlocked
from diary.vault.sessions import Content

_MINUTE = 60_000
IDLE_MINUTES = "idle_minutes"  # where a session keeps a shorter limit of its own
LAST_WORDS_MS = 10_000  # how long what was typed may still come after its writer left
_LEFT_MS = "left_ms"
TOUCH_MS = _MINUTE  # a session that is only read is written back at most this often


@dataclass(frozen=True, slots=True)
class Live:
    """One open session; the token is in the cookie and here, and nowhere else."""

    token: bytes = field(repr=False)
    created_ms: int
    seen_ms: int
    content: Content = field(repr=False)

    @property
    def id(self) -> bytes:
        """The id of its row."""
        return sealed_sessions.id_of(self.token)

    @property
    def has_left(self) -> bool:
        """Tell whether its owner left; then it may keep what she was typing, and nothing else."""
        return _LEFT_MS in self.content.values


def begin(
    house: House, unlocked: Unlocked, values: dict[str, Any], *, about: dict[str, str]
) -> tuple[str, Live]:
    """Open a session; return the cookie's value and the session."""
    text = sealed_sessions.new_token()
    token = sealed_sessions.read_token(text) or b""
    now_ms = to_ms(house.now())
    live = Live(token, now_ms, now_ms, Content(unlocked, values))
    row = SessionRow(
        id=live.id,
        account_id=unlocked.account_id,
        created_ms=now_ms,
        seen_ms=now_ms,
        sealed=sealed_sessions.seal(token, live.content),
        about=sealed_sessions.seal_about(unlocked, live.id, about),
    )
    with house.store.write() as conn:
        sessions.end_left(conn, unlocked.account_id)  # what comes late is older than what comes now
        sessions.add(conn, row)
    return text, live


def find(house: House, text: str) -> Live | None:
    """Open the session of a cookie; None if it is forged, ended or past its limits."""
    token = sealed_sessions.read_token(text)
    if token is None:
        return None
    with house.store.read() as conn:
        row = sessions.by_id(conn, sealed_sessions.id_of(token))
    if row is None or not _within_limits(house, row):
        return None
    try:
        content = sealed_sessions.open_(token, row.sealed, row.account_id)
    except NotSignedInError:
        return None
    if _is_over(house, row, content):
        return None
    return Live(token, row.created_ms, row.seen_ms, content)


def keep(house: House, live: Live, values: dict[str, Any]) -> None:
    """Write a session's values back."""
    changed = replace(live.content, values=values)
    _touch(house, live, sealed_sessions.seal(live.token, changed))


def touch(house: House, live: Live) -> None:
    """Note that it is in use, now and then."""
    if to_ms(house.now()) - live.seen_ms > TOUCH_MS:
        _touch(house, live, sealed_sessions.seal(live.token, live.content))


def end(house: House, live: Live) -> None:
    """End one session."""
    with house.store.write() as conn:
        sessions.end(conn, live.id)


def leave(house: House, live: Live) -> None:
    """End a session for everything but the last words that are on their way.

    They are sent first, yet on a bad line, or from another tab, they come after the request that
    leaves. The browser has no cookie any more by then: only what was under way can use this.
    What the session may do besides (as a practitioner, or half-way through a lost phone) it may
    as little as before.
    """
    values = live.content.values | {_LEFT_MS: to_ms(house.now())}
    sealed = sealed_sessions.seal(live.token, replace(live.content, values=values))
    until_soon = _idle_limit(house) + LAST_WORDS_MS  # so that it is swept as any other
    with house.store.write() as conn:
        sessions.leave(conn, live.id, seen_ms=until_soon, sealed=sealed)


def sweep(house: House) -> int:
    """Drop the rows of sessions past their limits."""
    with house.store.write() as conn:
        return sessions.end_old(
            conn, seen_before_ms=_idle_limit(house), created_before_ms=_absolute_limit(house)
        )


def _touch(house: House, live: Live, sealed: bytes) -> None:
    with house.store.write() as conn:
        sessions.touch(conn, live.id, seen_ms=to_ms(house.now()), sealed=sealed)


def _within_limits(house: House, row: SessionRow) -> bool:
    return row.seen_ms >= _idle_limit(house) and row.created_ms >= _absolute_limit(house)


def _is_over(house: House, row: SessionRow, content: Content) -> bool:
    """Tell whether it is past a limit of its own, which stands in what is sealed."""
    left_ms = content.values.get(_LEFT_MS)
    if left_ms is not None and to_ms(house.now()) > left_ms + LAST_WORDS_MS:
        return True
    return row.seen_ms < _idle_limit(house, content.values.get(IDLE_MINUTES))


def idle_minutes(house: House, own: int | None = None) -> int:
    """Return how long a session may go unused; its own limit may only be shorter."""
    longest = house.settings.idle_minutes
    return min(longest, own or longest)


def _idle_limit(house: House, minutes: int | None = None) -> int:
    """Return since when a session must have been used."""
    return to_ms(house.now()) - idle_minutes(house, minutes) * _MINUTE


def _absolute_limit(house: House) -> int:
    return to_ms(house.now()) - house.settings.absolute_hours * 60 * _MINUTE
