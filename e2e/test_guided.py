"""One question on each page, none needed; and what is typed is there after leaving in a hurry."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from diary.services.house import open_house
from diary.settings import Settings
from diary.store.models import drafts
from e2e.conftest import Arrive
from e2e.people import Survivor
from tests.running import Server

TOLD = "He stood at the gate again."
TYPED = "He said that he knows where I"

THE_FIRST_IS_STUCK = """  // a line that takes a draft and brings it nowhere, while the page stands
const send = window.fetch;
window.fetch = (address, options) => {
  const seen = document.documentElement.dataset;
  if ("stuck" in seen || address !== "/drafts") return send(address, options);
  seen.stuck = "";
  return new Promise(() => {});
};
"""


def test_she_answers_what_she_wants_and_skips_the_rest(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    nad.follow("Add more about this")
    nad.follow("When was it?", exact=False)
    nad.follow("Skip")
    nad.fill("Where was it?", "At the gate")
    nad.tick("In the street")
    nad.press("Save")
    nad.sees(re.compile(r"Saved at \d\d:\d\d"), "What did they do?")
    nad.tick("A phone call")
    nad.press("Save")
    nad.sees("What was said or written?")
    nad.follow("All questions")
    expect(nad.page.get_by_text("Filled in")).to_have_count(3)  # when, where, what
    nad.follow("Done")
    expect(nad.page).to_have_url(entry)
    nad.sees("At the gate", "In the street", "A phone call")


def test_who_saw_it_is_kept_with_how_to_reach_them(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    nad.tell_more(entry, "Who saw or heard it?")
    nad.page.get_by_label("Who is it?", exact=True).fill("Mina")
    nad.page.locator("summary", has_text="How to reach them").click()
    nad.page.get_by_label(re.compile("Keep them in my list")).check()
    nad.fill("Phone", "07700 900001")
    nad.press("Save")
    nad.sees(re.compile(r"Saved at \d\d:\d\d"))
    nad.open(entry)
    nad.sees("Mina")
    nad.does_not_see("07700 900001")
    nad.open("/people")
    nad.follow("Mina")
    nad.sees("07700 900001", "It goes only to the police.")


def test_the_same_answer_in_two_tabs_is_told(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    nad.open(f"{entry}/more/where")
    tab = nad.context.new_page()
    tab.goto(f"{entry}/more/where")
    tab.get_by_label("Where was it?").fill("At the door")
    nad.fill("Where was it?", "At the gate")
    nad.press("Save")
    nad.sees("What did they do?")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("At the gate").first).to_be_visible()
    expect(tab.get_by_label("Where was it?")).to_have_value("At the door")


def test_leaving_loses_no_more_than_two_seconds(nad: Survivor) -> None:
    nad.tell(TYPED)
    nad.pause(2)
    nad.leave()
    nad.sign_in()
    nad.sees_her_words("What happened?", TYPED)
    nad.press("Save")
    nad.sees("Saved at")
    nad.follow("Write")
    expect(nad.page.get_by_label("What happened?")).to_have_value("")


def test_leaving_takes_along_what_is_still_on_the_way(nad: Survivor, server: Server) -> None:
    before = drafts_kept(server)
    nad.page.add_init_script(THE_FIRST_IS_STUCK)
    nad.tell(TYPED)
    expect(nad.page.locator("html[data-stuck]")).to_be_attached()
    assert drafts_kept(server) == before
    nad.leave()
    for _ in range(100):
        if drafts_kept(server) > before:
            break
        nad.pause(0.1)
    nad.sign_in()
    nad.sees_her_words("What happened?", TYPED)


def drafts_kept(server: Server) -> int:
    house = open_house(Settings.from_env(server.environment()))
    with house.store.read() as conn:
        number: int = conn.execute(select(func.count()).select_from(drafts)).scalar_one()
    house.store.engine.dispose()
    return number


def test_whoever_never_pauses_loses_no_more_either(nad: Survivor) -> None:
    nad.follow("Write")
    box = nad.page.get_by_label("What happened?")
    for _ in range(12):
        box.press_sequentially("word ", delay=50)
    written = len(box.input_value())
    nad.leave()
    nad.sign_in()
    kept = nad.page.get_by_label("What happened?").input_value()
    assert written - len(kept) <= 2000 / 50


def test_every_question_keeps_what_is_typed(nad: Survivor) -> None:
    entry = nad.write(TOLD)
    nad.tell_more(entry, "What was said or written?")
    nad.fill("What was said or written?", TYPED)
    nad.pause(2)
    nad.leave()
    nad.sign_in()
    nad.open(f"{entry}/more/words")
    nad.sees_her_words("What was said or written?", TYPED)
    nad.press("Start without it")
    expect(nad.page.get_by_label("What was said or written?")).to_have_value("")
    nad.does_not_see("This is what you were writing.")


def test_without_network_typing_goes_on(arrive: Arrive) -> None:
    nad = arrive(service_workers="block")  # it would stay online where the page is not
    nad.sign_up()
    nad.open("/write")  # with its scripts: without them there is nobody to say it
    nad.context.set_offline(True)
    nad.fill("What happened?", TYPED)
    nad.pause(2.5)
    nad.press("Save")
    nad.sees("Your words are still here.")
    nad.context.set_offline(False)
    nad.press("Save")
    nad.sees("Saved at")


@pytest.mark.parametrize("question", ["Where was it?", "Who made contact first?"])
def test_it_works_without_scripts(arrive: Arrive, question: str) -> None:
    nad = arrive(java_script_enabled=False)
    nad.sign_up()
    entry = nad.write(TOLD)
    nad.tell_more(entry, question)
    nad.page.get_by_label("Not sure", exact=True).first.check()
    nad.press("Save")
    nad.sees(re.compile(r"Saved at \d\d:\d\d"))
    nad.open(entry)
    nad.sees("Not sure")
