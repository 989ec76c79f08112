"""Checking a whole bundle: the zip, the bag in it, the records, the files and the log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from diary.canonical import sha256
from diary.proof import archive, bag, machine, records
from diary.proof.archive import Content
from diary.proof.checkpoint import CheckpointError, open_note
from diary.proof.report import Report, UnreadableError
from diary.proof.zipform import Member

MUST_HAVE = (
    "bagit.txt", "READ-ME-FIRST.txt", bag.INFO, bag.MANIFEST, bag.TAG_MANIFEST, bag.SIGNATURE,
    machine.BUNDLE, machine.PATHS, machine.CHECKPOINT, machine.LOG_KEY,
)  # fmt: skip
NOT_STAMPED = (
    "The log's checkpoint is not yet time-stamped by an outside authority."
    " Until it is, the times of receipt rest on the service's word."
)


@dataclass(frozen=True, slots=True)
class Bag:
    """The bag's files by their path inside its one folder, in the order of the zip."""

    base: str
    stream: BinaryIO
    members: dict[str, Member]
    contents: dict[str, Content]

    def read(self, path: str) -> bytes:
        """Return one file's bytes."""
        return archive.read_member(self.stream, self.members[path], machine.TOO_LARGE)


def verify(path: Path, log_key: str | None = None) -> Report:
    """Check everything that can be checked without the service; never raises for bad input."""
    report = Report()
    try:
        with path.open("rb") as stream:
            found = _open_bag(stream, report)
            _check_bag(found, report)
            _check_signature(found, log_key, report)
            _check_machine(found, log_key, report)
    except UnreadableError as error:
        report.doubt(str(error))
    except OSError:
        report.doubt("That file cannot be read.")
    return report


def _open_bag(stream: BinaryIO, report: Report) -> Bag:
    table = archive.read_table(stream, report)
    found = list(archive.walk(stream, table, report))
    bases = {member.name.partition("/")[0] for member, _ in found}
    if len(bases) != 1 or any("/" not in member.name for member, _ in found):
        raise UnreadableError("A bundle is one folder with files in it; this zip is not.")
    base = bases.pop() + "/"
    members = {member.name[len(base) :]: member for member, _ in found}
    contents = {member.name[len(base) :]: content for member, content in found}
    missing = [path for path in MUST_HAVE if path not in members]
    if missing:
        raise UnreadableError(f"The bundle has no {missing[0]}.")
    if not report.doubts:
        report.ok(f"The zip is whole: {len(members)} files, and no byte besides.")
    return Bag(base, stream, members, contents)


def _check_bag(found: Bag, report: Report) -> None:
    if found.read("bagit.txt") != bag.DECLARATION:
        report.doubt("bagit.txt was changed.", "bagit.txt")
    unlisted = {bag.TAG_MANIFEST, bag.SIGNATURE}
    tags = [p for p in found.contents if not p.startswith("data/") and p not in unlisted]
    payload = [p for p in found.contents if p.startswith("data/")]
    whole = _check_manifest(found, bag.TAG_MANIFEST, tags, report)
    whole = _check_manifest(found, bag.MANIFEST, payload, report) and whole
    info = bag.read_info(found.read(bag.INFO))
    if info["Payload-Oxum"] != bag.oxum(found.contents[p].size for p in payload):
        report.doubt(f"{bag.INFO} says another number of files or bytes.", bag.INFO)
        whole = False
    if whole:
        report.ok(f"The bag is complete: all {len(payload)} files of its manifest are unchanged.")


def _check_manifest(found: Bag, name: str, present: list[str], report: Report) -> bool:
    before = len(report.doubts)
    listed = bag.read_manifest(found.read(name), name)
    digests = dict(listed)
    if len(digests) != len(listed):
        report.doubt(f"{name} lists a file twice.", name)
    for path in present:
        if path not in digests:
            report.doubt(f"{path} was added: {name} does not list it.", path)
        elif digests[path] != found.contents[path].sha256:
            report.doubt(f"{path} was changed: it is not what {name} lists.", path)
    for path in digests:
        if path not in present:
            report.doubt(f"{path} is missing: {name} lists it.", path)
    if len(report.doubts) == before and list(digests) != present:
        report.doubt(f"The files are not in the order in which {name} lists them.", name)
    return len(report.doubts) == before


def _check_signature(found: Bag, log_key: str | None, report: Report) -> None:
    """Check who says that these are the manifests: anybody can write a list that fits."""
    key = log_key or found.read(machine.LOG_KEY).decode("utf-8", "replace")
    try:
        signed = open_note(found.read(bag.SIGNATURE).decode("utf-8", "replace"), key)
    except (CheckpointError, ValueError):
        report.doubt("The bundle is not signed by the log's key.", bag.SIGNATURE)
        return
    if signed == bag.signed_text(found.contents[bag.TAG_MANIFEST].sha256):
        report.ok("The service signed this bundle: nothing was added, left out or changed since.")
    else:
        report.doubt("This is not what the service signed: something was added, left out or"
                     " changed, and the manifests with it.", bag.TAG_MANIFEST)  # fmt: skip


def _check_machine(found: Bag, log_key: str | None, report: Report) -> None:
    bundle = machine.read_json(found.read(machine.BUNDLE), machine.BUNDLE)
    if bundle.get("format") != machine.FORMAT:
        raise UnreadableError("This is not a bundle of the kind that this program knows.")
    log = _check_log(found, log_key, report)
    versions = machine.read_versions(bundle)
    before = len(report.doubts)
    for version in versions:
        preimage = found.read(version.preimage) if version.preimage in found.members else None
        records.check_version(version, preimage, log, report)
    records.check_chain(versions, report)
    if log.checkpoint is not None and len(report.doubts) == before:
        report.ok(
            f"All {len(versions)} record versions are in the log, with their words and times."
        )
    _check_files(found, bundle, versions, report)
    if number := machine.read_unopened(bundle):
        said = machine.unopened(number)
        report.doubt(f"NOT VERIFIED, as the bundle itself says: {said}", machine.BUNDLE)
    report.note(NOT_STAMPED)


def _check_log(found: Bag, log_key: str | None, report: Report) -> records.Log:
    inside = found.read(machine.LOG_KEY).decode("utf-8", "replace").strip()
    if log_key is not None and log_key.strip() != inside:
        report.doubt("The log key in this bundle is not the one you gave.", machine.LOG_KEY)
    note = found.read(machine.CHECKPOINT).decode("utf-8", "replace")
    checkpoint = records.read_checkpoint(note, (log_key or inside).strip(), report)
    if log_key is None:
        report.note(
            f"The log key came with the bundle. Compare its fingerprint, {fingerprint(inside)},"
            " with the one that the service publishes."
        )
    return records.Log(checkpoint, machine.read_places(found.read(machine.PATHS)))


def _check_files(
    found: Bag, bundle: dict[str, object], versions: list[machine.Version], report: Report
) -> None:
    files = machine.read_media(bundle)
    by_id = {(version.id, version.number): version for version in versions}
    digests = {path: content.sha256 for path, content in found.contents.items()}
    before = len(report.doubts)
    for media in files:
        records.check_media(media, digests, by_id, report)
    listed = {media.path for media in files}
    for path in found.contents:
        if path.startswith("data/06-exhibits/") and path not in listed:
            report.doubt(f"No record speaks for {path}.", path)
    if files and len(report.doubts) == before:
        report.ok(f"All {len(files)} exhibits are byte for byte what their records name.")


def fingerprint(log_key: str) -> str:
    """Return a short text of a key that can be read out: SHA-256 in groups."""
    digest = sha256(log_key.strip().encode()).hex()[:32]
    return " ".join(digest[i : i + 4] for i in range(0, 32, 4))
