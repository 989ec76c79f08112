"""A sealed record as docs/format.md has it, made without the program and opened by it."""

from __future__ import annotations

import json

import pytest

from diary.canonical import parse_utc
from diary.domain.clock import to_ms
from diary.errors import DamagedError
from diary.store.records import RecordRow
from diary.vault.records import Keys, open_row
from tests.vectors import load

VECTOR = load("record")
KEYS = Keys(
    diary_id=VECTOR["diary_id"],
    diary_key=bytes.fromhex(VECTOR["diary_key"]),
    private=bytes.fromhex(VECTOR["private"]),
)


def _row(wrap: str, *, record_id: str = VECTOR["record_id"], version: int = 1) -> RecordRow:
    return RecordRow(
        n=1,
        record_id=record_id,
        version=version,
        received_ms=to_ms(parse_utc(json.loads(VECTOR["envelope"])["written_at"])),
        commitment=bytes.fromhex(VECTOR["commitment"]),
        wrap=bytes.fromhex(VECTOR[wrap]),
        sealed=bytes.fromhex(VECTOR["sealed"]),
    )


@pytest.mark.parametrize("wrap", ["wrap_for_diary", "wrap_for_owner"])
def test_pinned(wrap: str) -> None:
    opened = open_row(_row(wrap), KEYS)
    assert opened.canonical == VECTOR["envelope"].encode()
    assert opened.salt.hex() == VECTOR["salt"]
    assert opened.secret.hex() == VECTOR["secret"]


@pytest.mark.parametrize("wrap", ["wrap_for_diary", "wrap_for_owner"])
def test_a_moved_row_does_not_open(wrap: str) -> None:
    for row in (_row(wrap, record_id="0" * 32), _row(wrap, version=2)):
        with pytest.raises(DamagedError):
            open_row(row, KEYS)
