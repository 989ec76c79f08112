"""A form as a browser would send it back, untouched."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict


class Boxes(HTMLParser):
    """The boxes of the forms that post, by the path of their action."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: dict[str, MultiDict[str, str]] = {}
        self._now: MultiDict[str, str] = MultiDict()
        self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._now = self.forms[urlsplit(known.get("action", "")).path] = MultiDict()
        name = known.get("name", "")
        if tag == "textarea":
            self._area = name
            self._now[name] = ""
        if tag != "input" or not name or known.get("type") in {"file", "submit"}:
            return
        if known.get("type") not in {"radio", "checkbox"} or "checked" in known:
            self._now.add(name, known.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:  # the first line end after the tag is no part of the text
            self._now[self._area] = (self._now[self._area] + data).removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
