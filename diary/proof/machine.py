"""Reading data/machine/: JSON that a stranger sent, so nothing in it is taken on trust."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from diary.proof.report import UnreadableError
from diary.text import N_

FORMAT = "diary-bundle/1"
BUNDLE = "data/machine/bundle.json"
PATHS = "data/machine/proofs/paths.json"
CHECKPOINT = "data/machine/proofs/checkpoint.txt"
LOG_KEY = "verify/log.pub"
EXHIBITS, ORDERS = "data/06-exhibits/", "data/05-orders/"
TERMS = "-terms.pdf"  # in ORDERS: a document that was made, not a file that was received
TOO_LARGE = 512 * 1024 * 1024
OTHERWISE = N_("%(name)s is not as a bundle has it.")


@dataclass(frozen=True, slots=True)
class Version:
    """One record version as bundle.json tells it."""

    content: dict[str, Any]
    commitment: str
    received_at: str
    preimage: str
    not_verified: list[str]
    derived_from: Any = None  # as it was sent: it is compared, and nothing else is done with it

    @property
    def named(self) -> dict[str, object]:
        """Name the record, as a reader finds it in bundle.json, for a sentence about it."""
        return {"record": self.id, "version": self.number}

    @property
    def id(self) -> str:
        """Return the record's id, with whatever a terminal would act on left out."""
        return plain(str(self.content.get("id", "?")))

    @property
    def number(self) -> int:
        """Return the version's number, 0 when it has none."""
        number = self.content.get("version")
        return number if isinstance(number, int) else 0


@dataclass(frozen=True, slots=True)
class Media:
    """One file in the bundle, and the record version that vouches for it."""

    path: str
    sha256: str
    size: int
    record: str
    version: int
    not_verified: list[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a commitment stands in the log."""

    leaf: bytes
    place: int
    path: tuple[bytes, ...]


def read_json(raw: bytes, name: str) -> dict[str, Any]:
    """Read one JSON object: no name twice, no NaN, not too deep."""
    try:
        value = json.loads(raw, object_pairs_hook=_object, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise UnreadableError(N_("%(name)s is not readable JSON."), name=name) from None
    if not isinstance(value, dict):
        raise UnreadableError(N_("%(name)s is not readable JSON."), name=name)
    return value


def plain(text: str) -> str:
    """Return a text of the bundle as it may be printed: no control signs, and short."""
    return "".join(char if char.isprintable() else "?" for char in text)[:200]


def read_versions(bundle: dict[str, Any]) -> list[Version]:
    """Read the record versions of bundle.json."""
    return [_version(item) for item in _list(bundle, "records")]


def read_media(bundle: dict[str, Any]) -> list[Media]:
    """Read the files of bundle.json that are there as bytes."""
    return [_media(item) for item in _list(bundle, "files") if _has_bytes(item)]


def is_copy(path: str) -> bool:
    """Tell whether a path is that of a copy made for viewing."""
    return path.startswith((f"{EXHIBITS}viewing/", f"{ORDERS}viewing/"))


def needs_record(path: str) -> bool:
    """Tell whether a record must speak for what lies at a path."""
    return path.startswith(EXHIBITS) or (path.startswith(ORDERS) and not path.endswith(TERMS))


def read_unopened(bundle: dict[str, Any]) -> int:
    """Read how many records the bundle's maker could not open."""
    item = bundle.get("unopened")
    number = item.get("number") if isinstance(item, dict) else None
    if type(number) is not int or number < 0:
        raise UnreadableError(OTHERWISE, name=BUNDLE)
    return number


def read_not_shared(bundle: dict[str, Any]) -> dict[str, frozenset[int]]:
    """Read which versions of which records were not shared with the bundle's maker."""
    if "not_shared" not in bundle:
        return {}
    found = {}
    for item in _list(bundle, "not_shared"):
        try:
            record, numbers = plain(_text(_is_object(item)["record"])), _list(item, "versions")
        except (KeyError, TypeError):
            raise UnreadableError(OTHERWISE, name=BUNDLE) from None
        if any(type(number) is not int or number < 1 for number in numbers):
            raise UnreadableError(OTHERWISE, name=BUNDLE)
        found[record] = frozenset(numbers)
    return found


def read_places(raw: bytes) -> dict[str, Place]:
    """Read paths.json: commitment in hex to its place in the log."""
    places: dict[str, Place] = {}
    for item in _list(read_json(raw, PATHS), "proofs"):
        try:
            path = tuple(bytes.fromhex(step) for step in item["path"])
            place = Place(str(item["leaf"]).encode(), int(item["place"]), path)
            places[str(item["commitment"])] = place
        except (KeyError, TypeError, ValueError, OverflowError):
            raise UnreadableError(OTHERWISE, name=PATHS) from None
    return places


def _version(item: Any) -> Version:
    try:
        content = _is_object(item["content"])
        return Version(
            content, _text(item["commitment"]), _text(item["received_at"]),
            _text(item["preimage"]), [plain(_text(why)) for why in item["not_verified"]],
            item.get("derived_from"),
        )  # fmt: skip
    except (KeyError, TypeError):
        raise UnreadableError(OTHERWISE, name=BUNDLE) from None


def _has_bytes(item: Any) -> bool:
    # Only null says that a file is not enclosed; whatever else is wrong is found when it is read.
    return not isinstance(item, dict) or item.get("path", "") is not None


def _media(item: Any) -> Media:
    try:
        return Media(
            _text(item["path"]), _text(item["sha256"]), int(item["size"]), _text(item["record"]),
            int(item["version"]), [plain(_text(why)) for why in item["not_verified"]],
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, OverflowError):
        raise UnreadableError(OTHERWISE, name=BUNDLE) from None


def _list(value: dict[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    if not isinstance(found, list):
        raise UnreadableError(OTHERWISE, name=BUNDLE)
    return found


def _is_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name twice")
    return value


def _refuse(_: str) -> NoReturn:
    raise ValueError("not a number")
