"""The verifier: it accepts a whole bundle, and refuses every other one with the place named."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from diary.bundle.zipstream import ZipStream
from diary.proof import bag, zipform
from diary.proof.__main__ import main
from diary.proof.checkpoint import public_line
from diary.proof.verify import verify
from diary.vault.records import Opened
from tests.proof import bundles

Files = dict[str, bytes]
COPY, TERMS = "data/05-orders/ORD-1.jpg", "data/05-orders/ORD-1-terms.pdf"
CONTACTS, PAGE = "data/contact-for-police-only.pdf", "data/04-breach-reports/BR-001.pdf"


@pytest.fixture(scope="module")
def good() -> bytes:
    return bundles.bundle()


@pytest.fixture(scope="module")
def with_order() -> bytes:
    return bundles.bundle(bundles.with_order())


def check(data: bytes, folder: Path, **more: str) -> list[str]:
    path = folder / "bundle.zip"
    path.write_bytes(data)
    report = verify(path, **more)
    assert report.holds == (not report.doubts)
    return [doubt.text for doubt in report.doubts]


def files_of(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def packed(files: Files, *, base: str = "bundle-abcd1234-20260303") -> bytes:
    out = ZipStream(base, bundles.NOW)
    pieces = [piece for path, data in files.items() for piece in out.add(path, [data])]
    return b"".join([*pieces, *out.close()])


def remade(files: Files) -> bytes:
    """Pack again with manifests that agree, and signed anew: what only the service could do."""
    bare = unsigned(files)
    signed = bundles.signed(bag.signed_text(hashlib.sha256(bare[bag.TAG_MANIFEST]).hexdigest()))
    return packed(bare | {bag.SIGNATURE: signed.encode()})


def unsigned(files: Files) -> Files:
    """Make manifests that agree: what anybody who understands bags would do."""
    body = {p: d for p, d in files.items() if p.startswith("data/")}
    tags = {p: d for p, d in files.items() if p not in body and bag.TAG_MANIFEST not in p}
    info = bag.read_info(tags[bag.INFO]) | {"Payload-Oxum": bag.oxum(map(len, body.values()))}
    tags[bag.INFO] = bag.info_text(info)
    tags[bag.MANIFEST] = listed(body)
    return body | tags | {bag.TAG_MANIFEST: listed(tags)}


def listed(files: Files) -> bytes:
    return bag.manifest_text((p, hashlib.sha256(d).hexdigest()) for p, d in files.items())


def test_a_whole_bundle_holds(good: bytes, tmp_path: Path) -> None:
    assert check(good, tmp_path) == []
    assert check(good, tmp_path, log_key=bundles.LOG_KEY) == []
    assert packed(files_of(good)).count(b"PK\x01\x02") == good.count(b"PK\x01\x02")
    assert check(remade(files_of(good)), tmp_path) == []


def test_a_bundle_with_an_order_holds(with_order: bytes, tmp_path: Path) -> None:
    assert check(with_order, tmp_path, log_key=bundles.LOG_KEY) == []
    assert {COPY, TERMS, PAGE, CONTACTS} <= files_of(with_order).keys()


def test_every_flipped_byte_of_an_order_and_its_pages_is_found(
    with_order: bytes, tmp_path: Path
) -> None:
    """A sample of every file, and of those that only such a bundle has many places."""
    dice = random.Random(7)
    with zipfile.ZipFile(io.BytesIO(with_order)) as archive:
        infos = archive.infolist()
    for info in infos:
        start = info.header_offset + 30 + len(info.filename)
        for _ in range(12 if re.search("0[45]-|contact|/machine/", info.filename) else 2):
            bad = bytearray(with_order)
            bad[start + dice.randrange(max(1, info.file_size))] ^= 1 << dice.randrange(8)
            doubts = check(bytes(bad), tmp_path)
            assert any(info.filename in doubt for doubt in doubts), info.filename


def test_a_lie_about_an_order_is_found(with_order: bytes, tmp_path: Path) -> None:
    """The service itself signed: what does not fit its own records is found all the same."""
    files = files_of(with_order)
    viewing = "data/05-orders/viewing/ORD-1-DERIVED-view.jpg"
    moved = {viewing if path == COPY else path: data for path, data in files.items()}
    lies = (
        (edit(COPY, b"another"), "is not the file that was received"),
        (replaced(JSON, "He must not ring.", "He must not look."), "are not those that were"),
        (replaced(JSON, '"0914"', '"0915"'), "are not those that were recorded"),
        (lambda found: {"data/05-orders/ORD-9.pdf": b"%PDF", **found}, "No record speaks for"),
        (rewritten(drop_file), "No record speaks for"),
        (lambda _: replaced(JSON, COPY, viewing)(moved), "a copy shown as an original"),
    )
    for change, reason in lies:
        doubts = check(remade(change(files)), tmp_path)
        assert any(reason in doubt for doubt in doubts), (reason, doubts)


def test_every_flipped_byte_is_found_and_placed(good: bytes, tmp_path: Path) -> None:
    """Every byte of headers and table, and a sample of the rest: no position goes unnoticed."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        infos = archive.infolist()
        table = archive.start_dir
    dice = random.Random(7)
    positions = set(range(table, len(good), 3)) | set(range(len(good) - 22, len(good)))
    for info in infos:
        header = 30 + len(info.filename)
        positions |= set(range(info.header_offset, info.header_offset + header, 5))
        end = info.header_offset + header + info.file_size
        positions |= set(range(end, end + 16, 3))
        positions.add(info.header_offset + header + dice.randrange(max(1, info.file_size)))
    positions |= {dice.randrange(len(good)) for _ in range(200)}
    for at in positions:
        bad = bytearray(good)
        bad[at] ^= 1 << dice.randrange(8)
        doubts = check(bytes(bad), tmp_path)
        assert doubts, f"byte {at} went unnoticed"
        owner = next((i for i in reversed(infos) if i.header_offset <= at < table), None)
        if owner is not None:
            assert any(owner.filename in doubt for doubt in doubts), (at, owner.filename, doubts)
        else:
            assert re.search("zip|changed|twice|files", doubts[0]), (at, doubts)


def test_every_cut_is_found(good: bytes, tmp_path: Path) -> None:
    for size in [0, 1, 21, 22, len(good) // 2, *range(len(good) - 120, len(good))]:
        assert check(good[:size], tmp_path)
    assert check(good + b"\0", tmp_path)
    assert check(b"\0" + good, tmp_path)
    assert check(good + good, tmp_path)


def edit(path: str, data: bytes) -> Callable[[Files], Files]:
    return lambda files: files | {path: data}


def without(path: str) -> Callable[[Files], Files]:
    return lambda files: {p: d for p, d in files.items() if p != path}


def swapped(files: Files) -> Files:
    one, two = "data/02-chronology.csv", "data/02-clocks.csv"
    return files | {one: files[two], two: files[one]}


def replaced(path: str, old: str, new: str) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        assert old.encode() in files[path]
        return files | {path: files[path].replace(old.encode(), new.encode(), 1)}

    return change


CSV, PHOTO = "data/02-chronology.csv", "data/06-exhibits/X-001.jpg"
MANIFEST, JSON = bag.MANIFEST, "data/machine/bundle.json"
WRONG_BAGS = {
    "edited": (edit(CSV, b"x"), f"{CSV} was changed"),
    "edited read-me": (edit("READ-ME-FIRST.txt", b"x"), "READ-ME-FIRST.txt was changed"),
    "edited pdf": (edit("data/02-chronology.pdf", b"%PDF"), "02-chronology.pdf was changed"),
    "edited script": (edit("verify/verify.sh", b"exit 0\n"), "verify.sh was changed"),
    "dropped": (without(CSV), f"{CSV} is missing"),
    "dropped tag": (without("verify/VERIFY.txt"), "VERIFY.txt is missing"),
    "dropped manifest": (without(MANIFEST), f"no {MANIFEST}"),
    "added": (edit("data/extra.txt", b"x"), "data/extra.txt was added"),
    "added tag": (edit("extra.txt", b"x"), "extra.txt was added"),
    "swapped": (swapped, f"{CSV} was changed"),
    "another digest": (replaced(MANIFEST, "data/0", "data/1"), "was added"),
    "line twice": (lambda f: f | {MANIFEST: f[MANIFEST] * 2}, "lists a file twice"),
    "way up": (replaced(MANIFEST, CSV, "../../etc/passwd"), "cannot be read at line"),
    "unicode": (replaced(MANIFEST, CSV, "data/02-chronölogy.csv"), "cannot be read at line"),
    "backslash": (replaced(MANIFEST, CSV, "data\\02-chronology.csv"), "cannot be read at line"),
    "no last line end": (lambda f: f | {MANIFEST: f[MANIFEST][:-1]}, "was cut off"),
    "crlf": (lambda f: f | {MANIFEST: f[MANIFEST].replace(b"\n", b"\r\n")}, "cannot be read"),
    "other bagit": (replaced("bagit.txt", "1.0", "0.9"), "bagit.txt was changed"),
    "other oxum": (replaced(bag.INFO, "Payload-Oxum: ", "Payload-Oxum: 9"), "another number"),
    "reordered": (
        lambda f: dict(sorted(f.items(), reverse=True)), "not in the order in which"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_BAGS)
def test_a_bag_gone_wrong_is_refused_for_its_reason(good: bytes, tmp_path: Path, name: str) -> None:
    change, reason = WRONG_BAGS[name]
    doubts = check(packed(change(files_of(good))), tmp_path)
    assert any(reason in doubt for doubt in doubts), doubts


def rewritten(change: Callable[[dict[str, object]], object]) -> Callable[[Files], Files]:
    def apply(files: Files) -> Files:
        value = json.loads(files[JSON])
        change(value)
        return files | {JSON: json.dumps(value, ensure_ascii=False).encode()}

    return apply


def set_words(value: dict[str, object]) -> None:
    value["records"][0]["content"]["body"]["what_happened"] = "Nothing."  # type: ignore[index]


def set_receipt(value: dict[str, object]) -> None:
    value["records"][0]["received_at"] = "2020-01-01T00:00:00.000Z"  # type: ignore[index]


def drop_version(value: dict[str, object]) -> None:
    del value["records"][1]  # type: ignore[attr-defined]


def drop_file(value: dict[str, object]) -> None:
    value["files"] = []


def confess(value: dict[str, object]) -> None:
    value["records"][0]["not_verified"] = ["\x1b[2Jpending"]  # type: ignore[index]


PATHS = "data/machine/proofs/paths.json"
NOTE = "data/machine/proofs/checkpoint.txt"
LIES = {
    "other words": (rewritten(set_words), "are not those that were recorded"),
    "back-dated": (rewritten(set_receipt), "another time of receipt"),
    "a version left out": (rewritten(drop_version), "each of its versions once"),
    "a file without record": (rewritten(drop_file), "No record speaks for"),
    "its own doubt": (rewritten(confess), "NOT VERIFIED"),
    "other photo": (edit(PHOTO, b"another"), "is not the file that was received"),
    "other preimage": (
        lambda f: f | {next(p for p in f if p.endswith("1-1.bin")): b"x" * 90},
        "was changed",
    ),
    "no proofs": (edit(PATHS, b'{"proofs": []}'), "no proof that"),
    "other place": (replaced(PATHS, '"place": 0', '"place": 1'), "does not hold"),
    "other root": (replaced(NOTE, "\n4\n", "\n5\n"), "not signed"),
    "no json": (edit(JSON, b"{"), "not readable JSON"),
    "deep json": (edit(JSON, b'{"a":' + b"[" * 200_000), "not readable JSON"),
    "json twice": (edit(JSON, b'{"a":1,"a":2}'), "not readable JSON"),
    "nan": (edit(JSON, b'{"a":NaN}'), "not readable JSON"),
    "other format": (replaced(JSON, "diary-bundle/1", "diary-bundle/9"), "not a bundle of the"),
    "list for object": (edit(JSON, b'{"format":"diary-bundle/1","records":[1],"files":[]}'),
                        "not as a bundle has it"),
    "surrogate": (replaced(JSON, "He rang.", "\\ud800"), "are not those that were recorded"),
    "no path": (rewritten(lambda value: value["files"][0].pop("path")),  # type: ignore[index]
                "not as a bundle has it"),
    "no object": (rewritten(lambda value: value.update(files=[1])), "not as a bundle has it"),
    "loss kept quiet": (rewritten(lambda value: value.pop("unopened")), "not as a bundle has it"),
    "less than nothing": (rewritten(lambda value: value.update(unopened={"number": -1})),
                          "not as a bundle has it"),
    "no number": (rewritten(lambda value: value.update(unopened={"number": True})),
                  "not as a bundle has it"),
    "a loss": (rewritten(lambda value: value.update(unopened={"number": 2})),
               "2 records could not be opened, or belong to one that could not."),
    "beyond all numbers": (replaced(PATHS, '"place": 0', '"place": 1e999'), "not as a bundle"),
    "huge number": (replaced(PATHS, '"place": 0', '"place": 1' + "0" * 5000), "not readable JSON"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lie_with_fitting_manifests_is_found(good: bytes, tmp_path: Path, name: str) -> None:
    change, reason = LIES[name]
    doubts = check(remade(change(files_of(good))), tmp_path)
    assert any(reason in doubt for doubt in doubts), doubts
    assert not any("\x1b" in doubt for doubt in doubts)


LIES_ABOUT_COPIES: dict[str, tuple[Callable[[Any], object], str]] = {
    "unmarked": (lambda v: v["records"][0].update(derived_from=None), "is not marked as what"),
    "no mark at all": (lambda v: v["records"][0].pop("derived_from"), "is not marked as what"),
    "of another version": (
        lambda v: v["records"][0]["derived_from"].update(version=4), "is not marked as what"
    ),
    "with more in it": (
        lambda v: v["records"][0]["derived_from"].update(left_out=[]), "is not marked as what"
    ),
    "a whole one marked": (
        lambda v: v["records"][1].update(derived_from=v["records"][0]["derived_from"]),
        "is not marked as what",
    ),
    "earlier versions not said": (lambda v: v.update(not_shared=[]), "each of its versions once"),
    "said of another": (
        lambda v: v["not_shared"][0].update(record="0" * 32), "each of its versions once"
    ),
    "more than is away": (
        lambda v: v["not_shared"][0].update(versions=[1, 2]), "each of its versions once"
    ),
    "a huge number": (
        lambda v: v["not_shared"][0].update(versions=[10**30]), "each of its versions once"
    ),
    "no number": (lambda v: v["not_shared"][0].update(versions=["1"]), "not as a bundle has it"),
    "nought": (lambda v: v["not_shared"][0].update(versions=[0]), "not as a bundle has it"),
    "no list": (lambda v: v.update(not_shared={"record": 1}), "not as a bundle has it"),
    "no object": (lambda v: v.update(not_shared=[1]), "not as a bundle has it"),
}  # fmt: skip


def test_copies_are_accepted_and_the_reader_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundles.bundle(bundles.with_copies()))
    report = verify(path)
    assert report.holds, report.doubts
    notes = [one.text for one in report.findings if one.mark == "note"]
    assert any(one.startswith("1 record is a derived copy with parts left out") for one in notes)
    assert any(one.startswith("1 record is here without earlier versions") for one in notes)


@pytest.mark.parametrize("name", LIES_ABOUT_COPIES)
def test_a_lie_about_copies_is_found(tmp_path: Path, name: str) -> None:
    change, reason = LIES_ABOUT_COPIES[name]
    files = rewritten(change)(files_of(bundles.bundle(bundles.with_copies())))
    doubts = check(remade(files), tmp_path)
    assert any(reason in doubt for doubt in doubts), doubts


def test_a_version_that_is_left_out_unsaid_is_found(good: bytes, tmp_path: Path) -> None:
    """What is said of one record opens no door for another."""
    said = rewritten(lambda v: v.update(not_shared=[{"record": f"{1:032x}", "versions": [1]}]))
    doubts = check(remade(rewritten(drop_version)(said(files_of(good)))), tmp_path)
    assert len([one for one in doubts if "each of its versions once" in one]) == 2


FORGED = {
    "words of a table": replaced(CSV, "He rang.", "I rang him."),
    "another page": edit("READ-ME-FIRST.txt", b"none of this is true"),
    "another pdf": edit("data/02-chronology.pdf", b"%PDF"),
    "an added file": lambda f: {"data/00-more.txt": b"more", **f},
    "an amendment left out": rewritten(
        lambda value: value.update(records=[r for r in value["records"]  # type: ignore[attr-defined]
                                            if r["content"]["version"] == 1])
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_fitting_manifests_are_not_enough(good: bytes, tmp_path: Path, name: str) -> None:
    """What somebody without the log's key changes is found, whatever lists he writes with it."""
    files = files_of(good)
    changed = unsigned(FORGED[name](files))
    for signature in (files[bag.SIGNATURE], b"", b"no note", files[NOTE]):
        doubts = check(packed(changed | {bag.SIGNATURE: signature}), tmp_path)
        assert len(doubts) == 1
        assert re.search("not what the service signed|not signed by", doubts[0])
    assert check(packed(changed), tmp_path) == [f"The bundle has no {bag.SIGNATURE}."]


def test_a_copy_is_not_shown_as_an_original(good: bytes, tmp_path: Path) -> None:
    viewing = "data/06-exhibits/viewing/X-001-DERIVED-view.jpg"
    files = {viewing if path == PHOTO else path: data for path, data in files_of(good).items()}
    doubts = check(remade(replaced(JSON, PHOTO, viewing)(files)), tmp_path)
    assert doubts == [f"{viewing} is a copy shown as an original, or the reverse."]


def test_a_log_of_ones_own_is_found_with_the_real_key(good: bytes, tmp_path: Path) -> None:
    other = public_line(bundles.ORIGIN, bytes(32))
    doubts = check(good, tmp_path, log_key=other)
    assert any("not the one you gave" in doubt for doubt in doubts)
    assert any("not signed by" in doubt for doubt in doubts)
    assert check(good, tmp_path, log_key="nonsense")


def test_a_log_that_was_given_an_earlier_time_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = bundles.opened

    def dated_back(*args: Any, **more: Any) -> Opened:
        return replace(opened(*args, **more), received_at=datetime(2025, 1, 1, tzinfo=UTC))

    monkeypatch.setattr(bundles, "opened", dated_back)
    doubts = check(bundles.bundle(), tmp_path)
    assert len(doubts) == 4
    assert all("received before it was written" in doubt for doubt in doubts)


def test_unsafe_names_and_other_zips_are_refused(tmp_path: Path) -> None:
    for name in ("../x", "/x", "a/../b", "C:/x", "a b", "ä", "a//b", "x" * 300):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr(name, b"x")
        assert check(data.getvalue(), tmp_path)
    assert not zipform.is_safe_name("a" * 81)
    assert check(random.Random(1).randbytes(5000), tmp_path)
    assert check(packed({"data/x": b"", "y": b""}), tmp_path)


def test_two_names_for_one_place_are_refused(good: bytes, tmp_path: Path) -> None:
    data = good.replace(b"02-clocks.csv", b"02-Chronology.c")  # another length breaks it as well
    assert check(data, tmp_path)
    with pytest.raises(ValueError, match="names"):
        packed({"data/A": b"", "data/a": b""})


def test_the_command_says_it_in_sentences(
    good: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(good)
    assert main([str(path)]) == 0
    said = capsys.readouterr().out
    assert "not yet time-stamped" in said
    assert hashlib.sha256(good).hexdigest() in said
    path.write_bytes(good[:-1])
    assert main([str(path)]) == 1
    assert main([str(tmp_path / "none.zip")]) == 1
    assert "DOUBT: That file cannot be read." in capsys.readouterr().out
    with pytest.raises(SystemExit) as wrong:
        main([])
    assert wrong.value.code == 2


def test_a_stranger_needs_neither_flask_nor_a_database(good: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(good)
    blocked = ["flask", "sqlalchemy", "pydantic", "typst", "alembic", "flask_login", "werkzeug"]
    program = (
        "import sys, runpy\n"
        f"for name in {blocked!r}: sys.modules[name] = None\n"
        f"sys.argv = ['x', {str(tmp_path / 'b.zip')!r}]\n"
        "runpy.run_module('diary.proof', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_stock_tools_read_the_zip(good: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(good)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {info.date_time for info in archive.infolist()} == {(2026, 3, 3, 21, 14, 6)}
    if tool := shutil.which("unzip"):
        done = subprocess.run([tool, "-tq", "b.zip"], cwd=tmp_path, check=False)
        assert done.returncode == 0


def test_large_zips_are_read_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The forms for 64 bits, with the limits lowered so that a test is quick."""
    out = ZipStream("b", datetime(2026, 3, 3, tzinfo=UTC))
    pieces = list(out.add("data/wide", [b"x" * 10], expected=1 << 33))
    pieces += [piece for i in range(66_000) for piece in out.add(f"data/{i}", [b""])]
    data = b"".join([*pieces, *out.close()])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(archive.namelist()) == 66_001
        assert archive.read("b/data/wide") == b"x" * 10
    doubts = check(data, tmp_path)
    assert doubts == ["The bundle has no bagit.txt."]
    bad = bytearray(data)
    bad[-30] ^= 1
    assert "end of the zip" in check(bytes(bad), tmp_path)[0]
