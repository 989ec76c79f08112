"""A file as it arrived, and copies derived from it.

The sealing key of the file's bytes is not in the body: it is the record's secret, sealed beside
the body, so that a bundle can publish the committed body without publishing a key.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from diary.domain.base import Line, Record, YesNo
from diary.domain.ids import Id

CaptureMethod = Literal[
    "camera_input",
    "file_picker",
    "recorder",
    "share_target",
    "forwarded_email",
    "practitioner_upload",
    "import",
    "",
]
Sensitive = Literal["intimate", "medical", "child", "third_party"]


SHAPES = ("file", "photo", "sound", "video")
_SHAPE_OF = {"image": "photo", "audio": "sound", "video": "video"}


class File(Record):
    """One original, kept byte for byte (fields: the exhibit of the requirements, H5.26)."""

    kind: ClassVar[str] = "file"
    blob: Id
    exhibit_ref: Line = ""
    description: Line = ""
    original_name: Line = ""
    mime: Line = "application/octet-stream"
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    sha256_from_phone: bool = False
    last_modified: Line = ""
    time_in_file: Line = ""
    time_in_file_kind: Line = ""
    place_in_file: Line = ""
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    capture_method: CaptureMethod = ""
    user_agent: Line = ""
    app_version: Line = ""
    how_obtained: Line = ""
    obtained_on: Line = ""
    source_device: Line = ""
    claimed_event_time: Line = ""
    still_on_original_device: YesNo | Literal[""] = ""
    is_extract: bool | Literal["not_sure"] | None = None
    edited_before_upload: YesNo | Literal[""] = ""
    other_person_knew: YesNo | Literal[""] = ""
    child_recorded: bool | Literal["not_sure"] | None = None
    transcript_of: Line = ""
    sensitive: tuple[Sensitive, ...] = ()
    claimed_received: Line = ""
    claimed_source: Line = ""

    @property
    def shape(self) -> str:
        """What a person calls it: a photo, a sound, a video, or a file."""
        return _SHAPE_OF.get(self.mime.partition("/")[0], "file")

    def mark(self) -> int:
        """Return its shape, so that lists can count photos without opening them."""
        return SHAPES.index(self.shape)


class Derived(Record):
    """A copy made from an original: never a replacement for it."""

    kind: ClassVar[str] = "derived"
    blob: Id
    purpose: Literal["small", "view", "poster"]
    mime: Line
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    width: int | None = None
    height: int | None = None
    made_with: Line = ""
    made_at: datetime
