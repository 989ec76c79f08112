"""Checking a whole bundle: the zip, the bag in it, the records, the files and the log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from diary.canonical import sha256
from diary.proof import archive, bag, copies, machine, records
from diary.proof.archive import Content
from diary.proof.checkpoint import CheckpointError, open_note
from diary.proof.report import Report, UnreadableError
from diary.proof.zipform import Member
from diary.text import N_

MUST_HAVE = (
    "bagit.txt", "READ-ME-FIRST.txt", bag.INFO, bag.MANIFEST, bag.TAG_MANIFEST, bag.SIGNATURE,
    machine.BUNDLE, machine.PATHS, machine.CHECKPOINT, machine.LOG_KEY,
)  # fmt: skip
NOT_STAMPED = N_(
    "The log's checkpoint is not yet time-stamped by an outside authority."
    " Until it is, the times of receipt rest on the service's word."
)
ADDED = N_("%(path)s was added: %(list)s does not list it.")
CHANGED = N_("%(path)s was changed: it is not what %(list)s lists.")
MISSING = N_("%(path)s is missing: %(list)s lists it.")
OTHERS_SIGNED = N_(
    "This is not what the service signed: something was added, left out or changed,"
    " and the manifests with it."
)
ONE_UNOPENED = N_(
    "NOT VERIFIED, as the bundle itself says: 1 record could not be opened and is not in it."
)
SOME_UNOPENED = N_(
    "NOT VERIFIED, as the bundle itself says: %(number)s records could not be opened,"
    " or belong to one that could not. They are not in it."
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
        report.doubt(error.message, **error.values)
    except OSError:
        report.doubt(N_("That file cannot be read."))
    return report


def _open_bag(stream: BinaryIO, report: Report) -> Bag:
    table = archive.read_table(stream, report)
    found = list(archive.walk(stream, table, report))
    bases = {member.name.partition("/")[0] for member, _ in found}
    if len(bases) != 1 or any("/" not in member.name for member, _ in found):
        raise UnreadableError(N_("A bundle is one folder with files in it; this zip is not."))
    base = bases.pop() + "/"
    members = {member.name[len(base) :]: member for member, _ in found}
    contents = {member.name[len(base) :]: content for member, content in found}
    missing = [path for path in MUST_HAVE if path not in members]
    if missing:
        raise UnreadableError(N_("The bundle has no %(name)s."), name=missing[0])
    if not report.doubts:
        report.ok(N_("The zip is whole: %(files)s files, and no byte besides."), files=len(members))
    return Bag(base, stream, members, contents)


def _check_bag(found: Bag, report: Report) -> None:
    if found.read("bagit.txt") != bag.DECLARATION:
        report.doubt(N_("bagit.txt was changed."), "bagit.txt")
    unlisted = {bag.TAG_MANIFEST, bag.SIGNATURE}
    tags = [p for p in found.contents if not p.startswith("data/") and p not in unlisted]
    payload = [p for p in found.contents if p.startswith("data/")]
    whole = _check_manifest(found, bag.TAG_MANIFEST, tags, report)
    whole = _check_manifest(found, bag.MANIFEST, payload, report) and whole
    info = bag.read_info(found.read(bag.INFO))
    if info["Payload-Oxum"] != bag.oxum(found.contents[p].size for p in payload):
        report.doubt(N_("%(name)s says another number of files or bytes."), bag.INFO, name=bag.INFO)
        whole = False
    if whole:
        report.ok(
            N_("The bag is complete: all %(files)s files of its manifest are unchanged."),
            files=len(payload),
        )


def _check_manifest(found: Bag, name: str, present: list[str], report: Report) -> bool:
    before = len(report.doubts)
    listed = bag.read_manifest(found.read(name), name)
    digests = dict(listed)
    if len(digests) != len(listed):
        report.doubt(N_("%(list)s lists a file twice."), name, list=name)
    for path in present:
        if path not in digests:
            report.doubt(ADDED, path, path=path, list=name)
        elif digests[path] != found.contents[path].sha256:
            report.doubt(CHANGED, path, path=path, list=name)
    for path in digests:
        if path not in present:
            report.doubt(MISSING, path, path=path, list=name)
    if len(report.doubts) == before and list(digests) != present:
        report.doubt(
            N_("The files are not in the order in which %(list)s lists them."), name, list=name
        )
    return len(report.doubts) == before


def _check_signature(found: Bag, log_key: str | None, report: Report) -> None:
    """Check who says that these are the manifests: anybody can write a list that fits."""
    key = log_key or found.read(machine.LOG_KEY).decode("utf-8", "replace")
    try:
        signed = open_note(found.read(bag.SIGNATURE).decode("utf-8", "replace"), key)
    except (CheckpointError, ValueError):
        report.doubt(N_("The bundle is not signed by the log's key."), bag.SIGNATURE)
        return
    if signed == bag.signed_text(found.contents[bag.TAG_MANIFEST].sha256):
        report.ok(
            N_("The service signed this bundle: nothing was added, left out or changed since.")
        )
    else:
        report.doubt(OTHERS_SIGNED, bag.TAG_MANIFEST)


def _check_machine(found: Bag, log_key: str | None, report: Report) -> None:
    bundle = machine.read_json(found.read(machine.BUNDLE), machine.BUNDLE)
    if bundle.get("format") != machine.FORMAT:
        raise UnreadableError(N_("This is not a bundle of the kind that this program knows."))
    log = _check_log(found, log_key, report)
    versions = machine.read_versions(bundle)
    before = len(report.doubts)
    for version in versions:
        preimage = found.read(version.preimage) if version.preimage in found.members else None
        records.check_version(version, preimage, log, report)
    not_shared = machine.read_not_shared(bundle)
    records.check_chain(versions, not_shared, report)
    copies.check_copies(versions, report)
    if log.checkpoint is not None and len(report.doubts) == before:
        report.ok(
            N_("All %(number)s record versions are in the log, with their words and times."),
            number=len(versions),
        )
    copies.note_not_shared(len(not_shared), report)
    _check_files(found, bundle, versions, report)
    if number := machine.read_unopened(bundle):
        report.doubt(ONE_UNOPENED if number == 1 else SOME_UNOPENED, machine.BUNDLE, number=number)
    report.note(NOT_STAMPED)


def _check_log(found: Bag, log_key: str | None, report: Report) -> records.Log:
    inside = found.read(machine.LOG_KEY).decode("utf-8", "replace").strip()
    if log_key is not None and log_key.strip() != inside:
        report.doubt(N_("The log key in this bundle is not the one you gave."), machine.LOG_KEY)
    note = found.read(machine.CHECKPOINT).decode("utf-8", "replace")
    checkpoint = records.read_checkpoint(note, (log_key or inside).strip(), report)
    if log_key is None:
        report.note(
            N_(
                "The log key came with the bundle. Compare its fingerprint, %(fingerprint)s,"
                " with the one that the service publishes."
            ),
            fingerprint=fingerprint(inside),
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
        if machine.needs_record(path) and path not in listed:
            report.doubt(N_("No record speaks for %(path)s."), path, path=path)
    if files and len(report.doubts) == before:
        report.ok(
            N_("All %(number)s exhibits are byte for byte what their records name."),
            number=len(files),
        )


def fingerprint(log_key: str) -> str:
    """Return a short text of a key that can be read out: SHA-256 in groups."""
    digest = sha256(log_key.strip().encode()).hex()[:32]
    return " ".join(digest[i : i + 4] for i in range(0, 32, 4))
