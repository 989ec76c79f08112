"""Photos, sound, video and papers: sent, safe, shown when tapped, and given back byte for byte."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from e2e.conftest import Arrive
from e2e.people import Survivor
from e2e.samples import large, papers, phone_files

TOLD = "What he sent me."
PIECE = 4 << 20
LONG = 2 * PIECE + 12_345
SENDING = re.compile(r"/uploads/[0-9a-f]+$")
EMPTY = "That file is empty, so there is nothing to keep."
SAVED = re.compile(r"^Saved at \d\d:\d\d")
SOME_SAFE = "4.2 of 8.4 MB is safe on the server."


@pytest.fixture
def nad(arrive: Arrive) -> Survivor:
    """Somebody whose requests can be broken on the way."""
    person = arrive(service_workers="block")
    person.sign_up()
    return person


def test_every_kind_of_file_comes_back_byte_for_byte(nad: Survivor, tmp_path: Path) -> None:
    sent = [*phone_files(), *papers(tmp_path)]
    entry = nad.write(TOLD)
    nad.attach(entry, sent)
    expect(nad.page.get_by_text("Tap to show")).to_have_count(len(sent))
    assert dict(nad.kept_files()) == {path.name: path.read_bytes() for path in sent}


def test_files_go_with_the_words(nad: Survivor, tmp_path: Path) -> None:
    sent = papers(tmp_path)
    nad.open(nad.write(TOLD, files=sent))
    nad.sees(TOLD)
    assert dict(nad.kept_files()) == {path.name: path.read_bytes() for path in sent}


def test_what_is_shown_is_hidden_until_tapped(nad: Survivor) -> None:
    asked: list[str] = []
    entry = nad.write(TOLD, files=[path for path in phone_files() if path.suffix == ".heic"])
    nad.page.on("request", lambda request: asked.append(request.url))
    nad.open(entry)
    expect(nad.page.get_by_role("img")).to_have_count(0)
    assert not [url for url in asked if "/files/" in url]
    with nad.page.expect_response(re.compile("/files/")) as answered:
        tile = nad.show("Photo")
    assert answered.value.headers["content-type"] == "image/jpeg"
    picture = tile.get_by_role("img")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", value=True)
    width, height = picture.evaluate("one => [one.naturalWidth, one.naturalHeight]")
    assert 0 < width < height  # taken upright


def test_a_turned_photo_stands_upright(nad: Survivor) -> None:
    turned = [path for path in phone_files() if path.name == "galaxy-j3.jpg"]
    nad.open(nad.write(TOLD, files=turned))
    picture = nad.show("Photo").get_by_role("img")
    expect(picture).to_have_js_property("complete", value=True)
    width, height = picture.evaluate("one => [one.naturalWidth, one.naturalHeight]")
    assert 0 < width < height


def test_times_of_the_file_and_of_the_diary_stand_side_by_side(nad: Survivor) -> None:
    photo = [path for path in phone_files() if path.name == "iphone-6.jpg"]
    nad.open(nad.write(TOLD, files=photo))
    nad.about(nad.show("Photo"))
    nad.sees("Taken, says the file", re.compile("2014"), "Received here, by the server's clock")
    nad.sees("Place, says the file", "This place goes with the file")


def test_a_video_plays_and_seeks_by_range(nad: Survivor) -> None:
    film = next(path for path in phone_files() if path.suffix == ".mp4")
    nad.open(nad.write(TOLD, files=[film]))
    asked: list[str] = []
    nad.page.on("request", lambda request: asked.append(request.url))
    video = nad.show("Video").locator("video")
    expect(video).to_be_visible()
    assert not [url for url in asked if url.endswith("/show")]  # nothing plays by itself
    length = video.evaluate(
        """one => new Promise((done, failed) => {
            one.onseeked = () => done(one.duration);
            one.onerror = () => failed(one.error.message);
            one.onloadedmetadata = () => { one.currentTime = one.duration / 2; };
            one.load(); one.preload = "auto"; one.muted = true; one.play();
        })"""
    )
    assert length == pytest.approx(0.17, abs=0.1)
    piece = video.evaluate(
        """async one => {
            const answer = await fetch(one.src, { headers: { Range: "bytes=1000-1999" } });
            return [answer.status, ...new Uint8Array(await answer.arrayBuffer())];
        }"""
    )
    assert piece[0] == 206
    assert bytes(piece[1:]) == film.read_bytes()[1000:2000]


def test_a_broken_connection_goes_on_by_itself(nad: Survivor, tmp_path: Path) -> None:
    long = large(tmp_path, LONG)
    broken: list[str] = []

    def tunnel(route: Route) -> None:
        if route.request.method == "PATCH" and len(broken) < 2:
            broken.append(route.request.headers["upload-offset"])
            if len(broken) == 2:
                route.abort("connectionreset")
                return
        route.continue_()

    entry = nad.write(TOLD)
    nad.page.route(SENDING, tunnel)
    nad.open(f"{entry}/files")
    nad.choose([long])
    nad.press("Add")
    nad.sees("The connection is gone. It goes on by itself. What is safe stays safe.")
    nad.sees_safe()
    assert broken == ["0", str(PIECE)]
    nad.follow("Go on to the entry")
    assert dict(nad.kept_files()) == {long.name: long.read_bytes()}


def test_a_killed_browser_goes_on_where_it_stopped(nad: Survivor, tmp_path: Path) -> None:
    long = large(tmp_path, LONG)
    offsets: list[str | None] = []

    def first_piece_only(route: Route) -> None:
        if route.request.method != "PATCH" or route.request.headers["upload-offset"] == "0":
            route.continue_()

    entry = nad.write(TOLD)
    nad.page.route(SENDING, first_piece_only)
    nad.open(f"{entry}/files")
    nad.choose([long])
    nad.sees("Not sent yet")
    nad.press("Add")
    nad.sees(SOME_SAFE)
    nad.go_away()

    phone = nad.sign_in_elsewhere(service_workers="block")
    phone.page.on("request", lambda one: offsets.append(one.headers.get("upload-offset")))
    phone.open(f"{entry}/files")
    phone.sees("Not finished yet", "49 % is safe on the server.")
    phone.choose([long])
    phone.press("Add")
    phone.sees_safe()
    assert [offset for offset in offsets if offset] == [str(PIECE), str(2 * PIECE)]
    phone.follow("Go on to the entry")
    assert dict(phone.kept_files()) == {long.name: long.read_bytes()}
    phone.go_away()


def test_a_file_can_be_left_out_on_the_way(nad: Survivor, tmp_path: Path) -> None:
    entry = nad.write(TOLD)
    nad.page.route(
        SENDING, lambda route: None if route.request.method == "PATCH" else route.continue_()
    )
    nad.open(f"{entry}/files")
    nad.choose([large(tmp_path, LONG)])
    nad.press("Add")
    nad.sees("0.0 of 8.4 MB is safe on the server.")
    with nad.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        nad.press("Leave this file out")
    nad.does_not_see("long.bin")
    nad.page.unroute_all(behavior="ignoreErrors")
    nad.open(f"{entry}/files")
    nad.does_not_see("Not finished yet")


def test_an_empty_file_is_refused_and_the_words_are_safe(nad: Survivor, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    nad.tell(TOLD)
    nad.choose([empty])
    nad.press("Save")
    nad.sees("Your words are saved.", "Try again")
    nad.page.once("dialog", lambda dialog: dialog.accept())
    nad.read(TOLD)


def test_a_refused_file_holds_back_no_other(nad: Survivor, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    letter, note = papers(tmp_path)[:2]
    nad.tell(TOLD)
    nad.choose([empty, letter, note])
    nad.press("Save")
    nad.sees_safe(2)
    nad.sees("A file below could not be kept. The others have had their turn.", EMPTY)
    nad.press("Try again")
    nad.sees(EMPTY)
    nad.press("Leave this file out")
    nad.sees(SAVED)
    nad.open("/".join(nad.page.url.split("/")[:5]))
    assert dict(nad.kept_files()) == {one.name: one.read_bytes() for one in (letter, note)}


def test_a_full_disk_for_one_file_holds_back_no_other(nad: Survivor, tmp_path: Path) -> None:
    letter, note = papers(tmp_path)[:2]
    full = [True]

    def no_room(route: Route) -> None:
        if route.request.method == "PATCH" and full:
            full.clear()
            route.fulfill(status=507, content_type="text/plain", body="There is no room.")
        else:
            route.continue_()

    nad.page.route(SENDING, no_room)
    nad.tell(TOLD)
    nad.choose([letter, note])
    nad.press("Save")
    nad.sees_safe(1)
    nad.sees("There is no room.")
    nad.press("Try again")
    nad.sees(SAVED)
    nad.open("/".join(nad.page.url.split("/")[:5]))
    assert dict(nad.kept_files()) == {one.name: one.read_bytes() for one in (letter, note)}


@pytest.mark.parametrize(
    ("kind", "told"),
    [("text/plain", "There is no room."), ("text/html", "This file could not be kept.")],
)
def test_where_nothing_is_said_of_what_is_unfinished_the_file_waits_and_is_asked_about(
    nad: Survivor, tmp_path: Path, kind: str, told: str
) -> None:
    """Otherwise it would begin anew, or be dropped: what is there already is asked for first."""
    letter = papers(tmp_path)[0]
    refused = [True]

    def refuse(route: Route) -> None:
        if refused:
            refused.clear()
            route.fulfill(status=507, content_type=kind, body="There is no room.")
        else:
            route.continue_()

    nad.page.route(re.compile(r"/uploads\?entry="), refuse)
    nad.tell(TOLD)
    nad.choose([letter])
    nad.press("Save")
    nad.sees(told)
    nad.press("Try again")
    nad.sees(SAVED)
    nad.open("/".join(nad.page.url.split("/")[:5]))
    assert dict(nad.kept_files()) == {letter.name: letter.read_bytes()}


def test_one_chosen_instead_of_a_refused_file_goes_at_once(nad: Survivor, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    letter = papers(tmp_path)[0]
    nad.tell(TOLD)
    nad.choose([empty])
    nad.press("Save")
    nad.sees("Try again")
    nad.choose([letter])
    nad.sees_safe(1)
    nad.press("Leave this file out")
    nad.sees(SAVED)


def test_leaving_is_asked_about_while_a_file_is_on_its_way(nad: Survivor, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    nad.page.route(
        SENDING, lambda route: None if route.request.method == "PATCH" else route.continue_()
    )
    nad.tell(TOLD)
    nad.choose([empty, large(tmp_path, LONG)])
    nad.press("Save")
    nad.sees(EMPTY, "0.0 of 8.4 MB is safe on the server.")
    with nad.page.expect_event("dialog") as asked:
        nad.page.evaluate("() => { setTimeout(() => location.assign('/diary')) }")
    assert asked.value.type == "beforeunload"
    asked.value.accept()
    nad.page.unroute_all(behavior="ignoreErrors")


@pytest.mark.parametrize("beside", [0, 1])
def test_a_file_that_is_too_large_is_named_where_it_says_saved(
    nad: Survivor, tmp_path: Path, beside: int
) -> None:
    nad.tell(TOLD)
    nad.page.locator("[data-chosen]").evaluate("one => { one.dataset.limit = '1000' }")
    small = tmp_path / "small.txt"
    small.write_text("small")
    nad.choose([large(tmp_path, 2000), *[small][:beside]])
    nad.sees("That file is over 2,048 MB.")
    nad.press("Save")
    nad.sees(SAVED, "“long.bin” is not saved. That file is over 2,048 MB.")
    nad.open("/".join(nad.page.url.split("/")[:5]))
    assert len(list(nad.kept_files())) == beside


def test_a_picture_tapped_after_the_session_ended_brings_the_lock(nad: Survivor) -> None:
    nad.open(nad.write(TOLD, files=[phone_files()[2]]))
    nad.context.clear_cookies()
    nad.show("Photo")
    nad.sees_lock()
