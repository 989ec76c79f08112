"""Sealed bytes as an answer: whole, or the one range that was asked for (RFC 9110, section 14).

More ranges than one, or a range that cannot be read, get the whole file; a range beyond the end
gets 416. Memory holds one part at a time.
"""

from __future__ import annotations

import re

from flask import Request, Response

from diary.vault.media import Reader

SANDBOX = "sandbox; default-src 'none'"
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


def answer(reader: Reader, mime: str, request: Request) -> Response:
    """Give the bytes under a type of our own choosing, never to be guessed and never to run."""
    tag = f'"{reader.blob_id}"'
    found = _wanted(request, reader.size, tag)
    if found is None:
        response = Response(status=416)
        response.headers["Content-Range"] = f"bytes */{reader.size}"
        return response
    start, stop, is_part = found
    response = Response(reader.chunks(start, stop), 206 if is_part else 200, mimetype=mime)
    response.headers.update(
        {
            "Accept-Ranges": "bytes",
            "Content-Length": str(stop - start),
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
            "ETag": tag,
        }
    )
    if is_part:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{reader.size}"
    return response


def goes_on(request: Request) -> bool:
    """Tell whether what is asked for begins after the first byte: some of it was asked for before.

    What may get the whole file, as a range that cannot be read does, goes on with nothing.
    """
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if match is None or "If-Range" in request.headers:
        return False
    first, last = match.groups()
    return 0 < int(first or 0) <= int(last or first)


def _wanted(request: Request, size: int, tag: str) -> tuple[int, int, bool] | None:
    """Return (start, stop, whether it is a part), or None if no byte of it exists."""
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    whole = (0, size, False)
    if not match or match[0] == "bytes=-" or request.headers.get("If-Range", tag) != tag:
        return whole
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size, True) if int(last) and size else None
    if last and int(last) < int(first):
        return whole
    start, stop = int(first), min(int(last) + 1, size) if last else size
    return (start, stop, True) if start < size else None
