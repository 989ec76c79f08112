"""A browser of few words: one kept-alive connection and its cookies."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, read whole."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """Talks to one server on loopback and keeps its cookies, Secure ones too."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.connection = HTTPConnection("127.0.0.1", port, timeout=600)

    def renew(self) -> None:
        """Let the next request open a connection of its own: the server drops idle ones."""
        self.connection.close()

    def get(self, path: str) -> Answer:
        """GET a page."""
        return self.send("GET", path)

    def post(self, path: str, form: dict[str, str] | list[tuple[str, str]]) -> Answer:
        """POST a form as a browser does from the same site."""
        return self.send(
            "POST",
            path,
            urlencode(form).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )

    def send(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send a request and read the answer whole."""
        response = self.open(method, path, body, headers)
        return Answer(response.status, dict(response.getheaders()), response.read())

    def open(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        headers: dict[str, str] | None = None,
    ) -> HTTPResponse:
        """Send a request and leave the body to be read."""
        mine = {"Sec-Fetch-Site": "same-origin", **(headers or {})}
        if self.cookies:
            mine["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        self.connection.request(method, path, body, mine)
        response = self.connection.getresponse()
        for header in response.headers.get_all("Set-Cookie", []):
            name, _, value = header.split(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
        return response

    def weigh(self, path: str) -> tuple[str, int]:
        """Return a text as a browser reads it, and how many bytes were sent for it."""
        answer = self.send("GET", path, headers={"Accept-Encoding": "gzip"})
        zipped = answer.headers.get("Content-Encoding") == "gzip"
        body = gzip.decompress(answer.body) if zipped else answer.body
        return body.decode(errors="replace"), len(answer.body)
