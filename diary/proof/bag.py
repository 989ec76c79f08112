"""BagIt 1.0 (RFC 8493): the text of a bag's own files, written and read in one strict form.

RFC 8493 allows more than a bundle uses. Here a manifest line is a lower-case SHA-256, two spaces
and a plain path, so that `sha256sum -c` and BagIt agree on every line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from diary.proof.report import UnreadableError
from diary.proof.zipform import is_safe_name
from diary.text import N_

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SIGNATURE = TAG_MANIFEST + ".sig"
INFO = "bag-info.txt"
INFO_KEYS = (
    "Source-Organization", "External-Identifier", "Bagging-Date", "Bag-Size", "Payload-Oxum",
    "BagIt-Profile-Identifier", "Bundle-Spec-Version", "Bundle-Purpose", "Bundle-Consent-Id",
)  # fmt: skip
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)", re.ASCII)


def manifest_text(digests: Iterable[tuple[str, str]]) -> bytes:
    """Write (path, SHA-256 in hex) pairs as a manifest."""
    return "".join(f"{digest}  {path}\n" for path, digest in digests).encode("ascii")


def read_manifest(raw: bytes, name: str) -> list[tuple[str, str]]:
    """Read a manifest into (path, SHA-256) pairs; UnreadableError says which line is wrong."""
    pairs: list[tuple[str, str]] = []
    for number, line in enumerate(_lines(raw, name), start=1):
        match = _LINE.fullmatch(line)
        if not match or not is_safe_name(match[2]):
            raise UnreadableError(
                N_("%(name)s cannot be read at line %(number)s."), name=name, number=number
            )
        pairs.append((match[2], match[1]))
    return pairs


def signed_text(digest: str) -> str:
    """Return what the service signs: the tag manifest, which leads to every byte of the bag."""
    return f"diary-bundle/1 {TAG_MANIFEST}\n{digest}\n"


def info_text(values: Mapping[str, str]) -> bytes:
    """Write bag-info.txt: every key of the bundle's profile, in its order."""
    for key in INFO_KEYS:
        if not values[key].isprintable():
            raise ValueError(f"{key} must be one line of text")
    return "".join(f"{key}: {values[key]}\n" for key in INFO_KEYS).encode()


def read_info(raw: bytes) -> dict[str, str]:
    """Read bag-info.txt; UnreadableError when a key is missing, twice or unknown."""
    pairs = [line.partition(": ") for line in _lines(raw, INFO)]
    if tuple(key for key, _, _ in pairs) != INFO_KEYS:
        raise UnreadableError(N_("%(name)s does not have the lines that a bundle has."), name=INFO)
    return {key: value for key, _, value in pairs}


def oxum(sizes: Iterable[int]) -> str:
    """Return the Payload-Oxum: how many bytes in how many files."""
    listed = list(sizes)
    return f"{sum(listed)}.{len(listed)}"


def size_text(count: int) -> str:
    """Say a number of bytes as people do."""
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _lines(raw: bytes, name: str) -> list[str]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableError(N_("%(name)s is not readable text."), name=name) from None
    if not text.endswith("\n"):
        raise UnreadableError(N_("%(name)s was cut off or changed at its end."), name=name)
    return text[:-1].split("\n")
