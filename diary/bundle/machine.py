"""data/machine/: every record version opened, and its proof in the log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from diary.bundle import derived, names, wording
from diary.bundle.contents import (
    Contents,
    Exhibit,
    Outcome,
    is_derived,
    media_facts,
)
from diary.canonical import utc_text
from diary.proof import machine
from diary.text import N_, Say
from diary.vault.records import Opened

OTHER_TIME = N_("the log says another time of receipt")
PENDING = N_("this version is not in the log yet; there is no proof of when it was received")
ONE_UNOPENED = N_("1 record could not be opened and is not in this bundle.")
SOME_UNOPENED = N_(
    "%(number)s records could not be opened, or belong to one that could not."
    " They are not in this bundle."
)
CLOCKS = {
    "happened": N_("content.body.when: what the writer says; local time, never made more exact"),
    "written": N_("content.device_at: what the phone's clock said; null if it said nothing"),
    "received": N_("received_at: the server's clock, in the log's leaf"),
    "stamped": N_("stamped_at: an outside time-stamp authority; null means not yet time-stamped"),
    "claimed": N_("content.body.claimed: what an imported file says of itself; never a receipt"),
}


def bundle_json(contents: Contents, outcome: Outcome) -> Iterator[bytes]:
    """Write bundle.json record by record, so that it need not be in memory whole."""
    head = {
        "format": machine.FORMAT,
        "reference": contents.reference,
        "purpose": contents.profile.code,
        "made_at": utc_text(contents.made_at),
        "service": contents.service,
        "software": contents.software,
        "time_stamp": contents.say(wording.NOT_STAMPED),
        "clocks": {clock: contents.say(what) for clock, what in CLOCKS.items()},
        "unopened": _unopened(contents),
        "not_shared": [
            {"record": record, "versions": list(versions)}
            for record, versions in contents.not_shared().items()
        ],
    }
    yield _json(head)[:-1]
    yield from _array("records", (_record(version, contents) for version in contents.versions()))
    yield from _array("files", _files(contents, outcome))
    yield b"}\n"


def _unopened(contents: Contents) -> dict[str, Any]:
    return {
        "number": contents.unopened.number,
        "records": list(contents.unopened.ids),
        "not_verified": list(unopened(contents)),
    }


def unopened(contents: Contents) -> Iterator[str]:
    """Say how many records did not open, if any."""
    if number := contents.unopened.number:
        yield contents.say(ONE_UNOPENED if number == 1 else SOME_UNOPENED, number=number)


def paths_json(contents: Contents) -> Iterator[bytes]:
    """Write each version's leaf and its way to the root of the checkpoint."""
    yield b"{"
    yield from _array("proofs", _proofs(contents), first=True)
    yield b"}\n"


def _proofs(contents: Contents) -> Iterator[dict[str, Any]]:
    for version in contents.versions():
        proof = contents.proofs.get(version.commitment.hex())
        if proof is not None:
            yield {
                "commitment": version.commitment.hex(),
                "leaf": proof.leaf.decode("ascii"),
                "place": proof.place,
                "path": [step.hex() for step in proof.path],
            }


def _record(version: Opened, contents: Contents) -> dict[str, Any]:
    doubt = doubt_of(version, contents)
    return {
        "content": version.envelope,
        "commitment": version.commitment.hex(),
        "received_at": utc_text(version.received_at),
        "stamped_at": None,
        "preimage": names.preimage_path(version),
        "derived_from": _derived_from(version),
        "not_verified": [doubt] if doubt else [],
    }


def _derived_from(version: Opened) -> dict[str, Any] | None:
    """Say of which version it is a copy and which parts were left out; null for a whole record."""
    copy = derived.copied(version)
    if copy is None:
        return None
    return {"record": copy.of, "version": copy.of_version, "left_out": list(copy.left_out)}


def doubt_of(version: Opened, contents: Contents) -> str:
    """Say why the log does not vouch for a version, or nothing if it does."""
    proof = contents.proofs.get(version.commitment.hex())
    if proof is None:
        return contents.say(PENDING)
    if json.loads(proof.leaf)["at"] == utc_text(version.received_at):
        return ""
    return contents.say(OTHER_TIME)


def _files(contents: Contents, outcome: Outcome) -> Iterator[dict[str, Any]]:
    for exhibit in contents.exhibits:
        if exhibit.enclosed is None or is_derived(exhibit.enclosed):
            yield _named_only(exhibit)
        for copy in (exhibit.enclosed, *exhibit.viewing):
            if copy is not None:
                yield _enclosed(exhibit, copy, outcome, contents.say)


def _named_only(exhibit: Exhibit) -> dict[str, Any]:
    body = exhibit.body
    return {
        "exhibit_ref": exhibit.ref, "path": None, "sha256": body.sha256, "size": body.size,
        "record": None, "version": None, "derived": False, "not_verified": [],
    }  # fmt: skip


def _enclosed(exhibit: Exhibit, copy: Opened, outcome: Outcome, say: Say) -> dict[str, Any]:
    path = exhibit.path(copy)
    facts = media_facts(copy)
    return {
        "exhibit_ref": exhibit.ref, "path": path, "sha256": facts.sha256, "size": facts.size,
        "record": copy.record_id, "version": copy.version, "derived": is_derived(copy),
        "not_verified": [say(outcome.doubts[path])] if path in outcome.doubts else [],
    }  # fmt: skip


def _array(name: str, items: Iterable[dict[str, Any]], *, first: bool = False) -> Iterator[bytes]:
    yield ("" if first else ",\n").encode() + json.dumps(name).encode() + b": ["
    for index, item in enumerate(items):
        yield (b",\n" if index else b"\n") + _json(item)
    yield b"]"


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
