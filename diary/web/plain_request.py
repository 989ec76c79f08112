"""The request as every view gets it: files in a form never touch the disk, a form comes whole.

Werkzeug spools the files of a multipart form into a temp folder, in the clear. Here they go
nowhere; the views that take files read the body as a stream and seal it as it comes.

A line that breaks in the middle of a form leaves half of what she wrote. Werkzeug takes it for the
whole when the server says that the body ended; here it must be as long as was announced.
"""

from __future__ import annotations

from io import RawIOBase
from typing import IO, Any, Never, cast

from flask import Request
from typing_extensions import override
from werkzeug.exceptions import RequestTimeout
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream, get_input_stream


class PlainRequest(Request):
    """A request whose form has text fields only, and is there to its end or not at all."""

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body; what ends before its announced length ends the request."""
        body = get_input_stream(self.environ, max_content_length=self.max_content_length)
        length = self.content_length
        return body if length is None else cast("IO[bytes]", _Whole(_raw(self), length))

    @override
    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return cast("IO[bytes]", _Nowhere())


def _raw(request: Request) -> IO[bytes]:
    return cast("IO[bytes]", request.environ["wsgi.input"])


class _Whole(LimitedStream):
    """A body of a known length."""

    @override
    def on_disconnect(self, error: Exception | None = None) -> Never:
        raise RequestTimeout from error


class _Nowhere(RawIOBase):
    """Takes everything and keeps nothing."""

    @override
    def writable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def write(self, data: Any) -> int:
        return len(data)

    @override
    def seek(self, offset: int, whence: int = 0) -> int:
        return 0
