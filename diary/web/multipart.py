"""Forms with files, read as a stream: words stay in memory, files go straight to sealed parts.

RFC 7578 by werkzeug's own decoder, without `request.files`, which would write plain temp files.
What is wrong with one file never loses the words or the other files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from diary.errors import BadInputError, DiaryError, TooLargeError
from diary.services.files import Intake, Received, discard, require_room
from diary.services.house import House
from diary.text import N_

PIECE = 128 * 1024
MOST_PARTS = 300


@dataclass(frozen=True, slots=True)
class FormData:
    """A form that was sent: its words, its files (sealed, not yet filed), and what was refused."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Received] = field(default_factory=list)
    refused: list[tuple[str, DiaryError]] = field(default_factory=list)

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
    except BaseException:
        reader.drop()
        form.discard(house)
        raise
    return form


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
    """Decode the body as it comes; a body that is far over every limit is not read at all."""
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise BadInputError
    # One file over the limit is read past, so that the words before it are not lost.
    most = 2 * house.settings.max_file_bytes + house.settings.max_form_bytes
    if (request.content_length or 0) > most:
        require_room(house, most)
    request.max_content_length = most
    decoder = MultipartDecoder(boundary.encode(), max_parts=MOST_PARTS)
    try:
        while True:
            piece = request.stream.read(PIECE)
            decoder.receive_data(piece or None)
            while not isinstance(event := decoder.next_event(), NeedData):
                yield event
                if isinstance(event, Epilogue):
                    return
    except RequestEntityTooLarge as error:
        raise TooLargeError from error
    except (ValueError, AttributeError) as error:
        raise BadInputError(N_("The form did not arrive whole. Please send it again.")) from error
