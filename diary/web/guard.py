"""What every request passes and every answer carries.

Cross-site posts are refused by Fetch Metadata (W3C), with `Origin` (RFC 6454) behind it. Answers
carry a Content Security Policy that lets in nothing from elsewhere and no inline script or style,
and `no-store` (RFC 9111) unless they are the same for everybody.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request
from werkzeug.wrappers import Response as AnyResponse

from diary.errors import DiaryError
from diary.text import N_

MARK = "__Host-v"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SAME_FOR_ALL = frozenset({"static", "shell.manifest", "shell.worker"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A proxy must not put what a slow phone has not taken yet on its disk: it is in the clear.
    "X-Accel-Buffering": "no",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), "
        "browsing-topics=(), display-capture=(), publickey-credentials-get=(self), "
        "publickey-credentials-create=(self)"
    ),
}


class CrossSiteError(DiaryError):
    """A form was sent here by another site, or by a page that no longer belongs to this one."""

    status = 403
    default = N_("That came from somewhere else, so nothing was done. Please open the page again.")


def set_up(app: Flask) -> None:
    """Check every request before anything else sees it, and seal every answer."""
    app.before_request(_refuse_cross_site)
    app.after_request(_harden)


def _refuse_cross_site() -> None:
    if request.method not in _SAFE_METHODS and not from_here(request):
        raise CrossSiteError


def from_here(asked: Request) -> bool:
    """Say whether a request that changes something was sent by one of our own pages.

    Browsers say it themselves (`Sec-Fetch-Site`); older ones send `Origin`. Under `no-referrer`
    an older browser sends the origin `null` even from our own page: there the mark decides, a
    cookie that is `SameSite=Strict` and so never travels with a cross-site post. A program that
    sends neither header is no browser and carries nobody's cookies but its own.
    """
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = asked.headers.get("Origin")
    if origin is None:
        return True
    if origin == "null":
        return MARK in asked.cookies
    return urlsplit(origin).netloc == asked.host


def new_mark(response: AnyResponse) -> None:
    """Set a fresh mark: changing an HttpOnly cookie also empties the back/forward cache."""
    response.set_cookie(
        MARK, secrets.token_urlsafe(12), secure=True, httponly=True, samesite="Strict", path="/"
    )


def _harden(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint in _SAME_FOR_ALL:
        return response
    response.headers["Cache-Control"] = "no-store"
    if response.mimetype == "text/html" and MARK not in request.cookies:
        new_mark(response)
    return response
