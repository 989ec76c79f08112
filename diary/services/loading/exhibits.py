"""An exhibit of a file: where its bytes lie, and what the file claims of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from diary.domain.file import File
from diary.errors import BadInputError
from diary.services.loading.parts import Part, no_fit, no_fits
from diary.services.loading.source import Beside, Source
from diary.text import N_

STRAIGHT = {
    "exhibit_ref": "exhibit_ref",
    "description": "description",
    "original_name": "original_name",
    "lastModified": "last_modified",
    "user_agent": "user_agent",
    "app_version": "app_version",
    "how_obtained": "how_obtained",
    "source_device_or_account": "source_device",
    "claimed_event_time": "claimed_event_time",
    "still_on_original_device": "still_on_original_device",
    "is_extract": "is_extract",
    "edited_before_upload": "edited_before_upload",
    "other_person_knew": "other_person_knew",
    "child_recorded": "child_recorded",
    "transcript_of": "transcript_of",
    "sensitive": "sensitive",
    "received_utc": "claimed_received",
}


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file to take in: its bytes, the claims that its record will carry, and the rest."""

    record_id: str
    ref: str
    path: Path
    claims: File
    rest: tuple[Beside, ...]


def exhibit_of(part: Part, folder: Path, source: Source) -> Exhibit:
    """Find an exhibit's bytes, and refuse what is not what the file describes."""
    path = _place(part, folder)
    size, digest = _measure(path)
    for key, found in (("size", size), ("sha256", digest)):
        if (said := part.value(key)) is not None and said != found:
            raise no_fit(part.where, key)
    fields = part.fields_as(STRAIGHT) | {"capture_method": "import", "claimed_source": source.name}
    try:
        claims = File.model_validate(fields | {"blob": "0" * 32, "size": size, "sha256": digest})
    except ValidationError as error:
        raise no_fits(part.where, error) from error
    ref = part.text("exhibit_ref")
    record_id = source.id_of(f"exhibit {ref}")
    rest = tuple(source.left(part, "exhibits", ref, record_id))
    return Exhibit(record_id, ref, path, claims, rest)


def _place(part: Part, folder: Path) -> Path:
    """`media/…` lies beside the folder, everything else in it; no path leads elsewhere."""
    said = Path(str(part.fields.get("file")))
    if said.is_absolute() or ".." in said.parts:
        raise no_fit(part.where, "file")
    return (folder.parent if said.parts[:1] == ("media",) else folder) / said


def _measure(path: Path) -> tuple[int, str]:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return file.tell(), digest
    except OSError as error:
        raise BadInputError(N_("The file %(path)s cannot be read."), path=path) from error
