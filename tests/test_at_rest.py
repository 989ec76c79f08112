"""Whoever copies the database, the files, the temp folder and the log reads nothing.

A diary is filled from the example through `diary load` and through the web, a session is left open
with a half-finished upload in it, a bundle is made, and then every byte is searched for every text,
name, file name and kind of record, for slices of every file, and for the ways in.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import shutil
import subprocess
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from diary.content import consent_text
from diary.domain.event import Event
from diary.domain.kinds import KINDS
from diary.domain.practice import PracticeRecord
from diary.services import consents, practitioners
from diary.services.house import open_house
from diary.settings import Settings
from tests.database import admin_url, command, database_name, files_of, fresh_database
from tests.media import FOLDER, PHONE_MEDIA, phone_file
from tests.running import Server, running
from tests.searcher import Searcher, file_slices, hits, lying, shapes, unhexed
from tests.services.sharers import left, worker

SCENARIO = FOLDER.parent / "scenario" / "diary.json"
NAME, PASSPHRASE = "Nadia at the harbour", "copper lantern river walnut"
TOLD = "He stood under the lamp outside until it was light."
HALF = "phone-of-nad-half-sent.jpg"
READER, KNOWN_AS = "Wilhelmina Castellanos", "Nadezhda for the advocate"
REASON, WRITTEN = "Before the hearing about the harbour.", "She told me of the quay at dawn."
PIECE = 1_500_000
AGENCY, INVITED, ROLE = "Harbour Lights Advice", "Maya Thorn-Ellery", "Outreach adviser, Tuesdays"
DAY = re.compile(r"\d{4}-\d\d-\d\d")  # a signed checkpoint may say its day: it is no secret


class Answer(NamedTuple):
    status: int
    to: str


@dataclass
class Web:
    """A browser, as far as a server can tell."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, sent | {"Sec-Fetch-Site": "same-origin"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        for cookie in answer.msg.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, urllib.parse.urlsplit(answer.getheader("Location") or "").path)

    def post(self, path: str, **fields: str) -> Answer:
        body = urllib.parse.urlencode(fields).encode()
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")

    def page(self, path: str) -> bytes:
        """Return what a page says."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request("GET", path, headers={"Cookie": cookies, "Accept": "text/html"})
        body = connection.getresponse().read()
        connection.close()
        return body

    def sign_in(self) -> None:
        self.ask("GET", "/")
        assert self.post("/sign-in", name=NAME, passphrase=PASSPHRASE).status == 303

    def write(self) -> str:
        answer = self.post("/write", what_happened=TOLD, when="now", id="0" * 32)
        assert answer.status == 303
        return answer.to.split("/")[2]

    def send_half(self, entry: str) -> None:
        """Begin to send a file, and never end."""
        content = phone_file("iphone-6.jpg")
        about = {"filename": HALF, "entry": entry, "how": "file_picker"}
        coded = [f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in about.items()]
        made = self.ask(
            "POST",
            "/uploads",
            Tus_Resumable="1.0.0",
            Upload_Length=str(len(content)),
            Upload_Metadata=",".join(coded),
        )
        assert made.status == 201
        sent = self.ask(
            "PATCH",
            made.to,
            content[:PIECE],
            Tus_Resumable="1.0.0",
            Upload_Offset="0",
            Content_Type="application/offset+octet-stream",
        )
        assert sent.status == 204

    def add_by_form(self, entry: str, name: str) -> None:
        """Send a file as a plain form does."""
        edge = b"edge-of-this-form"
        head = f'--{edge.decode()}\r\nContent-Disposition: form-data; name="files"; '
        head += f'filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        body = head.encode() + phone_file(name) + b"\r\n--" + edge + b"--\r\n"
        kind = f"multipart/form-data; boundary={edge.decode()}"
        assert self.ask("POST", f"/diary/{entry}/files", body, Content_Type=kind).status == 303


class Lookout:
    """Keeps a copy of whatever comes and goes in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seen = folder, dict[str, bytes]()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._stop.wait(0.01):
            for path in self.folder.rglob("*"):
                try:
                    content = path.read_bytes()
                except OSError:
                    continue
                if len(content) >= len(self.seen.get(str(path), b"")):
                    self.seen[str(path)] = content

    def end(self) -> dict[str, bytes]:
        self._stop.set()
        self._thread.join()
        return self.seen


@dataclass(frozen=True)
class Filled:
    """What lies on the disk after all that, what lay there before, and what nobody may find."""

    before: dict[str, bytes]
    after: dict[str, bytes]
    stopped: dict[str, bytes]
    token: str
    invitation: str


def dump(server: Server) -> dict[str, bytes]:
    """What the database says to whoever copies it: on PostgreSQL a dump of all its data."""
    if not server.database_url:
        return {}
    address = server.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    tool = shutil.which("pg_dump")
    assert tool, "pg_dump is missing. On Debian: apt-get install postgresql-client"
    command = [tool, "--data-only", "--dbname", address]
    text = subprocess.run(command, capture_output=True, check=True).stdout
    return {database_name(address): unhexed(text)}


def cluster(server: Server) -> dict[str, bytes]:
    """PostgreSQL's own files: the tables as they lie there, the write-ahead log, its log."""
    if not server.database_url:
        return {}
    found = files_of(admin_url(), database_name(server.database_url))
    return {
        f"{kind} {path.name}": path.read_bytes() for kind, paths in found.items() for path in paths
    }


def everything(server: Server) -> dict[str, bytes]:
    return lying(server.folder) | dump(server) | cluster(server)


def invite(server: Server, web: Web) -> str:
    """Add an agency, invite somebody, and open the link; return what it carries."""
    assert server.command("org", "add", AGENCY).returncode == 0
    who = ("--org", AGENCY, "--name", INVITED, "--role", ROLE)
    made = server.command("practitioner", "invite", *who)
    link = made.stdout.splitlines()[-1]
    assert web.ask("GET", link).status == 200
    return link.rsplit("/", 1)[1]


def fill(server: Server, given: Path) -> tuple[str, str]:
    """Do everything that somebody does; return the tokens of a session and an invitation."""
    words = given / "words"
    words.write_text(PASSPHRASE)
    way_in = ("--name", NAME, "--passphrase-file", str(words))
    loaded = server.command("load", str(SCENARIO), *way_in)
    assert loaded.returncode == 0, loaded.stderr
    web = Web(server.port)
    web.sign_in()
    entry = web.write()
    for name in PHONE_MEDIA:
        web.add_by_form(entry, name)
    web.send_half(entry)
    for path in (f"/diary/{entry}", "/diary?q=lamp", "/diary/nothing-here", "/devices"):
        web.ask("GET", path)
    web.post(f"/diary/{entry}/change", base="1", what_happened="x" * 200_000, when="same")
    assert web.post("/drafts", **{"draft-of": "/write", "what_happened": TOLD}).status == 204
    share(server, web, entry)
    made = server.command("export", *way_in, "--profile", "police", "-o", str(given / "out.zip"))
    assert made.returncode == 0, made.stderr
    assert server.command("stamp").returncode == 0
    return web.cookies["__Host-s"], invite(server, web)


def share(server: Server, web: Web, entry: str) -> None:
    """Share an entry with somebody, all the way; they look, write, and it ends for one of two."""
    house = open_house(Settings.from_env(server.environment()))
    who = worker(house, READER)
    for _ in range(2):
        code = practitioners.introduce(house, who.card.account_id).code
        draft = web.post("/sharing/new", code=code).to.rpartition("/")[0]
        today = consents.today(house).isoformat()
        for step, said in {
            "person": {"same": "yes"},
            "name": {"from_name": KNOWN_AS},
            "purpose": {"purpose": "court", "reason": REASON},
            "entries": {"entry": entry, "shown": entry},
            "fields": {"fields": "what"},
            "until": {"starts": today, "ends": today},
            "words": {"agree": "yes"},
        }.items():
            assert web.post(f"{draft}/{step}", **said).status == 303
        seen = _seen(web, f"{draft}/look")
        grant = web.post(f"{draft}/look", seen=seen).to.split("/")[2]
        left(house, who, grant, Event(action="looked", actor="practitioner", subject=entry))
        left(house, who, grant, PracticeRecord(detail=WRITTEN, about=grant))
    for path in ("/sharing", f"/sharing/{grant}", "/sharing/looks", "/sharing/written"):
        assert web.ask("GET", path).status == 200
    assert web.post(f"/sharing/{grant}/end").status == 303
    house.store.engine.dispose()


def _seen(web: Web, path: str) -> str:
    found = re.search(rb'name="seen" value="([^"]+)"', web.page(path))
    assert found
    return found[1].decode()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    with running(tmp_path_factory.mktemp("server")) as server:
        before = everything(server)
        lookout = Lookout(server.temp)
        token, invitation = fill(server, tmp_path_factory.mktemp("given"))
        after = everything(server) | lookout.end()
        server.stop()
        stopped = everything(server)
    return Filled(before, after, stopped, token, invitation)


def texts_of(value: object) -> Iterator[str]:
    """Every text in the example, and the names of its fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for part in value.values():
            yield from texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)


def secrets_of(filled: Filled) -> list[str]:
    names = [*PHONE_MEDIA, HALF, *(path.name for path in SCENARIO.parent.rglob("*"))]
    kinds = [f'"{kind}"' for kind in KINDS] + [f'"kind":"{kind}' for kind in KINDS]
    ways_in = [NAME, PASSPHRASE, *PASSPHRASE.split(), filled.token, filled.invitation]
    ways_in += [AGENCY, INVITED, ROLE, READER, KNOWN_AS, REASON, WRITTEN]
    ways_in += consent_text().texts()
    told = (text for text in texts_of(json.loads(SCENARIO.read_text())) if not DAY.fullmatch(text))
    return [*told, TOLD, *names, *kinds, *ways_in]


@pytest.fixture(scope="module")
def searcher(filled: Filled) -> Searcher:
    paths = [path for path in (SCENARIO.parent / "files").rglob("*") if path.is_file()]
    files = [*map(phone_file, PHONE_MEDIA), *(path.read_bytes() for path in paths)]
    found = Searcher(secrets_of(filled), files)
    found.without(filled.before.values())
    return found


def test_nothing_can_be_read_while_a_session_is_open(filled: Filled, searcher: Searcher) -> None:
    assert hits(searcher, filled.after) == {}


def test_nothing_can_be_read_after_the_server_ended(filled: Filled, searcher: Searcher) -> None:
    assert hits(searcher, filled.stopped) == {}


def test_enough_was_there_to_be_found(filled: Filled) -> None:
    before, after = (sum(map(len, found.values())) for found in (filled.before, filled.after))
    assert after - before > sum(len(phone_file(name)) for name in PHONE_MEDIA)


def test_the_token_itself_is_not_there_in_any_shape(filled: Filled) -> None:
    raw = base64.urlsafe_b64decode(filled.token + "=" * (-len(filled.token) % 4))
    for content in (filled.after | filled.stopped).values():
        assert raw not in content
        assert raw.hex().encode() not in content


@pytest.mark.parametrize("shape", range(7))
@pytest.mark.parametrize("shift", range(4))
def test_a_planted_text_is_found(searcher: Searcher, shape: int, shift: int) -> None:
    planted = list(shapes(TOLD))[shape]
    assert searcher.find(bytes(1000 + shift) + planted + bytes(1000))


@pytest.mark.parametrize("name", PHONE_MEDIA)
def test_a_planted_piece_of_a_file_is_found(searcher: Searcher, name: str) -> None:
    piece = list(file_slices(phone_file(name)))[7]
    assert searcher.find(b"some" + piece + b"other")


@pytest.mark.parametrize("secret", [HALF, PASSPHRASE, NAME, "Quillet Row", "what_happened"])
def test_planted_names_are_found(searcher: Searcher, secret: str) -> None:
    assert searcher.find(b"\x00\x01" + secret.encode() + b"\x00")


def test_a_dumped_value_is_found(searcher: Searcher) -> None:
    assert searcher.find(unhexed(b"1\t\\\\x" + TOLD.encode().hex().encode() + b"\n"))


@pytest.mark.skipif(not admin_url(), reason="PostgreSQL's own files")
def test_what_a_cluster_was_told_in_the_clear_is_found(searcher: Searcher) -> None:
    """In the table's file, in the WAL that carried it there, and in the log of what failed."""
    with fresh_database(admin_url()) as url:
        server = Server(Path(), database_url=url)
        address = url.replace("postgresql+psycopg://", "postgresql://", 1)
        command(address, f"CREATE TABLE told AS SELECT '{TOLD}' AS told")
        with pytest.raises(psycopg.Error):
            command(address, f"SELECT '{HALF}'::integer")
        kinds = {name.split()[0] for name in hits(searcher, cluster(server))}
    assert kinds == {"tables", "WAL", "log"}
