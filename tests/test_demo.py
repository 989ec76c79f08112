"""`make demo` as it is run: what it prints opens the diary, and lets somebody of an agency join."""

from __future__ import annotations

import http.client
import re
from pathlib import Path
from urllib.parse import urlencode

from examples.demo import AGENCY, NAME, PASSPHRASE, WORKER
from tests.running import Server, running

LINK = re.compile(r"http://localhost:\d+(/work/join/\S+)")


def ask(server: Server, method: str, path: str, form: str = "") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    connection.request(method, path, form.encode(), kind)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def opens(server: Server, link: str) -> None:
    status, text = ask(server, "GET", link)
    assert status == 200
    assert WORKER in text
    assert "Make my passkey" in text


def invited(server: Server) -> str:
    """The newest link that was printed."""
    return str(LINK.findall(server.log.read_text())[-1])


def test_the_demo_is_what_make_runs() -> None:
    made = (Path(__file__).parent.parent / "Makefile").read_text()
    assert "-m examples.demo" in made


def test_what_it_prints_works_at_every_start(tmp_path: Path) -> None:
    with running(tmp_path, program="examples.demo") as server:
        said = server.log.read_text()
        assert f"the name {NAME} and the passphrase: {PASSPHRASE}" in said
        assert f"http://127.0.0.1:{server.port}" in said
        first = invited(server)
        opens(server, first)
        form = urlencode({"name": NAME, "passphrase": PASSPHRASE})
        assert ask(server, "POST", "/sign-in", form)[0] == 303
        server.stop()
        server.start()
        second = invited(server)
        assert second != first
        opens(server, second)
        assert server.command("org", "list").stdout.count(AGENCY) == 1
