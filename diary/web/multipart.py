"""Forms with files, read as a stream: words stay in memory, files go straight to sealed parts.

RFC 7578 by werkzeug's own decoder, without `request.files`, which would write plain temp files.
What is wrong with one file never loses the words or the other files. Of a body that is too long
for one form the words are read, which stand before the files in our forms, and nothing is saved.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from diary.errors import BadInputError, DiaryError, TooLargeError
from diary.services.files import LINE, Intake, Received, discard, over_limit
from diary.services.house import House
from diary.text import N_

PIECE = 128 * 1024
MOST_PARTS = 300
TOO_LARGE = "too_large"  # a script names here, line by line, the files that it did not send
MOST_NAMED = 100
MIB = 2**20


class TogetherError(TooLargeError):
    """All that one form brought is more than one form can bring."""

    default = N_(
        "These files are not saved: together they are over %(most)s MB. "
        "One file can be up to %(limit)s MB. Please send fewer at a time, or a shorter one."
    )


@dataclass(frozen=True, slots=True)
class FormData:
    """A form that was sent: its words, its files (sealed, not yet filed), and what was refused.

    `cut` says why it was not read to its end: then it is shown again, and nothing of it is saved.
    """

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Received] = field(default_factory=list)
    refused: list[tuple[str, DiaryError]] = field(default_factory=list)
    cut: DiaryError | None = None

    def require_whole(self) -> None:
        """Raise unless all of it was read."""
        if self.cut is not None:
            raise self.cut

    def discard(self, house: House) -> None:
        """Drop the files, for a form that is shown again."""
        while self.files:
            discard(house, self.files.pop())


def read_form(request: Request, house: House) -> FormData:
    """Read a multipart form. If that fails half-way, nothing of its files stays."""
    form = FormData()
    reader = _Reader(house, form)
    try:
        for event in _events(request, house):
            reader.take(event)
    except BaseException as error:
        reader.drop()
        form.discard(house)
        if isinstance(error, TogetherError):
            return replace(form, cut=error)
        raise
    return with_named(form, house)


def with_named(form: FormData, house: House) -> FormData:
    """Add the files that a script found too large to send, so that a page says so."""
    names = form.fields.pop(TOO_LARGE, "").splitlines()[:MOST_NAMED]
    form.refused.extend((name[:LINE], over_limit(house)) for name in names if name)
    return form


def most_together(house: House) -> int:
    """Return how much the files of one form can be together.

    One file over the limit is read past, so that what stands beside it is not lost.
    """
    return 2 * house.settings.max_file_bytes


class _Reader:
    """Sorts the events of one form into words and files."""

    def __init__(self, house: House, form: FormData) -> None:
        self._house, self._form = house, form
        self._name = ""
        self._words: bytearray | None = None
        self._intake: Intake | None = None
        self._in_words = 0

    def take(self, event: Event) -> None:
        """Take the next event of the decoder."""
        match event:
            case Field(name=name):
                self._name, self._words = name or "", bytearray()
            case File(filename=name):
                self._name = name
                self._intake = Intake(self._house, name) if name else None
            case Data(data=data, more_data=more):
                self._feed(data)
                if not more:
                    self._end()

    def drop(self) -> None:
        """Forget the file that is coming in."""
        if self._intake:
            self._intake.drop()
            self._intake = None

    def _feed(self, data: bytes) -> None:
        if self._words is not None:
            self._in_words += len(data)
            if self._in_words > self._house.settings.max_form_bytes:
                raise TooLargeError
            self._words += data
        elif self._intake:
            try:
                self._intake.feed(data)
            except DiaryError as error:
                self._refuse(error)

    def _end(self) -> None:
        if self._words is not None:
            text = self._words.decode("utf-8", "surrogateescape")
            self._form.fields[self._name] = text
            self._words = None
        elif self._intake:
            try:
                self._form.files.append(self._intake.done())
                self._intake = None
            except DiaryError as error:
                self._refuse(error)

    def _refuse(self, error: DiaryError) -> None:
        self._form.refused.append((self._name, error))
        self.drop()


def _events(request: Request, house: House) -> Iterator[Event]:
    """Decode the body as it comes; of one that is far over every limit, the words before files."""
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise BadInputError
    words, most = house.settings.max_form_bytes, most_together(house)
    is_over = (request.content_length or 0) > most + words
    together = TogetherError(
        most=f"{most // MIB:,}", limit=f"{house.settings.max_file_bytes // MIB:,}"
    )
    decoder = MultipartDecoder(boundary.encode(), max_parts=MOST_PARTS)
    try:
        for piece in _pieces(request, words if is_over else most + words):
            if piece is None:
                raise together
            decoder.receive_data(piece or None)
            while not isinstance(event := decoder.next_event(), NeedData):
                if is_over and isinstance(event, File) and event.filename:
                    raise together
                yield event
                if isinstance(event, Epilogue):
                    return
    except RequestEntityTooLarge as error:
        raise TooLargeError from error
    except (ValueError, AttributeError) as error:
        raise BadInputError(N_("The form did not arrive whole. Please send it again.")) from error


def _pieces(request: Request, most: int) -> Iterator[bytes | None]:
    """Read a body piece by piece; its end is an empty piece, and None says that it is too long."""
    # Counted here and not in the stream, so that what came before can still be shown.
    request.max_content_length = sys.maxsize
    came = 0
    while came <= most:
        piece = request.stream.read(PIECE)
        came += len(piece)
        yield piece
    yield None
