"""The request as every view gets it: files inside a form never touch the disk.

Werkzeug spools the files of a multipart form into a temp folder, in the clear. Here they go
nowhere; the views that take files read the body as a stream and seal it as it comes.
"""

from __future__ import annotations

from io import RawIOBase
from typing import IO, Any, cast

from flask import Request
from typing_extensions import override


class PlainRequest(Request):
    """A request whose form has text fields only."""

    @override
    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return cast("IO[bytes]", _Nowhere())


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
