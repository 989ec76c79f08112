from __future__ import annotations

import io

import pytest
from PIL import Image

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.when import When
from diary.services import entries, files
from diary.services.house import House
from diary.web.files import NAME, safe_name
from tests.clock import Clock
from tests.conftest import Person
from tests.media import POLYGLOTS, bomb, phone_file, picture


@pytest.fixture
def entry(house: House, signed_in: Person) -> str:
    entry = Entry(when=When(), what_happened="These came today.")
    return entries.record(house, signed_in.vault, entry, record_id=new_id()).record_id


def filed(house: House, person: Person, entry: str, name: str, data: bytes) -> str:
    received = files.take_in(house, name, [data])
    return files.add(house, person.vault, received, parent=entry)


def test_a_photo_page_says_who_says_what(house: House, signed_in: Person, entry: str) -> None:
    data = phone_file("iphone-6.jpg")
    file_id = filed(house, signed_in, entry, "IMG_1.jpg", data)
    page = signed_in.client.get(f"/files/{file_id}").text
    for words in (
        "IMG_1.jpg",
        "image/jpeg",
        "Taken, says the file",
        "2014-09-16T14:05:12",
        "the file names no time zone",
        "Place, says the file",
        "51.762408, -0.317892",
        "Received here, by the server's clock",
        "3 March 2026, 21:14:05",
        "2,590,700 bytes",
    ):
        assert words in page, words
    shown = signed_in.client.get(f"/files/{file_id}/show")
    assert shown.mimetype == "image/jpeg"
    with Image.open(io.BytesIO(shown.data)) as image:
        assert image.size == (1600, 1200)
    assert len(signed_in.client.get(f"/files/{file_id}/small").data) < 100_000
    original = signed_in.client.get(f"/files/{file_id}/original")
    assert original.data == data
    assert original.headers["Content-Disposition"] == "attachment; filename=IMG_1.jpg"


@pytest.mark.parametrize("name", ["iphone-video-gps.mov", "old-phone-video.3gp"])
def test_a_video_that_does_not_play_has_a_still_and_says_so(
    house: House, signed_in: Person, entry: str, name: str
) -> None:
    file_id = filed(house, signed_in, entry, name, phone_file(name))
    assert "Download it to watch it." in signed_in.client.get(f"/files/{file_id}").text
    assert signed_in.client.get(f"/files/{file_id}/show").mimetype == "image/jpeg"


@pytest.mark.parametrize("name", ["phone-video-gps.mp4", "voice-note.m4a"])
def test_sound_and_video_can_be_sought_in(
    house: House, signed_in: Person, entry: str, name: str
) -> None:
    data = phone_file(name)
    url = f"/files/{filed(house, signed_in, entry, name, data)}/show"
    size = len(data)
    whole = signed_in.client.get(url)
    assert (whole.status_code, whole.data, whole.headers["Accept-Ranges"]) == (200, data, "bytes")
    edges = {
        "bytes=0-": (0, size),
        "bytes=0-0": (0, 1),
        "bytes=1-1000": (1, 1001),
        f"bytes={size - 1}-": (size - 1, size),
        f"bytes=0-{size * 2}": (0, size),
        "bytes=-5": (size - 5, size),
        f"bytes=-{size * 2}": (0, size),
    }
    for asked, (start, stop) in edges.items():
        part = signed_in.client.get(url, headers={"Range": asked})
        assert part.status_code == 206
        assert part.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
        assert part.data == data[start:stop]
    for asked in (f"bytes={size}-", "bytes=-0", f"bytes={size * 3}-{size * 4}"):
        none = signed_in.client.get(url, headers={"Range": asked})
        assert none.status_code == 416
        assert none.headers["Content-Range"] == f"bytes */{size}"
    for asked in ("bytes=0-1,5-6", "bytes=5-1", "bytes=-", "lines=1-2", "bytes=a-b"):
        assert signed_in.client.get(url, headers={"Range": asked}).status_code == 200
    stale = {"Range": "bytes=0-1", "If-Range": '"another"'}
    assert signed_in.client.get(url, headers=stale).status_code == 200


@pytest.mark.parametrize("name", POLYGLOTS)
@pytest.mark.parametrize("ending", ["jpg", "html", "svg"])
def test_nothing_that_could_run_is_ever_opened_in_place(
    house: House, signed_in: Person, entry: str, name: str, ending: str
) -> None:
    file_id = filed(house, signed_in, entry, f"x.{ending}", POLYGLOTS[name])
    answer = signed_in.client.get(f"/files/{file_id}/original")
    assert answer.data == POLYGLOTS[name]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype in {"application/octet-stream", "image/gif"}
    shown = signed_in.client.get(f"/files/{file_id}/show")
    assert shown.status_code == 404 or shown.mimetype == "image/jpeg"


@pytest.mark.parametrize(
    "data", [bomb(), phone_file("iphone-6.jpg")[:300_000], b"\xff\xd8\xff" + bytes(100)]
)
def test_what_cannot_be_decoded_is_kept_and_shown_as_a_file(
    house: House, signed_in: Person, entry: str, data: bytes
) -> None:
    file_id = filed(house, signed_in, entry, "broken.jpg", data)
    assert "cannot be shown here" in signed_in.client.get(f"/files/{file_id}").text
    assert signed_in.client.get(f"/files/{file_id}/original").data == data
    assert signed_in.client.get(f"/files/{file_id}/show").status_code == 404


def test_media_asks_for_the_passphrase_again_after_a_while(
    house: House, signed_in: Person, entry: str, clock: Clock
) -> None:
    file_id = filed(house, signed_in, entry, "a.jpg", picture())
    clock.pass_(minutes=house.settings.fresh_minutes + 1)
    for what in ("original", "show", "small"):
        assert signed_in.client.get(f"/files/{file_id}/{what}").status_code in {302, 303, 401, 403}
    assert signed_in.client.get(f"/files/{file_id}").status_code == 200


def test_a_page_says_so_instead_of_showing_a_broken_picture(
    house: House, clock: Clock, signed_in: Person, entry: str
) -> None:
    photo = filed(house, signed_in, entry, "a.jpg", picture())
    assert f'src="/files/{photo}/show"' in signed_in.client.get(f"/files/{photo}").text
    clock.pass_(minutes=house.settings.fresh_minutes + 1)
    page = signed_in.client.get(f"/files/{photo}").text
    assert "<img" not in page
    assert f"/unlock?next=/files/{photo}" in page


def test_a_picture_that_is_tapped_too_late_brings_the_page_that_asks(
    house: House, clock: Clock, signed_in: Person, entry: str
) -> None:
    photo = filed(house, signed_in, entry, "a.jpg", picture())
    for page in (f"/diary/{entry}", f"/files/{photo}"):
        assert '<script type="module" src="/static/look.js' in signed_in.client.get(page).text
    show = f"/files/{photo}/show"
    assert signed_in.client.head(show).status_code == 200
    clock.pass_(minutes=house.settings.fresh_minutes + 1)
    answer = signed_in.client.head(show)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/unlock")


def test_unknown_ids_are_not_there(signed_in: Person, entry: str) -> None:
    for file_id in (new_id(), entry, "x"):
        for what in ("", "/original", "/show", "/small"):
            assert signed_in.client.get(f"/files/{file_id}{what}").status_code == 404


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a b.jpg", "a b.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\x.png", "x.png"),
        ("", "file"),
        ("...", "file"),
        ("a\r\nSet-Cookie: b", "aSet-Cookie_ b"),
        ("gpj.\u202eexe", "gpj.exe"),
        ('a"b', "a_b"),
        ("x" * 300 + ".jpeg", "x" * (NAME - 5) + ".jpeg"),
        ("llun o'r tŷ.heic", "llun o'r tŷ.heic"),
    ],
)
def test_names_are_made_safe_for_storing(name: str, safe: str) -> None:
    assert safe_name(name) == safe
