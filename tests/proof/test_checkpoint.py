"""Signed notes against the examples of the Go library, checkpoints, and forgeries."""

from __future__ import annotations

import base64
import random
import string

import pytest

from diary.proof import checkpoint as cp
from tests.vectors import load

NOTE = load("signed_note")
OURS = load("checkpoint")
SEED = bytes.fromhex(NOTE["private_seed"])
TEXT, LINE, KEY_NAME = NOTE["text"], NOTE["public_line"], NOTE["key_name"]
HEAD = cp.Checkpoint(origin="log.example/1", size=7, root=bytes(range(32)))


def test_the_note_of_the_go_library() -> None:
    assert cp.sign_note(TEXT, SEED, KEY_NAME) == NOTE["note"]
    assert cp.open_note(NOTE["note"], LINE) == TEXT
    assert cp.public_line(KEY_NAME, bytes.fromhex(NOTE["public"])) == LINE


def test_a_second_signature_by_another_key() -> None:
    both = NOTE["note_signed_twice"]
    assert cp.open_note(both, LINE) == TEXT
    assert cp.open_note(both, NOTE["second_public_line"] + "\n") == TEXT


def test_our_checkpoint_is_pinned() -> None:
    head = cp.Checkpoint(OURS["origin"], OURS["size"], bytes.fromhex(OURS["root"]))
    seed = bytes.fromhex(OURS["private_seed"])
    assert cp.sign(head, seed, OURS["origin"]) == OURS["note"]
    assert cp.verify(OURS["note"], OURS["public_line"]) == head


def test_the_empty_log() -> None:
    head = cp.Checkpoint("log.example/1", 0, bytes(32))
    assert cp.verify(cp.sign(head, SEED, KEY_NAME), LINE) == head


def test_every_flipped_bit_is_found() -> None:
    note = cp.sign(HEAD, SEED, KEY_NAME).encode()
    for position in range(len(note)):
        for bit in range(8):
            changed = bytearray(note)
            changed[position] ^= 1 << bit
            with pytest.raises(cp.CheckpointError):
                cp.verify(changed.decode("utf-8", "replace"), LINE)


def test_every_truncation_is_found() -> None:
    note = cp.sign(HEAD, SEED, KEY_NAME)
    for end in range(len(note)):
        with pytest.raises(cp.CheckpointError):
            cp.verify(note[:end], LINE)


def test_a_mangled_key_is_refused() -> None:
    rng = random.Random(1)
    note = cp.sign(HEAD, SEED, KEY_NAME)
    for position in range(len(LINE)):
        other = rng.choice([c for c in string.ascii_letters + string.digits if c != LINE[position]])
        with pytest.raises(cp.CheckpointError):
            cp.verify(note, LINE[:position] + other + LINE[position + 1 :])
    for bad in NOTE["bad_public_lines"]:
        with pytest.raises(cp.CheckpointError):
            cp.verify(note, bad)


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{NOTE['signature']}",
        f"\x01{TEXT}\n{NOTE['signature']}\n",
        f"{TEXT}\r\n{NOTE['signature']}\n",
        f"{TEXT}\n— Bad Name AAAA\n",
        f"{TEXT}\n— name A\n",
        f"{TEXT}\n— name AB==\n",
        f"{TEXT}\n{NOTE['signature']}\nUnexpected line.\n",
        f"{TEXT}\n" + f"{NOTE['signature']}\n" * 1000,
    ],
)
def test_malformed_notes(note: str) -> None:
    with pytest.raises(cp.CheckpointError):
        cp.open_note(note, LINE)


def test_one_bad_signature_of_the_trusted_key_spoils_the_note() -> None:
    raw = bytearray(base64.b64decode(NOTE["signature"].split(" ")[2]))
    raw[-1] ^= 1
    bad = f"— {KEY_NAME} {base64.b64encode(raw).decode()}\n"
    with pytest.raises(cp.CheckpointError, match="does not hold"):
        cp.open_note(NOTE["note"] + bad, LINE)


@pytest.mark.parametrize(
    "text",
    [
        "a\n",
        "a\n1\n",
        "\n1\n{root}\n",
        "a\n01\n{root}\n",
        "a\n-1\n{root}\n",
        "a\n1\nAAAA\n",
        "a\n1\n{root}\nextension\n",
        "a\n1\n*\n",
        "a\n٣\n{root}\n",
        "a\n1\n{root}",
        "a\t\n1\n{root}\n",
    ],
)
def test_signed_but_no_checkpoint(text: str) -> None:
    root = base64.b64encode(bytes(32)).decode()
    with pytest.raises(cp.CheckpointError):
        cp.verify(cp.sign_note(text.replace("{root}", root), SEED, KEY_NAME), LINE)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b"])
def test_key_names(name: str) -> None:
    with pytest.raises(cp.CheckpointError):
        cp.sign(HEAD, SEED, name)
    with pytest.raises(cp.CheckpointError):
        cp.public_line(name, bytes(32))


def test_a_key_of_another_length() -> None:
    short = base64.b64encode(b"\x01" + bytes(31)).decode()
    other = base64.b64encode(b"\x02" + bytes(32)).decode()
    for encoded in (short, other):
        with pytest.raises(cp.CheckpointError, match="not an Ed25519 key"):
            cp.verify(cp.sign(HEAD, SEED, KEY_NAME), f"name+00000000+{encoded}")
