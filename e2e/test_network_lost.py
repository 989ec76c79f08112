"""The server or the network goes while she saves: it is said plainly, and her words are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from e2e.conftest import Arrive
from e2e.people import Survivor
from tests.running import Server, running

TOLD = "He turned the router off."


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of its own for each test: it is stopped on the way."""
    with running(tmp_path) as server:
        yield server


def test_the_words_stay_while_the_server_is_gone(nad: Survivor, server: Server) -> None:
    nad.tell(TOLD)
    server.stop()
    nad.press("Save")
    nad.sees("Your words are still here.")
    server.start()
    expect(nad.page.get_by_label("What happened?")).to_have_value(TOLD)
    nad.press("Save")
    nad.sees("Saved at")
    nad.follow("Done")
    expect(nad.page.get_by_role("article")).to_have_count(1)


def test_words_and_files_stay_together(nad: Survivor, server: Server, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Gate, 21:14\n")
    nad.tell(TOLD)
    nad.choose([note])
    server.stop()
    nad.press("Save")
    nad.sees("Your words are still here.", "note.txt")
    server.start()
    nad.press("Save")
    nad.sees("Saved at")


def test_words_that_go_under_on_the_way_are_said_to_be_here(arrive: Arrive, tmp_path: Path) -> None:
    """The server answered a moment ago, and the network goes with the words themselves."""
    nad = arrive(service_workers="block")  # so that the request can be dropped here
    nad.sign_up()
    note = tmp_path / "note.txt"
    note.write_text("Gate, 21:14\n")
    nad.tell(TOLD)
    nad.choose([note])
    nad.page.route("**/write", lambda route: route.abort())
    nad.press("Save")
    nad.sees("Your words are still here.", "note.txt")
    nad.page.unroute("**/write")
    nad.press("Save")
    nad.sees("Saved at")


def test_nothing_more_is_typed_while_files_go(arrive: Arrive, tmp_path: Path) -> None:
    """What is typed after the words were saved would be lost without a word."""
    nad = arrive(service_workers="block")
    nad.sign_up()
    note = tmp_path / "note.txt"
    note.write_text("Gate, 21:14\n")
    nad.tell(TOLD)
    nad.choose([note])
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    nad.page.route("**/uploads*", hold)
    nad.press("Save")
    nad.sees("Your words are saved. The files are on their way.")
    expect(nad.page.get_by_label("What happened?")).not_to_be_editable()


def test_a_change_stays_too(nad: Survivor, server: Server) -> None:
    entry = nad.write(TOLD)
    nad.open(f"{entry}/change")
    nad.fill("What happened?", TOLD + " Twice.")
    server.stop()
    nad.press("Save")
    nad.sees("Your words are still here.")
    server.start()
    nad.press("Save")
    expect(nad.page).to_have_url(entry)
    nad.sees(TOLD + " Twice.")


def test_files_wait_for_the_server(nad: Survivor, server: Server, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Gate, 21:14\n")
    entry = nad.write(TOLD)
    nad.open(f"{entry}/files")
    nad.choose([note])
    server.stop()
    nad.press("Add")
    nad.sees("The connection is gone. It goes on by itself. What is safe stays safe.")
    server.start()
    nad.sees_safe()


def test_without_a_network_an_empty_sheet_is_shown(nad: Survivor) -> None:
    nad.write(TOLD)
    nad.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    nad.context.set_offline(True)
    nad.open("/diary")
    nad.sees("There is no connection at the moment.")
    nad.does_not_see(TOLD)
    nad.context.set_offline(False)
    nad.follow("Try again")
    expect(nad.page.get_by_label("What happened?")).to_be_visible()


def test_leaving_works_without_a_network(nad: Survivor, arrive: Arrive) -> None:
    entry = nad.write(TOLD)
    nad.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    nad.open(entry)
    nad.context.set_offline(True)
    nad.page.get_by_role("link", name="Leave", exact=True).click()
    nad.sees("There is no connection at the moment.")
    nad.does_not_see(TOLD)
    nad.context.set_offline(False)
    nad.open(entry)
    nad.sees_lock()
