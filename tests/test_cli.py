"""The command line as a person types it: exit codes, one plain sentence, never a traceback."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from diary import cli, serve
from diary.console import whole_file
from diary.errors import BadInputError
from diary.services import export
from diary.store.db import open_engine
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
    [
        ("PORT", "high"),
        ("DIARY_DATABASE_URL", "mysql://x"),
        ("DIARY_DATABASE_URL", "postgresql://nobody@[bad"),
        ("DIARY_DATABASE_URL", "postgresql://u@h:abc/x"),
        ("DIARY_DATABASE_URL", "postgresql://u@h/x?foo=bar"),
        ("DIARY_DATABASE_URL", "postgresql:"),
        ("DIARY_DATABASE_URL", "sqlite:"),
        ("DIARY_DATABASE_URL", "sqlite://"),
        ("DIARY_DATABASE_URL", "sqlite:///"),
        ("DIARY_DATABASE_URL", "sqlite:///:memory:"),
        ("DIARY_DATA", "/dev/null/x"),
        ("DIARY_LEAVE_URL", "https://[x"),
    ],
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


READERS = ("stamp", "check", "sweep")


@pytest.mark.parametrize("command", READERS)
def test_a_file_that_is_no_database_is_one_sentence(
    typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (tmp_path / "letter").write_text("Dear Nad, " * 1000)
    monkeypatch.setenv("DIARY_DATABASE_URL", f"sqlite:///{tmp_path / 'letter'}")
    assert "database" in refused(typed(command))
    assert (tmp_path / "letter").read_text().startswith("Dear Nad, ")


def damage(path: Path, start: int) -> None:
    """Write over all pages from a place on."""
    content = bytearray(path.read_bytes())
    content[start:] = b"\xa5" * (len(content) - start)
    path.write_bytes(content)
    for beside in ("-wal", "-shm"):
        path.with_name(f"{path.name}{beside}").unlink(missing_ok=True)


@pytest.mark.skipif(bool(admin_url()), reason="PostgreSQL keeps its own files")
@pytest.mark.parametrize("start", [16, 100, 4096, 16_384, 65_536])
def test_a_damaged_database_is_said_in_words(
    typed: Type, short: str, tmp_path: Path, start: int
) -> None:
    who = ("--name", "Nad", "--passphrase-file", "words")
    typed("load", short, *who)
    damage(tmp_path / "data/diary.sqlite", start)
    making = ("export", *who, "--profile", "own-copy", "-o", "out.zip")
    for arguments in (("check",), making, *((one,) for one in READERS)):
        code, _, complained = typed(*arguments)
        assert "Traceback" not in complained
        assert code == 1 or arguments[0] in {"stamp", "sweep"}  # these may touch no damaged page
    assert not (tmp_path / "out.zip").exists()


def test_a_database_of_a_newer_version_is_one_sentence(
    typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("stamp")
    engine = open_engine(os.environ["DIARY_DATABASE_URL"] or newest(tmp_path))
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    engine.dispose()
    for command in READERS:
        assert "newer version" in refused(typed(command))


def newest(folder: Path) -> str:
    return f"sqlite:///{folder / 'data/diary.sqlite'}"


def test_a_lost_secret_is_not_made_anew_beside_a_diary(
    typed: Type, short: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "run", lambda _: None)
    typed("load", short, "--name", "Nad", "--passphrase-file", "words")
    secret = tmp_path / "data/server-secret"
    content = secret.read_bytes()
    secret.unlink()
    for command in ("run", *READERS):
        assert "Put back the copy" in refused(typed(command))
        assert not secret.exists()
    secret.write_bytes(content)
    assert typed("check")[0] == 0


def test_a_lost_secret_is_missed_for_the_log_alone(typed: Type, tmp_path: Path) -> None:
    typed("stamp")
    secret = tmp_path / "data/server-secret"
    engine = open_engine(os.environ["DIARY_DATABASE_URL"] or newest(tmp_path))
    secret.unlink()
    assert typed("stamp")[0] == 0  # nothing was sealed or signed with it yet
    secret.unlink()
    with engine.begin() as conn:
        conn.execute(text("INSERT INTO leaves (commitment, body) VALUES ('x', 'y')"))
    engine.dispose()
    assert "Put back the copy" in refused(typed("stamp"))


@pytest.fixture
def making(typed: Type, short: str) -> tuple[str, ...]:
    """A command that makes a bundle, but for the name of the file."""
    who = ("--name", "Nad", "--passphrase-file", "words")
    typed("load", short, *who)
    return ("export", *who, "--profile", "own-copy", "-o")


@pytest.fixture
def at_a_terminal() -> Iterator[None]:
    """Listen to what ends a command, also where whoever began the tests told them not to."""
    usual = dict.fromkeys((signal.SIGTERM, signal.SIGHUP), signal.SIG_DFL)
    before = {one: signal.signal(one, heed) for one, heed in usual.items()}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for one, heed in before.items():
        signal.signal(one, heed)


def end_by(number: int) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


def full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("ends", "code"),
    [(full, 1), *((end_by(one), 130) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))],
    ids=["full", "Ctrl+C", "ended", "terminal closed"],
)
@pytest.mark.usefixtures("at_a_terminal")
def test_nothing_of_a_bundle_that_failed_stays(
    typed: Type,
    making: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ends: Callable[[], None],
    code: int,
) -> None:
    make = export.export

    def cut_off(*args: object, **kwargs: object) -> object:
        parcel = make(*args, **kwargs)  # type: ignore[arg-type]

        def chunks() -> Iterator[bytes]:
            yield b"".join(parcel.chunks)
            ends()
            yield b"x"

        return replace(parcel, chunks=chunks())

    monkeypatch.setattr(export, "export", cut_off)
    before = set(tmp_path.rglob("*"))
    (tmp_path / "out.zip").write_text("the one before")
    answer = typed(*making, "out.zip")
    assert answer[0] == code
    assert code != 1 or "out.zip could not be made" in refused(answer)
    assert set(tmp_path.glob("*")) - before == {tmp_path / "out.zip"}
    assert (tmp_path / "out.zip").read_text() == "the one before"


def test_a_closed_terminal_ends_nothing_that_was_told_to_go_on(tmp_path: Path) -> None:
    """What `nohup` asks for."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with whole_file(tmp_path / "out.zip") as file:
            signal.raise_signal(signal.SIGHUP)
            file.write(b"x")
    finally:
        signal.signal(signal.SIGHUP, before)
    assert (tmp_path / "out.zip").read_bytes() == b"x"


def test_a_file_size_limit_leaves_nothing(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        refusal = pytest.raises(BadInputError, match=r"out\.zip could not be made: File too large")
        with refusal, whole_file(tmp_path / "out.zip") as file:
            file.write(b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_only_a_plain_file_is_replaced(
    typed: Type, making: tuple[str, ...], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("/dev/full")
    for name in ("pipe", "folder", "link", "none/out.zip", "words/out.zip"):
        assert f"{name} " in refused(typed(*making, name))
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "link").is_symlink()
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("wrong", ["2026-13-01", "yesterday"])
def test_a_date_that_is_none_is_wrong_use(typed: Type, wrong: str) -> None:
    who = ("--name", "Nad", "--passphrase-file", "words", "-o", "x", "--profile", "police")
    assert typed("export", *who, "--from", wrong)[0] == 2
