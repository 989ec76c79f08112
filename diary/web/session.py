"""Flask's session, sealed: the cookie is a random token, the content lies under it on the server.

Cookie: `__Host-` prefix, Secure, HttpOnly, SameSite=Strict (RFC 6265bis). Who is not signed in has
neither row nor cookie. Nothing is read from the store before a view asks for the session, so
static files and the lock page of a first visit cost no query. flask-login keeps its own values
here; its freshness ends on the server's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, cast

from flask import Flask, Request, current_app, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import UserMixin, login_user
from typing_extensions import override
from werkzeug.wrappers import Response

from diary.domain.clock import to_ms
from diary.errors import StoreFullError, StoreUnavailableError
from diary.services import devices, sessions
from diary.services.house import House
from diary.services.sessions import Live
from diary.vault.keyring import Unlocked
from diary.vault.sessions import new_token, read_token

COOKIE = "__Host-s"
BROWSER_COOKIE = "__Host-b"
LAST_WORDS = "drafts.keep"  # all that a session that was left is good for
_YEAR = 365 * 24 * 60 * 60
_FRESH_MS = "fresh_ms"


class Person(UserMixin):  # type: ignore[misc]
    """Who is signed in, as flask-login knows her: an id and nothing else."""

    def __init__(self, account_id: str) -> None:
        self.id = account_id


class SealedSession(SessionMixin):
    """A session that is found when it is first looked at."""

    def __init__(self, find: Callable[[], Live | None], is_fresh: Callable[[int], bool]) -> None:
        self._find = find
        self._is_fresh = is_fresh
        self._values: dict[str, Any] | None = None
        self.live: Live | None = None
        self.cookie: str | None = None  # a new value for the cookie; "" takes it away
        self.changed = False

    @property
    def looked_at(self) -> bool:
        """Tell whether anybody asked for it during this request."""
        return self._values is not None

    @property
    def values_(self) -> dict[str, Any]:
        """The values, found now if they were not yet."""
        if self._values is None:
            # A store that cannot be reached raises here, and the cookie stays as it is.
            self.set_live(self._find())
        return cast("dict[str, Any]", self._values)

    def set_live(self, live: Live | None) -> None:
        """Stand for this session from now on."""
        self.live, self._values = live, {}
        if live is not None:
            self._values = dict(live.content.values)
            self._values["_fresh"] = self._is_fresh(self._values.get(_FRESH_MS, 0))

    def __getitem__(self, key: str) -> Any:
        return self.values_[key]

    def __setitem__(self, key: str, value: Any) -> None:
        # Flask adds to its list of messages in place: by now it equals what it was.
        self.changed = self.changed or isinstance(value, list) or self.values_.get(key) != value
        self.values_[key] = value

    def __delitem__(self, key: str) -> None:
        del self.values_[key]
        self.changed = True

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


class SealedSessions(SessionInterface):
    """Finds a session by its cookie, and writes it back only when there is something to write."""

    def __init__(self, house: House) -> None:
        self._house = house

    @override
    def open_session(self, app: Flask, request: Request) -> SealedSession:
        """Give the request its session, not yet looked for."""
        text = request.cookies.get(COOKIE)

        def find() -> Live | None:
            live = sessions.find(self._house, text) if text else None
            if live is not None and live.has_left and request.endpoint != LAST_WORDS:
                return None
            return live

        def is_fresh(since_ms: int) -> bool:
            age_ms = to_ms(self._house.now()) - since_ms
            return age_ms < self._house.settings.fresh_minutes * 60_000

        return SealedSession(find, is_fresh)

    @override
    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write back what changed, and set or take away the cookie."""
        sealed = cast("SealedSession", session)
        if sealed.live is not None:
            self._write_back(sealed, sealed.live)
        elif sealed.looked_at and COOKIE in request.cookies and request.endpoint != LAST_WORDS:
            sealed.cookie = ""  # but not for what comes late: she may be signed in again
        if sealed.cookie is not None:
            _set_cookie(response, COOKIE, sealed.cookie)
        if "browser" in g:
            _set_cookie(response, BROWSER_COOKIE, g.browser, max_age=_YEAR)

    def _write_back(self, sealed: SealedSession, live: Live) -> None:
        # The page is made already and may hold what she typed: a full disk must not replace it.
        # What is not kept here is only asked or shown once more.
        with suppress(StoreFullError, StoreUnavailableError):
            if sealed.changed:
                sessions.keep(self._house, live, dict(sealed))
            else:
                sessions.touch(self._house, live)


def begin_session(house: House, unlocked: Unlocked, **values: Any) -> None:
    """Sign somebody in, under a new token; the session before it ends."""
    sealed = _sealed()
    values |= {_FRESH_MS: to_ms(house.now()), "_user_id": unlocked.account_id}
    before = current_live()
    about = devices.describe(request.user_agent.string, request.remote_addr or "")
    sealed.cookie, live = sessions.begin(house, unlocked, values, about=about)
    if before is not None:
        sessions.end(house, before)
    sealed.set_live(live)
    login_user(Person(unlocked.account_id))
    sealed.changed = False  # all of it was written a moment ago
    g.pop("vault", None)


def end_session() -> None:
    """End the caller's session on the server, if there is one, and take the cookie away.

    Leaving never waits for a store that cannot be reached: without its cookie the session is of no
    use to anybody, and it ends by itself.
    """
    _go(sessions.end)


def leave_session() -> None:
    """End it as `end_session` does, but for the words that she typed last and that come late."""
    _go(sessions.leave)


def _go(how: Callable[[House, Live], None]) -> None:
    sealed = _sealed()
    with suppress(StoreFullError, StoreUnavailableError):
        if (live := current_live()) is not None:
            how(_house(), live)
    sealed.set_live(None)
    g.pop("vault", None)


def current_live() -> Live | None:
    """Return the caller's open session, if there is one."""
    sealed = _sealed()
    return sealed.live if len(sealed) else None


def is_open_still() -> bool:
    """Look again, for what took long to come: tell whether its session has ended meanwhile."""
    return sessions.find(_house(), request.cookies.get(COOKIE, "")) is not None


def browser_mark() -> bytes:
    """Return what this browser keeps to be known again; a new one is set with the answer."""
    kept = read_token(request.cookies.get(BROWSER_COOKIE, ""))
    if kept is not None:
        return kept
    if "browser" not in g:
        g.browser = new_token()
    return read_token(g.browser) or b""


def _sealed() -> SealedSession:
    return cast("SealedSession", cast("Any", session)._get_current_object())


def _house() -> House:
    return cast("House", current_app.extensions["house"])


def _set_cookie(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=0 if not value else max_age,
        secure=True,
        httponly=True,
        samesite="Strict",
        path="/",
    )
