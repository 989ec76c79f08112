"""Every page in every state that somebody can meet, one after the other, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Route, expect

from diary.web.guided.steps import STEPS
from e2e.case_states import case_states
from e2e.helper_states import helping
from e2e.people import OWN_WORDS, Survivor, Words
from e2e.samples import large, papers, phone_files
from e2e.share_states import sharing
from e2e.work_states import work_states
from tests.media import FOLDER
from tests.running import Server

SCENARIO = FOLDER.parent / "scenario" / "diary.json"
READER = "Nad"
State = tuple[str, Survivor]


def load_example(server: Server, folder: Path) -> None:
    """A diary with nine months in it."""
    words = folder / "words"
    words.write_text(OWN_WORDS)
    arguments = ("load", str(SCENARIO), "--name", READER, "--passphrase-file", str(words))
    assert server.command(*arguments).returncode == 0


def states(browser: Browser, server: Server, folder: Path) -> Iterator[State]:
    """Walk through everything; the page stands still while its state is looked at."""
    load_example(server, folder)
    person = Survivor(
        browser, server.url, is_mobile=False, has_touch=False, service_workers="block"
    )
    for steps in (signed_out, starting, writing):
        for name in steps(person):
            yield name, person
    for name in files(person, folder):
        yield name, person
    for steps in (telling_more, telling, planning, taking_back, settings, coming_back):
        for name in steps(person):
            yield name, person
    reader = person.elsewhere(is_mobile=False, has_touch=False, service_workers="block")
    reader.secrets.name, reader.secrets.passphrase = READER, OWN_WORDS
    for steps in (reading, orders, counting, handing_over):
        for name in steps(reader):
            yield name, reader
    for name in sharing(reader, server):
        yield name, reader
    yield from helping(reader, server)
    person.go_away()
    reader.go_away()
    yield from work_states(browser, server)
    yield from case_states(browser, server, READER)


def refused(person: Survivor, button: str) -> None:
    """Press, and be asked to look again."""
    person.press(button)
    expect(person.heading("Please look at this again")).to_be_visible()


def signed_out(person: Survivor) -> Iterator[str]:
    person.first_visit()
    yield "lock"
    person.fill("Name", "Nobody")
    person.fill("Passphrase", "not the words")
    refused(person, "Open")
    yield "lock-wrong"
    for path, name in {
        "/help": "help",
        "/leaving": "leaving",
        "/offline": "no-network",
        "/nothing-here": "nothing-here",
        "/way-back": "way-back",
    }.items():
        person.open(path)
        yield name
    person.fill("Name", "Nobody")
    person.fill("Recovery code", "7KQM-3FXW")
    refused(person, "Go on")
    yield "way-back-wrong"


def starting(person: Survivor) -> Iterator[str]:
    person.begin()
    yield "start"
    person.fill("A name to sign in with", "Ros")
    person.choose_own_words("summer")
    refused(person, "Go on")
    yield "start-wrong"
    person.page.get_by_label("Use these six words").check()
    person.secrets.name, person.secrets.passphrase = "Ros", person.offered_words()
    person.press("Go on")
    person.secrets.code = person.shown_code()
    yield "code"
    person.follow("I have written it down")
    expect(person.page.get_by_label("Type the code from your paper")).to_be_visible()
    yield "code-check"
    person.fill("Type the code from your paper", "7KQM")
    refused(person, "Open the diary")
    yield "code-wrong"
    person.open("/start/code")
    person.keep_code()
    person.follow("Diary")
    expect(person.heading("Diary")).to_be_visible()
    yield "diary-empty"


def writing(person: Survivor) -> Iterator[str]:
    person.follow("Write")
    expect(person.page.get_by_label("What happened?")).to_be_visible()
    yield "write"
    person.page.get_by_label("Earlier", exact=True).check()
    person.page.get_by_text("Add more now").click()
    yield "write-all"
    person.page.get_by_label("Time, if you know it").fill("21:14")
    refused(person, "Save")
    yield "write-wrong"
    day = {"Day": "2026-10-25", "Time, if you know it": "01:30", "Where was it?": "At the gate"}
    entry = person.write(Words("He waited at the gate again.", when="Earlier", boxes=day))
    yield "saved"
    person.open(entry)
    yield "entry-short"
    person.open(f"{entry}/change")
    yield "change"
    other = person.context.new_page()
    other.goto(f"{entry}/change")
    other.get_by_label("What happened?").fill("He waited at the gate, for an hour.")
    other.get_by_role("button", name="Save").click()
    expect(other).to_have_url(entry)
    other.close()
    person.fill("What happened?", "He waited at the gate, in the red car.")
    refused(person, "Save")
    yield "conflict"
    person.press("Save")
    expect(person.page).to_have_url(entry)
    person.page.get_by_text("Read it as it was").first.click()
    yield "versions"
    person.follow("Take it back, and keep it")
    expect(person.heading("Take this entry back?")).to_be_visible()
    yield "take-back"
    person.fill("Why (if you want)", "It was the neighbour’s car.")
    person.press("Take it back")
    person.sees("It is taken back.")
    yield "taken-back"
    person.follow("Let it stand again")
    expect(person.heading("Let it stand again?")).to_be_visible()
    yield "let-stand"
    person.press("Let it stand again")
    person.sees("It stands again.")
    person.tell("A letter came.")
    person.context.set_offline(True)
    person.press("Save")
    person.sees("There is no connection just now.")
    yield "write-no-connection"
    person.context.set_offline(False)


def files(person: Survivor, folder: Path) -> Iterator[str]:
    photo, film = phone_files()[2], phone_files()[4]
    entry = person.write("What he sent me.", files=[photo, film, *papers(folder)])
    person.open(entry)
    yield "entry-files"
    person.show("Photo").get_by_role("img").evaluate("one => one.decode()")
    yield "entry-photo-open"
    person.about(person.tile("Photo").first)
    yield "file-photo"
    person.page.get_by_text("Tap to show").click()
    yield "file-photo-open"
    person.open(entry)
    person.about(person.show("Video"))
    yield "file-video"
    person.open(entry)
    person.about(person.show("letter.pdf"))
    yield "file-paper"
    person.open(f"{entry}/files")
    yield "add-files"
    person.press("Voice")
    yield "voice"
    person.press("Do not record")
    empty = folder / "empty.txt"
    empty.touch()
    person.choose([empty, folder / "note.txt"])
    person.press("Add")
    person.sees_safe()
    person.sees("Try again")
    yield "upload-refused"
    person.press("Leave this file out")
    person.open(f"{entry}/files")

    held: list[Route] = []

    def hold(route: Route) -> None:
        """Let the first piece through, and hold the second one up."""
        if route.request.headers.get("upload-offset", "0") == "0":
            route.continue_()
        else:
            held.append(route)

    person.page.route("**/uploads/*", hold)
    person.choose([large(folder, 9 << 20), papers(folder)[1]])
    person.press("Add")
    person.sees("4.2 of 9.4 MB is safe on the server.")
    yield "uploading"
    person.page.once("dialog", lambda dialog: dialog.accept())
    for _ in range(200):  # the second piece is counted before it is sent
        if held:
            break
        person.page.wait_for_timeout(50)
    held[0].abort()
    person.page.unroute("**/uploads/*")
    person.open(f"{entry}/files")
    yield "upload-unfinished"


def telling_more(person: Survivor) -> Iterator[str]:
    """The questions about an entry, and what stands beside it."""
    entry = person.write("He stood at the gate again and rang the bell for an hour.")
    person.open(f"{entry}/more")
    yield "more-questions"
    for step in STEPS:
        person.open(f"{entry}/more/{step.key}")
        yield f"more-{step.key}"
    person.open(f"{entry}/more/how")
    person.fill("How afraid were you, from 0 to 10?", "11")
    refused(person, "Save")
    yield "more-how-wrong"
    person.open(f"{entry}/more/witnesses")
    person.page.get_by_label("Who is it?", exact=True).fill("Mina")
    person.page.locator("summary", has_text="How to reach them").click()
    person.page.get_by_label("Keep them in my list").check()
    person.press("Save")
    person.sees("Saved at")
    person.open(f"{entry}/more/witnesses")
    yield "more-witnesses-named"
    person.open(f"{entry}/leads")
    person.fill("What is it?", "The shop’s camera")
    person.page.get_by_label("When will it be gone?").fill("2026-12-20")
    person.press("Save")
    person.sees("There until")
    yield "leads"
    person.open(f"{entry}/note")
    yield "note"
    person.open("/people")
    yield "people"
    person.follow("Mina")
    expect(person.heading("Mina")).to_be_visible()
    yield "person"
    person.follow("Add or change")
    expect(person.heading("Who is it?")).to_be_visible()
    yield "person-change"
    person.open("/about-you")
    yield "about-you"
    person.open("/write")
    person.fill("What happened?", "He said that he knows where I")
    person.pause(2)
    person.open("/write")
    person.sees("This is what you were writing.")
    yield "draft"
    person.press("Start without it")
    person.open(entry)
    yield "entry-told"


def taking_back(person: Survivor) -> Iterator[str]:
    entry = person.write("I am not sure about this.")
    person.open(f"{entry}/remove")
    yield "remove"
    person.press("Remove")
    person.sees("It is removed.")
    yield "removed"
    person.open("/bring-back")
    yield "bring-back-code"
    person.fill("Your recovery code", "7KQM")
    refused(person, "Go on")
    yield "bring-back-wrong"
    person.fill("Your recovery code", person.secrets.code)
    person.press("Go on")
    expect(person.heading("Bring back")).to_be_visible()
    yield "bring-back"


def settings(person: Survivor) -> Iterator[str]:
    other = person.sign_in_elsewhere()
    for path, name in {
        "/more": "more",
        "/devices": "devices",
        "/settings": "settings",
        "/settings/passphrase": "passphrase",
        "/settings/code": "new-code",
        "/unlock": "unlock",
        "/settings/close": "close",
    }.items():
        person.open(path)
        yield name
    refused(person, "Close the account")
    yield "close-wrong"
    other.go_away()


def coming_back(person: Survivor) -> Iterator[str]:
    person.leave()
    person.first_visit()
    person.give_code(person.secrets.code)
    expect(person.heading("A new passphrase")).to_be_visible()
    yield "new-passphrase"


def reading(person: Survivor) -> Iterator[str]:
    person.sign_in()
    person.follow("Diary")
    expect(person.heading("Diary")).to_be_visible()
    yield "diary"
    person.search("door")
    person.sees("with these words")
    yield "search"
    person.search("quetzalcoatl")
    person.sees("No entry has these words.")
    yield "search-nothing"
    person.open("/diary?page=3")
    yield "diary-page"
    person.open("/diary")
    person.page.get_by_role("article").get_by_role("link").nth(1).click()
    person.sees("Add a file")
    yield "entry"


def counting(person: Survivor) -> Iterator[str]:
    for code in ("weeks", "kinds", "terms", "hours", "ways", "reports", "gaps"):
        person.open(f"/patterns?show={code}")
        yield f"patterns-{code}"
    person.page.get_by_text("The same as a table").click()
    yield "patterns-table"
    person.open("/patterns?from=2026-06-01&to=2026-05-01")
    yield "patterns-wrong"
    person.open("/patterns?from=2030-01-01")
    yield "patterns-nothing"


def orders(person: Survivor) -> Iterator[str]:
    person.open("/orders")
    yield "orders"
    person.page.get_by_role("article").get_by_role("link").first.click()
    expect(person.heading("What to do if it happens")).to_be_visible()
    order = person.page.url
    yield "order"
    for path, name in {
        f"{order}/change": "order-parts",
        f"{order}/change/made": "order-made",
        f"{order}/change/ends": "order-ends",
        f"{order}/terms/new": "order-line",
        f"{order}/places/new": "order-place",
        f"{order}/vary": "order-vary",
        f"{order}/files": "order-files",
        "/orders/new": "order-new",
        "/orders/moved": "order-moved",
        "/told": "told",
        "/told/new": "told-new",
        "/coming-up": "coming-up",
    }.items():
        person.open(path)
        yield name
    person.open("/orders/new")
    refused(person, "Save")
    yield "order-new-wrong"


def handing_over(person: Survivor) -> Iterator[str]:
    person.open("/hand-over/given")
    yield "given-empty"
    person.open("/hand-over")
    yield "hand-over"
    refused(person, "Choose what goes")
    yield "hand-over-wrong"
    person.page.get_by_label("For the police").check()
    person.fill("First day", "2026-06-01")
    person.press("Choose what goes")
    expect(person.heading("What goes?")).to_be_visible()
    yield "hand-over-choose"
    person.page.get_by_role("checkbox", name="Photo").first.check()
    person.press("Look at it once more")
    expect(person.heading("What they will see")).to_be_visible()
    yield "hand-over-review"
    refused(person, "Go on")
    yield "hand-over-not-yet"
    person.page.get_by_label("I have looked at this and want to hand it over.").check()
    person.press("Go on")
    expect(person.heading("Save the copy")).to_be_visible()
    yield "hand-over-save"
    person.download("Save the copy").path()
    person.open("/hand-over/given")
    yield "given"


def telling(person: Survivor) -> Iterator[str]:
    person.open("/reports")
    yield "reports-empty"
    entry = person.write(Words("He rang at the gate.", when="Earlier", boxes={"Day": "2026-03-03"}))
    person.open(f"{entry}/one-page")
    yield "one-page"
    person.open(f"/reports/new?entry={entry.rsplit('/', 1)[1]}")
    yield "report-new"
    refused(person, "Save")
    yield "report-wrong"
    person.open(entry)
    person.tell_somebody("Police, by 101", day="2026-03-01", number="0914 of 1/3")
    yield "report-saved"
    person.follow("Read it")
    person.add_later("Nobody rang back.")
    person.sees("Nobody rang back.")
    person.page.locator("summary", has_text="Add what came later").click()
    yield "report"
    with person.page.expect_navigation():
        person.follow("Change it")
    yield "report-change"
    person.open("/reports")
    yield "reports"
    person.open("/reports?only=no-reply")
    yield "reports-open"


def planning(person: Survivor) -> Iterator[str]:
    person.open("/plan")
    yield "plan-empty"
    person.follow("Add a step")
    refused(person, "Save")
    yield "plan-step"
    steps = {"At home": "Ring 999 if he is here.", "Locks and home safety": "A chain."}
    for sort, text in steps.items():
        person.open("/plan/step/new")
        person.fill("What is the step?", text)
        person.page.get_by_label(sort).check()
        person.press("Save")
        expect(person.heading("Your safety plan")).to_be_visible()
    person.open("/plan/agreement/new")
    person.fill("What is it called?", "Statement of expectations")
    yield "plan-agreement"
    person.press("Save")
    with person.page.expect_navigation():
        person.follow("Look at the whole plan now")
    yield "plan-look"
    with person.page.expect_navigation():
        person.press("I have looked at it")
    yield "plan"
    person.open("/plan/earlier")
    yield "plan-earlier"
