"""Two people, each at a browser of her own: what is shared, what stays unseen, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from diary.services.consents import ZONE
from e2e.browsers import DESKTOP
from e2e.people import Practitioner, Survivor
from tests.moved import MOVED_BY
from tests.running import Server, running

KNOWN_AS = "N. at the harbour"
TOLD = ("He waited by the gate.", "Eleven calls after midnight.", "A note on the windscreen.")
KEPT_BACK = "This one is for nobody."
LATER = "He followed me to the shop."
OPENED = ("Opened the case", "Saw your name, and what it is for, in the list of cases")


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """The file that says how many seconds the server's clock is ahead."""
    file = tmp_path / "moved-by"
    file.write_text("0")
    return file


@pytest.fixture
def server(tmp_path: Path, moved: Path) -> Iterator[Server]:
    """A real server whose clock can be moved on."""
    clock = {MOVED_BY: str(moved)}
    with running(tmp_path / "server", program="tests.moved", **clock) as server:
        yield server


@pytest.fixture
def move_to(moved: Path) -> Callable[[datetime], None]:
    """Move the server's clock to a moment."""

    def move_to(moment: datetime) -> None:
        moved.write_text(str((moment - datetime.now(UTC)).total_seconds()))

    return move_to


@pytest.fixture
def nad(browser: Browser, server: Server) -> Iterator[Survivor]:
    """Somebody with a phone, and four entries in her diary."""
    person = Survivor(browser, server.url)
    person.sign_up()
    for words in (*TOLD, KEPT_BACK):
        person.write(words)
    yield person
    person.go_away()


@pytest.fixture
def maya(browser: Browser, server: Server) -> Iterator[Practitioner]:
    """Somebody of an agency at a desktop, joined by a link."""
    assert server.command("org", "add", "Harbour Advice").returncode == 0
    who = ("--org", "Harbour Advice", "--name", "Maya Thorn", "--role", "Adviser")
    link = server.command("practitioner", "invite", *who).stdout.splitlines()[-1]
    desktop = DESKTOP | {"is_mobile": False, "has_touch": False}
    person = Practitioner(browser, server.url, **desktop)
    person.join(link)
    person.is_in()
    yield person
    person.go_away()


def sees_nothing(maya: Practitioner, case: str) -> None:
    """Open every page of a case by its address, and the list: nothing of hers is on any."""
    for page in ("", "/entries", "/reports", "/pattern", "/plan", "/people", "/records"):
        maya.open(f"{case}{page}")
        sees_none_of_it(maya)
        maya.sees("This is not shared with you, or not any more.")
    maya.open("/work")
    maya.sees("Nothing is shared with you now.")
    sees_none_of_it(maya)


def sees_none_of_it(maya: Practitioner) -> None:
    maya.does_not_see(*TOLD, KEPT_BACK, LATER, KNOWN_AS)


def test_she_shares_sees_each_look_and_withdraws(nad: Survivor, maya: Practitioner) -> None:
    share = nad.share(maya, *TOLD, known_as=KNOWN_AS)
    nad.sees("Nobody has looked so far.")

    maya.open_case(KNOWN_AS)
    case = maya.page.url
    maya.sees(*TOLD)
    maya.does_not_see(KEPT_BACK)
    nad.sees_looks(share, *OPENED)

    maya.follow("All entries that are shared (3)")
    maya.page.get_by_role("article").filter(has_text=TOLD[1]).get_by_role("link").click()
    maya.sees(TOLD[1])
    entry = maya.page.url
    looks = ["Read an entry, with the list beside it", "Looked through the list of entries"]
    nad.sees_looks(share, *looks, *OPENED)

    nad.write(LATER)
    maya.open(f"{case}/entries?q=")
    maya.sees("3 entries are shared.")
    maya.does_not_see(LATER, KEPT_BACK)
    looks.insert(0, "Looked through the list of entries")

    nad.stop_sharing(share)
    maya.page.get_by_role("article").filter(has_text=TOLD[0]).get_by_role("link").click()
    maya.sees("This is not shared with you, or not any more.")
    sees_none_of_it(maya)
    maya.open(entry)
    sees_none_of_it(maya)
    sees_nothing(maya, case)
    nad.sees_looks(share, *looks, *OPENED)
    nad.open("/sharing")
    nad.sees("Nobody but you can read anything now.")


def test_what_she_takes_back_is_marked_at_once(nad: Survivor, maya: Practitioner) -> None:
    nad.share(maya, TOLD[1], known_as=KNOWN_AS)
    maya.open_case(KNOWN_AS)
    maya.does_not_see("taken back")
    nad.read(TOLD[1])
    nad.take_back(nad.page.url, "I mixed it up.")
    maya.follow("All entries that are shared (1)")
    maya.sees("taken back", TOLD[1])
    maya.page.get_by_role("article").filter(has_text=TOLD[1]).get_by_role("link").click()
    maya.sees("Taken back by the writer", "I mixed it up.")


def test_it_ends_by_itself_when_its_time_is_over(
    nad: Survivor, maya: Practitioner, move_to: Callable[[datetime], None]
) -> None:
    share = nad.share(maya, *TOLD, known_as=KNOWN_AS)
    maya.open_case(KNOWN_AS)
    case = maya.page.url
    last_day = datetime.now(ZONE).date() + timedelta(days=30)

    move_to(end_of(last_day) - timedelta(minutes=3))
    maya.follow("Entries")
    maya.sign_in_with_passkey()
    maya.open_case(KNOWN_AS)
    maya.sees(*TOLD)
    move_to(end_of(last_day) + timedelta(seconds=1))
    maya.follow("Entries")
    maya.sees("This is not shared with you, or not any more.")
    sees_nothing(maya, case)

    nad.sign_in()
    nad.sees_looks(share, *OPENED, *OPENED)
    nad.open(share)
    nad.sees("They could read what you chose until the end of")
    nad.sees("Then it ended by itself.")
    expect(nad.page.get_by_role("link", name="Stop sharing")).to_have_count(0)


def end_of(day: date) -> datetime:
    """The first moment after a day, by the clock where she lives."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZONE)
