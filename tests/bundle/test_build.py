"""Building: the lists state what was written, and nothing private passes the door."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from diary.bundle import chronology
from diary.bundle.build import build
from diary.bundle.contents import EntryItem
from diary.bundle.profile import PROFILES
from diary.domain.kept import PrivateNote
from diary.domain.sharing import Redacted
from diary.errors import DamagedError
from diary.proof.verify import verify
from diary.vault.records import Opened
from tests.proof import bundles


def test_a_private_record_stops_it_before_the_first_byte() -> None:
    note = bundles.opened(9, PrivateNote(text="mine"))
    good = bundles.contents()
    bad = replace(good, entries=(*good.entries, EntryItem((note,))))
    with pytest.raises(DamagedError):
        next(build(bad, bundles.photo_bytes))


def copy_of(kind: str, **body: object) -> Opened:
    left = {"of": "e" * 32, "of_version": 1, "of_kind": kind, "left_out": ("who",)}
    return bundles.opened(12, Redacted(**left, body=body), parent="e" * 32)


def test_a_copy_of_what_may_not_leave_stops_it_too() -> None:
    good = bundles.with_copies()
    for kind, body in (("plan", {}), ("person", {"name": "B"}), ("private_note", {"text": "mine"})):
        bad = replace(good, beside=(copy_of(kind, **body),))
        with pytest.raises(DamagedError):
            next(build(bad, bundles.photo_bytes))
    next(build(replace(good, beside=(copy_of("entry"),)), bundles.photo_bytes))


def test_her_own_bundle_holds_no_copy_that_was_made_for_somebody_else() -> None:
    for purpose in PROFILES.values():
        bad = replace(bundles.with_copies(), profile=purpose, shared=False)
        with pytest.raises(DamagedError):
            next(build(bad, bundles.photo_bytes))


def test_the_way_to_a_witness_stops_it_but_for_the_police() -> None:
    bad = replace(bundles.with_order(), profile=PROFILES["own-copy"])
    with pytest.raises(DamagedError):
        next(build(bad, bundles.photo_bytes))


def test_a_part_of_the_chronology_says_that_it_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [json.dumps(one) for one in chronology.chronology(bundles.contents())]
    assert not any("This file holds entries" in one for one in whole)
    monkeypatch.setattr(chronology, "VOLUME", 1)
    parts = [json.dumps(one) for one in chronology.chronology(bundles.contents())]
    for number, part in enumerate(parts, start=1):
        assert f"This file holds entries {number} to {number} of 2." in part
    assert len(parts) == 2


def test_it_is_streamed() -> None:
    reads = 0

    def read(_: Opened) -> Iterator[bytes]:
        nonlocal reads
        for _number in range(50):
            reads += 1
            yield b"x" * (1 << 20)

    pieces = build(bundles.contents(), read)
    next(pieces)
    assert reads == 0
    assert all(len(next(pieces)) <= (1 << 20) + 65536 for _ in range(10))
    assert reads <= 12
    pieces.close()  # type: ignore[attr-defined]


def test_other_bytes_than_received_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(b"".join(build(bundles.contents(), lambda _: iter([b"other"]))))
    said = [doubt.text for doubt in verify(path).doubts]
    assert len(said) == 1
    assert said[0].startswith("NOT VERIFIED")
    with zipfile.ZipFile(path) as archive:
        read_me = archive.read("bundle-abcd1234-20260303/READ-ME-FIRST.txt").decode()
    assert "NOT VERIFIED: data/06-exhibits/X-001.jpg" in read_me


def test_a_time_that_the_log_does_not_know_is_marked(tmp_path: Path) -> None:
    good = bundles.contents()
    proofs = {
        commitment: replace(proof, leaf=proof.leaf.replace(b"2026", b"2027"))
        for commitment, proof in good.proofs.items()
    }
    path = tmp_path / "b.zip"
    path.write_bytes(b"".join(build(replace(good, proofs=proofs), bundles.photo_bytes)))
    doubts = [doubt.text for doubt in verify(path).doubts]
    assert len(doubts) == 4
    assert all("NOT VERIFIED" in doubt for doubt in doubts)
    with zipfile.ZipFile(path) as archive:
        read_me = archive.read("bundle-abcd1234-20260303/READ-ME-FIRST.txt").decode()
    assert read_me.count("version 1: the log says another time of receipt") == 3


def test_the_read_me_is_one_page_and_promises_nothing() -> None:
    with zipfile.ZipFile(io.BytesIO(bundles.bundle())) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if name[-4:] == ".txt"]
        read_me = archive.read("bundle-abcd1234-20260303/READ-ME-FIRST.txt").decode()
    assert len(read_me.splitlines()) <= 60
    for text in texts:
        for word in ("admissible", "guaranteed", "court-approved", "forensically sound"):
            assert word not in text.lower()
