"""Every page on the way to a share, and what comes after it."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from playwright.sync_api import expect

from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.ids import new_id
from diary.domain.order import Order
from diary.domain.people import Secrets
from diary.domain.practice import Override, PracticeRecord
from diary.domain.sharing import Redacted
from diary.services import entries, load, own, practitioners
from diary.services.house import House, open_house
from diary.settings import Settings
from diary.store import orgs
from diary.vault.vault import Vault
from e2e.people import Survivor
from tests.running import Server
from tests.services.sharers import Worker, left, with_photo, worker, wrote

NAME = "Maria Okafor"


def sharing(person: Survivor, server: Server) -> Iterator[str]:
    """Walk the whole way, look at everything, and end it."""
    house = open_house(Settings.from_env(server.environment()))
    who = worker(house, NAME)
    person.open("/sharing")
    yield "sharing-empty"
    yield from meeting(person, house, who)
    entry = yield from choosing(person)
    yield from deciding(person)
    grant = person.page.url.rpartition("/")[2]
    with house.store.read() as conn:
        case = who.case(house, grant)
        shown = tuple(head.record.hex() for head in case.heads(conn).section(Entry.kind))
    looked = Event(
        action="looked", actor="practitioner", subject=grant, note="case", shown=(*shown, new_id())
    )
    left(house, who, grant, looked)
    taken = looked.model_copy(
        update={
            "action": "downloaded",
            "note": "bundle",
            "shown": (*shown, *(new_id() for _ in range(24))),
        }
    )
    left(house, who, grant, taken)
    write(house, who, grant)
    words = {"name": person.secrets.name, "passphrase": person.secrets.passphrase}
    vault = Vault(load.sign_in(house, **words).unlocked)
    yield from adding(person, grant, added(house, vault, entry))
    replace_order(house, vault)
    yield from afterwards(person, grant)
    yield from ending(person, house, who, grant)
    house.store.engine.dispose()


def write(house: House, who: Worker, grant: str) -> None:
    """Leave a record about an entry, what was told without asking, and a correction."""
    case = who.case(house, grant)
    with house.store.read() as conn:
        heads = case.heads(conn)
        shown = {one.record.hex() for one in heads.listed(Entry.kind)}
        shown |= {one.parent.hex() for one in heads.listed(Redacted.kind)}
    passed_on = Override(lawful_reason="A child.", what="Where he waits.", to_whom="The police")
    wrote = PracticeRecord(
        detail="She told me of the calls.", action_taken="Told 101.", about=grant,
        linked_entries=tuple(sorted(shown)),
    )  # fmt: skip
    left(house, who, grant, PracticeRecord(override=passed_on, about=grant))
    first = left(house, who, grant, wrote)
    left(house, who, grant, wrote.model_copy(update={"corrects": first}))


def replace_order(house: House, vault: Vault) -> None:
    """The court makes a new order in place of one that is shared."""
    old = own.every(house, vault, Order).items[0].body
    new = old.model_copy(update={"reference": "ORD-9", "supersedes": old.reference})
    own.add(house, vault, new, record_id=new_id())


def meeting(person: Survivor, house: House, who: Worker) -> Iterator[str]:
    person.open("/sharing/new")
    yield "share-code"
    person.fill("Which code do they show you?", "2222-2222")
    person.press("Go on")
    expect(person.heading("Please look at this again")).to_be_visible()
    yield "share-code-wrong"
    code = practitioners.introduce(house, who.card.account_id).code
    person.fill("Which code do they show you?", code)
    person.press("Go on")
    expect(person.heading("Is it them?")).to_be_visible()
    yield "share-person"
    person.press("Go on")
    expect(person.heading("Please look at this again")).to_be_visible()
    yield "share-person-wrong"
    person.page.get_by_label("Yes, all six are the same").check()
    person.press("Go on")


def added(house: House, vault: Vault, entry: str) -> tuple[str, ...]:
    """Change what is shared, and add a photo and words to keep secret; return what to look at."""
    newest = entries.read(house, vault, entry).newest
    more = newest.entry.model_copy(update={"what_happened": "He waited an hour."})
    entries.amend(house, vault, entry, more, base_version=newest.number)
    (words,) = own.every(house, vault, Secrets).items
    held = Entry(what_happened=f"He said: {words.body.words[0].value}.")
    return entry, wrote(house, vault, held), with_photo(house, vault, entry)


def adding(person: Survivor, grant: str, every: tuple[str, ...]) -> Iterator[str]:
    """Everything that waits, each looked at, one shared and one left out."""
    person.open(f"/sharing/{grant}")
    expect(person.heading("This waits for you")).to_be_visible()
    yield "share-waiting"
    for name, one in zip(("changed", "held", "file"), every, strict=True):
        person.open(f"/sharing/{grant}/again/{one}")
        yield f"share-again-{name}"
    person.press("Leave it out, and do not ask again")
    person.sees("It stays out of this.")
    person.follow("Look at the new words")
    person.press("Share this")
    person.sees("It is shared.")


def choosing(person: Survivor) -> Generator[str, None, str]:
    expect(person.page.get_by_label("What do they know you as?")).to_be_visible()
    yield "share-name"
    person.press("Go on")
    expect(person.heading("What is it for?")).to_be_visible()
    yield "share-purpose"
    person.page.get_by_label("To help me stay safe").check()
    person.press("Go on")
    expect(person.heading("Which entries?")).to_be_visible()
    yield "share-entries"
    boxes = person.page.get_by_role("checkbox").all()[:3]
    for box in boxes:
        box.check()
    entry = boxes[0].get_attribute("value") or ""
    person.press("Keep, and older")
    person.sees("3 are ticked so far.")
    yield "share-entries-older"
    person.press("Go on")
    expect(person.heading("What else?")).to_be_visible()
    yield "share-also"
    person.page.get_by_role("checkbox").first.check()
    person.press("Go on")
    expect(person.heading("Which parts of them?")).to_be_visible()
    yield "share-fields"
    person.press("Go on")
    expect(person.heading("Which photos and files?")).to_be_visible()
    yield "share-files"
    person.press("Go on")
    return entry


def deciding(person: Survivor) -> Iterator[str]:
    expect(person.heading("Can they take a copy away?")).to_be_visible()
    yield "share-download"
    person.press("Go on")
    expect(person.heading("From when to when?")).to_be_visible()
    yield "share-until"
    kept = person.page.get_by_label("Last day").input_value()
    person.fill("Last day", "2020-01-01")
    person.press("Go on")
    expect(person.heading("Please look at this again")).to_be_visible()
    yield "share-until-wrong"
    person.fill("Last day", kept)
    person.press("Go on")
    expect(person.heading("And what you write later?")).to_be_visible()
    yield "share-later"
    person.page.get_by_label("Yes, new entries and changes too").check()
    person.fill("If yes: last day for that", kept)
    person.press("Go on")
    expect(person.heading("May they see what other services write about you?")).to_be_visible()
    yield "share-others"
    person.press("Go on")
    expect(person.heading("What you agree to")).to_be_visible()
    yield "share-words"
    person.page.get_by_label("I agree to this").check()
    person.press("Look at what they will see")
    expect(person.heading("What they will see")).to_be_visible()
    yield "share-look"
    person.press("Share this")
    person.sees("It is shared.")


def afterwards(person: Survivor, grant: str) -> Iterator[str]:
    for path, name in {
        "/sharing": "sharing",
        f"/sharing/{grant}": "share-one",
        f"/sharing/{grant}/what": "share-what",
        "/sharing/looks": "share-looks",
        "/sharing/written": "share-written",
    }.items():
        person.open(path)
        if name == "share-one":
            person.sees("An order they see was replaced")
        yield name
    person.open(f"/sharing/{grant}/looks")
    with person.page.expect_navigation():
        person.page.get_by_role("link", name="stood there").click()
    yield "share-look-stood"
    person.open(f"/sharing/{grant}/looks")
    with person.page.expect_navigation():
        person.page.get_by_role("link", name="in it").click()
    yield "share-look-copy"
    person.open("/sharing/written")
    with person.page.expect_navigation():
        person.page.get_by_role("article").get_by_role("link").first.click()
    yield "share-one-written"
    person.open(f"/sharing/{grant}/what")
    with person.page.expect_navigation():
        person.page.get_by_role("link", name="Stop sharing this one").first.click()
    yield "share-end-one"


def ending(person: Survivor, house: House, who: Worker, grant: str) -> Iterator[str]:
    person.open(f"/sharing/{grant}/end")
    yield "share-end"
    with house.store.write() as conn:
        orgs.suspend(conn, who.card.account_id, 1)
    person.open(f"/sharing/{grant}")
    yield "share-cut-off"
    person.open(f"/sharing/{grant}/end")
    person.press("Stop sharing now")
    person.sees("It has ended.")
    yield "share-ended"
