"""Agencies and their people on the command line: one sentence for each thing, never a traceback."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from diary.app import create_app
from diary.settings import Settings
from tests.conftest import browser_of
from tests.passkeys import Passkey
from tests.practitioners import join, sign_in
from tests.test_cli import Type, refused, typing_in

LINK = re.compile(r"^/work/join/[\w-]{43}$", re.M)
WHO = ("--name", "Maya Thorn", "--role", "Adviser")


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Type]:
    yield from typing_in(tmp_path, monkeypatch, capsys)


def invited(typed: Type, *more: str) -> str:
    code, said, complained = typed("practitioner", "invite", "--org", "harbour advice", *WHO, *more)
    assert (code, complained) == (0, "")
    found = LINK.search(said)
    assert found, said
    return found[0]


@pytest.mark.parametrize("command", ["org", "practitioner"])
def test_each_answers_help(typed: Type, command: str) -> None:
    code, said, _ = typed(command, "--help")
    assert code == 0
    assert f"diary {command}" in said


@pytest.mark.parametrize(
    "arguments",
    [("org",), ("org", "add"), ("practitioner",), ("practitioner", "suspend"), ("org", "drop", "x"),
     ("practitioner", "invite", "--org", "x")],
)  # fmt: skip
def test_wrong_use_is_2(typed: Type, arguments: tuple[str, ...]) -> None:
    code, _, complained = typed(*arguments)
    assert (code, "usage:" in complained) == (2, True)


def test_from_an_agency_to_an_invitation(typed: Type) -> None:
    code, said, _ = typed("org", "add", "Harbour Advice")
    assert (code, "Added Harbour Advice" in said) == (0, True)
    assert "Harbour Advice" in typed("org", "list")[1]
    link = invited(typed, "--lead", "--contact", "07700 900123")
    assert link != invited(typed)
    _, said, _ = typed("practitioner", "list")
    assert said.count("Maya Thorn, Adviser, Harbour Advice") == 2
    assert said.count("(lead)") == 1
    assert link.rsplit("/", 1)[1] not in said
    assert "900123" not in said
    assert typed("sweep")[0] == 0


def test_what_is_wrong_is_one_sentence(typed: Type) -> None:
    typed("org", "add", "Harbour Advice")
    assert "already" in refused(typed("org", "add", "  harbour   ADVICE "))
    assert "fill this in" in refused(typed("org", "add", "  "))
    assert "at most 100" in refused(typed("org", "add", "x" * 101))
    assert "ordinary" in refused(typed("org", "add", "Harbour\x1b[2J Advice"))
    assert "no agency" in refused(typed("practitioner", "invite", "--org", "Quay", *WHO))
    for nobody in ("0" * 32, "", "\udcff", "x" * 5_000):
        assert "nobody" in refused(typed("practitioner", "suspend", nobody))
    names = ("--org", "harbour advice", "--name", "", "--role", "")
    assert "fill this in" in refused(typed("practitioner", "invite", *names))


def test_somebody_is_suspended_by_their_id(typed: Type) -> None:
    typed("org", "add", "Harbour Advice")
    link, passkey = invited(typed), Passkey()
    app = create_app(Settings.from_env(os.environ))
    client = browser_of(app)
    assert join(client, link, passkey).status_code == 303
    _, said, _ = typed("practitioner", "list")
    assert "(suspended)" not in said
    assert typed("practitioner", "suspend", said.split()[0])[0] == 0
    assert "(suspended)" in typed("practitioner", "list")[1]
    assert client.get("/work/me").status_code == 401
    assert sign_in(browser_of(app), passkey).status_code == 403
    app.extensions["house"].store.engine.dispose()
