"""One object of a file, read field by field; it remembers what nobody asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue, ValidationError

from diary.canonical import canonical_bytes
from diary.errors import BadInputError
from diary.text import N_

Fields = dict[str, JsonValue]


def load_json(path: Path) -> JsonValue:
    """Read a JSON file whole; BadInputError says in words what is wrong with it."""
    try:
        value: JsonValue = json.loads(
            path.read_text(encoding="utf-8"), object_pairs_hook=_unique, parse_constant=_refused
        )
        canonical_bytes(value)  # what has no canonical form cannot be sealed
    except OSError as error:
        raise BadInputError(N_("The file %(path)s cannot be read."), path=path) from error
    except json.JSONDecodeError as error:
        raise BadInputError(
            N_("%(path)s is not valid JSON: see line %(line)s."), path=path, line=error.lineno
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInputError(
            N_("%(path)s holds text or numbers that cannot be kept as they are."), path=path
        ) from error
    return value


def _unique(pairs: list[tuple[str, JsonValue]]) -> Fields:
    if len(pairs) != len({key for key, _ in pairs}):
        raise ValueError("the same name twice: one of the two would be lost")
    return dict(pairs)


def _refused(constant: str) -> JsonValue:
    raise ValueError(constant)


def no_fit(where: str, field: str) -> BadInputError:
    """Say which field of which part cannot be used; never what stands in it."""
    return BadInputError(
        N_("In the file, %(where)s: “%(field)s” is not as expected."), where=where, field=field
    )


def no_fits(where: str, error: ValidationError) -> BadInputError:
    """Say the same for the first thing that a model refused."""
    return no_fit(where, ".".join(str(part) for part in error.errors()[0]["loc"]) or "?")


class Part:
    """One object and where it stands in the file."""

    def __init__(self, where: str, fields: JsonValue) -> None:
        if not isinstance(fields, dict):
            if not where:
                raise BadInputError(N_("The file holds no diary: it must be one JSON object."))
            raise BadInputError(N_("In the file, %(where)s is not an object."), where=where)
        self.where = where
        self.fields = fields
        self._read: set[str] = set()

    def value(self, key: str) -> JsonValue:
        """Return what stands there, whatever it is; None when nothing does."""
        self._read.add(key)
        return self.fields.get(key)

    def leave(self, key: str) -> None:
        """Count a field as not read after all: it stays in the rest."""
        self._read.discard(key)

    def text(self, key: str) -> str:
        """Return a text; empty when there is none."""
        value = self.value(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise no_fit(self.where, key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty when there is none."""
        texts = tuple(value for value in self._list(key) if isinstance(value, str))
        if len(texts) != len(self._list(key)):
            raise no_fit(self.where, key)
        return texts

    def parts(self, key: str) -> list[Part]:
        """Return a list of objects, each with its own place."""
        items = enumerate(self._list(key), 1)
        return [
            Part(" ".join(filter(None, (self.where, key, reference_of(item) or str(n)))), item)
            for n, item in items
        ]

    def _list(self, key: str) -> list[JsonValue]:
        value = self.value(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise no_fit(self.where, key)
        return value

    def fields_as(self, names: Mapping[str, str]) -> Fields:
        """Return the fields that say something, under the names that our records have."""
        found = {ours: self.value(theirs) for theirs, ours in names.items()}
        return {name: value for name, value in found.items() if value is not None}

    def rest(self) -> Fields:
        """Return every field that nothing has read."""
        return {key: value for key, value in self.fields.items() if key not in self._read}


def reference_of(item: JsonValue) -> str:
    """Return what an object calls itself: the first of its fields named …_id or …_ref."""
    if isinstance(item, dict):
        for key, value in item.items():
            if key.endswith(("_id", "_ref")) and isinstance(value, str):
                return value
    return ""
