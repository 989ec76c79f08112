"""data/machine/bundle.schema.json: the JSON Schema of bundle.json (draft 2020-12).

The bodies of records come from the models that sealed them; the rest is what `bundle.machine`
writes around them.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from diary.bundle.contents import MAY_LEAVE, Contents, Outcome
from diary.domain.kinds import KINDS
from diary.domain.sharing import COPIED, Redacted
from diary.proof import machine

Shape = dict[str, Any]


def _closed(**properties: Shape) -> Shape:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _many(items: Shape) -> Shape:
    return {"type": "array", "items": items}


def _null() -> Shape:
    return {"type": "null"}


def _or_null(kind: str) -> Shape:
    return {"type": [kind, "null"]}


TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "integer"}
HASH: Shape = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
NOT_VERIFIED = _many(TEXT)
CONTENT = _closed(
    v={"const": 1}, kind=TEXT, id=TEXT, version=NUMBER, parent=_or_null("string"),
    supersedes=_or_null("string"), written_at=TEXT, device_at=_or_null("string"), body={},
)  # fmt: skip
FILE = _closed(
    exhibit_ref=TEXT, path=_or_null("string"), sha256=HASH, size=NUMBER,
    record=_or_null("string"), version=_or_null("integer"), derived={"type": "boolean"},
    not_verified=NOT_VERIFIED,
)  # fmt: skip
DERIVED_FROM = {"anyOf": [_closed(record=TEXT, version=NUMBER, left_out=_many(TEXT)), _null()]}
NOT_SHARED = _closed(record=TEXT, versions=_many(NUMBER))
UNOPENED = _closed(number=NUMBER | {"minimum": 0}, records=_many(TEXT), not_verified=NOT_VERIFIED)


def schema(_: Contents, __: Outcome) -> bytes:
    """Write the schema."""
    return _written()


@cache
def _written() -> bytes:
    models = [KINDS[kind] for kind in sorted(MAY_LEAVE)] + [Redacted]
    refs, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/$defs/{model}"
    )
    bodies = [
        {"properties": {"kind": {"const": model.kind}, "body": refs[(model, "validation")]}}
        for model in models
    ]
    bodies[-1]["properties"]["body"] = _copies(bodies)
    whole = _whole(CONTENT | {"oneOf": bodies})
    top = {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, **definitions}
    return (json.dumps(top, indent=1, sort_keys=True) + "\n").encode()


def _copies(bodies: list[Shape]) -> Shape:
    """Say what stays in a copy: members of the kind that it is a copy of."""
    shapes = {one["properties"]["kind"]["const"]: one["properties"]["body"] for one in bodies}
    stays = [
        {"properties": {"of_kind": {"const": kind}, "body": shapes[kind]}}
        for kind in COPIED
        if kind in shapes
    ]
    return {"allOf": [shapes[Redacted.kind], {"oneOf": stays}]}


def _whole(content: Shape) -> Shape:
    record = _closed(
        content=content, commitment=HASH, received_at=TEXT, stamped_at=_or_null("string"),
        preimage=TEXT, derived_from=DERIVED_FROM, not_verified=NOT_VERIFIED,
    )  # fmt: skip
    return _closed(
        format={"const": machine.FORMAT}, reference=TEXT, purpose=TEXT, made_at=TEXT,
        service=TEXT, software=TEXT, time_stamp=TEXT, clocks={"type": "object"},
        records=_many(record), files=_many(FILE), unopened=UNOPENED,
        not_shared=_many(NOT_SHARED),
    )  # fmt: skip
