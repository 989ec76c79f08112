"""data/machine/: every record version opened, its JSON Schema, and its proof in the log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic.json_schema import models_json_schema

from diary.bundle import names, wording
from diary.bundle.contents import (
    MAY_LEAVE,
    Contents,
    Exhibit,
    Outcome,
    is_derived,
    media_facts,
)
from diary.canonical import utc_text
from diary.domain.kinds import KINDS
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
    }
    yield _json(head)[:-1]
    yield from _array("records", (_record(version, contents) for version in contents.versions()))
    yield from _array("files", _files(contents, outcome))
    yield b"}\n"


def schema(_: Contents, __: Outcome) -> bytes:
    """Write the JSON Schema of bundle.json, from the models that sealed the records."""
    models = [KINDS[kind] for kind in sorted(MAY_LEAVE)]
    refs, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/$defs/{model}"
    )
    contents = [
        {"properties": {"kind": {"const": model.kind}, "body": refs[(model, "validation")]}}
        for model in models
    ]
    text = {"type": "string"}
    hash_ = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    content = _closed(
        {
            "v": {"const": 1}, "kind": text, "id": text, "version": {"type": "integer"},
            "parent": {"type": ["string", "null"]}, "supersedes": {"type": ["string", "null"]},
            "written_at": text, "device_at": {"type": ["string", "null"]}, "body": {},
        }
    ) | {"oneOf": contents}  # fmt: skip
    why = {"type": "array", "items": text}
    record = _closed(
        {
            "content": content, "commitment": hash_, "received_at": text,
            "stamped_at": {"type": ["string", "null"]}, "preimage": text, "not_verified": why,
        }
    )  # fmt: skip
    file = _closed(
        {
            "exhibit_ref": text, "path": {"type": ["string", "null"]}, "sha256": hash_,
            "size": {"type": "integer"}, "record": {"type": ["string", "null"]},
            "version": {"type": ["integer", "null"]}, "derived": {"type": "boolean"},
            "not_verified": why,
        }
    )  # fmt: skip
    unopened = _closed(
        {
            "number": {"type": "integer", "minimum": 0},
            "records": {"type": "array", "items": text}, "not_verified": why,
        }
    )  # fmt: skip
    whole = _closed(
        {
            "format": {"const": machine.FORMAT}, "reference": text, "purpose": text,
            "made_at": text, "service": text, "software": text, "time_stamp": text,
            "clocks": {"type": "object"}, "records": {"type": "array", "items": record},
            "files": {"type": "array", "items": file}, "unopened": unopened,
        }
    )  # fmt: skip
    top = {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, **definitions}
    return (json.dumps(top, indent=1, sort_keys=True) + "\n").encode()


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


def paths_json(contents: Contents, _: Outcome) -> Iterator[bytes]:
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
        "not_verified": [doubt] if doubt else [],
    }


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


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }
