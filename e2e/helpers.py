"""Two people at two browsers: one has lost everything, the other helps."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import update

from diary.store.db import open_engine
from diary.store.models import asked
from e2e.people import CODE, Survivor
from tests.running import Server

CALLED, LABEL = "Nad from the choir", "My sister"
_HOUR_MS = 60 * 60_000


def pass_hours(server: Server, hours: int) -> None:
    """Let time pass for whoever asked: a running server's clock cannot be moved, its rows can."""
    engine = open_engine(server.database_url or f"sqlite:///{server.data / 'diary.sqlite'}")
    with engine.begin() as conn:
        conn.execute(update(asked).values(asked_ms=asked.c.asked_ms - hours * _HOUR_MS))
    engine.dispose()


def short_code(helper: Survivor) -> str:
    """Show a code to be found by, as the helper reads it out."""
    helper.open("/settings/helping")
    helper.press("Show a code")
    return helper.page.locator("p.code").inner_text()


def six_words(person: Survivor) -> list[str]:
    words = person.page.locator("ol.six li")
    expect(words).to_have_count(6)  # a list is read as it stands, also when its page is on the way
    return words.all_inner_texts()


def look_up(person: Survivor, code: str) -> None:
    """Type the helper's code, and see who it is."""
    person.open("/settings/helper/find")
    person.fill("Their short code", code)
    person.press("Go on")


def choose(person: Survivor) -> None:
    """Let them be the helper, on the page that shows who it is."""
    person.page.get_by_label("All six words are the same").check()
    person.fill("What do you call them?", LABEL)
    person.fill("By which name do they know you?", CALLED)
    person.say_passphrase_again()
    person.press("Let them be my helper")
    person.sees("Your helper is set.")


def ask(person: Survivor) -> str:
    """Ask for a way in from the lock, and write the code down."""
    person.first_visit()
    person.follow("Lost your passphrase?")
    person.follow("Have you lost the code as well?")
    person.fill("Name", person.secrets.name)
    person.press("Ask for a way in")
    return "".join(person.page.get_by_text(CODE).inner_text().split())


def see_whose(helper: Survivor, code: str) -> None:
    """Type the code that was read out."""
    helper.open("/settings/helping/code")
    helper.fill("The code that they read out", code.lower())
    helper.press("Go on")


def agree(helper: Survivor) -> None:
    helper.page.get_by_label("I have spoken with them myself").check()
    helper.press("Help them back in")
    helper.sees("You have done your part.")


def come_back(person: Survivor, code: str) -> None:
    person.open("/way-back/helper/open")
    person.fill("Name", person.secrets.name)
    person.fill("The code from your paper", code)
    person.press("Go on")
