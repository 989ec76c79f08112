"""The bundle's plain text: the page to read first, how to check, and the bag's own facts."""

from __future__ import annotations

from datetime import UTC
from importlib import resources

from diary.bundle import machine, names, tables
from diary.bundle.contents import Contents, Outcome, is_derived
from diary.proof import bag
from diary.proof.archive import Content
from diary.proof.machine import unopened
from diary.proof.verify import fingerprint

SPEC = "1"
PROFILE = "diary-bundle-1"
IDS = "Their ids, where known: data/machine/bundle.json."


def read_me(contents: Contents, outcome: Outcome, standards: str) -> bytes:
    """Write READ-ME-FIRST.txt, once it is known what came of every file."""
    enclosed = [e.enclosed for e in contents.exhibits if e.enclosed is not None]
    if contents.profile.originals:
        exhibits = "original bytes, as they were received"
    elif any(is_derived(copy) for copy in enclosed):
        exhibits = "no originals; see viewing/. The others are named in the list"
    else:
        exhibits = "no files are enclosed"
    return _page(
        "read-me.txt",
        reference=contents.reference,
        folder=names.folder(contents.reference, contents.made_at),
        purpose=contents.profile.read_me,
        entries=len(contents.entries),
        files=len(outcome.written),
        exhibits_line=exhibits,
        pdf=f"PDF/{standards}" if standards else "plain PDF: PDF/A was not possible",
        doubts=_doubts(contents, outcome),
    )


def how_to_verify(contents: Contents) -> bytes:
    """Write verify/VERIFY.txt."""
    return _page(
        "verify.txt",
        folder=names.folder(contents.reference, contents.made_at),
        fingerprint=fingerprint(contents.log_key),
    )


def verify_script() -> bytes:
    """Return verify/verify.sh."""
    return _read("verify.sh").encode("ascii")


def info(contents: Contents, payload: dict[str, Content]) -> bytes:
    """Write bag-info.txt. No phone, no address, no name."""
    sizes = [content.size for content in payload.values()]
    return bag.info_text(
        {
            "Source-Organization": contents.service,
            "External-Identifier": contents.reference,
            "Bagging-Date": f"{contents.made_at.astimezone(UTC):%Y-%m-%d}",
            "Bag-Size": bag.size_text(sum(sizes)),
            "Payload-Oxum": bag.oxum(sizes),
            "BagIt-Profile-Identifier": PROFILE,
            "Bundle-Spec-Version": SPEC,
            "Bundle-Purpose": contents.profile.code,
            "Bundle-Consent-Id": contents.consent_id,
        }
    )


def _doubts(contents: Contents, outcome: Outcome) -> str:
    lines = [f"{path}: {why}" for path, why in outcome.doubts.items()]
    lines += [
        f"record {version.record_id} version {version.version}: {doubt}"
        for version in contents.versions()
        if (doubt := machine.doubt_of(version, contents))
    ]
    if contents.unopened.number:
        lines.insert(0, f"{unopened(contents.unopened.number)} {IDS}")
    if not lines:
        return "Nothing: every file and record matched what was recorded at its receipt."
    return "\n".join(f"{tables.NOT_VERIFIED}: {line}" for line in lines)


def _page(name: str, **values: object) -> bytes:
    return _read(name).format(**values).encode("utf-8")


def _read(name: str) -> str:
    return resources.files("diary.bundle").joinpath("documents", name).read_text("utf-8")
