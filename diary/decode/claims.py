"""What a file says about itself: when and where. Claimed by the file, never inferred.

EXIF 2.32 (CIPA DC-008) for pictures, QuickTime and ISO base media metadata for clips. A time
without a zone stays without one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET, _CHANGED = 0x9003, 0x9011, 0x0132
_EXIF_TIME = re.compile(r"(\d{4}):(\d{2}):(\d{2}) (\d{2}:\d{2}:\d{2})")
_OFFSET = re.compile(r"[+-]\d{2}:\d{2}")
_ISO_6709 = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")
_APPLE = "com.apple.quicktime."


def of_picture(exif: Any) -> dict[str, str]:
    """Read time and place from a picture's EXIF."""
    inside = exif.get_ifd(_EXIF_IFD)
    found = _exif_time(inside.get(_TAKEN), inside.get(_TAKEN_OFFSET), "exif_original")
    found = found or _exif_time(exif.get(_CHANGED), None, "exif_changed")
    place = _gps(exif.get_ifd(_GPS_IFD))
    return found | ({"place_in_file": place} if place else {})


def of_clip(metadata: Mapping[str, str]) -> dict[str, str]:
    """Read time and place from a clip's metadata."""
    found: dict[str, str] = {}
    for key, kind in ((_APPLE + "creationdate", "apple_creation"), ("creation_time", "quicktime")):
        if text := metadata.get(key):
            found = {"time_in_file": text[:40], "time_in_file_kind": kind}
            break
    said = metadata.get(_APPLE + "location.ISO6709") or metadata.get("location") or ""
    if match := _ISO_6709.match(said):
        found["place_in_file"] = _place(float(match[1]), float(match[2]))
    return found


def _exif_time(text: Any, offset: Any, kind: str) -> dict[str, str]:
    match = _EXIF_TIME.match(text) if isinstance(text, str) else None
    if not match:
        return {}
    year, month, day, clock = match.groups()
    zone = offset.strip() if isinstance(offset, str) else ""
    zone = zone if _OFFSET.fullmatch(zone) else ""
    return {"time_in_file": f"{year}-{month}-{day}T{clock}{zone}", "time_in_file_kind": kind}


def _gps(gps: Mapping[int, Any]) -> str:
    try:
        latitude = _degrees(gps[2], negative=gps.get(1) == "S")
        longitude = _degrees(gps[4], negative=gps.get(3) == "W")
        return _place(latitude, longitude)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return ""


def _degrees(parts: Sequence[Any], *, negative: bool) -> float:
    value = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
    return -value if negative else value


def _place(latitude: float, longitude: float) -> str:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return ""
    return f"{latitude:.6f}, {longitude:.6f}"
