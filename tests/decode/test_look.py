from __future__ import annotations

import io
import os
import time
from typing import Any

import pytest
from PIL import Image

from diary.decode.look import Look, look
from tests.media import bomb, phone_file, picture

FACTS: dict[str, dict[str, Any]] = {
    "iphone-6.jpg": {
        "time_in_file": "2014-09-16T14:05:12",
        "place_in_file": "51.762408, -0.317892",
        "width": 3264,
    },
    "galaxy-j3.jpg": {"time_in_file": "2019-09-26T16:38:00", "time_in_file_kind": "exif_original"},
    "iphone-photo.heic": {"time_in_file": "2020-05-04T18:39:11-04:00", "height": 4032},
    "messenger-image.webp": {"place_in_file": "45.500667, 9.110333"},
    "phone-video-gps.mp4": {"place_in_file": "51.416900, -0.080600", "seconds": 0.17},
    "iphone-video-gps.mov": {
        "time_in_file": "2019-07-24T11:25:40+0300",
        "place_in_file": "32.092900, 34.862000",
    },
    "old-phone-video.3gp": {"time_in_file_kind": "quicktime", "seconds": 4.93},
    "voice-note.m4a": {"seconds": 11.29},
}
SIZES = {
    "iphone-6.jpg": (1600, 1200),
    "galaxy-j3.jpg": (1200, 1600),  # turned upright
    "iphone-photo.heic": (1200, 1600),
    "messenger-image.webp": (776, 909),
    "phone-video-gps.mp4": (1600, 900),
    "iphone-video-gps.mov": (320, 568),  # turned upright
    "old-phone-video.3gp": (176, 144),
}
KINDS = {"jpg": "image/jpeg", "heic": "image/heic", "webp": "image/webp", "mp4": "video/mp4"}
KINDS |= {"mov": "video/quicktime", "3gp": "video/3gpp", "m4a": "audio/mp4"}


def look_at(data: bytes, kind: str, **options: Any) -> Look:
    return look(kind, len(data), lambda at, size: data[at : at + size], **options)


@pytest.mark.parametrize("name", FACTS)
def test_what_phones_send_is_looked_into(name: str) -> None:
    found = look_at(phone_file(name), KINDS[name.split(".")[1]])
    assert found.facts.items() >= FACTS[name].items()
    sizes = [(copy.width, copy.height) for copy in found.copies if copy.purpose != "small"]
    assert sizes == ([SIZES[name]] if name in SIZES else [])
    for copy in found.copies:
        with Image.open(io.BytesIO(copy.data)) as image:
            assert image.format == "JPEG"
            assert image.size == (copy.width, copy.height)
            assert not image.getexif()
            assert not image.info.keys() & {"exif", "icc_profile", "xmp", "comment"}
            assert max(image.size) <= (480 if copy.purpose == "small" else 1600)


def test_transparency_lies_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    copy = look_at(out.getvalue(), "image/png").copies[0]
    with Image.open(io.BytesIO(copy.data)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_a_bomb_is_measured_and_not_unpacked() -> None:
    started = time.monotonic()
    found = look_at(bomb(), "image/png")
    assert found.facts == {"width": 30_000, "height": 30_000} or found == Look()
    assert found.copies == ()
    assert time.monotonic() - started < 10


def test_a_truncated_jpeg_keeps_its_facts_and_gets_no_copy() -> None:
    found = look_at(phone_file("iphone-6.jpg")[:400_000], "image/jpeg")
    assert found.facts["time_in_file"] == "2014-09-16T14:05:12"
    assert found.copies == ()


@pytest.mark.parametrize(
    "kind", ["image/jpeg", "image/heic", "image/gif", "video/mp4", "audio/ogg"]
)
@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", os.urandom(5000), picture("PNG")])
def test_nonsense_is_an_empty_answer(kind: str, data: bytes) -> None:
    assert look_at(data, kind).copies == ()


def test_a_playlist_under_another_name_opens_nothing() -> None:
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n"
    assert look_at(playlist, "video/mp4") == Look()


def test_other_kinds_start_no_process() -> None:
    assert look_at(b"%PDF-1.7", "application/pdf", start="raise SystemExit") == Look()


@pytest.mark.parametrize(
    "start",
    [
        "raise SystemExit(1)",
        "import os; os.kill(os.getpid(), 9)",
        "import os; os.write(1, b'R' + bytes(7) + b'\\xff' * 5)",
        "import os; os.write(1, b'D\\xff\\xff\\xff\\xff')",
        "import os; os.write(1, b'D\\0\\0\\0\\2[]')",
        "import os; os.write(1, b'D\\0\\0\\0\\x02{}')",
        "import os\nfor _ in range(9999): os.write(1, b'R' + bytes(12))",
    ],
)
def test_a_child_that_lies_or_dies_is_an_empty_answer(start: str) -> None:
    assert look_at(picture(), "image/jpeg", start=start) == Look()


def test_a_child_that_hangs_is_ended() -> None:
    started = time.monotonic()
    start = "import time; time.sleep(60)"
    assert look_at(picture(), "image/jpeg", seconds=0.5, start=start) == Look()
    assert time.monotonic() - started < 5


def test_what_the_reader_raises_comes_through() -> None:
    def damaged(at: int, size: int) -> bytes:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        look("image/jpeg", 5000, damaged)


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "open('/tmp/left-behind', 'w')",
        "import socket; socket.socket()",
        "bytearray(2 << 30)",
        "os.pipe()",
    ],
)
def test_the_child_can_open_nothing(attempt: str) -> None:
    """The attempt runs where a tricked decoder would; had it worked, it would say so."""
    said = '{"facts": {"time_in_file": "done"}, "pictures": []}'
    start = (
        "import sys; sys.path.append(sys.argv[1]); from decode import child, pictures, clips\n"
        "import os, struct, socket; pictures.prepare(); clips.prepare(); child._limit()\n"
        f"try:\n    {attempt}\nexcept (OSError, MemoryError): raise SystemExit\n"
        f"said = b'''{said}'''; os.write(1, b'D' + struct.pack('>I', len(said)) + said)"
    )
    assert look_at(picture(), "image/jpeg", start=start) == Look()
    working = start.replace(attempt, "pass")
    assert look_at(picture(), "image/jpeg", start=working).facts == {"time_in_file": "done"}
