"""Small and larger copies of a picture: upright, in sRGB, with nothing of the file's metadata."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from . import claims

SMALL, VIEW = 480, 1600
# A JPEG is decoded at a fraction of its size; every other format is decoded in full.
MOST_PIXELS = {"JPEG": 120_000_000}
MOST_PIXELS_OTHER = 50_000_000
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/gif": "GIF",
}
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True)
class Picture:
    """One derived JPEG."""

    purpose: str
    width: int
    height: int
    data: bytes


def prepare() -> None:
    """Load every decoder now: later this process cannot open a file."""
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.init()
    jpeg(Image.new("RGB", (8, 8)), "small", SMALL)


def read(file: BinaryIO, mime: str) -> tuple[dict[str, Any], list[Picture]]:
    """Return what the picture says about itself, and its copies (none if it does not decode)."""
    kind = _FORMATS[mime]
    with Image.open(file, formats=[kind]) as image:
        facts: dict[str, Any] = {"width": image.width, "height": image.height}
        facts |= claims.of_picture(image.getexif())
        if image.width * image.height > MOST_PIXELS.get(kind, MOST_PIXELS_OTHER):
            return facts, []
        with suppress(OSError, ValueError, SyntaxError, MemoryError, EOFError):
            return facts, copies(_upright(image), "view")
    return facts, []


def copies(image: Image.Image, larger: str) -> list[Picture]:
    """Make the larger and the small copy."""
    return [jpeg(image, larger, VIEW), jpeg(image, "small", SMALL)]


def jpeg(image: Image.Image, purpose: str, edge: int) -> Picture:
    """Make one JPEG whose longer side is at most `edge`."""
    copy = image.copy()
    copy.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=82, progressive=True, optimize=True, exif=b"", icc_profile=None)
    return Picture(purpose, copy.width, copy.height, out.getvalue())


def _upright(image: Image.Image) -> Image.Image:
    image.draft("RGB", (VIEW, VIEW))
    image.load()
    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    turned.thumbnail((VIEW, VIEW), Image.Resampling.LANCZOS)
    return _plain(turned, profile)


def _plain(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Bring to sRGB on a white ground, without transparency."""
    if image.mode in {"RGB", "RGBA", "CMYK", "L"} and profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            mode = "RGBA" if image.mode == "RGBA" else "RGB"
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode=mode)
            image = converted or image
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        image = Image.alpha_composite(ground, layer)
    return image.convert("RGB")
