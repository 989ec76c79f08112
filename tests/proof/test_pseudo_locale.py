"""No finding of the verifier, and no line of a command, escapes translation."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from diary import cli
from diary.proof import __main__ as program
from diary.proof.report import LABELS
from diary.proof.verify import verify
from diary.text import Say
from tests.proof import bundles
from tests.test_pseudo_locale import ROOT, bare, has_words, messages, pseudo

KNOWN = {message for message in messages() if isinstance(message, str)}
SAY = Say(lambda message: str(pseudo(message)) if message in KNOWN else message, "eo")
SPEAKING = {"ok", "note", "doubt", "say", "UnreadableError", "ENGLISH"}
SOURCES = (*sorted((ROOT / "proof").glob("*.py")), ROOT / "cli.py")


def spoken(source: str) -> list[str]:
    """Return what is said as it stands: a text, or one put together, instead of a message."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and call.args:
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            message = call.args[0]
            if name in SPEAKING and isinstance(message, ast.Constant | ast.JoinedStr | ast.BinOp):
                found.append(ast.unparse(call))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_what_is_said_is_a_message(path: Path) -> None:
    assert spoken(path.read_text()) == []


@pytest.mark.parametrize("said", ["'x'", "f'{y} x'", "'x' + y"])
def test_a_planted_text_is_found(said: str) -> None:
    assert spoken(f"report.doubt({said}, path)")
    assert not spoken(f"report.doubt(N_({said}), path)")


@pytest.mark.parametrize("cut", [0, 1, 700])
def test_every_finding_can_be_translated(
    cut: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "b.zip"
    whole = bundles.bundle()
    path.write_bytes(whole[:700] + b"?" + whole[701:] if cut == 700 else whole[: len(whole) - cut])
    assert all(finding.message in KNOWN for finding in verify(path).findings)
    assert program.check(path, say=SAY) == (1 if cut else 0)
    said = "".join(capsys.readouterr())
    assert not has_words(bare(said)[0]), said


def test_the_standing_sentences_are_messages() -> None:
    standing = {*LABELS.values(), *cli.COMMANDS.values(), cli.FILED, cli.READ, cli.FINISHED}
    assert standing <= KNOWN
