"""What a survivor does. Everything here is found as a person finds it: by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Download, Locator, expect

from e2e.browsers import visit

CODE = re.compile(r"^\s*(?:[0-9A-Z]{4}-){7}[0-9A-Z]{4}\s*$")
OWN_WORDS = "copper lantern river walnut"
SHARE_AS_OFFERED = (
    "What else?",
    "Which parts of them?",
    "Which photos and files?",
    "Can they take a copy away?",
    "From when to when?",
    "And what you write later?",
    "May they see what other services write about you?",
)
_people = count(1)


@dataclass
class Secrets:
    """What she keeps on paper."""

    name: str = field(default_factory=lambda: f"Nad {next(_people)}")
    passphrase: str = ""
    code: str = ""


@dataclass(frozen=True)
class Words:
    """What one entry says; only the first is ever needed."""

    what: str
    when: str = ""  # "Earlier" or "Not sure"; nothing is now
    boxes: dict[str, str] = field(default_factory=dict)


class Survivor:
    """One person at one browser. `elsewhere()` is the same person at another, empty one."""

    def __init__(
        self, browser: Browser, home: str, *, secrets: Secrets | None = None, **options: Any
    ) -> None:
        self.browser, self.home = browser, home
        self.secrets = secrets or Secrets()
        self.has_script = options.get("java_script_enabled", True)
        self.context = visit(browser, base_url=home, **options)
        self.page = self.context.new_page()

    def elsewhere(self, **options: Any) -> Survivor:
        return Survivor(self.browser, self.home, secrets=self.secrets, **options)

    def go_away(self) -> None:
        self.context.close()

    # Where she is

    def open(self, path: str) -> None:
        self.page.goto(path)

    def press(self, words: str, *, exact: bool = True) -> None:
        self.page.get_by_role("button", name=words, exact=exact).click()

    def follow(self, words: str, *, exact: bool = True) -> None:
        self.page.get_by_role("link", name=words, exact=exact).first.click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def heading(self, words: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("heading", name=words)

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        for text in texts:
            expect(self.page.get_by_text(text).first).to_be_visible()

    def does_not_see(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_text(text)).to_have_count(0)

    def sees_lock(self) -> None:
        expect(self.heading("Sign in")).to_be_visible()

    # The first evening

    def first_visit(self) -> None:
        self.open("/")
        self.sees_lock()

    def begin(self) -> None:
        """Go to where a new diary starts."""
        self.first_visit()
        self.follow("New here? Start")
        expect(self.heading("Start")).to_be_visible()

    def sign_up(self, name: str = "") -> None:
        self.secrets.name = name or self.secrets.name
        self.begin()
        self.fill("A name to sign in with", self.secrets.name)
        self.secrets.passphrase = self.offered_words()
        self.press("Go on")
        self.keep_code()
        expect(self.page.get_by_label("What happened?")).to_be_visible()

    def offered_words(self) -> str:
        """Read the six words on offer, and take them."""
        offer = self.page.get_by_label("Use these six words")
        offer.check()
        said = self.page.locator("label", has=offer).inner_text()
        words = re.search(r"six words\s*(.+?)\s*Write them", said, re.DOTALL)
        assert words is not None
        return words[1]

    def choose_own_words(self, passphrase: str, again: str | None = None) -> None:
        self.page.get_by_label("Use my own words").check()
        self.fill("Your own passphrase", passphrase)
        self.fill("The same again", passphrase if again is None else again)

    def shown_code(self) -> str:
        expect(self.heading("Your recovery code")).to_be_visible()
        shown = self.page.get_by_text(CODE)
        return "".join(shown.inner_text().split())

    def keep_code(self) -> None:
        """Write the recovery code down and type it back, as one types from paper."""
        self.secrets.code = self.shown_code()
        self.follow("I have written it down")
        self.fill("Type the code from your paper", self.secrets.code.lower().replace("-", " "))
        self.press("Open the diary")

    # Writing and reading

    def write(self, words: str | Words, files: Sequence[Path] = ()) -> str:
        """Write an entry, save it, and return the address of its page."""
        self.tell(words)
        if files:
            self.choose(files)
        self.press("Save")
        saved = self.heading(re.compile(r"^Saved at \d\d:\d\d"))
        expect(saved).to_be_visible(timeout=60_000 if files else None)
        return "/".join(self.page.url.split("/")[:5])

    def tell(self, words: str | Words) -> None:
        """Type an entry and leave it unsaved."""
        told = Words(words) if isinstance(words, str) else words
        with self.page.expect_navigation():  # she may stand on a page with this very box
            self.follow("Write")
        self.fill("What happened?", told.what)
        if told.when:
            self.page.get_by_label(told.when, exact=True).check()
        if any(not self.page.get_by_label(label, exact=True).is_visible() for label in told.boxes):
            self.page.get_by_text("Add more now").click()
        for label, text in told.boxes.items():
            self.fill(label, text)

    def choose(self, files: Sequence[Path], box: str = "File") -> None:
        self.page.get_by_label(box, exact=True).set_input_files(list(files))

    def attach(self, entry: str, files: Sequence[Path]) -> None:
        """Add files to an entry, and wait until all of them are safe."""
        self.open(entry)
        self.follow("Add a file")
        self.choose(files)
        self.press("Add")
        if self.has_script:
            self.sees_safe(len(files))
            self.follow("Go on to the entry")
        expect(self.page).to_have_url(entry)

    def sees_safe(self, files: int = 1) -> None:
        """Wait until every file that was sent is said to be safe."""
        done = self.page.get_by_text("Safe on the server.", exact=True)
        expect(done).to_have_count(files, timeout=60_000)

    def read(self, words: str) -> None:
        """Find an entry in the diary by its words, and open it."""
        self.follow("Diary")
        item = self.page.get_by_role("article").filter(has_text=words)
        item.get_by_role("link").click()
        self.sees(words)

    def search(self, words: str) -> None:
        self.follow("Diary")
        box = self.page.get_by_label("Words to look for")
        if not box.is_visible():
            self.page.locator("summary", has_text="Search").click()
        box.fill(words)
        self.press("Search")

    def amend(self, entry: str, what: str, why: str = "") -> None:
        self.open(entry)
        self.follow("Change the words")
        self.fill("What happened?", what)
        if why:
            self.page.get_by_label("Why you change it").fill(why)
        self.press("Save")
        expect(self.page).to_have_url(entry)

    def tell_more(self, entry: str, question: str) -> None:
        """Go to one of the questions about an entry."""
        self.open(entry)
        self.follow("Add more")
        self.follow(question, exact=False)
        expect(self.heading(question)).to_be_visible()

    def tick(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def pause(self, seconds: float) -> None:
        self.page.wait_for_timeout(seconds * 1000)

    def sees_her_words(self, label: str, words: str) -> None:
        """See what she was writing in its box, and that the page says so."""
        self.sees("This is what you were writing.")
        expect(self.page.get_by_label(label, exact=True)).to_have_value(words)

    def tile(self, label: str | re.Pattern[str]) -> Locator:
        """A closed picture, sound or file of the entry that is open."""
        return self.page.get_by_role("group").filter(has_text=label)

    def show(self, label: str | re.Pattern[str]) -> Locator:
        """Tap a tile, and return it open."""
        tile = self.tile(label).first
        tile.get_by_text("Tap to show").click()
        return tile

    def download(self, words: str) -> Download:
        """Follow a link or press a button that gives a file."""
        found = self.page.get_by_role("link", name=words).or_(
            self.page.get_by_role("button", name=words)
        )
        with self.page.expect_download(timeout=60_000) as waiting:
            found.first.click()
        return waiting.value

    def about(self, tile: Locator) -> None:
        """Open the page of one file, from its open tile."""
        tile.get_by_role("link", name="About this file").click()
        expect(self.heading("About this file")).to_be_visible()

    def kept_files(self) -> Iterator[tuple[str, bytes]]:
        """Download every file of the open entry as it came, each from its own page."""
        link = self.page.get_by_role("link", name="About this file", include_hidden=True)
        for page in [str(one.get_attribute("href")) for one in link.all()]:
            self.open(page)
            given = self.download("Download the file as it came")
            yield given.suggested_filename, given.path().read_bytes()

    def record_voice(self, seconds: float) -> None:
        """Record a voice beside the words; the warning comes first."""
        self.press("Voice")
        self.sees("Recording other people, above all children, can count against you.")
        self.press("Start recording")
        self.sees(re.compile(r"Recording\. \d seconds"))
        self.page.wait_for_timeout(seconds * 1000)
        self.press("Stop and keep")

    def hand_over(self, purpose: str, *, files: Sequence[str] = ()) -> Download:
        """Choose, look, agree, and save the copy."""
        self.follow("More")
        self.follow("Hand over", exact=False)
        self.page.get_by_label(purpose).check()
        self.press("Choose what goes")
        for name in files:
            self.page.get_by_label(name).check()
        self.press("Look at it once more")
        expect(self.heading("What they will see")).to_be_visible()
        self.page.get_by_label("I have looked at this and want to hand it over.").check()
        self.press("Go on")
        return self.download("Save the copy")

    # Telling somebody

    def tell_somebody(self, whom: str, *, day: str, number: str = "") -> None:
        """From the entry that is open: write down who was told of it, and on which day."""
        self.follow("Write down whom you told")
        self.page.get_by_label(whom).check()
        told = self.page.get_by_role("group", name="When did you tell them?")
        told.get_by_label("Earlier", exact=True).check()
        self.page.locator("#f-told_day").fill(day)
        self.fill("Incident number (CAD) (if you want)", number)
        self.press("Save")
        expect(self.heading(re.compile(r"^Saved at \d\d:\d\d"))).to_be_visible()

    def add_later(self, note: str) -> None:
        """Add what came later to the report that is open."""
        self.page.locator("summary", has_text="Add what came later").click()
        self.fill("What came", note)
        self.press("Add")

    # Sharing

    def share(self, practitioner: Practitioner, *entries: str, known_as: str = "") -> str:
        """Share entries for the usual time, words compared aloud; return the share's address."""
        self.begin_to_share(practitioner)
        self.fill("What do they know you as?", known_as)
        self.press("Go on")
        self.page.get_by_label("To help me stay safe").check()
        self.press("Go on")
        for words in entries:
            self.page.get_by_label(words).check()
        self.press("Go on")
        for heading in SHARE_AS_OFFERED:
            expect(self.heading(heading)).to_be_visible()
            self.press("Go on")
        self.page.get_by_label("I agree to this").check()
        self.press("Look at what they will see")
        expect(self.heading("What they will see")).to_be_visible()
        self.sees(*entries)
        self.press("Share this")
        self.sees("It is shared.")
        return self.page.url

    def begin_to_share(self, practitioner: Practitioner) -> None:
        """Type their code, and compare the six words that they read out."""
        code, words = practitioner.own_code(), practitioner.own_words()
        self.follow("More")
        self.follow("Sharing", exact=False)
        self.follow("Share with somebody")
        self.fill("Which code do they show you?", code)
        self.press("Go on")
        expect(self.page.locator("ol.six li")).to_have_text(words)
        self.page.get_by_label("Yes, all six are the same").check()
        self.press("Go on")

    def sees_looks(self, share: str, *looks: str) -> None:
        """Read under one share who looked, the newest first: these and no others."""
        self.open(f"{share}/looks")
        lines = self.page.get_by_role("main").locator("ul.lines > li > p:first-child")
        expect(lines).to_have_text(list(looks))

    def stop_sharing(self, share: str) -> None:
        """End a share; the pause comes first."""
        self.open(share)
        self.follow("Stop sharing")
        expect(self.heading("Before you stop sharing")).to_be_visible()
        self.press("Stop sharing now")
        self.sees("It has ended. They cannot open anything from now on.")

    # Going, and coming back

    def leave(self) -> None:
        self.page.get_by_role("link", name="Leave", exact=True).click()
        expect(self.heading("Weather")).to_be_visible()

    def sign_out(self) -> None:
        self.follow("More")
        self.press("Sign out")
        self.sees_lock()

    def sign_in(self) -> None:
        self.first_visit()
        self.give_passphrase()
        expect(self.page.get_by_label("What happened?")).to_be_visible()

    def give_passphrase(self) -> None:
        """Fill in the lock, wherever it stands."""
        self.fill("Name", self.secrets.name)
        self.fill("Passphrase", self.secrets.passphrase)
        self.press("Open")

    def sign_in_elsewhere(self, **options: Any) -> Survivor:
        """Sign in with an empty browser."""
        other = self.elsewhere(**options)
        other.sign_in()
        return other

    def end_session(self) -> None:
        """End every other place where she is signed in."""
        self.follow("More")
        self.follow("Where you are signed in")
        self.press("End this one")
        self.sees("Nowhere else.")

    def give_code(self, code: str) -> None:
        """Ask for the way back, from the lock."""
        self.follow("Lost your passphrase?")
        self.fill("Name", self.secrets.name)
        self.fill("Recovery code", code)
        self.press("Go on")

    def recover(self, *, own_words: str = "") -> None:
        """Come back with the code, choose a new passphrase, and keep the new code."""
        self.first_visit()
        self.give_code(self.secrets.code)
        expect(self.heading("A new passphrase")).to_be_visible()
        if own_words:
            self.choose_own_words(own_words)
        self.secrets.passphrase = own_words or self.offered_words()
        self.press("Set the passphrase")
        self.keep_code()

    # Taking back

    def take_back(self, entry: str, why: str) -> None:
        """Say that an entry does not hold, and keep it."""
        self.open(entry)
        self.follow("Take it back, and keep it")
        self.fill("Why (if you want)", why)
        self.press("Take it back")
        self.sees("It is taken back.")
        expect(self.page).to_have_url(entry)

    def remove(self, entry: str) -> None:
        self.open(entry)
        self.follow("Remove")
        self.press("Remove")
        self.sees("It is removed.")

    def bring_back(self, words: str) -> None:
        self.open("/bring-back")
        self.fill("Your recovery code", self.secrets.code)
        self.press("Go on")
        self.page.get_by_label(words).check()
        self.press("Bring back")
        self.sees("What you chose is back.")

    def say_passphrase_again(self) -> None:
        """Fill in what every form asks for that could take the account away."""
        self.fill("Your passphrase now", self.secrets.passphrase)

    def change_passphrase(self, passphrase: str) -> None:
        """Set words of her own, from the settings."""
        self.open("/settings/passphrase")
        self.say_passphrase_again()
        self.choose_own_words(passphrase)
        self.press("Set the passphrase")
        self.sees("Your new passphrase is set.")
        self.secrets.passphrase = passphrase

    def change_code(self) -> None:
        """Make a new recovery code, from the settings, and type it back."""
        self.open("/settings/code")
        self.say_passphrase_again()
        self.press("Make a new code")
        self.secrets.code = self.shown_code()
        self.follow("I have written it down")
        self.fill("Type the code from your paper", self.secrets.code)
        self.say_passphrase_again()
        self.press("Open the diary")
        self.sees("Your new recovery code is in force.")

    def close_account(self) -> None:
        self.follow("More")
        self.follow("Settings", exact=False)
        self.follow("Close the account", exact=False)
        self.page.get_by_label("Yes, close it with everything in it").check()
        self.say_passphrase_again()
        self.press("Close the account")
        self.sees_lock()

    # Orders

    def add_order(self, kind: str, pages: Sequence[Path] = ()) -> str:
        """Say what kind of order it is, photograph it, save, and return the address of its page."""
        self.follow("Orders")
        self.follow("Add an order")
        self.page.get_by_label(kind, exact=False).check()
        if pages:
            self.choose(pages, "Photo")
        self.press("Save")
        expect(self.heading("What to do if it happens")).to_be_visible(timeout=60_000)
        return self.page.url

    def copy_line(self, order: str, words: str, *, meaning: str = "") -> None:
        """Copy one line of the order, and tick what it is about."""
        self.open(order)
        self.follow("Copy a line from the order")
        self.fill("What may they not do?", words)
        if meaning:
            self.page.get_by_text("Say it in plain words too").click()
            self.page.get_by_label(meaning).check()
        self.press("Save")
        expect(self.page).to_have_url(order)

    def say_end(self, order: str, day: str) -> None:
        """Write down the day on which an order ends."""
        self.open(f"{order}/change/ends")
        self.page.get_by_label("On a day", exact=True).check()
        self.fill("The day it ends", day)
        self.press("Save")
        expect(self.heading("What the order says")).to_be_visible()


class Practitioner(Survivor):
    """Somebody who signs in with a passkey, which Chromium holds for this page (WebAuthn, CDP)."""

    def __init__(
        self, browser: Browser, home: str, *, has_prf: bool = True, **options: Any
    ) -> None:
        super().__init__(browser, home.replace("127.0.0.1", "localhost"), **options)
        self.chromium = self.context.new_cdp_session(self.page)
        self.chromium.send("WebAuthn.enable")
        self.phone = self.add_authenticator(has_prf=has_prf)

    def add_authenticator(self, *, has_prf: bool = True, transport: str = "internal") -> str:
        """Have another thing that holds passkeys."""
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": transport,
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "hasPrf": has_prf,
        }
        made = self.chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return str(made["authenticatorId"])

    def lose(self, authenticator: str) -> None:
        self.chromium.send(
            "WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator}
        )

    def lock_phone(self) -> None:
        """Show the wrong finger until nothing opens any more."""
        verified = {"authenticatorId": self.phone, "isUserVerified": False}
        self.chromium.send("WebAuthn.setUserVerified", verified)

    def join(self, link: str) -> None:
        self.open(link)
        self.press("Make my passkey")

    def is_in(self) -> None:
        expect(self.heading("Settings")).to_be_visible()

    def show_passkey(self) -> None:
        """Use the passkey on the lock that is shown."""
        self.sees_lock()
        self.press("Use my passkey")

    def sign_in_with_passkey(self) -> None:
        self.open("/work/sign-in")
        self.show_passkey()
        self.page.wait_for_url("**/work")

    def sign_out(self) -> None:
        self.open("/work/settings")
        self.press("Sign out")
        self.sees_lock()

    def own_code(self) -> str:
        """Read the code by which somebody adds this person."""
        self.open("/work/me")
        return self.page.locator("p.code").inner_text()

    def own_words(self) -> list[str]:
        """Read the six words of the key."""
        self.open("/work/me")
        return self.page.locator("ol.six li").all_inner_texts()

    def open_case(self, known_as: str) -> None:
        """Open what somebody shares, from the list of cases."""
        self.open("/work")
        self.follow(known_as)
        expect(self.heading("Latest entries")).to_be_visible()

    def invite(self, name: str, role: str) -> str:
        """Invite somebody, and read the link."""
        self.open("/work/team/invite")
        self.fill("Their name", name)
        self.fill("Their role", role)
        self.press("Make the link")
        return self.page.locator("p.link").inner_text()
