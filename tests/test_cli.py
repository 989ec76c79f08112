"""The command line as a person types it: exit codes, one plain sentence, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from diary import cli
from tests.conftest import PASSPHRASE
from tests.database import admin_url, fresh_database

SCENARIO = Path(__file__).parent.parent / "examples/scenario"
COMMANDS = ("run", "load", "export", "verify", "stamp", "check", "sweep")
Type = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Type]:
    yield from typing_in(tmp_path, monkeypatch, capsys)


def typing_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Type]:
    """Type a command in a place where nothing is yet; answers (exit code, said, complained)."""
    with fresh_database(admin_url()) if admin_url() else nullcontext("") as url:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DIARY_DATA", str(tmp_path / "data"))
        monkeypatch.setenv("DIARY_DATABASE_URL", url)
        (tmp_path / "words").write_text(f"{PASSPHRASE}\n")

        def type_(*arguments: str) -> tuple[int, str, str]:
            try:
                code = cli.main(arguments)
            except SystemExit as end:
                code = int(end.code or 0)
            said = capsys.readouterr()
            return code, said.out, said.err

        yield type_


@pytest.fixture
def short(tmp_path: Path) -> str:
    """A file of two entries."""
    whole = json.loads((SCENARIO / "diary.json").read_text())
    entries = [{**one, "exhibits": []} for one in whole["entries"][:2]]
    path = tmp_path / "diary.json"
    path.write_text(json.dumps({"entries": entries}))
    return str(path)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_answers_help(typed: Type, command: str) -> None:
    code, said, _ = typed(command, "--help")
    assert code == 0
    assert f"diary {command}" in said


@pytest.mark.parametrize("arguments", [(), ("dance",), ("load",), ("verify",), ("stamp", "x")])
def test_wrong_use_is_2(typed: Type, arguments: tuple[str, ...]) -> None:
    code, _, complained = typed(*arguments)
    assert code == 2
    assert "usage:" in complained


def test_the_way_from_a_file_to_a_checked_bundle(typed: Type, short: str, tmp_path: Path) -> None:
    who = ("--name", "Nad", "--passphrase-file", "words")
    code, said, _ = typed("load", short, *who)
    assert (code, "Filed 2 entries" in said, "recovery code" in said) == (0, True, True)
    assert typed("stamp")[:2][0] == 0
    code, said, _ = typed("check")
    assert (code, "Everything is there." in said) == (0, True)
    assert "Not confirmed, so not shown (order_types): NMO.who_can_vary" in said
    assert "Not signed by a practising lawyer: order_types" in said
    code, said, complained = typed("export", *who, "--profile", "police", "-o", "out.zip")
    assert (code, complained) == (0, "")
    code, said, _ = typed("verify", "out.zip")
    assert code == 0, said
    assert typed("sweep")[0] == 0
    assert not list(tmp_path.glob("*.part"))


def test_a_flipped_byte_is_found_and_said(typed: Type, short: str, tmp_path: Path) -> None:
    who = ("--name", "Nad", "--passphrase-file", "words")
    typed("load", short, *who)
    typed("export", *who, "--profile", "own-copy", "-o", "out.zip")
    bundle = bytearray((tmp_path / "out.zip").read_bytes())
    bundle[len(bundle) // 2] ^= 1
    (tmp_path / "out.zip").write_bytes(bundle)
    code, said, complained = typed("verify", "out.zip")
    assert code == 1
    assert "DOUBT" in said
    assert "Traceback" not in said + complained


def refused(answer: tuple[int, str, str]) -> str:
    """The one sentence of a refusal."""
    code, _, complained = answer
    assert code == 1
    assert complained.count("\n") == 1
    assert "Traceback" not in complained
    return complained


def test_a_wrong_passphrase_is_one_sentence(typed: Type, short: str, tmp_path: Path) -> None:
    typed("load", short, "--name", "Nad", "--passphrase-file", "words")
    (tmp_path / "other").write_text("another walnut copper river")
    who = ("--passphrase-file", "other", "--profile", "police", "-o", "out.zip")
    known = refused(typed("export", "--name", "Nad", *who))
    assert known == refused(typed("export", "--name", "Ros", *who))
    assert not (tmp_path / "out.zip").exists()


@pytest.mark.parametrize("content", [None, "", "\n", b"\xff\xfe"])
def test_a_passphrase_file_without_one_is_refused(
    typed: Type, short: str, tmp_path: Path, content: str | bytes | None
) -> None:
    path = tmp_path / "given"
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    answer = typed("load", short, "--name", "Nad", "--passphrase-file", str(path))
    assert "given" in refused(answer)


def test_a_weak_passphrase_says_why(typed: Type, short: str, tmp_path: Path) -> None:
    (tmp_path / "weak").write_text("secret")
    answer = typed("load", short, "--name", "Nad", "--passphrase-file", "weak")
    assert "characters" in refused(answer)


@pytest.mark.parametrize(
    ("key", "value"),
    [("PORT", "high"), ("DIARY_DATABASE_URL", "mysql://x"), ("DIARY_DATA", "/dev/null/x")],
)
def test_a_wrong_setting_stops_with_one_sentence(
    typed: Type, monkeypatch: pytest.MonkeyPatch, key: str, value: str
) -> None:
    monkeypatch.setenv(key, value)
    refused(typed("check"))


def test_a_database_that_cannot_be_reached_is_one_sentence(
    typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIARY_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    refused(typed("stamp"))


@pytest.mark.parametrize("wrong", ["2026-13-01", "yesterday"])
def test_a_date_that_is_none_is_wrong_use(typed: Type, wrong: str) -> None:
    who = ("--name", "Nad", "--passphrase-file", "words", "-o", "x", "--profile", "police")
    assert typed("export", *who, "--from", wrong)[0] == 2
