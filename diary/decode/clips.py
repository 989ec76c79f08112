"""One still picture of a video, and what a video or a sound says about itself."""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import suppress
from typing import Any, BinaryIO

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from PIL import Image

from . import claims
from .pictures import MOST_PIXELS_OTHER, Picture, copies

# The demuxer is named, never guessed: play-lists and other formats that point to further files
# or addresses (HLS, concat, SDP) are out of reach.
_DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "audio/webm": "matroska",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/amr": "amr",
}
_TRIES = 120  # frames looked at for the first whole one


def prepare() -> None:
    """Load all of av now: it loads parts of itself when a stream needs them."""
    for part in pkgutil.walk_packages(av.__path__, "av."):
        if not part.name.endswith("__main__"):
            importlib.import_module(part.name)
    _upright(VideoFrame(16, 16, "yuv420p"))


def read(file: BinaryIO, mime: str) -> tuple[dict[str, Any], list[Picture]]:
    """Return what the clip says about itself, and a still picture if it has one."""
    options = {"protocol_whitelist": "", "enable_drefs": "0", "use_absolute_path": "0"}
    with av.open(
        file, "r", format=_DEMUXERS[mime], options=options, metadata_errors="replace"
    ) as clip:
        facts: dict[str, Any] = dict(claims.of_clip(clip.metadata))
        if clip.duration:
            facts["seconds"] = round(clip.duration / av.time_base, 2)
        if not clip.streams.video:
            return facts, []
        video = clip.streams.video[0]
        facts |= {"width": video.width, "height": video.height}
        if video.width * video.height > MOST_PIXELS_OTHER:
            return facts, []
        with suppress(av.FFmpegError, OSError, ValueError, MemoryError, EOFError):
            frame = _first_frame(clip)
            return facts, copies(_upright(frame), "poster") if frame else []
    return facts, []


def _first_frame(clip: InputContainer) -> VideoFrame | None:
    stream = clip.streams.video[0]
    stream.thread_count = 1
    for number, frame in enumerate(clip.decode(stream)):
        if not frame.is_corrupt or number >= _TRIES:
            return frame
    return None


def _upright(frame: VideoFrame) -> Image.Image:
    image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image
