from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import EnvironBuilder, encode_multipart

from diary.errors import BadInputError, StoreFullError, TooLargeError
from diary.services.files import Intake
from diary.services.house import House
from diary.web.multipart import FormData, read_form
from tests.media import picture

MIB = 2**20


@pytest.fixture
def small(house: House) -> House:
    """A house with a limit that a test can pass: 2 MB for a file."""
    return replace(house, settings=replace(house.settings, max_file_bytes=2 * MIB))


def body(*parts: tuple[str, str] | tuple[str, bytes, str]) -> tuple[str, bytes]:
    fields = [(part[0], _part(part)) for part in parts]
    return encode_multipart(MultiDict(fields), boundary="edge")


def _part(part: tuple[Any, ...]) -> Any:
    return part[1] if len(part) == 2 else FileStorage(io.BytesIO(part[1]), part[2])


def sent(house: House, data: bytes, *, input_stream: Any = None, length: int = 0) -> FormData:
    builder = EnvironBuilder(
        method="POST",
        input_stream=input_stream or io.BytesIO(data),
        content_type="multipart/form-data; boundary=edge",
    )
    environ = builder.get_environ()
    environ["CONTENT_LENGTH"] = str(length or len(data))
    return read_form(Request(environ), house)


def read(house: House, *parts: Any) -> FormData:
    return sent(house, body(*parts)[1])


def nothing_left(house: House) -> bool:
    return not list(house.store.blobs.ids())


def test_words_and_files(house: House) -> None:
    photo = picture()
    form = read(
        house, ("what", "Ŵ \r\n 🙂"), ("files", photo, "a.jpg"), ("files", b"x" * 3 * MIB, "b")
    )
    assert form.fields == {"what": "Ŵ \r\n 🙂"}
    assert [(one.body.original_name, one.body.size) for one in form.files] == [
        ("a.jpg", len(photo)),
        ("b", 3 * MIB),
    ]
    form.discard(house)
    assert nothing_left(house)


def test_a_box_without_a_file_is_no_file(house: House) -> None:
    assert read(house, ("what", "words"), ("files", b"", "")).files == []


def test_bytes_that_are_no_text_stay_marked(house: House) -> None:
    _, data = body(("what", "MARK"))
    assert sent(house, data.replace(b"MARK", b"\xff")).fields == {"what": "\udcff"}


def test_a_file_that_looks_like_a_boundary_is_kept_to_the_byte(house: House) -> None:
    tricky = b"\r\n--edg\r\n--edge" + b"e\r\n" * 50_000 + b"\r\n-"
    form = read(house, ("files", tricky, "tricky"))
    assert form.files[0].body.size == len(tricky)


def test_a_file_over_the_limit_does_not_lose_the_words(small: House) -> None:
    form = read(
        small, ("what", "words"), ("files", b"x" * (2 * MIB + 1), "big"), ("files", b"y", "small")
    )
    assert form.fields == {"what": "words"}
    assert [one.body.original_name for one in form.files] == ["small"]
    ((name, error),) = form.refused
    assert name == "big"
    assert isinstance(error, TooLargeError)
    form.discard(small)
    assert nothing_left(small)


def test_of_a_body_far_over_every_limit_the_words_are_read_and_no_file(small: House) -> None:
    film = b"x" * 20 * MIB
    stream = io.BytesIO(body(("what", "words"), ("files", b"", ""), ("files", film, "film"))[1])
    form = sent(small, b"", input_stream=stream, length=100 * MIB)
    assert form.fields == {"what": "words"}
    assert stream.tell() < MIB
    with pytest.raises(TooLargeError, match="together they are over 4 MB"):
        form.require_whole()
    assert nothing_left(small)


def test_files_that_fit_alone_and_not_together_do_not_lose_the_words(small: House) -> None:
    tight = replace(small, settings=replace(small.settings, max_form_bytes=1000))
    whole = body(("what", "words"), *[("files", b"x" * 2 * MIB, f"{n}") for n in range(3)])[1]
    environ = EnvironBuilder(
        method="POST",
        input_stream=io.BytesIO(whole),
        content_type="multipart/form-data; boundary=edge",
        # Sent without saying how long it is (RFC 9112, chunked): it is counted as it comes.
        environ_overrides={"wsgi.input_terminated": True},
    ).get_environ()
    environ.pop("CONTENT_LENGTH", None)
    form = read_form(Request(environ), tight)
    assert form.fields == {"what": "words"}
    with pytest.raises(TooLargeError, match="together"):
        form.require_whole()
    assert form.files == []
    assert nothing_left(tight)


def test_what_a_script_found_too_large_is_refused_by_its_name(small: House) -> None:
    form = read(small, ("what", "words"), ("too_large", "film.mp4\r\nlong.mov"))
    assert form.fields == {"what": "words"}
    assert [name for name, _ in form.refused] == ["film.mp4", "long.mov"]
    assert {str(why)[:24] for _, why in form.refused} == {"That file is over 2 MB. "}


def test_words_have_a_limit_in_all(small: House) -> None:
    tight = replace(small, settings=replace(small.settings, max_form_bytes=1000))
    with pytest.raises(TooLargeError):
        read(tight, ("a", "x" * 600), ("b", "x" * 600))
    with pytest.raises(TooLargeError):
        read(small, *[("files", b"", "")] * 400)


def test_a_broken_connection_leaves_nothing(house: House) -> None:
    _, data = body(("what", "words"), ("files", b"x" * 3 * MIB, "big"))
    with pytest.raises(BadInputError):
        sent(house, data[: 2 * MIB])
    assert nothing_left(house)


def test_a_full_disk_keeps_the_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Intake, data: bytes) -> None:
        raise StoreFullError

    monkeypatch.setattr(Intake, "feed", full)
    form = read(house, ("what", "words"), ("files", b"x", "one"))
    assert form.fields == {"what": "words"}
    assert isinstance(form.refused[0][1], StoreFullError)
    assert nothing_left(house)
