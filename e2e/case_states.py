"""Every page of a case, as somebody of an agency reads it, in every state it can be in."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Browser, expect

from diary.services import load, sharing
from diary.services.house import open_house
from diary.settings import Settings
from diary.vault.vault import Vault
from e2e.case_shares import share
from e2e.people import OWN_WORDS, Practitioner
from e2e.work_states import OPTIONS, State, invited
from tests.running import Server

WITH_PHOTO = "screenshot"
PAGES = {
    "": "case",
    "/entries": "case-entries",
    "/entries?page=2": "case-entries-page",
    "/entries?reported=yes": "case-entries-some",
    "/entries?q=quetzalcoatl": "case-entries-none",
    "/entries?from=2026-06-01&to=2026-05-01": "case-entries-wrong",
    "/reports": "case-reports",
    "/files": "case-media",
    "/pattern": "case-pattern",
    "/pattern?show=hours": "case-pattern-hours",
    "/pattern?from=2026-06-01&to=2026-05-01": "case-pattern-wrong",
    "/pattern?from=2030-01-01": "case-pattern-nothing",
    "/plan": "case-plan",
    "/people": "case-people",
    "/copy": "case-copy",
}


def case_states(browser: Browser, server: Server, name: str) -> Iterator[State]:
    """Read all that the diary of this name shares, write beside it, and find it ended."""
    server.command("org", "add", "Harbour Advice")
    maya, lead = (Practitioner(browser, server.url, has_prf=True, **OPTIONS) for _ in range(2))
    lead.join(invited(server, "Rosa Lind", "--lead"))
    lead.is_in()
    maya.join(invited(server, "Imke Vos"))
    maya.is_in()
    maya.open("/work")
    yield "cases-empty", maya
    house = open_house(Settings.from_env(server.environment()))
    owner = Vault(load.sign_in(house, name=name, passphrase=OWN_WORDS).unlocked)
    code = maya.own_code()
    few, whole = share(house, owner, code, few=True), share(house, owner, code)
    for steps in (reading, entries, recording, passing_on):
        for state in steps(maya, whole):
            yield state, maya
    for state in deciding(lead):
        yield state, lead
    for state in in_part(maya, few):
        yield state, maya
    maya.open(f"{whole}/records/new")
    maya.page.get_by_role("group", name="Reported to me").get_by_label("Day").fill("2026-07-03")
    maya.fill("Detail", "She rang at nine.")
    sharing.end(house, owner, whole.rpartition("/")[2])
    for state in ended(maya, whole):
        yield state, maya
    house.store.engine.dispose()
    maya.go_away()
    lead.go_away()


def asked_again(person: Practitioner, button: str) -> None:
    person.press(button)
    expect(person.heading("Please look at this again")).to_be_visible()


def reading(person: Practitioner, case: str) -> Iterator[str]:
    person.open("/work")
    yield "cases"
    for path, name in PAGES.items():
        person.open(f"{case}{path}")
        yield name
    person.open(f"{case}/pattern")
    person.page.get_by_text("The same as a table").click()
    yield "case-pattern-table"
    person.open(case)
    board = person.page.get_by_role("region", name="Orders")
    board.get_by_role("link").first.click()
    expect(person.heading("What the other person may not do")).to_be_visible()
    yield "case-order"


def entries(person: Practitioner, case: str) -> Iterator[str]:
    """Open an entry beside the list, its photo, and what is known of that."""
    person.open(f"{case}/entries")
    person.page.locator("article").first.get_by_role("link").click()
    expect(person.heading("When it was written")).to_be_visible()
    yield "case-entry"
    person.open(f"{case}/entries?q={WITH_PHOTO}")
    with person.page.expect_navigation():
        person.page.locator("article").first.get_by_role("link").click()
    yield "case-entry-files"
    person.show("Tap to show").get_by_role("img").evaluate("one => one.decode()")
    yield "case-entry-photo-open"
    person.page.get_by_role("link", name="About this file").first.click()
    expect(person.heading("About this file")).to_be_visible()
    yield "case-file"


def recording(person: Practitioner, case: str) -> Iterator[str]:
    person.open("/work/records")
    yield "records-own-empty"
    person.open(f"{case}/records")
    yield "case-records-empty"
    person.follow("Write a record")
    expect(person.heading("Write a record")).to_be_visible()
    yield "case-record-form"
    asked_again(person, "Sign and save")
    yield "case-record-form-wrong"
    told = person.page.get_by_role("group", name="Reported to me")
    told.get_by_label("Day").fill("2026-07-03")
    person.fill("Detail", "She rang: he waited at the gate again.")
    person.press("Sign and save")
    person.sees("Written and signed")
    yield "case-record"
    with person.page.expect_navigation():
        person.follow("Correct it with a new record")
    yield "case-record-correct"
    person.press("Sign and save")
    person.sees("This corrects an earlier record.")
    yield "case-record-corrects"
    for path, name in {f"{case}/records": "case-records", "/work/records": "records-own"}.items():
        person.open(path)
        yield name
    person.page.get_by_role("article").first.get_by_role("link").click()
    expect(person.heading("A record that you wrote")).to_be_visible()
    yield "record-own"


def passing_on(person: Practitioner, case: str) -> Iterator[str]:
    person.open("/work/passed-on")
    yield "passed-on-empty"
    new = f"/work/passed-on/new/{case.rpartition('/')[2]}"
    person.open(new)
    yield "passed-on-form"
    asked_again(person, "Sign and ask")
    yield "passed-on-form-wrong"
    sign_and_ask(person)
    yield "passed-on-waits"
    person.open(new)
    person.page.get_by_label("It is unsafe to tell her now").check()
    person.fill("Why is it unsafe?", "He reads her phone.")
    sign_and_ask(person)
    person.sees("Is it safe to tell her now?")
    yield "passed-on-waits-unsafe"
    person.open("/work/passed-on")
    yield "passed-on"


def sign_and_ask(person: Practitioner) -> None:
    person.fill("What did you tell?", "That he waits at the gate in the evening.")
    person.fill("To whom?", "PC 1172, Harbour police")
    person.fill("Why is it lawful?", "Her life is at risk tonight.")
    person.page.get_by_label("Rosa Lind").check()
    person.press("Sign and ask")
    person.sees("It waits for the decision of a second person:")


def deciding(person: Practitioner) -> Iterator[str]:
    person.open("/work/passed-on")
    person.page.get_by_role("article").last.get_by_role("link").click()
    person.sees("She can read it already.")
    yield "passed-on-decide"
    person.press("I agree")
    person.sees("She can read it.")
    yield "passed-on-agreed"
    person.open("/work/passed-on")
    person.page.get_by_role("article").first.get_by_role("link").click()
    person.sees("Otherwise she can read it at once")
    yield "passed-on-decide-unsafe"
    person.press("I agree, and telling her is unsafe")
    person.sees("She is not told, as that is marked as unsafe.")
    yield "passed-on-untold"


def in_part(person: Practitioner, case: str) -> Iterator[str]:
    """Read two entries of which most was left out, and nothing else."""
    for path, name in {
        "": "case-few",
        "/reports": "case-reports-none",
        "/files": "case-media-none",
        "/pattern": "case-pattern-none",
        "/plan": "case-plan-none",
        "/people": "case-people-none",
        "/copy": "case-copy-in-part",
    }.items():
        person.open(f"{case}{path}")
        yield name
    person.open(f"{case}/entries")
    person.page.locator("article").first.get_by_role("link").click()
    person.sees("Some parts were left out.")
    yield "case-entry-in-part"


def ended(person: Practitioner, case: str) -> Iterator[str]:
    """It ended while a record was written."""
    person.press("Sign and save")
    person.sees("It was not kept here.")
    yield "case-not-kept"
    person.open(case)
    person.sees("This is not shared with you, or not any more.")
    yield "case-ended"
